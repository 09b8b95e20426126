import CNetwork
import Glibc
package import SystemPackage

/// Why a stream could not be read or written to the end.
package enum StreamError: Error, Equatable, Sendable {
    /// The stop token ended the wait for the other side.
    case stopped
    case failed(Errno)
}

/// Writes to a descriptor that may have a reader, without ever being immune to a stop.
///
/// A reader that stops reading (a pipe, FIFO, socket or terminal) blocks write(2) for ever. This door writes without blocking and waits
/// for room and the token at once. After `drain` it gives the reader `patience` for each stretch without progress; at `abort` it writes
/// what finds room and waits no more.
///
/// O_NONBLOCK belongs to the open file description, which the shell and other programs share. A pipe, FIFO or terminal is therefore
/// opened anew through /proc/self/fd. Where that fails (another user's, no /proc), it is written in pieces of PIPE_BUF after
/// poll(2) reports room for one (pipe(7)). Sockets take MSG_DONTWAIT.
package struct StreamWriter: ~Copyable, Sendable {
    /// How the descriptor is written.
    private enum Manner {
        /// A file or a device, which keeps nobody waiting.
        case plain
        /// An open file description of our own, with O_NONBLOCK.
        case nonBlocking
        case pieces
        case socket
    }

    /// What is written to: the descriptor given, or `reopened`.
    private let target: BorrowedDescriptor
    private let reopened: Descriptor?
    private let manner: Manner
    private let stop: StopToken?
    private let patience: Nanoseconds

    /// - Parameters:
    ///   - descriptor: stays open as long as the writer.
    ///   - stop: without one, a write waits for the reader as long as it takes.
    ///   - patience: how long a reader may take to make room once the token says `drain`.
    package init(
        to descriptor: BorrowedDescriptor,
        stop: StopToken? = .ofProcess,
        patience: Nanoseconds = .seconds(2)
    ) {
        self.stop = stop
        self.patience = patience
        var own: Descriptor?
        switch stop == nil ? nil : try? descriptor.fileStatus().kind {
        case .socket:
            manner = .socket
        case .some(let kind) where kind == .fifo || kind == .characterDevice && descriptor.isTerminal:
            do {
                own = try Descriptor.open("/proc/self/fd/\(descriptor.number)", flags: O_WRONLY | O_NONBLOCK | O_NOCTTY)
                manner = .nonBlocking
            } catch {
                manner = .pieces
            }
        default:
            manner = .plain
        }
        target = own?.borrowed ?? descriptor
        reopened = own
    }

    /// Writes all of `bytes`.
    ///
    /// - Throws: `.stopped` where the token ended the wait for the reader, after part of the bytes may have been written. EPIPE where
    ///   the reader has closed its end.
    package func writeAll(_ bytes: RawSpan) throws(StreamError) {
        var written = 0
        try writeAll(bytes, written: &written)
    }

    /// The same; `written` says how many of the bytes went, also where that was not all.
    package func writeAll(_ bytes: RawSpan, written: inout Int) throws(StreamError) {
        written = 0
        // Safe: the pointer is used within the calls alone.
        try unsafe bytes.withUnsafeBytes { bytes throws(StreamError) in
            while written < bytes.count {
                if manner == .pieces { try waitUnlessReady() }
                let end = manner == .pieces ? min(bytes.count, written + Int(PIPE_BUF)) : bytes.count
                switch try unsafe writeOnce(UnsafeRawBufferPointer(rebasing: bytes[written..<end])) {
                case .bytes(let count): written += count
                case .wouldBlock, .end: try waitForRoom()
                }
            }
        }
    }

    /// EINTR ends the call where the token has been stopped, since a plain write to a descriptor that turns out to block is immune otherwise.
    private func writeOnce(_ bytes: UnsafeRawBufferPointer) throws(StreamError) -> Transfer {
        while true {
            let count =
                if manner == .socket {
                    unsafe Glibc.send(target.number, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                } else {
                    unsafe Glibc.write(target.number, bytes.baseAddress, bytes.count)
                }
            if count >= 0 { return .bytes(count) }
            switch Errno.latest {
            case .interrupted: if stop?.isStopped ?? false { return .wouldBlock }
            case .wouldBlock: return .wouldBlock
            case let error: throw .failed(error)
            }
        }
    }

    private func waitUnlessReady() throws(StreamError) {
        do {
            if try target.wait(for: .writable, until: .now) { return }
        } catch {
            throw .failed(error)
        }
        try waitForRoom()
    }

    private func waitForRoom() throws(StreamError) {
        do {
            let room: [(descriptor: BorrowedDescriptor, readiness: Readiness)] = [(target, .writable)]
            if try waitForFirst(of: room, stop: stop) != .stopped { return }
            if case .ready = try waitForFirst(of: room, until: .now + patience, stop: stop, at: .abort) { return }
        } catch {
            throw .failed(error)
        }
        throw .stopped
    }
}

extension StreamWriter {
    /// Writes all of `bytes`.
    package func writeAll(_ bytes: Span<UInt8>) throws(StreamError) { try unsafe writeAll(bytes.bytes) }
}

extension BorrowedDescriptor {
    /// read(2) into the whole of `buffer`, waiting for at least one byte, the end or the stop. Data that waits does not delay the stop.
    package func read(into buffer: UnsafeMutableRawBufferPointer, stop: StopToken?) throws(StreamError) -> Transfer {
        do {
            while true {
                if try waitForFirst(of: [(self, .readable)], stop: stop) == .stopped { break }
                let transfer = try unsafe read(into: buffer)
                if transfer != .wouldBlock { return transfer }
            }
        } catch {
            throw .failed(error)
        }
        throw .stopped
    }
}
