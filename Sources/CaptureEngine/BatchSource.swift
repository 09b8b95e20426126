import PacketCapture
import Packets
package import SondeSystem
import SystemPackage
import Time

/// Where frames come from: reads them into a decoder and hands its batches over.
protocol BatchSource: ~Copyable {
    /// Reads until the source ends, the decoder is done, or `handOver` has enough. Failures are recorded in the decoder's batch.
    /// The caller hands over the segments that remain in the decoder.
    mutating func read(into decoder: inout BatchDecoder, _ handOver: (inout BatchDecoder) -> FrameDemand)
}

/// Capture files, one after the other, through one filter.
package struct FileSource: BatchSource, Sendable {
    /// `-` is standard input.
    let paths: [String]
    /// A filter expression (pcap-filter(7)); empty passes all.
    let expression: String
    let stop: StopToken?

    package init(paths: [String], expression: String = "", stop: StopToken? = nil) {
        self.paths = paths
        self.expression = expression
        self.stop = stop
    }

    /// Whether every file has fixed content, so that nobody waits for what is read ahead.
    var isRegular: Bool { paths.allSatisfy { FileStatus.isRegular($0) } }

    func read(into decoder: inout BatchDecoder, _ handOver: (inout BatchDecoder) -> FrameDemand) {
        do throws(CaptureError) {
            var filter = expression.isEmpty ? nil : try PacketFilter(expression)
            for path in paths where !(stop?.isStopped ?? false) {
                do throws(CaptureError) {
                    guard try read(path, &filter, into: &decoder, handOver) == .more else { return }
                } catch {
                    guard error.isOfOneFile else { throw error }
                    // The other files can still be read.
                    decoder.fail(error)
                    if decoder.isFull, handOver(&decoder) == .enough { return }
                }
            }
        } catch {
            decoder.fail(error)
        }
    }

    private func read(
        _ path: String,
        _ filter: inout PacketFilter?,
        into decoder: inout BatchDecoder,
        _ handOver: (inout BatchDecoder) -> FrameDemand
    ) throws(CaptureError) -> FrameDemand {
        var file = try CaptureFile(path: path, interruption: stop?.stopped)
        var demand = FrameDemand.more
        repeat {
            if filter == nil {
                demand = try file.readFrames { header, frame in
                    decoder.take(header, frame)
                    return Self.demand(&decoder, handOver)
                }
            } else {
                demand = try read(path, &file, &filter, into: &decoder, handOver)
            }
            if demand == .more, file.isWaiting {
                decoder.noteWait()
                demand = handOver(&decoder)
            }
        } while demand == .more && file.isWaiting
        try filter?.check(for: file.linkType ?? .ethernet)
        if let linkType = file.linkType { decoder.note(linkType: linkType) }
        return demand
    }

    private func read(
        _ path: String,
        _ file: inout CaptureFile,
        _ filter: inout PacketFilter?,
        into decoder: inout BatchDecoder,
        _ handOver: (inout BatchDecoder) -> FrameDemand
    ) throws(CaptureError) -> FrameDemand {
        var failure: CaptureError?
        let demand = try file.readFrames { header, frame in
            do throws(CaptureError) {
                guard try filter?.matches(header, frame, in: path) ?? true else { return .more }
            } catch {
                failure = error
                return .enough
            }
            decoder.take(header, frame)
            return Self.demand(&decoder, handOver)
        }
        if let failure { throw failure }
        return demand
    }

    @inline(__always)
    private static func demand(
        _ decoder: inout BatchDecoder,
        _ handOver: (inout BatchDecoder) -> FrameDemand
    ) -> FrameDemand {
        if decoder.isDone { return .enough }
        return decoder.isFull ? handOver(&decoder) : .more
    }
}

/// What a live capture has to say while it runs.
package enum CaptureNotice: Equatable, Sendable {
    /// The interface was set down. The capture continues once it is up again.
    case interfaceDown(String)
}

/// An interface, until a deadline or the stop token.
struct LiveSource: BatchSource, ~Copyable {
    private var capture: LiveCapture
    private let deadline: MonotonicTime?
    private let stop: StopToken?
    private let notice: (CaptureNotice) -> Void
    /// Whether the notice of an interface that is down was given.
    private var isKnownDown = false

    /// How often the clock of the connections advances while no frame arrives.
    private static let interval = Nanoseconds.milliseconds(500)

    init(
        _ capture: consuming LiveCapture,
        until deadline: MonotonicTime?,
        stop: StopToken?,
        notice: @escaping (CaptureNotice) -> Void
    ) {
        self.notice = notice
        self.capture = capture
        self.deadline = deadline
        self.stop = stop
    }

    var linkType: LinkType { capture.linkType }

    /// What the kernel counted.
    var statistics: LiveCapture.Statistics? { try? capture.statistics() }

    mutating func read(into decoder: inout BatchDecoder, _ handOver: (inout BatchDecoder) -> FrameDemand) {
        do {
            while true {
                let now = MonotonicTime.now
                if let deadline, now >= deadline { return }
                let tick = now + Self.interval
                let outcome = try naming("poll") { () throws(Errno) in
                    try waitForFirst(of: [(capture.borrowed, .readable)], until: min(deadline ?? tick, tick), stop: stop)
                }
                guard outcome != .stopped else { return }
                // Some sources, such as nflog, fail where there is nothing to read.
                if outcome != .deadline {
                    var isSilent = true
                    let demand = try capture.readFrames { header, frame in
                        isSilent = false
                        decoder.take(header, frame)
                        if decoder.isDone { return .enough }
                        return decoder.isFull ? handOver(&decoder) : .more
                    }
                    guard demand == .more else { return }
                    noteState(isSilent: isSilent)
                }
                passTime(&decoder)
                decoder.noteWait()
                if handOver(&decoder) == .enough { return }
            }
        } catch {
            decoder.fail(error)
        }
    }

    /// Gives notice of an interface that was set down: the kernel wakes the reader then, without a frame.
    private mutating func noteState(isSilent: Bool) {
        guard isSilent else {
            isKnownDown = false
            return
        }
        guard !isKnownDown, capture.isDown else { return }
        isKnownDown = true
        notice(.interfaceDown(capture.interface))
    }

    /// Lets packet time pass, which is that of the frames, up to the wall clock's less what the kernel may still hold back.
    private func passTime(_ decoder: inout BatchDecoder) {
        decoder.pass(Timestamp(nanoseconds: Timestamp.now.nanoseconds - capture.gatherTime.count))
    }
}
