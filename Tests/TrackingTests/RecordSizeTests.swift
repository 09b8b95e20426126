import Testing
import Tracking

/// What a connection costs: 168 bytes at most, its share of the index (a slot number at two thirds' load) included.
@Test func recordIsCompact() {
    #expect(ConnectionRecord.recordSize + 6 <= 168)
}
