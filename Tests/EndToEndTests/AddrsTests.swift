import Testing

@Suite("sonde addrs", .sideBySide)
struct AddrsTests {
    /// Lines for `ip -batch`: each kind that common kernels have, up and down, and addresses of each sort.
    static let everyKind = """
        link add v0 mtu 1400 address 02:00:00:00:00:01 type veth peer name port0
        link add br0 address 02:00:00:00:00:02 type bridge
        link set port0 master br0
        link add vx0 address 02:00:00:00:00:03 type vxlan id 42 dstport 4789
        link add ifbup0 type ifb
        link add ifbdown0 type ifb
        tuntap add mode tun name tun0
        tuntap add mode tap name tap0
        addr add 192.0.2.1/24 broadcast + dev v0
        addr add 192.0.2.2/24 dev v0
        addr add 198.51.100.1/25 broadcast + label v0:web dev v0
        addr add 203.0.113.1 peer 203.0.113.2 dev v0
        addr add 203.0.113.5 peer 203.0.113.9/30 broadcast 203.0.113.11 dev v0
        addr add 169.254.7.7/16 scope link dev v0
        addr add 10.9.0.1/8 scope host dev br0
        addr add 2001:db8::1/64 nodad dev v0
        addr add fd00::1/48 nodad dev v0
        addr add fd00::2/48 nodad preferred_lft 0 dev v0
        addr add 2001:db8:1::1 peer 2001:db8:1::2 dev br0
        addr add 10.8.0.1 peer 10.8.0.2 dev tun0
        link set v0 up
        link set port0 up
        link set br0 up
        link set vx0 up
        link set ifbup0 up
        link set tun0 up
        """

    @Test("agrees with ip on names, kinds, flags, MTU, MAC, addresses, prefixes, scopes, peers and labels", .needs(.root))
    func agreesWithIP() async throws {
        try await Namespace.with("addrs") { spaces in
            let space = spaces[0]
            try await space.ip(Self.everyKind)
            // The kernel adds link-local addresses in its own time: what counts is a look between two equal ones of ip's.
            var expected: [InterfaceFacts] = []
            var ours: [InterfaceFacts] = []
            var isSettled = false
            for _ in 0..<50 where !isSettled {
                expected = try await Self.factsOfIP(in: space)
                ours = try await space.sonde("addrs", "--json").unprivileged().run().orThrow().jsonLines()
                    .map(InterfaceFacts.init(sonde:))
                isSettled = try await Self.factsOfIP(in: space) == expected
            }
            #expect(isSettled)
            #expect(ours.map(\.name) == expected.map(\.name))
            #expect(
                Set(expected.map(\.name)).isSuperset(of: ["lo", "v0", "port0", "br0", "vx0", "ifbup0", "ifbdown0", "tun0", "tap0"])
            )
            for (ours, theirs) in zip(ours, expected) { #expect(ours == theirs) }
            #expect(expected.flatMap(\.addresses).count >= 12)
        }
    }

    private static func factsOfIP(in space: Namespace) async throws -> [InterfaceFacts] {
        let output = try await space.tool("ip", "-j", "-d", "addr").run().orThrow().outputBytes
        return try #require(try JSONValue(output).array).map(InterfaceFacts.init(ip:))
    }

    static let fields = [
        "type", "index", "name", "name_hex", "altnames", "kind", "state", "flags", "mtu", "mac", "primary", "primary_by", "gateway",
        "addresses",
        "statistics",
    ]
    static let addressFields = [
        "family", "address", "prefix", "netmask", "broadcast", "peer", "scope", "label", "flags", "primary",
    ]
    static let counters = ["bytes", "packets", "errors", "dropped"].flatMap { ["rx_\($0)", "tx_\($0)"] }

    @Test("every JSON object has every field, null where it does not apply", .needs(.root))
    func fields() async throws {
        try await Namespace.with("fields") { spaces in
            try await spaces[0].ip(Self.everyKind)
            let objects = try await spaces[0].sonde("addrs", "--json").run().orThrow().jsonLines()
            for object in objects {
                #expect(Set(try #require(object.object).keys) == Set(Self.fields))
                #expect(object["type"]?.string == "interface")
                #expect(Set(try #require(object["statistics"]?.object).keys) == Set(Self.counters))
                for address in try #require(object["addresses"]?.array) {
                    #expect(Set(try #require(address.object).keys) == Set(Self.addressFields))
                }
            }
            let tun = try #require(objects.first { $0["name"]?.string == "tun0" })
            #expect(tun["mac"]?.isNull == true)
            #expect(tun["primary"]?.bool == false)
        }
    }

    @Test("the counters are the kernel's", .needs(.root))
    func counters() async throws {
        try await Namespace.with("count") { spaces in
            try await spaces[0].ip(
                "link add v0 type veth peer name v1\naddr add 10.1.1.1/24 dev v0\nlink set v1 up\nlink set v0 up"
            )
            // Loopback traffic of a known size: eleven bytes of UDP make 39 on lo, which counts 14 of Ethernet's header with them.
            _ = try await spaces[0].tool("python3", "-c", "import socket; socket.socket(2,2).sendto(b'x'*11,('127.0.0.1',9))").run()
                .orThrow()
            let theirs = try JSONValue(try await spaces[0].tool("ip", "-j", "-s", "link", "show", "lo").run().orThrow().outputBytes)
            let outcome = try await spaces[0].sonde("addrs", "lo", "--json").run().orThrow()
            let ours = try #require(try outcome.jsonLines().first?["statistics"])
            let expected = try #require(theirs.array?.first?["stats64"])
            #expect(ours["rx_bytes"]?.int == expected["rx"]?["bytes"]?.int)
            #expect(ours["tx_packets"]?.int == expected["tx"]?["packets"]?.int)
            #expect(try #require(ours["rx_packets"]?.int) >= 1)
        }
    }

    @Test("the address that others reach this machine by is the one of the route that leads out", .needs(.root))
    func primary() async throws {
        try await NetworkLab.run { lab in
            let both = try await lab.client.sonde("addrs", "--json").run().orThrow().jsonLines()
            #expect(both.filter { $0["primary"]?.bool == true }.compactMap { $0["name"]?.string } == ["eth0"])
            let primaries = both.flatMap { $0["addresses"]?.array ?? [] }.filter { $0["primary"]?.bool == true }
            #expect(primaries.compactMap { $0["address"]?.string } == [lab.clientV4, lab.clientV6])

            #expect(try await lab.client.sonde("addrs", "--primary").run().output == "\(lab.clientV4)\n")
            #expect(try await lab.client.sonde("addrs", "--primary", "-6").run().output == "\(lab.clientV6)\n")

            let onOther = try await lab.client.sonde("addrs", "--primary", "lo").run()
            #expect(onOther.code == 1)
            // The router has no default route: an address of its networks, marked as such.
            let local = try await lab.router.sonde("addrs", "--primary").run()
            #expect(local.code == 0)
            #expect(local.output == "\(lab.routerV4)\n", "\(local)")
            #expect(local.error.contains("no default route"))
        }
    }

    @Test("filters by name, family and switch", .needs(.root))
    func filters() async throws {
        try await Namespace.with("filter") { spaces in
            let space = spaces[0]
            try await space.ip(Self.everyKind)
            func names(_ command: Command) async throws -> [String] {
                try await command.run().orThrow().jsonLines().compactMap { $0["name"]?.string }
            }
            #expect(try await names(space.sonde("addrs", "--json", "br0", "lo")) == ["lo", "br0"])
            #expect(try await names(space.sonde("interfaces", "--json", "tap0")) == ["tap0"])
            let up = try await names(space.sonde("addrs", "--json", "--up"))
            #expect(up.contains("ifbup0") && !up.contains("ifbdown0"))
            let families = try await space.sonde("addrs", "--json", "-4").run().orThrow().jsonLines()
                .flatMap { $0["addresses"]?.array ?? [] }.compactMap { $0["family"]?.string }
            #expect(Set(families) == ["inet"])
        }
    }

    @Test("the table, plain lines and counters of known interfaces", .needs(.root))
    func forms() async throws {
        try await Namespace.with("forms") { spaces in
            try await spaces[0].ip(
                """
                link add v0 mtu 1400 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
                addr add 192.0.2.1/24 dev v0
                addr add 203.0.113.1 peer 203.0.113.2 label v0:p dev v0
                """
            )
            let table = try await spaces[0].sonde("addrs").run().orThrow()
            #expect(
                table.output == """
                    NAME  KIND      STATE    MTU  MAC                ADDRESS         SCOPE
                    lo    loopback  up     65536  00:00:00:00:00:00  127.0.0.1/8     host
                                                                     ::1/128         host
                    v1    veth      down    1500  02:00:00:00:00:02  -
                    v0    veth      down    1400  02:00:00:00:00:01  192.0.2.1/24    global
                                                                     203.0.113.1/32  global  peer 203.0.113.2, label v0:p

                    """
            )
            let plain = try await spaces[0].sonde("addrs", "--plain", "v1", "v0", "-4").run().orThrow()
            #expect(
                plain.outputLines.sorted() == [
                    "v0\tveth\tdown\t02:00:00:00:00:01\t1400\t192.0.2.1/24\tglobal\t-\t-",
                    "v0\tveth\tdown\t02:00:00:00:00:01\t1400\t203.0.113.1/32\tglobal\t-\t-",
                    "v1\tveth\tdown\t02:00:00:00:00:02\t1500\t-\t-\t-\t-",
                ]
            )
            let counters = try await spaces[0].sonde("addrs", "--stats", "--plain", "v0").run().orThrow()
            #expect(counters.output == "v0\t0\t0\t0\t0\t0\t0\t0\t0\n")
        }
    }

    @Test("a terminal of 60 columns gets lines that fit, with everything in them", .needs(.root, .tool("script")))
    func narrow() async throws {
        try await Namespace.with("narrow") { spaces in
            try await spaces[0].ip(Self.everyKind)
            let line = "stty cols 60; exec \(Binary.sonde) addrs --color never"
            let outcome = try await spaces[0].tool("script", "-qec", line, "/dev/null").run().orThrow()
            let lines = outcome.output.split(whereSeparator: \.isNewline).map(String.init)
            #expect(lines.allSatisfy { $0.count <= 60 }, "\(outcome)")
            #expect(lines.contains("v0  veth  up  mtu 1400  02:00:00:00:00:01"))
            #expect(lines.contains("  198.51.100.1/25  global  label v0:web"))
        }
    }

    @Test("a name that would move the cursor is escaped in every form", .needs(.root))
    func hostileName() async throws {
        try await Namespace.with("hostile") { spaces in
            try await spaces[0].tool("ip", "link", "add", "name", "e\u{1B}[2J\u{202E}", "type", "ifb").run().orThrow()
            for form in [[], ["--plain"], ["--stats"], ["--json"]] {
                let outcome = try await Command(Binary.sonde, ["addrs"] + form).inNamespace(spaces[0].name).run().orThrow()
                #expect(outcome.output.contains(form == ["--json"] ? "e\\u001b[2J\\u202e" : "e\\x1b[2J\\u{202e}"), "\(outcome)")
                #expect(!outcome.output.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
            }
        }
    }

    @Test("hundreds of interfaces, more than one answer of the kernel holds", .needs(.root))
    func many() async throws {
        try await Namespace.with("many") { spaces in
            let names = (0..<300).map { "many\($0)" }
            try await spaces[0].ip(names.map { "link add name \($0) type ifb" }.joined(separator: "\n"))
            try await spaces[0].ip(
                names.enumerated().map { "addr add 10.0.\($0 / 250).\($0 % 250)/16 dev \($1)" }.joined(separator: "\n")
            )
            let objects = try await spaces[0].sonde("addrs", "--json").run().orThrow().jsonLines()
            #expect(objects.compactMap { $0["name"]?.string } == ["lo"] + names)
            #expect(objects.dropFirst().allSatisfy { $0["kind"]?.string == "ifb" && $0["addresses"]?.array?.count == 1 })
        }
    }

    @Test("an unknown interface ends with 69 and the list of those that exist")
    func unknownInterface() async throws {
        let outcome = try await Command.sonde("addrs", "lo", "no\u{1B}such0").run()
        #expect(outcome.code == 69)
        #expect(outcome.output == "")
        #expect(outcome.errorLines.first == "sonde: no\\x1bsuch0: no such interface")
        #expect(outcome.errorLines.contains { $0.contains("choose one of:") && $0.contains("lo") })
    }
}

/// What `ip` and sonde both tell of an interface.
struct InterfaceFacts: Equatable {
    struct Address: Equatable {
        let family: String?
        let address: String?
        let prefix: Int?
        let scope: String?
        let broadcast: String?
        let peer: String?
        let label: String?
        let flags: [String]
    }

    let index: Int?
    let name: String
    let kind: String?
    let isUp: Bool
    let isLoopback: Bool
    let mtu: Int?
    let mac: String?
    let addresses: [Address]

    init(ip object: JSONValue) {
        index = object["ifindex"]?.int
        name = object["ifname"]?.string ?? ""
        let flags = object["flags"]?.array?.compactMap(\.string) ?? []
        isUp = flags.contains("UP")
        isLoopback = flags.contains("LOOPBACK")
        mtu = object["mtu"]?.int
        mac = object["address"]?.string
        let data = object["linkinfo"]?["info_data"]
        kind =
            data?["type"]?.string == "tap"
            ? "tap" : object["linkinfo"]?["info_kind"]?.string ?? (isLoopback ? "loopback" : "physical")
        let name = name
        addresses = (object["addr_info"]?.array ?? []).map { address in
            let label = address["label"]?.string
            return Address(
                family: address["family"]?.string,
                address: address["local"]?.string,
                prefix: address["prefixlen"]?.int,
                scope: address["scope"]?.string,
                broadcast: address["broadcast"]?.string,
                peer: address["address"]?.string,
                label: label == name ? nil : label,
                flags: ["secondary", "temporary", "dadfailed", "deprecated", "tentative"].filter { address[$0]?.bool == true }
                    .map { $0 == "dadfailed" ? "duplicate" : $0 }
            )
        }
    }

    init(sonde object: JSONValue) {
        index = object["index"]?.int
        name = object["name"]?.string ?? ""
        let flags = object["flags"]?.array?.compactMap(\.string) ?? []
        isUp = flags.contains("UP")
        isLoopback = flags.contains("LOOPBACK")
        mtu = object["mtu"]?.int
        mac = object["mac"]?.string
        kind = object["kind"]?.string
        addresses = (object["addresses"]?.array ?? []).map { address in
            Address(
                family: address["family"]?.string,
                address: address["address"]?.string,
                prefix: address["prefix"]?.int,
                scope: address["scope"]?.string,
                broadcast: address["broadcast"]?.string,
                peer: address["peer"]?.string,
                label: address["label"]?.string,
                flags: address["flags"]?.array?.compactMap(\.string) ?? ["missing"]
            )
        }
    }
}
