import Addresses
import ArgumentParser

/// `-4` and `-6`: one family of addresses only.
struct FamilyOptions: ParsableArguments {
    enum Choice: EnumerableFlag {
        case v4
        case v6

        static func name(for choice: Choice) -> NameSpecification {
            choice == .v4 ? [.customShort("4"), .customLong("ipv4")] : [.customShort("6"), .customLong("ipv6")]
        }

        static func help(for choice: Choice) -> ArgumentHelp? {
            choice == .v4 ? "IPv4 only." : "IPv6 only."
        }
    }

    @Flag(exclusivity: .exclusive)
    var choice: Choice?

    /// `nil`: both.
    var family: IPAddress.Family? {
        switch choice {
        case .v4: .v4
        case .v6: .v6
        case nil: nil
        }
    }
}
