import CaptureEngine
package import Console
import Failures
package import PacketCapture
package import SondeSystem

/// What a capture is asked to do.
package struct CaptureOrder {
    package let source: Source
    let limit: Limit
    let target: Target
    let color: ColorChoice

    package init(_ source: Source, _ limit: Limit, _ target: Target, _ color: ColorChoice) {
        self.source = source
        self.limit = limit
        self.target = target
        self.color = color
    }

    /// Where frames come from: the files, or an interface where there are none.
    package struct Source {
        package var files: [String] = []
        package var interface: String?
        /// The words of the filter (pcap-filter(7)), none for all.
        package var filter: [String] = []
        package var takesHandshakesOnly = false
        package var isPromiscuous = true
        /// The kernel's buffer in KiB; `nil`: the usual one.
        package var bufferSize: Int?
        package var isImmediate = false
        /// The name or number of who the capture becomes where root runs it.
        package var user: String?
        package var entersSandbox = true

        package init() {}
    }

    /// When it ends; without any of them, at the source's end or by a signal.
    package struct Limit {
        package var frames: UInt64?
        package var duration: Nanoseconds?
        package var untilClosed = false

        package init() {}

        var isSet: Bool { frames != nil || duration != nil || untilClosed }
    }

    /// The capture file that is written.
    package struct Target {
        /// `nil`: none.
        package var path: String?
        package var isPcapng = false
        package var rotation = Rotation.none

        package init() {}
    }
}

extension CaptureOrder.Source {
    var isLive: Bool { files.isEmpty }

    /// The filter expression, empty for all.
    var expression: String { filter.joined(separator: " ") }

    /// The filter expression for the kernel, empty for all.
    var liveExpression: String {
        takesHandshakesOnly ? HandshakePrefilter.expression(and: expression) : expression
    }

    /// Who the capture becomes where root runs it.
    func identity() throws -> Privilege.Identity? {
        guard let user = user else { return .caller }
        guard let identity = Privilege.Identity(named: user) else {
            throw Failure(.usage, "--user \"\(user)\": no such user", next: "give a name of the user database: getent passwd")
        }
        return identity
    }
}

extension CaptureOrder.Target {
    /// Whether the capture ends with the last file.
    var endsCapture: Bool { rotation.seconds != nil && rotation.files != nil }
    var rotates: Bool { rotation.bytes != nil || rotation.seconds != nil }

    /// The folder of the files; where their names are made of the time, the one that does not change.
    var folder: String? {
        guard let path, path != "-" else { return nil }
        var fixed = path[...]
        if rotation.seconds != nil, let format = path.firstIndex(of: "%") { fixed = path[..<format] }
        guard let slash = fixed.lastIndex(of: "/") else { return "." }
        return slash == fixed.startIndex ? "/" : String(fixed[..<slash])
    }

    /// - Parameter sources: the files that are read.
    func sink(
        resolution: TimeResolution,
        snapshotLength: Int,
        names: InterfaceNames,
        sources: [String] = [],
        stop: StopToken
    ) -> FrameSink? {
        guard let path else { return nil }
        let writer = CaptureWriter(
            path: path,
            format: isPcapng ? .pcapng : CaptureFormat(ofName: path),
            resolution: resolution,
            snapshotLength: snapshotLength,
            names: names,
            rotation: rotation,
            sources: sources.compactMap { FileIdentity($0) },
            stop: stop
        )
        return FrameSink(writer)
    }
}

extension Privilege.Identity {
    /// Who called sudo(8), as the environment has it.
    static var caller: Privilege.Identity? {
        var environment: [String: String] = [:]
        for name in ["SUDO_UID", "SUDO_GID"] { environment[name] = Process.environment(name) }
        return Privilege.Identity(sudo: environment)
    }
}
