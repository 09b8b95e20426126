/// When a silent connection is asked whether its peer still lives (tcp(7)).
package struct KeepAlive: Hashable, Sendable {
    /// Seconds of silence before the first probe, and between probes.
    package let idle: Int32
    package let interval: Int32
    /// Probes without an answer after which the connection is given up.
    package let count: Int32

    package init(idle: Int32, interval: Int32, count: Int32) {
        self.idle = idle
        self.interval = interval
        self.count = count
    }
}
