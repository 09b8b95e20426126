import Arguments
import Failures
import SondeSystem
import SystemPackage

/// `--netns`: another network namespace.
struct NamespaceOptions: ArgumentGroup {
    @Option("--netns", value: "name|pid", help: "Run in another network namespace, by name (ip netns) or process id.")
    var netns: String?

    /// Call it before anything is opened.
    func enter() throws {
        guard let netns else { return }
        do throws(Errno) {
            try Namespaces.enterNetwork(netns)
        } catch {
            throw Failure(namespace: netns, error)
        }
    }
}
