import Console
import SystemPackage
import Testing

@testable import CaptureReports
@testable import Dialing
@testable import Failures
@testable import Interfaces
@testable import LocalSockets
@testable import Packets
@testable import PathTracing
@testable import Probing
@testable import Reference
@testable import Serving
@testable import SocketReports
@testable import SondeSystem
@testable import Tracking

/// Every word that a command can print has a page, as the types enumerate them.
@Suite("Words that have pages")
struct WordTests {
    static let book = ReferenceBook.standard

    /// The words of one type, and the kind of page that explains them.
    struct Vocabulary: CustomTestStringConvertible, Sendable {
        let name: String
        let kinds: [Page.Kind]
        let words: [String]
        var testDescription: String { name }
    }

    static let vocabularies: [Vocabulary] = [
        Vocabulary(name: "PortState", kinds: [.state], words: PortState.allCases.map(\.rawValue)),
        Vocabulary(name: "Reason", kinds: [.reason], words: Reason.allCases.map(\.rawValue)),
        Vocabulary(name: "LocalListener.Kind", kinds: [.listener], words: LocalListener.Kind.allCases.map(\.rawValue)),
        Vocabulary(name: "Aftermath", kinds: [.after, .reason], words: Aftermath.allCases.map(\.rawValue)),
        Vocabulary(name: "QuotedSYN.Part", kinds: [.option], words: QuotedSYN.Part.allCases.map(\.rawValue)),
        Vocabulary(name: "ICMP errors", kinds: [.icmp], words: icmpErrors),
        Vocabulary(
            name: "ConnectionState",
            kinds: [.connState],
            words: ConnectionState.allCases.map { "\($0.name)" }
        ),
        Vocabulary(
            name: "HistoryCode",
            kinds: [.history],
            words: HistoryCode.allCases.flatMap { code in
                let letter = String(UnicodeScalar(code.upperCase))
                return [letter, letter.lowercased()]
            }
        ),
        Vocabulary(name: "Step", kinds: [.step], words: steps),
        Vocabulary(name: "TCPFlags", kinds: [.flag], words: flags),
        Vocabulary(name: "ExitStatus", kinds: [.exitCode], words: ExitStatus.allCases.map { "exit \($0.rawValue)" }),
        Vocabulary(name: "ExitStatus by number", kinds: [.exitCode], words: ExitStatus.allCases.map { "\($0.rawValue)" }),
        Vocabulary(name: "ConnectionVerdict", kinds: [.verdict], words: ConnectionVerdict.allCases.map { "\($0.words)" }),
        Vocabulary(name: "SocketState", kinds: [.socketState], words: socketStates),
        Vocabulary(name: "Reachability", kinds: [.reach, .listener], words: ["none", "local", "interface", "all"]),
        Vocabulary(name: "Reachability.Obstacle", kinds: [.reach, .interface], words: obstacles.map { "\($0.word)" }),
        Vocabulary(name: "CloseReason", kinds: [.ending, .after, .flag, .reason], words: CloseReason.allCases.map(\.rawValue)),
        Vocabulary(name: "RelayOutcome.End", kinds: [.ending], words: RelayOutcome.End.allCases.map(\.rawValue)),
        Vocabulary(name: "Refusal", kinds: [.refusal], words: Refusal.allCases.map(\.rawValue)),
        Vocabulary(name: "OperationalState", kinds: [.interface], words: OperationalState.allCases.map(\.description)),
        Vocabulary(
            name: "AddressFlags",
            kinds: [.interface],
            words: AddressFlags(rawValue: .max).names(true) + AddressFlags(rawValue: .max).names(false)
        ),
        Vocabulary(name: "InterfaceFlags", kinds: [.interface], words: InterfaceFlags(rawValue: .max).names),
        Vocabulary(name: "AddressScope", kinds: [.interface], words: ["global", "site", "link", "host"]),
        Vocabulary(name: "Errno of probing", kinds: [.errno], words: errnos),
    ]

    @Test("every case of every type has a page of its kind, in both languages", arguments: vocabularies)
    func vocabulary(_ vocabulary: Vocabulary) {
        #expect(!vocabulary.words.isEmpty)
        for word in vocabulary.words {
            let pages = Self.book.pages(named: word).filter { vocabulary.kinds.contains($0.kind) }
            #expect(!pages.isEmpty, "\(vocabulary.name) \(word) has no page: add one to Sources/Reference/Pages")
            for page in pages {
                for language in Language.allCases {
                    #expect(page.text(in: language)?.meaning.isEmpty == false, "\(word) has no page in \(language)")
                }
            }
        }
    }

    @Test("every note on a segment has a page", arguments: Event.Kind.allCases)
    func event(_ kind: Event.Kind) throws {
        var annotation = Annotation()
        annotation.kind = kind
        let nothing: [UInt8] = []
        var note = TextBuffer()
        note.append(noteOf: annotation, Segment(), payload: nothing.span)
        let pages = Self.book.pages(forSentence: note.string)
        #expect(pages.contains { $0.kind == .note }, "\(note.string)")
    }

    @Test("every finding of a note has a page")
    func findings() {
        for (_, words) in Findings.named {
            #expect(
                Self.book.pages(forSentence: "\(words) after 1.02 s").contains {
                    $0.kind == .note || $0.kind == .after || $0.kind == .question
                },
                "\(words)"
            )
        }
        #expect(Self.book.pages(forSentence: "reuses the ports of an earlier connection, wants to connect").count == 1)
    }

    @Test(
        "a mistyped word is no sentence that begins with a shorter one",
        arguments: ["close-wiat", "open-filterd", "reset-by-server-x", "syn-ackk", "refused_x"]
    )
    func mistyped(_ word: String) {
        #expect(Self.book.pages(forSentence: word).isEmpty)
    }

    @Test("every socket state of the kernel is among the words")
    func states() {
        for state in SocketState.allCases {
            // An exhaustive switch: a new state must find its word here.
            let word =
                switch state {
                case .established: "established"
                case .synSent: "syn-sent"
                case .synReceived, .newSynReceived: "syn-received"
                case .finWait1: "fin-wait-1"
                case .finWait2: "fin-wait-2"
                case .timeWait: "time-wait"
                case .close, .boundInactive: "bound"
                case .closeWait: "close-wait"
                case .lastAck: "last-ack"
                case .listen: "listen"
                case .closing: "closing"
                }
            #expect(Self.socketStates.contains(word))
        }
    }

    // MARK: - The words of types that enumerate otherwise

    static let socketStates = [
        "established", "syn-sent", "syn-received", "fin-wait-1", "fin-wait-2", "time-wait", "bound", "close-wait", "last-ack",
        "listen",
        "closing",
    ]

    /// Every ICMP error that sonde makes a reason of, by type and code as it prints them.
    static let icmpErrors: [String] = {
        let codes: [(QueuedError.Origin, UInt8, ClosedRange<UInt8>)] = [
            (.icmp, 3, 0...255), (.icmp, 11, 0...1), (.icmp, 12, 0...2), (.icmp6, 1, 0...255), (.icmp6, 3, 0...1),
            (.icmp6, 4, 0...2),
        ]
        return codes.flatMap { origin, type, range in
            range.compactMap { code in
                let error = QueuedError(errno: .noRouteToHost, origin: origin, icmpType: type, icmpCode: code, offender: nil)
                return Reason(icmp: error) == nil ? nil : "\(type)/\(code)"
            }
        } + ["3/4", "2/0"]
    }()

    static let steps: [String] = {
        let all =
            (1...3).map { Step.open($0, of: 3) } + (1...4).map { Step.open($0, of: 4) } + (1...4).map { Step.close($0) }
            + [.closeSecondAndThird]
        return all.map { step in
            var text = TextBuffer()
            text.append(step: step)
            return text.string
        }
    }()

    static let flags: [String] = {
        var names: [String] = []
        TCPFlags(rawValue: .max).forEachName { names.append("\($0)") }
        return names
    }()

    static let obstacles: [Reachability.Obstacle] = {
        let name = InterfaceName("eth0")
        let all: [Reachability.Obstacle] = [
            .interfaceDown(name), .noCarrier(name), .interfaceGone(7), .addressGone, .tentative, .duplicate, .deprecated,
            .loopbackDown, .noOtherAddress,
        ]
        // An exhaustive switch: a new obstacle must be listed above.
        for obstacle in all {
            switch obstacle {
            case .interfaceDown, .noCarrier, .interfaceGone, .addressGone, .tentative, .duplicate, .deprecated, .loopbackDown,
                .noOtherAddress:
                break
            }
        }
        return all
    }()

    /// What connect(2), bind(2), send(2), open(2) and their like return as their manual pages list it, where sonde calls them.
    static let errnos: [String] = [
        1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 16, 17, 19, 20, 21, 22, 23, 24, 27, 28, 30, 32, 36, 38, 40, 71, 88, 89, 90, 92, 93, 95,
        97, 98,
        99, 100, 101, 103, 104, 105, 106, 107, 110, 111, 112, 113, 114, 115, 122,
    ].flatMap { (number: Int32) in [Errno(rawValue: number).name, "\(number)"] }
}
