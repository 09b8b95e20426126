import Testing

@Suite("sonde addrs --watch")
struct AddrsWatchTests {
    private func watch(
        in space: Namespace,
        _ arguments: String...,
        body: @Sendable (RunningProcess) async throws -> Void
    ) async throws -> Outcome {
        let command = Command(Binary.sonde, ["addrs", "--watch"] + arguments).inNamespace(space.name)
        return try await command.running { process in
            _ = try await process.errorLine(within: .seconds(10)) { $0.hasPrefix("watching ") }
            try await body(process)
            process.interrupt()
        }.1
    }

    @Test("each kind of change is one object", .needs(.root))
    func kinds() async throws {
        try await Namespace.with("watch") { spaces in
            let space = spaces[0]
            let outcome = try await watch(in: space, "--json") { process in
                try await space.ip(
                    """
                    link add pa mtu 1400 type veth peer name qa
                    link set pa up
                    link set qa up
                    addr add 10.1.0.5/24 dev pa
                    addr add fd01::5/64 dev pa nodad
                    route add default via 10.1.0.1
                    route add default via fd01::1
                    route add 198.51.100.0/24 via 10.1.0.1
                    """
                )
                // The kernel reports an IPv6 address some time after it has it.
                _ = try await process.line(within: .seconds(10)) { $0.contains("fd01::5") }
                try await space.ip(
                    """
                    link set pa mtu 1300
                    addr del fd01::5/64 dev pa
                    link set pa down
                    link set pa name pz
                    link del pz
                    """
                )
                _ = try await process.line(within: .seconds(10)) { $0.contains("interface-removed") && $0.contains("\"pz\"") }
            }
            #expect(outcome.code == 0, "\(outcome)")
            let objects = try outcome.jsonLines()
            let fields: Set = [
                "type", "time", "change", "interface", "address", "prefix", "flags", "state", "mtu", "gateway", "lost",
            ]
            #expect(objects.allSatisfy { Set($0.object?.keys.map { $0 } ?? []) == fields && $0["type"]?.string == "change" })
            func has(_ change: String, _ interface: String, _ key: String, _ value: String) -> Bool {
                objects.contains { object in
                    object["change"]?.string == change && object["interface"]?.string == interface
                        && (object[key]?.string ?? object[key]?.int.map { String($0) }) == value
                }
            }
            #expect(has("interface-added", "pa", "mtu", "1400"), "\(outcome)")
            #expect(has("interface-changed", "pa", "state", "up"), "\(outcome)")
            #expect(has("address-added", "pa", "address", "10.1.0.5"), "\(outcome)")
            #expect(has("address-added", "pa", "address", "fd01::5"), "\(outcome)")
            #expect(has("default-route-added", "pa", "gateway", "10.1.0.1"), "\(outcome)")
            #expect(has("default-route-added", "pa", "gateway", "fd01::1"), "\(outcome)")
            #expect(has("interface-changed", "pa", "mtu", "1300"), "\(outcome)")
            #expect(has("address-removed", "pa", "address", "fd01::5"), "\(outcome)")
            #expect(has("default-route-removed", "pa", "gateway", "10.1.0.1"), "the kernel does not report it: \(outcome)")
            #expect(has("address-removed", "pz", "address", "10.1.0.5"), "\(outcome)")
            #expect(has("interface-removed", "pz", "mtu", "1300"), "\(outcome)")
            #expect(!outcome.output.contains("198.51.100"))
        }
    }

    @Test("of a burst of 1,000 changes none is missing, or the number that was lost is reported", .needs(.root))
    func burst() async throws {
        try await Namespace.with("burst") { spaces in
            let space = spaces[0]
            try await space.ip("link add b0 type bridge")
            let adds = (0..<500).map { "addr add 10.1.\($0 / 250).\($0 % 250 + 1)/16 dev b0" }
            let removals = (0..<500).map { "addr del 10.1.\($0 / 250).\($0 % 250 + 1)/16 dev b0" }
            let outcome = try await watch(in: space, "--json") { process in
                // The first address goes last: the kernel would remove the others with it.
                try await space.ip((adds + removals.reversed() + ["link add last0 type bridge"]).joined(separator: "\n"))
                _ = try await process.line(within: .seconds(20)) { $0.contains("last0") }
            }
            let objects = try outcome.jsonLines()
            let lost = objects.compactMap { $0["lost"]?.int }.reduce(0, +)
            let seen = objects.filter { $0["interface"]?.string == "b0" && $0["address"]?.string != nil }.count
            #expect(seen == 1000 || lost > 0, "seen \(seen), lost \(lost)")
        }
    }

    @Test("a stopped reader of the kernel's notifications reports how many were lost, and ends in the right state", .needs(.root))
    func overflow() async throws {
        try await Namespace.with("overflow") { spaces in
            let space = spaces[0]
            try await space.ip("link add b0 type bridge")
            let outcome = try await watch(in: space, "--json") { process in
                process.send(signal: 19)
                for round in 0..<12 {
                    let lines = (0..<1000).map { "addr add 10.\(round + 1).\($0 / 250).\($0 % 250 + 1)/16 dev b0" }
                    try await space.ip((lines + ["addr flush dev b0"]).joined(separator: "\n"))
                }
                try await space.ip("addr add 10.99.0.1/16 dev b0")
                process.send(signal: 18)
                _ = try await process.line(within: .seconds(30)) { $0.contains("10.99.0.1") }
            }
            let objects = try outcome.jsonLines()
            #expect(objects.compactMap { $0["lost"]?.int }.reduce(0, +) > 0, "\(objects.count) objects")
            // What was added and not removed, by the stream alone.
            var present: Set<String> = []
            for object in objects {
                guard let address = object["address"]?.string else { continue }
                if object["change"]?.string == "address-added" { present.insert(address) } else { present.remove(address) }
            }
            #expect(present == ["10.99.0.1"])
        }
    }

    @Test("options that would select are refused", arguments: [["lo"], ["--up"], ["--plain"], ["-4"], ["--to", "::1"]])
    func mistakes(_ arguments: [String]) async throws {
        let outcome = try await Command(Binary.sonde, ["addrs", "--watch"] + arguments).run()
        #expect(outcome.code == 64 && outcome.error.contains("--watch takes --json, --netns and --color only"), "\(outcome)")
    }
}
