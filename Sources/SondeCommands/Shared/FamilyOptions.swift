import Addresses
import Arguments

/// `-4` and `-6`: one family of addresses only.
struct FamilyOptions: ArgumentGroup {
    enum Choice: FlagChoice {
        case v4
        case v6

        var names: [String] { self == .v4 ? ["-4", "--ipv4"] : ["-6", "--ipv6"] }
        var help: String { self == .v4 ? "IPv4 only." : "IPv6 only." }
    }

    @Flag() var choice: Choice?

    /// `nil`: both.
    var family: IPAddress.Family? {
        switch choice {
        case .v4: .v4
        case .v6: .v6
        case nil: nil
        }
    }
}
