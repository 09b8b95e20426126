import Addresses
import Console
import Interfaces
import SondeSystem
import SystemPackage
import Testing

@testable import LocalSockets
@testable import SocketReports

@Suite("Notes below a listing of sockets")
struct SocketNotesTests {
    static func text(_ fill: (inout SocketNotes) -> Void) -> String {
        var notes = SocketNotes()
        fill(&notes)
        var text = TextBuffer()
        notes.write(into: &text, width: 120, .plain)
        return text.string.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "→" } }.joined(separator: " ")
    }

    static func row(
        _ port: UInt16,
        _ kind: LocalSocket.Kind = .tcp,
        at address: IPAddress = .anyV4,
        waiting: UInt32 = 0,
        drops: UInt32 = 0,
        holders: [SocketHolder] = []
    ) -> SocketRow {
        let socket = SocketListingTests.listener(port, kind, at: address, waiting: waiting, limit: 128, drops: drops)
        let reachability = address.isLoopback ? SocketListingTests.own : SocketListingTests.everywhere
        return SocketRow(socket, reachability: reachability, holders: holders)
    }

    @Test("what is missing, and the way to get it")
    func missing() {
        #expect(Self.text { $0.add(hidden: 0, .user, command: "sonde sockets") } == "")
        #expect(
            Self.text { $0.add(hidden: 1, .user, command: "sonde sockets 80") }
                == "1 socket belongs to a process of another user, which you may not see: run sudo sonde sockets 80"
        )
        #expect(
            Self.text { $0.add(hidden: 1200, .namespaceRoot, command: "sonde sockets") }
                == "1,200 sockets belong to processes of another user, which you may not see: run sonde sockets as root outside this user namespace"
        )
        #expect(
            Self.text { $0.add(hidden: 2, .root, command: "sonde sockets") }
                == "2 sockets belong to processes of another user, which you may not see: run sonde sockets with the capability CAP_SYS_PTRACE"
        )
        #expect(
            Self.text { $0.add(refusal: .notPermitted) }
                == "the kernel refuses sock_diag (operation not permitted (EPERM 1)), so /proc/net was read: limits of accept queues, drops "
                + "of TCP listeners, bound interfaces and IPv6-only are unknown"
        )
        #expect(
            Self.text { $0.addUnknownNetwork() }
                == "the kernel refuses rtnetlink, so it is unknown from where the sockets can be reached"
        )
        #expect(
            Self.text { $0.add(procFailure: .permissionDenied) }
                == "/proc can't be read (permission denied (EACCES 13)), so the processes are unknown"
        )
        #expect(Self.text { $0.addChangedMeanwhile() }.hasPrefix("sockets were opened and closed during each of ten attempts"))
    }

    @Test("queues that are full or were")
    func queues() {
        let nginx = [SocketHolder(pid: 900, name: "nginx")]
        #expect(Self.text { $0.addQueues(of: [Self.row(80, waiting: 128)]) } == "")
        #expect(
            Self.text { $0.addQueues(of: [Self.row(80, waiting: 129, drops: 7, holders: nginx)]) }
                == "80/tcp: the accept queue is full (129 of at most 129): new connections time out or fail until nginx 900 accepts, or its "
                + "backlog (listen, net.core.somaxconn) is raised"
        )
        #expect(
            Self.text { $0.addQueues(of: [Self.row(80, drops: 7)]) }
                == "80/tcp: the kernel dropped 7 connection attempts since it was opened, mostly since the accept queue was full"
        )
        #expect(
            Self.text { $0.addQueues(of: [Self.row(53, .udp, waiting: 999)]) }
                == "53/udp: the receive buffer is full: the kernel drops datagrams until its process reads"
        )
        #expect(
            Self.text { $0.addQueues(of: [Self.row(53, .udp, drops: 1234)]) }
                == "53/udp: the kernel dropped 1,234 datagrams since it was opened, since the receive buffer was full or they were damaged"
        )
        #expect(
            Self.text { $0.addQueues(of: (1...5).map { Self.row($0, waiting: 129) }) }
                .hasSuffix("2 more sockets have a full queue or dropped something: see the column QUEUE")
        )
    }

    static let outside = IPAddress(v4: 0xC000_020A)

    static let probes: [(rows: [SocketRow], primary: IPAddress?, words: String)] = [
        ([], outside, ""),
        ([row(22), row(80)], outside, "check from another host, firewalls included: sonde probe 192.0.2.10 22,80"),
        ([row(22), row(53, .udp)], outside, "check from another host, firewalls included: sonde probe 192.0.2.10 22"),
        ([row(53, .udp)], outside, "check from another host, firewalls included: sonde probe -u 192.0.2.10 53"),
        ([row(5432, at: .loopbackV4)], outside, "check from this machine: sonde probe 127.0.0.1 5432"),
        ([row(22)], nil, "check from this machine: sonde probe 127.0.0.1 22"),
        (
            (1...12).map { row($0) }, outside,
            "check from another host, firewalls included: sonde probe 192.0.2.10 1,2,3,4,5,6,7,8,9,10"
        ),
    ]

    @Test("the matching probe", arguments: probes)
    func probe(_ rows: [SocketRow], _ primary: IPAddress?, _ words: String) {
        #expect(Self.text { $0.addProbe(of: rows, primary: primary) } == words)
    }
}
