import Testing

@Suite("scripts/require.sh", .sideBySide)
struct RequireScriptTests {
    /// Runs the script with programs of the test's own before, or in place of, the machine's.
    private func run(_ what: String, fakes: String, hidesMachine: Bool) async throws -> Outcome {
        let script = """
            set -e
            bin=$(mktemp -d)
            trap 'rm -rf "$bin"' EXIT
            cd "$bin"
            \(fakes)
            chmod +x ./*
            if \(hidesMachine); then
                for tool in sh sort tr cat env; do ln -s "$(command -v $tool)" .; done
                path=$bin
            else
                path=$bin:$PATH
            fi
            PATH=$path sh "\(Repository.root)/scripts/require.sh" \(what)
            """
        return try await Command.tool("sh", "-c", script).run()
    }

    private static let swift = "echo '#!/bin/sh' > swift\n"
    private static let aptGet = "printf '#!/bin/sh\\necho called \"$@\"\\n' > apt-get\n"
    private static let root = "printf '#!/bin/sh\\necho 0\\n' > id\n"
    private static let user = "printf '#!/bin/sh\\necho 1000\\n' > id\n"
    private static let sudo = "printf '#!/bin/sh\\necho sudo \"$@\"\\n' > sudo\n"

    @Test("does nothing where nothing is missing")
    func nothingMissing() async throws {
        let everything =
            "for tool in git capinfos fish ip lintian mandoc nc ncat nft nmap promtool python3 setcap setpriv shellcheck socat strace sysctl tcpdump tshark zsh; do "
            + "echo '#!/bin/sh' > $tool; done\n"
        let outcome = try await run("test", fakes: Self.swift + Self.aptGet + Self.root + everything, hidesMachine: false)
        #expect(outcome.code == 0)
        #expect(outcome.output.isEmpty && outcome.error.isEmpty, "\(outcome)")
    }

    @Test("installs what is missing as root, says so, and asks nothing")
    func asRoot() async throws {
        let outcome = try await run("test", fakes: Self.swift + Self.aptGet + Self.root, hidesMachine: true)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.errorLines.first == "+ apt-get update -q", "\(outcome)")
        let install = try #require(outcome.errorLines.last)
        #expect(
            install.hasPrefix("+ env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "),
            "\(outcome)"
        )
        #expect(install.contains(" fish ") && install.contains(" zsh"), "\(outcome)")
        #expect(outcome.outputLines.first == "called update -q", "\(outcome)")
    }

    @Test("goes through sudo as a user")
    func asUser() async throws {
        let outcome = try await run("test", fakes: Self.swift + Self.aptGet + Self.user + Self.sudo, hidesMachine: true)
        #expect(outcome.outputLines.first == "sudo apt-get update -q", "\(outcome)")
    }

    @Test("without sudo tells what to run as root")
    func withoutSudo() async throws {
        let outcome = try await run("test", fakes: Self.swift + Self.aptGet + Self.user, hidesMachine: true)
        #expect(outcome.code == 77, "\(outcome)")
        #expect(outcome.error.contains("apt-get install"), "\(outcome)")
    }

    @Test("the demo runs without the packages that nobody can install")
    func demoWithoutSudo() async throws {
        let outcome = try await run("demo", fakes: Self.swift + Self.aptGet + Self.user, hidesMachine: true)
        // Where the machine has libpcap nothing is missing, and nothing is printed.
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.error.isEmpty || outcome.error.contains("libpcap0.8"), "\(outcome)")
    }

    @Test("without swift tells where to get it")
    func withoutSwift() async throws {
        let outcome = try await run("build", fakes: Self.aptGet + Self.root, hidesMachine: true)
        #expect(outcome.code == 69, "\(outcome)")
        #expect(outcome.error.contains("swift.org"), "\(outcome)")
    }
}
