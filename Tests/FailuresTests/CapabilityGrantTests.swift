import SondeSystem
import Testing

@testable import Failures

@Suite("The setcap line")
struct CapabilityGrantTests {
    @Test(
        "repeats the capabilities that the program has, since setcap replaces them, and can be pasted",
        arguments: [
            (.netRaw, [], "/usr/bin/sonde", "sudo setcap cap_net_raw=ep /usr/bin/sonde"),
            (.netRaw, [.netRaw], "/usr/bin/sonde", "sudo setcap cap_net_raw=ep /usr/bin/sonde"),
            (.netRaw, [.netBindService], "/usr/bin/sonde", "sudo setcap cap_net_bind_service,cap_net_raw=ep /usr/bin/sonde"),
            (.netBindService, [], "/usr/bin/sonde", "sudo setcap cap_net_bind_service=ep /usr/bin/sonde"),
            (.netBindService, [.netRaw], "/a b/it's", "sudo setcap cap_net_bind_service,cap_net_raw=ep '/a b/it'\\''s'"),
        ] as [(Capability, [Capability], String, String)]
    )
    func line(needed: Capability, held: [Capability], program: String, line: String) {
        #expect(CapabilityGrant.command(needed, held: held, program: program) == line)
    }

    @Test("of this process names this program")
    func own() throws {
        let program = try #require(Process.executable)
        #expect(program.hasPrefix("/") && CapabilityGrant.command(.netRaw).contains("cap_net_raw=ep "))
    }
}
