package import PacketCapture
import Packets
package import SondeSystem

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
    /// Where the names of the files' interfaces are kept.
    let interfaces: InterfaceNames?

    package init(paths: [String], expression: String = "", stop: StopToken? = nil, interfaces: InterfaceNames? = nil) {
        self.interfaces = interfaces
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
        var file = try CaptureFile(path: path, interruption: stop?.stopped, names: interfaces)
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
