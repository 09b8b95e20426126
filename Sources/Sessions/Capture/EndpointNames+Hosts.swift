package import Addresses
package import CaptureReports
import Probing
import SondeSystem

extension EndpointNames {
    /// Bytes read of /etc/hosts.
    private static let fileLimit = 1 << 20

    /// The names of /etc/hosts and of services; the capture adds those that it has.
    package static func current() -> EndpointNames {
        let bytes = (try? FileSystem.read("/etc/hosts", limit: fileLimit)) ?? []
        return EndpointNames(hosts: hosts(in: String(decoding: bytes, as: UTF8.self))) { ServiceNames.name(of: $0, over: .tcp) }
    }

    /// The first name of each address in the text of /etc/hosts (hosts(5)).
    package static func hosts(in text: String) -> [IPAddress: String] {
        var hosts: [IPAddress: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
            guard fields.count > 1, let address = IPAddress(fields[0]), hosts[address] == nil else { continue }
            hosts[address] = String(fields[1])
        }
        return hosts
    }
}
