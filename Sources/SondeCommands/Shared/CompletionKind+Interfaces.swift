import ArgumentParser

extension CompletionKind {
    /// The names of this machine's interfaces.
    static var interfaces: CompletionKind { .shellCommand("ls /sys/class/net 2>/dev/null") }
}
