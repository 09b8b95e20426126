package import Console
package import SondeSystem
import SystemPackage

/// Why a command failed, in words, with the next steps and the exit code.
///
/// Libraries throw facts; the initializers here and in the `Failure+….swift` files turn them into sentences. A sentence may quote
/// untrusted text: it is escaped when printed.
package struct Failure: Error, Sendable {
    package let status: ExitStatus
    /// `<object>: <what happened> (<ERRNO>)`, one line without a full stop.
    package let message: String
    /// What to do next, in the imperative; one line per step.
    package let nextSteps: [String]

    package init(_ status: ExitStatus, _ message: String, next nextSteps: String...) {
        self.init(status, message, nextSteps: nextSteps)
    }

    package init(_ status: ExitStatus, _ message: String, nextSteps: [String]) {
        self.status = status
        self.message = message
        self.nextSteps = nextSteps
    }
}

extension Failure {
    /// Writes `sonde: ` and the message, then one line per next step.
    package func write(into text: inout TextBuffer, _ palette: Palette) {
        text.append("sonde: ", .strong, palette)
        text.append(escaped: message, .bad, palette)
        text.append("\n")
        for step in nextSteps {
            text.append("  → ", .faint, palette)
            text.append(escaped: step)
            text.append("\n")
        }
    }

    /// Writes the message alone: for a failure that does not end the run.
    package func writeWarning(into text: inout TextBuffer, _ palette: Palette) {
        text.append("sonde: ", .strong, palette)
        text.append(escaped: message, .doubtful, palette)
        text.append("\n")
    }
}

extension Failure {
    /// A failed system call without wording of its own.
    package init(_ error: SystemError) {
        let subject = error.subject.isEmpty ? "" : " \(error.subject)"
        let message = "\(error.operation)\(subject): \(error.errno.explained)"
        switch error.errno {
        case .permissionDenied, .notPermitted:
            self.init(.noPermission, message, next: "run sonde as a user who may do that, or with sudo")
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
            self.init(.systemRefused, message, next: "raise the limit of open files (ulimit -n), or open fewer at once")
        case .addressInUse:
            self.init(.systemRefused, message, next: "choose another port, or see who holds it: ss -lntup")
        case .addressNotAvailable:
            self.init(.systemRefused, message, next: "choose an address of this machine: sonde addrs")
        default:
            self.init(.systemRefused, message, next: "read what it means: sonde explain \(error.errno.name)")
        }
    }

    package init(_ error: ResolutionError) {
        if let shortage = error.shortage {
            self.init(SystemError("getaddrinfo", on: error.name, shortage))
            return
        }
        self.init(
            .noHost,
            "host \"\(error.name)\" does not resolve: \(error.reason)",
            next: error.isTemporary ? "try again: the name server did not answer" : "check the spelling, or give the address"
        )
    }
}
