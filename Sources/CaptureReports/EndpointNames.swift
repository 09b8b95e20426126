package import Addresses
import Console

/// Names of addresses and ports, for people: those that were given, and those that the capture has.
package struct EndpointNames: Sendable {
    private let hosts: [IPAddress: String]
    private let service: @Sendable (UInt16) -> String?
    /// In two generations: one more than they hold makes it forget the older.
    private var young: [IPAddress: String] = [:]
    private var old: [IPAddress: String] = [:]
    private let generationSize: Int

    /// - Parameters:
    ///   - hosts: names that no name of the capture replaces.
    ///   - service: the name of a port.
    package init(hosts: [IPAddress: String], generationSize: Int = 50_000, service: @escaping @Sendable (UInt16) -> String?) {
        self.hosts = hosts
        self.service = service
        self.generationSize = generationSize
    }

    /// Takes a name that the capture has of an address; the latest counts.
    package mutating func learn(_ name: String, of address: IPAddress) {
        guard !name.isEmpty, hosts[address] == nil else { return }
        if young.count >= generationSize, young[address] == nil {
            old = young
            young.removeAll()
        }
        young[address] = name
    }

    func name(of address: IPAddress) -> String? { hosts[address] ?? young[address] ?? old[address] }

    func name(of port: UInt16) -> String? { service(port) }
}

extension TextBuffer {
    /// `www.example.com:https`, and an address or a port without a name as it is. Names are escaped.
    mutating func append(endpoint address: IPAddress, _ port: UInt16, _ names: EndpointNames?) {
        guard let names else { return append(endpoint: address, port) }
        if let name = names.name(of: address) {
            append(escaped: name)
            append(":")
        } else {
            append(addressOfEndpoint: address)
        }
        if let name = names.name(of: port) { append(escaped: name) } else { append(UInt64(port)) }
    }
}
