/// A type that the text of an option or argument is read into.
package protocol ArgumentValue: Sendable {
    /// `nil` where the text is no such value.
    init?(argument: String)
    /// All that a value may be, where that is a short list; else empty.
    static var choices: [String] { get }
}

/// A value that help shows as a default.
package protocol PrintableArgumentValue: ArgumentValue {
    /// As one would write it.
    var argumentText: String { get }
}

extension ArgumentValue {
    package static var choices: [String] { [] }
}

extension ArgumentValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    package init?(argument: String) { self.init(rawValue: argument) }
    package static var choices: [String] { allCases.map(\.rawValue) }
}

extension PrintableArgumentValue where Self: RawRepresentable, RawValue == String {
    package var argumentText: String { rawValue }
}

extension ArgumentValue where Self: LosslessStringConvertible {
    package init?(argument: String) { self.init(argument) }
}

extension PrintableArgumentValue where Self: LosslessStringConvertible {
    package var argumentText: String { description }
}

extension String: PrintableArgumentValue {}
extension Int: PrintableArgumentValue {}
extension Int32: PrintableArgumentValue {}
extension UInt16: PrintableArgumentValue {}
extension UInt64: PrintableArgumentValue {}
extension Double: PrintableArgumentValue {}
