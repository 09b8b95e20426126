import Testing
import Tracking

/// What a connection costs: 168 bytes at most, its share of the index (a slot number at two thirds' load) included. What each segment
/// touches is two cache lines.
@Test func recordIsCompact() {
    #expect(ConnectionRecord.slotSize + 6 <= 168)
    #expect(ConnectionRecord.recordSize == 128)
}
