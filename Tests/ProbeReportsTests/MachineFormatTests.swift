import Addresses
import Console
import Probing
import SystemPackage
import Testing

@testable import ProbeReports
@testable import Probing
@testable import SondeSystem

/// What other programs read: each field and metric by its name, as users' scripts know it.
@Suite("JSON and Prometheus")
struct MachineFormatTests {
    private static let open = ProbeResult.made(
        name: "example.org",
        port: 22,
        .open,
        .synAck,
        resolveTime: .milliseconds(3),
        answerTime: Nanoseconds(1_280_400),
        rttMicroseconds: 900,
        retransmits: 1,
        banner: Array("SSH-2.0".utf8),
        aftermath: .data,
        aftermathTime: .milliseconds(2),
        fate: .held,
        local: Endpoint(IPAddress(v4: 0xC000_024D), port: 40000)
    )
    private static let refused = ProbeResult.made(
        ordinal: 1,
        address: "2001:db8::1",
        port: 123,
        transport: .udp,
        .filtered,
        .administrativelyProhibited,
        errno: .permissionDenied,
        icmp: .from("2001:db8::9", .icmp6, type: 1, code: 5)
    )
    private static let unix = ProbeResult.made(
        ordinal: 2,
        name: "/run/\"x\"\n",
        address: nil,
        port: 0,
        transport: .unix,
        .error,
        nil,
        errno: .tooManyOpenFiles
    )

    @Test(
        "JSON: a port's fields",
        arguments: [
            (
                open,
                #"""
                {"type":"probe","target":"example.org","address":"192.0.2.1","port":22,"transport":"tcp","state":"open","reason":"syn-ack",\#
                "connect_ex":0,"errno":null,"offender":null,"icmp_type":null,"icmp_code":null,"service":"ssh","local_address":"192.0.2.77","local_port":40000,"local":null,\#
                "resolve_ms":3.000,"connect_ms":1.280,"rtt_ms":0.900,"syn_retransmits":1,"banner":"SSH-2.0",\#
                "banner_hex":"5353482d322e30","after":"data","after_ms":2.000,"zero_window":false,"other_addresses":[],"time":1700000000.250000}

                """#
            ),
            (
                refused,
                #"""
                {"type":"probe","target":"2001:db8::1","address":"2001:db8::1","port":123,"transport":"udp","state":"filtered",\#
                "reason":"admin-prohibited","connect_ex":13,"errno":"EACCES","offender":"2001:db8::9","icmp_type":1,"icmp_code":5,\#
                "service":"ntp","local_address":null,"local_port":null,"local":null,"resolve_ms":null,"connect_ms":null,"rtt_ms":null,"syn_retransmits":null,"banner":null,"banner_hex":null,"after":null,"after_ms":null,"zero_window":null,"other_addresses":[],\#
                "time":1700000000.250000}

                """#
            ),
            (
                unix,
                #"""
                {"type":"probe","target":"/run/\"x\"\n","address":null,"port":null,"transport":"unix","state":"error","reason":null,\#
                "connect_ex":24,"errno":"EMFILE","offender":null,"icmp_type":null,"icmp_code":null,"service":null,"local_address":null,"local_port":null,"local":null,"resolve_ms":null,\#
                "connect_ms":null,"rtt_ms":null,"syn_retransmits":null,"banner":null,"banner_hex":null,"after":null,"after_ms":null,"zero_window":null,"other_addresses":[],"time":1700000000.250000}

                """#
            ),
        ]
    )
    func fields(_ result: ProbeResult, _ expected: String) {
        var report = JSONProbeReport(onlyOpen: false)
        var text = TextBuffer()
        report.add(result, into: &text)
        #expect(text.string == expected)
    }

    @Test("JSON: what this machine's own sockets say")
    func listener() {
        var text = TextBuffer()
        let listener = LocalListener(.fullQueue, address: .anyV4, waiting: 5, limit: 4)
        let result = ProbeResult.made(.filtered, .noResponse, errno: .timedOut, listener: listener)
        text.append(json: { result.writeJSON(into: &$0) })
        #expect(text.string.contains(#""local":{"listener":"full-queue","address":"0.0.0.0","queue":5,"queue_limit":4},"#))
    }

    @Test("JSON: what became of a name's other addresses")
    func others() {
        let others = [
            AddressOutcome(address: ResolvedAddress(.loopbackV6), verdict: Verdict(.closed, .reset), elapsed: nil),
            AddressOutcome(address: ResolvedAddress(.anyV4), verdict: nil, elapsed: .milliseconds(250)),
        ]
        var text = TextBuffer()
        text.append(json: { ProbeResult.made(.open, .synAck).beside(others).writeJSON(into: &$0) })
        let expected =
            #""other_addresses":[{"address":"::1","state":"closed","reason":"rst","waited_ms":null},"#
            + #"{"address":"0.0.0.0","state":null,"reason":null,"waited_ms":250.000}],"#
        #expect(text.string.contains(expected), "\(text.string)")
    }

    @Test("JSON: names that do not resolve, the summary, and open ports only")
    func summary() {
        var report = JSONProbeReport(onlyOpen: true)
        var tally = ProbeTally()
        var text = TextBuffer()
        var notes = TextBuffer()
        report.add(Self.refused, into: &text)
        #expect(text.string == "")
        report.add(
            UnresolvedTarget(
                ordinal: 0,
                ports: PortList([80]),
                time: 7,
                error: ResolutionError(name: "nosuch", reason: "Name or service not known", isTemporary: false)
            ),
            into: &text
        )
        #expect(
            text.string == #"{"type":"unresolved","target":"nosuch","reason":"Name or service not known","time":7.000000}"# + "\n"
        )
        text.clear()
        tally.unresolved = 5
        tally.abandoned = 6
        tally.skippedLines = 7
        for (state, count) in [(PortState.open, 1), (.closed, 2), (.filtered, 3), (.openOrFiltered, 2), (.error, 4)] {
            for _ in 0..<count { tally.count(Verdict(state, nil)) }
        }
        report.finish(ProbeEnding(tally, elapsed: .milliseconds(1500), time: 7), into: &text, notes: &notes)
        #expect(
            text.string == #"""
                {"type":"summary","probed":12,"open":1,"closed":2,"filtered":3,"open_filtered":2,"errors":4,"unresolved":5,\#
                "interrupted":6,"unreached":0,"skipped_lines":7,"elapsed_ms":1500.000}

                """#
        )
        #expect(notes.string == "")
    }

    @Test("Prometheus: each metric, with its help, labels and values; a port that was named twice once")
    func prometheus() {
        var report = PrometheusProbeReport(onlyOpen: false)
        var tally = ProbeTally()
        for (state, count) in [(PortState.open, 1), (.closed, 2), (.filtered, 3), (.error, 4)] {
            for _ in 0..<count { tally.count(Verdict(state, nil)) }
        }
        let text = render(&report, [Self.unix, Self.refused, Self.open, Self.open], tally)
        #expect(
            text == #"""
                # HELP sonde_probe_open Whether the port is open: 1 or 0.
                # TYPE sonde_probe_open gauge
                sonde_probe_open{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 1
                sonde_probe_open{target="2001:db8::1",address="2001:db8::1",port="123",transport="udp"} 0
                sonde_probe_open{target="/run/\"x\"\\n",address="",port="0",transport="unix"} 0
                # HELP sonde_probe_connect_ex Error number that connect returned, 0 for success.
                # TYPE sonde_probe_connect_ex gauge
                sonde_probe_connect_ex{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 0
                sonde_probe_connect_ex{target="2001:db8::1",address="2001:db8::1",port="123",transport="udp"} 13
                sonde_probe_connect_ex{target="/run/\"x\"\\n",address="",port="0",transport="unix"} 24
                # HELP sonde_probe_state State of the port, its reason, and the sender of the ICMP error that decided; always 1.
                # TYPE sonde_probe_state gauge
                sonde_probe_state{target="example.org",address="192.0.2.1",port="22",transport="tcp",state="open",reason="syn-ack",offender="",family="ipv4"} 1
                sonde_probe_state{target="2001:db8::1",address="2001:db8::1",port="123",transport="udp",state="filtered",reason="admin-prohibited",offender="2001:db8::9",family="ipv6"} 1
                sonde_probe_state{target="/run/\"x\"\\n",address="",port="0",transport="unix",state="error",reason="",offender="",family=""} 1
                # HELP sonde_probe_after What the server did after it accepted the connection; always 1.
                # TYPE sonde_probe_after gauge
                sonde_probe_after{target="example.org",address="192.0.2.1",port="22",transport="tcp",after="data"} 1
                # HELP sonde_probe_retransmissions SYNs or datagrams that were sent again.
                # TYPE sonde_probe_retransmissions gauge
                sonde_probe_retransmissions{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 1
                # HELP sonde_probe_resolve_seconds Time that the name took to resolve.
                # TYPE sonde_probe_resolve_seconds gauge
                sonde_probe_resolve_seconds{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 0.003000000
                # HELP sonde_probe_connect_seconds Time from the first attempt to the answer.
                # TYPE sonde_probe_connect_seconds gauge
                sonde_probe_connect_seconds{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 0.001280400
                # HELP sonde_probe_rtt_seconds Round-trip time of the handshake as the kernel measured it.
                # TYPE sonde_probe_rtt_seconds gauge
                sonde_probe_rtt_seconds{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 0.000900000
                # HELP sonde_probe_after_seconds Time from the accepted connection to what the server did.
                # TYPE sonde_probe_after_seconds gauge
                sonde_probe_after_seconds{target="example.org",address="192.0.2.1",port="22",transport="tcp"} 0.002000000
                # HELP sonde_probe_ports Ports of this run by state, and names that do not resolve.
                # TYPE sonde_probe_ports gauge
                sonde_probe_ports{state="open"} 1
                sonde_probe_ports{state="closed"} 2
                sonde_probe_ports{state="filtered"} 3
                sonde_probe_ports{state="open|filtered"} 0
                sonde_probe_ports{state="error"} 4
                sonde_probe_ports{state="unresolved"} 0
                # HELP sonde_probe_run_seconds Duration of the run.
                # TYPE sonde_probe_run_seconds gauge
                sonde_probe_run_seconds 1.500000
                # HELP sonde_probe_run_timestamp_seconds End of the run, in seconds since the epoch.
                # TYPE sonde_probe_run_timestamp_seconds gauge
                sonde_probe_run_timestamp_seconds 1700000000.500

                """#
        )
    }

    @Test("Prometheus: a name that does not resolve is a port that is not open")
    func prometheusUnresolved() {
        var report = PrometheusProbeReport(onlyOpen: false)
        var text = TextBuffer()
        let error = ResolutionError(name: "gone", reason: "", isTemporary: false, code: -2)
        report.add(UnresolvedTarget(ordinal: 0, ports: PortList([80, 443]), error: error), into: &text)
        let lines = render(&report, [], ProbeTally()).split(separator: "\n")
        for port in [80, 443] {
            let labels = #"target="gone",address="",port="\#(port)",transport="tcp""#
            #expect(lines.contains("sonde_probe_open{\(labels)} 0"))
            #expect(lines.contains("sonde_probe_connect_ex{\(labels)} -2"))
            #expect(lines.contains(#"sonde_probe_state{\#(labels),state="unresolved",reason="permanent",offender="",family=""} 1"#))
        }
    }

    @Test("Prometheus: open ports only")
    func prometheusOpen() {
        var report = PrometheusProbeReport(onlyOpen: true)
        let text = render(&report, [Self.refused], ProbeTally())
        #expect(!text.contains("2001:db8"))
    }

    private func render(_ report: inout PrometheusProbeReport, _ results: [ProbeResult], _ tally: ProbeTally) -> String {
        var text = TextBuffer()
        var notes = TextBuffer()
        for result in results { report.add(result, into: &text) }
        report.finish(ProbeEnding(tally, elapsed: .milliseconds(1500), time: 1_700_000_000.5), into: &text, notes: &notes)
        return text.string
    }
}
