package import Packets
internal import Synchronization

/// A filter expression for the frames of a file: compiled anew for each link type that a file holds.
package struct PacketFilter: ~Copyable {
    private let expression: String
    private let libpcap: Libpcap
    private var programs: [(linkType: LinkType, program: Box)] = []

    /// Safe to share: nothing changes a program once it is compiled.
    private final class Box: @unchecked Sendable {
        let program: FilterProgram
        init(_ program: consuming FilterProgram) { self.program = program }
    }

    /// Programs of one expression that were compiled ahead.
    private static let prepared = Mutex<(expression: String, programs: [LinkType: Box])>(("", [:]))

    /// The link types of most files.
    private static let usualLinkTypes: [LinkType] = [.ethernet, .raw, .linuxCooked, .linuxCooked2, .null, .ipv4, .ipv6]

    /// Compiles an expression for the usual link types while the names in it can still be looked up.
    package static func prepare(_ expression: String) {
        // Errors are reported where the expression is used.
        guard let libpcap = try? Libpcap.shared() else { return }
        var programs: [LinkType: Box] = [:]
        for linkType in usualLinkTypes {
            guard let program = try? FilterProgram(expression, for: linkType, libpcap: libpcap) else { continue }
            programs[linkType] = Box(program)
        }
        prepared.withLock { [programs] in $0 = (expression, programs) }
    }

    /// Loads libpcap. Whether the expression is right shows with the first frame, since that depends on its link type.
    package init(_ expression: String) throws(CaptureError) {
        self.expression = expression
        libpcap = try Libpcap.shared()
    }

    /// Whether the expression takes a frame of the file at `path`.
    package mutating func matches(_ header: FrameHeader, _ frame: Span<UInt8>, in path: String) throws(CaptureError) -> Bool {
        for entry in programs where entry.linkType == header.linkType {
            return entry.program.program.matches(header, frame)
        }
        do throws(CaptureError) {
            return try compile(for: header.linkType).program.matches(header, frame)
        } catch {
            guard header.linkType != .ethernet, case .filter(_, let message) = error, isRightForEthernet else { throw error }
            throw .cannotFilter(path: path, header.linkType, message: message)
        }
    }

    /// Throws where no frame came to show that the expression is wrong. One that is right for Ethernet is no mistake, where libpcap
    /// knows no filters for the link type.
    package mutating func check(for linkType: LinkType) throws(CaptureError) {
        guard programs.isEmpty else { return }
        do throws(CaptureError) {
            _ = try compile(for: linkType)
        } catch {
            guard isRightForEthernet else { throw error }
        }
    }

    /// Whether the link type, not the expression, is at fault where it does not compile.
    private var isRightForEthernet: Bool { (try? FilterProgram(expression, for: .ethernet, libpcap: libpcap)) != nil }

    private mutating func compile(for linkType: LinkType) throws(CaptureError) -> Box {
        let ready = Self.prepared.withLock { [expression] in $0.expression == expression ? $0.programs[linkType] : nil }
        let box: Box
        if let ready { box = ready } else { box = Box(try FilterProgram(expression, for: linkType, libpcap: libpcap)) }
        programs.append((linkType, box))
        return box
    }
}

extension LinkType {
    /// The DLT_ number that libpcap knows the link type by on Linux: the same but for raw IP.
    var dataLink: UInt16 { self == .raw ? 12 : rawValue }

    /// The link type of a DLT_ number.
    init(dataLink: CInt) {
        let number = UInt16(truncatingIfNeeded: dataLink)
        self = number == 12 ? .raw : LinkType(rawValue: number)
    }
}
