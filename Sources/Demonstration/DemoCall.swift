package import Console

/// One end of a demonstration's connection, as it is named to the reader.
package struct DemoSide: Hashable, Sendable {
    package let name: String
    /// The style of what this end sends.
    package let style: Style

    static let client = DemoSide(name: "client", style: .originator)
    static let server = DemoSide(name: "server", style: .responder)
}

/// A system call of one end, and its effect.
package struct DemoCall {
    package let side: DemoSide
    package let call: String
    package let outcome: String
}
