import Glibc
import Testing

@testable import SondeCommands

/// What the path, the system and the list of targets can do to a run.
@Suite("Faults met by sonde probe", .sideBySide)
struct ProbeFaultTests {
    /// Packets wait at the client until the router answers ARP; of each port's the router lets only the first through. So only an
    /// attempt that stayed open while others followed it hears the answer.
    @Test("an answer to the first SYN is heard after others were sent", .needs(.root, .tool("nft"), .unprivilegedUser))
    func lateAnswers() async throws {
        try await NetworkLab.run { lab in
            try await lab.router.nft(
                """
                table inet probe {
                  set seen { type inet_service; size 65535; flags dynamic; }
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    tcp flags == syn tcp dport @seen drop
                    tcp flags == syn add @seen { tcp dport }
                  }
                }
                """
            )
            try await lab.router.ip("link set left arp off")
            try await lab.client.sysctl("net.ipv4.neigh.eth0.retrans_time_ms", "100")
            try await lab.client.sysctl("net.ipv4.neigh.eth0.mcast_solicit", "600")
            async let outcome = lab.client.sonde("probe", "--json", "--timeout", "30s", lab.serverV4, "1-3")
                .unprivileged().limit(.seconds(60)).run()
            // The first retransmission leaves after 500 ms. On a busy machine it may come too late to be tested, never to be heard.
            try await Task.sleep(for: .milliseconds(1200))
            try await lab.router.ip("link set left arp on")
            let lines = try await outcome.jsonLines()
            #expect(lines.last?["closed"]?.int == 3, "\(lines)")
            #expect(lines.dropLast().allSatisfy { $0["syn_retransmits"]?.int == 0 })
        }
    }

    @Test("a list of more targets than can be counted is probed")
    func countlessTargets() async throws {
        let path = "/tmp/sonde-targets-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unlink(path) }
        let list = String(repeating: "10.0.0.0/8\n", count: 40_000)
        let file = try #require(fopen(path, "w"))
        fputs(list, file)
        fclose(file)
        let probing = Command.tool(
            "timeout",
            "-s",
            "INT",
            "5",
            Binary.sonde,
            "probe",
            "--open",
            "--source",
            "127.0.0.1",
            "@\(path)",
            "-p-"
        )
        #expect(try await probing.limit(.seconds(60)).run().code == 124)
    }

    @Test("a thread that the system refuses ends the run", .needs(.root, .tool("setpriv"), .tool("prlimit")))
    func refusedThreads() async throws {
        // A user that nobody else is, so that the limit counts this process alone.
        let user = "61\(UInt32.random(in: 100...999))"
        for target in ["localhost", "@/dev/stdin"] {
            let outcome = try await Command.tool(
                "setpriv",
                "--reuid=\(user)",
                "--clear-groups",
                "prlimit",
                "--nproc=1:1",
                Binary.sonde,
                "probe",
                target,
                "80"
            ).input("127.0.0.1\n").limit(.seconds(30)).run()
            #expect(outcome.code == 71, "\(target): \(outcome)")
            #expect(outcome.error.contains("EAGAIN"))
        }
    }

    @Test("the command after -- gets the limit of open files that sonde was started with", .needs(.tool("prlimit")))
    func restoredLimit() async throws {
        let outcome = try await Command.tool(
            "prlimit",
            "--nofile=200:",
            Binary.sonde,
            "probe",
            "--wait",
            "5s",
            "--invert",
            "127.0.0.1:\(FreePort.tcp())",
            "--",
            "sh",
            "-c",
            "ulimit -Sn"
        ).run()
        #expect(outcome.outputLines.last == "200", "\(outcome)")
    }

    @Test("a machine without IPv6 says so at once", .needs(.root))
    func withoutIPv6() async throws {
        try await Namespace.with("alone") { spaces in
            try await spaces[0].sysctl("net.ipv6.conf.all.disable_ipv6", "1")
            let outcome = try await spaces[0].sonde("probe", "--json", "::1", "80").run()
            let object = try #require(try outcome.jsonLines().first)
            #expect(outcome.code == 71)
            #expect(object["errno"]?.string == "EADDRNOTAVAIL" && object["state"]?.string == "error")
            #expect(object["connect_ms"]?.isNull == true)
            #expect(try outcome.jsonLines().last?["elapsed_ms"]?.double ?? .infinity < 1000)
        }
    }

    @Test("--wait ends in time although a name server is silent", .needs(.root, .tool("unshare"), .tool("mount")))
    func silentNameServer() async throws {
        let script = """
            mount -t tmpfs none /run; printf 'nameserver 127.0.0.9\\n' > /run/resolv.conf; printf 'hosts: dns\\n' > /run/nsswitch.conf
            touch /etc/resolv.conf; mount --bind /run/resolv.conf /etc/resolv.conf; mount --bind /run/nsswitch.conf /etc/nsswitch.conf
            ip link set lo up; exec "$0" probe --wait 1s app.example:80
            """
        try await Namespace.with("deaf") { spaces in
            try await spaces[0].nft("table inet t { chain input { type filter hook input priority 0; udp dport 53 drop; }; }")
            var command = Command.tool("unshare", "-m", "sh", "-c", script, Binary.sonde)
            command = command.inNamespace(spaces[0].name)
            let outcome = try await command.limit(.seconds(60)).run()
            #expect(outcome.code == 1 || outcome.code == 68, "\(outcome)")
            #expect(outcome.elapsed < .seconds(4), "\(outcome)")
        }
    }
}
