import Addresses
import Testing

@testable import Failures

/// An error as the user reads it: exit code, message, next steps.
struct FailureCase: CustomTestStringConvertible, Sendable {
    let failure: Failure
    let status: Int32
    let lines: [String]
    var testDescription: String { lines[0] }

    init(_ failure: Failure, _ status: Int32, _ lines: String...) {
        self.failure = failure
        self.status = status
        self.lines = lines
    }

    func check() {
        #expect(failure.status.rawValue == status)
        #expect([failure.message] + failure.nextSteps == lines)
    }

    static func address(_ text: String) -> IPAddress { IPAddress(text) ?? .loopbackV4 }
}
