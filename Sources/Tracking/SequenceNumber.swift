/// How far one sequence number is ahead of another in the circle of 2^32 (RFC 9293 section 3.4); negative where it is behind.
@inline(always)
func sequenceDistance(_ number: UInt32, from other: UInt32) -> Int32 {
    Int32(bitPattern: number &- other)
}
