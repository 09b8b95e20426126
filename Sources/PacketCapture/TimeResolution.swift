/// The unit in which times are written to a pcap file. pcapng's are always nanoseconds.
package enum TimeResolution: Sendable {
    case microseconds
    case nanoseconds
}
