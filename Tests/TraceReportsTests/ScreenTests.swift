import Foundation
import Packets
import SystemPackage
import Testing
import Time

@testable import CaptureReports
@testable import ConnectionTracing
@testable import Console
@testable import Probing
@testable import SondeSystem
@testable import TraceReports

/// Whole reports against what was recorded in Screens/. `SONDE_GOLDEN=record` writes them again: read the diff before you commit it.
@Suite("Screens of trace")
struct ScreenTests {
    struct Scene: Sendable, CustomTestStringConvertible {
        let name: String
        let connection: TracedConnection
        /// Those that were made after it.
        var later: [TracedConnection] = []
        let segments: [Segment]
        var width: Int? = 110
        var isCaptured = true
        var ladder = LadderFormat.text
        var isJSON = false

        var text: String {
            report([connection] + later, segments, isCaptured: isCaptured, width: width, ladder: ladder, isJSON: isJSON)
        }

        var testDescription: String { name }
    }

    private static let opening = [
        "0 > S 100 - mss=1460 wscale=10", "0.008 < SA 5000 101 mss=1360 wscale=7", "0.0081 > A 101 5001",
    ]

    private static func time(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: 1_600_000_000_000_000_000 + Int64(seconds * 1e9))
    }

    static let scenes: [Scene] = (try? made() + made(ofKernel: true) + madeForPrograms()) ?? []
    /// Those that show a ladder as wide as the terminal.
    private static let drawn = scenes.filter {
        !$0.isJSON && $0.later.isEmpty && $0.isCaptured && $0.ladder == .text && $0.connection.errors.isEmpty
    }

    /// What the kernel has of a connection, where no segment was captured or beside them.
    private static func statistics(hasOptions: Bool) -> TCPStatistics {
        TCPStatistics(
            state: 1,
            rttMicroseconds: 8500,
            rttVarianceMicroseconds: 4000,
            minimumRTTMicroseconds: 8000,
            retransmits: 0,
            pendingRetransmits: 0,
            sendMSS: 1348,
            receiveMSS: 1348,
            sendWindowScale: hasOptions ? 7 : nil,
            receiveWindowScale: hasOptions ? 10 : nil,
            usesTimestamps: hasOptions,
            usesSACK: hasOptions,
            usesECN: hasOptions,
            congestionWindow: 10,
            sendWindow: 64_240,
            bytesAcknowledged: 0,
            bytesReceived: 0
        )
    }

    /// Connections of which the kernel alone knows, and texts of ASCII.
    private static func made(ofKernel: Bool) throws -> [Scene] {
        let many = ["192.0.2.1", "192.0.2.2", "2001:db8::7", "2001:db8::8"]
        return try [
            Scene(
                name: "uncaptured",
                connection: .made(
                    name: "example.org",
                    others: many,
                    statistics: statistics(hasOptions: true),
                    exchange: .made(.closed)
                ),
                segments: [],
                isCaptured: false
            ),
            Scene(
                name: "uncaptured-without-options",
                connection: .made(statistics: statistics(hasOptions: false), exchange: .made(.closed, sent: 1, received: 2)),
                segments: [],
                isCaptured: false
            ),
            Scene(
                name: "ascii",
                connection: .made(statistics: statistics(hasOptions: true), exchange: .made(.keptOpen, sent: 5)),
                segments: segments(["0 > S 100 - mss=1460", "0.0000005 < SA 5000 101 mss=1460", "0.000001 > A 101 5001"]),
                ladder: .ascii
            ),
            series("series", isJSON: false),
        ]
    }

    /// Two handshakes with one port, of which the second was refused.
    private static func series(_ name: String, isJSON: Bool) throws -> Scene {
        try Scene(
            name: name,
            connection: .made(exchange: .made(.reset)),
            later: [.made(.closed, .reset, errno: .connectionRefused, localPort: 40_001)],
            segments: segments(opening + ["0.01 < SA 5000 101 mss=1360 wscale=7", "0.1 < R 5001 -"], resetTTL: 61)
                + segments(["0.2 > S 100 - mss=1460", "0.208 < RA 0 101"], clientPort: 40_001),
            isJSON: isJSON
        )
    }

    /// The objects of the same, whose names and values a program reads.
    private static func madeForPrograms() throws -> [Scene] {
        let prohibited = QueuedError.icmp(3, 13, from: "10.9.2.2")
        var opening = try segments(opening)
        opening[0].flags.formUnion([.ece, .cwr])
        return try [
            Scene(
                name: "json-open",
                connection: .made(
                    name: "example.org",
                    statistics: statistics(hasOptions: true),
                    pathMTU: 1400,
                    exchange: .made(.closed, sent: 18, received: 1256)
                ),
                segments: opening,
                isJSON: true
            ),
            Scene(
                name: "json-refused",
                connection: .made(.closed, .reset, errno: .connectionRefused),
                segments: segments(["0 > S 100 - mss=1460 wscale=10", "1 > S 100 - mss=1460 wscale=10", "1.008 < RA 0 101"]),
                isJSON: true
            ),
            Scene(
                name: "json-rejected",
                connection: .made(.filtered, .administrativelyProhibited, errno: .noRouteToHost, icmp: prohibited),
                segments: segments(["0 > S 100 - mss=1460 wscale=10"]),
                isJSON: true
            ),
            Scene(
                name: "json-uncaptured",
                connection: .made(statistics: statistics(hasOptions: true), exchange: .made(.closed, sent: 1, received: 2)),
                segments: [],
                isCaptured: false,
                isJSON: true
            ),
            series("json-series", isJSON: true),
        ]
    }

    private static func made() throws -> [Scene] {
        let prohibited = QueuedError.icmp(3, 13, from: "10.9.2.2")
        return try [
            Scene(
                name: "normal",
                connection: .made(name: "example.org", others: ["2001:db8::7"], exchange: .made(.closed, sent: 18, received: 1256)),
                segments: segments(
                    opening + [
                        "0.1 > PA 101 5001 len=18", "0.108 < A 5001 119", "0.110 < PA 5001 119 len=1256", "0.1101 > A 119 6257",
                        "0.2 > FA 119 6257", "0.208 < FA 6257 120", "0.2081 > A 120 6258",
                    ]
                )
            ),
            Scene(
                name: "refused",
                connection: .made(.closed, .reset, errno: .connectionRefused),
                segments: segments(["0 > S 100 - mss=1460 wscale=10", "0.008 < RA 0 101"])
            ),
            Scene(
                name: "filtered",
                connection: .made(.filtered, .noResponse, errno: .timedOut, retransmits: 2),
                segments: segments([
                    "0 > S 100 - mss=1460 wscale=10", "1.01 > S 100 - mss=1460 wscale=10", "2.03 > S 100 - mss=1460 wscale=10",
                ])
            ),
            Scene(
                name: "rejected",
                connection: .made(
                    .filtered,
                    .administrativelyProhibited,
                    errno: .noRouteToHost,
                    icmp: prohibited,
                    errors: [TracedConnection.TimedError(time: time(0.004), error: prohibited)]
                ),
                segments: segments(["0 > S 100 - mss=1460 wscale=10"])
            ),
            Scene(
                name: "reset",
                connection: .made(exchange: .made(.reset, sent: 5)),
                segments: segments(opening + ["0.1 > PA 101 5001 len=5", "0.108 < R 5001 -"])
            ),
            Scene(
                name: "half-closed",
                connection: .made(exchange: .made(.keptOpen)),
                segments: segments(
                    opening + ["0.1 > FA 101 5001", "0.108 < A 5001 102", "1.5 < PA 5001 102 len=10", "1.501 > A 102 5011"]
                )
            ),
            Scene(
                name: "simultaneously-closed",
                connection: .made(exchange: .made(.closed)),
                segments: segments(
                    opening + ["0.1 > FA 101 5001", "0.103 < FA 5001 101", "0.1031 > A 102 5002", "0.108 < A 5002 102"]
                )
            ),
            Scene(
                name: "injected-reset",
                connection: .made(exchange: .made(.reset, sent: 5)),
                segments: segments(
                    opening + ["0.1 > PA 101 5001 len=5", "0.102 < R 5001 -", "0.108 < A 5001 106", "0.1081 > R 106 -"],
                    resetTTL: 61
                )
            ),
            Scene(
                name: "narrow",
                connection: .made(name: "example.org", exchange: .made(.closed)),
                segments: segments(opening + ["0.1 > FA 101 5001", "0.108 < FA 5001 102", "0.1081 > A 102 5002"]),
                width: 40
            ),
        ]
    }

    @Test("Every scene is there")
    func areThere() { #expect(Self.scenes.count == 18) }

    @Test("A screen is what was recorded", arguments: scenes)
    func screen(_ scene: Scene) throws {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let url = URL(fileURLWithPath: "/\(folder)/Screens/\(scene.name).txt")
        let text = scene.text
        if ProcessInfo.processInfo.environment["SONDE_GOLDEN"] == "record" {
            return try Data(text.utf8).write(to: url)
        }
        #expect(text == (try String(contentsOf: url, encoding: .utf8)))
    }

    @Test("The ladder is the one that capture draws", arguments: drawn)
    func ladder(_ scene: Scene) {
        let drawn = rendered(scene.segments, as: LadderView(format: .text, width: scene.width, zone: .utc, palette: .plain))
        #expect(!drawn.isEmpty && scene.text.contains(drawn))
    }

    @Test("No line is wider than the terminal, and ASCII is ASCII", arguments: [20, 40, 59, 60, 80, 100, 200])
    func widths(_ width: Int) {
        for scene in Self.scenes where !scene.isJSON {
            for line in report(
                [scene.connection] + scene.later,
                scene.segments,
                isCaptured: scene.isCaptured,
                width: width,
                ladder: .ascii
            )
            .split(separator: "\n") {
                #expect(line.count <= max(width, 40) && line.utf8.allSatisfy { $0 < 0x80 }, "\(scene.name): \(line)")
            }
        }
    }
}
