import Addresses
import SondeSystem
import SystemPackage
import Testing

@testable import Probing

/// The table of DESIGN, row by row, for both families.
@Suite struct VerdictTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let errno: Errno?
        let queued: QueuedError?
        let verdict: Verdict

        init(_ name: String, _ errno: Errno?, _ queued: QueuedError? = nil, _ state: PortState, _ reason: Reason?) {
            self.name = name
            self.errno = errno
            self.queued = queued
            verdict = Verdict(state, reason)
        }

        var testDescription: String { name }
    }

    static func icmp(_ type: UInt8, _ code: UInt8, from offender: IPAddress? = IPAddress(v4: 0x0A00_0001)) -> QueuedError {
        QueuedError(
            errno: .noRouteToHost,
            origin: .icmp,
            icmpType: type,
            icmpCode: code,
            offender: offender
        )
    }

    static func icmp6(_ type: UInt8, _ code: UInt8) -> QueuedError {
        QueuedError(
            errno: .noRouteToHost,
            origin: .icmp6,
            icmpType: type,
            icmpCode: code,
            offender: IPAddress(v6High: 0, low: 1)
        )
    }

    @Test(
        arguments: [
            Row("connected", nil, nil, .open, .synAck),
            Row("reset", .connectionRefused, nil, .closed, .reset),
            Row("v4 port unreachable", .connectionRefused, icmp(3, 3), .filtered, .portUnreachable),
            Row("v6 port unreachable", .connectionRefused, icmp6(1, 4), .filtered, .portUnreachable),
            Row("v4 communication prohibited", .noRouteToHost, icmp(3, 13), .filtered, .administrativelyProhibited),
            Row("v4 host prohibited", .noRouteToHost, icmp(3, 10), .filtered, .administrativelyProhibited),
            Row("v4 network prohibited", .networkUnreachable, icmp(3, 9), .filtered, .administrativelyProhibited),
            Row("v6 prohibited", .permissionDenied, icmp6(1, 1), .filtered, .administrativelyProhibited),
            Row("v6 source policy", .permissionDenied, icmp6(1, 5), .filtered, .administrativelyProhibited),
            Row("v6 reject route", .permissionDenied, icmp6(1, 6), .filtered, .administrativelyProhibited),
            Row("v4 host unreachable", .noRouteToHost, icmp(3, 1), .filtered, .hostUnreachable),
            Row("v6 address unreachable", .noRouteToHost, icmp6(1, 3), .filtered, .hostUnreachable),
            Row("v4 network unreachable", .networkUnreachable, icmp(3, 0), .filtered, .networkUnreachable),
            Row("v6 no route", .networkUnreachable, icmp6(1, 0), .filtered, .networkUnreachable),
            Row("v4 protocol unreachable", Errno(rawValue: 92), icmp(3, 2), .filtered, .protocolUnreachable),
            Row("v4 time exceeded", .noRouteToHost, icmp(11, 0), .filtered, .timeToLiveExceeded),
            Row("v6 time exceeded", .noRouteToHost, icmp6(3, 0), .filtered, .timeToLiveExceeded),
            Row("v4 fragmentation needed refuses nothing", .connectionRefused, icmp(3, 4), .closed, .reset),
            Row("this machine: host unreachable", .noRouteToHost, nil, .filtered, .hostUnreachable),
            Row("this machine: no route", .networkUnreachable, nil, .filtered, .networkUnreachable),
            Row("this machine: a prohibit route", .permissionDenied, nil, .filtered, .administrativelyProhibited),
            Row("deadline", .timedOut, nil, .filtered, .noResponse),
            Row("EMFILE", .tooManyOpenFiles, nil, .error, nil),
            Row("ENFILE", .tooManyOpenFilesInSystem, nil, .error, nil),
            Row("EADDRNOTAVAIL", .addressNotAvailable, nil, .error, nil),
            Row("ENOBUFS", .noBufferSpace, nil, .error, nil),
            Row("ENOMEM", .noMemory, nil, .error, nil),
            Row("EAGAIN", .resourceTemporarilyUnavailable, nil, .error, nil),
            Row("this machine: a blackhole route", .invalidArgument, nil, .filtered, .networkUnreachable),
        ]
    )
    func tcp(_ row: Row) {
        #expect(Verdict.tcp(row.errno, queued: row.queued, target: IPAddress(v4: 0x0A00_0002)) == row.verdict)
    }

    @Test(
        arguments: [
            ("192.0.2.1", .filtered), ("2001:db8::1", .filtered), ("169.254.0.1", .filtered), ("fe80::1", .error),
            ("ff02::1", .error),
            ("ff0e::1", .filtered),
        ] as [(String, PortState)]
    )
    func aMissingZoneIsNoBlackhole(address: String, state: PortState) throws {
        let target = try #require(IPAddress(address))
        let reason: Reason? = state == .error ? nil : .networkUnreachable
        #expect(Verdict.tcp(.invalidArgument, target: target) == Verdict(state, reason))
        #expect(Verdict.udp(.invalidArgument, target: target) == Verdict(state, reason))
    }

    @Test(
        arguments: [
            Row("answered", nil, nil, .open, .udpResponse),
            Row("v4 port unreachable from a router", .connectionRefused, icmp(3, 3), .filtered, .portUnreachable),
            Row("v6 port unreachable from a router", .connectionRefused, icmp6(1, 4), .filtered, .portUnreachable),
            Row("refused, queue lost", .connectionRefused, nil, .closed, .portUnreachable),
            Row("v4 prohibited", .noRouteToHost, icmp(3, 13), .filtered, .administrativelyProhibited),
            Row("v6 prohibited", .permissionDenied, icmp6(1, 1), .filtered, .administrativelyProhibited),
            Row("v4 host unreachable", .noRouteToHost, icmp(3, 1), .filtered, .hostUnreachable),
            Row("deadline", .timedOut, nil, .openOrFiltered, .noResponse),
            Row("a rule of this machine (EPERM)", .notPermitted, nil, .filtered, .administrativelyProhibited),
            Row("ENOBUFS", .noBufferSpace, nil, .error, nil),
        ]
    )
    func udp(_ row: Row) {
        #expect(Verdict.udp(row.errno, queued: row.queued, target: IPAddress(v4: 0x0A00_0002)) == row.verdict)
    }

    @Test(
        arguments: [
            (icmp(3, 3), IPAddress(v4: 0x0A00_0001), .closed),
            (icmp(3, 3), IPAddress(v4: 0x0A00_0002), .filtered),
            (icmp(3, 3, from: nil), IPAddress(v4: 0x0A00_0001), .filtered),
            (icmp(3, 3), nil, .filtered),
            (icmp(3, 3, from: IPAddress(v4: 0x7F00_0001)), IPAddress(v4: 0), .closed),
            (icmp(3, 3), IPAddress(v4: 0), .filtered),
            (icmp6(1, 4), IPAddress(v6High: 0, low: 1), .closed),
            (icmp6(1, 4), IPAddress(v6High: 0, low: 0), .closed),
            (icmp6(1, 4), IPAddress(v6High: 0, low: 2), .filtered),
        ] as [(QueuedError, IPAddress?, PortState)]
    )
    func onlyTheTargetClosesAPort(queued: QueuedError, target: IPAddress?, state: PortState) {
        #expect(Verdict.udp(.connectionRefused, queued: queued, target: target) == Verdict(state, .portUnreachable))
    }

    @Test(
        arguments: [
            Row("accepted", nil, nil, .open, .accepted),
            Row("nobody listens", .connectionRefused, nil, .closed, .noListener),
            Row("no such path", .noSuchFileOrDirectory, nil, .closed, .noListener),
            Row("no permission", .permissionDenied, nil, .filtered, .administrativelyProhibited),
            Row("a full accept queue", .resourceTemporarilyUnavailable, nil, .filtered, .noResponse),
        ]
    )
    func unix(_ row: Row) {
        #expect(Verdict.unix(row.errno) == row.verdict)
    }

    @Test("what this machine decided, by its cause")
    func causes() throws {
        let target = IPAddress(v4: 0xC000_02FF)
        let broadcast = LocalCause.groupAddress(isMulticast: false)
        #expect(Verdict.udp(.permissionDenied, target: target, broadcast) == Verdict(.filtered, .networkUnreachable))
        #expect(Verdict.udp(.permissionDenied, target: target) == Verdict(.filtered, .administrativelyProhibited))
        #expect(Verdict.tcp(.invalidArgument, target: target, .source) == Verdict(.error, nil))
    }

    @Test func shortagesOfThisMachineAreWaitedOut() {
        let shortages: [Errno] = [
            .tooManyOpenFiles, .tooManyOpenFilesInSystem, .addressNotAvailable, .noBufferSpace, .noMemory,
            .resourceTemporarilyUnavailable,
        ]
        for errno in shortages { #expect(errno.isLocalExhaustion) }
        for errno in [Errno.connectionRefused, .timedOut, .noRouteToHost, .permissionDenied] { #expect(!errno.isLocalExhaustion) }
    }
}
