import Handshakes
import Testing

/// What a connection costs: 160 bytes at most, its share of the index (a slot number and a tag at two thirds' load) included.
@Test func recordIsCompact() {
    #expect(ConnectionRecord.recordSize + 8 <= 160)
}
