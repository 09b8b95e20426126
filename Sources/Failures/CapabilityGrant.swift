import RawText
import SondeSystem

/// The setcap(8) line that grants this program a capability for good.
enum CapabilityGrant {
    /// The line for this process.
    static func command(_ needed: Capability) -> String {
        command(
            needed,
            held: Capability.allCases.filter { Credentials.holds($0) },
            program: Process.executable ?? "/usr/local/bin/sonde"
        )
    }

    /// setcap(8) replaces all capabilities of a file, so the line repeats those that the program has.
    static func command(_ needed: Capability, held: [Capability], program: String) -> String {
        let names = Capability.allCases.filter { $0 == needed || held.contains($0) }.map(\.name)
        return "sudo setcap \(names.joined(separator: ","))=ep \(quoted(program))"
    }

    /// For a shell, where it needs that.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "-", "_", "+", "@", ":", "%", ",": true
            default: false
            }
        }
        return isPlain ? path : "'\(path.exchanging("'", for: "'\\''"))'"
    }
}
