package import SondeSystem
package import SystemPackage

/// Why output did not reach its reader.
package enum OutputError: Error, Equatable, Sendable {
    package enum Stream: String, Sendable {
        case output = "standard output"
        case error = "standard error"
    }

    /// The reader has closed its end (EPIPE): there is nothing to report, and nothing is wrong.
    case closed
    /// The stop token ended the wait for a reader that does not read; with the signal, where one raised the token.
    case stopped(signal: Int32?)
    case failed(Stream, Errno)
    /// Nobody read standard output, so this number of a server's lines was not printed; `nil` if they can't be counted.
    case unread(lines: Int?)
    /// The same, and standard error has no room for a message either.
    case unreadAndUnreported

    /// What became of a write to a stream.
    package init(_ error: StreamError, _ stream: Stream, _ stop: StopToken?) {
        switch error {
        case .stopped: self = .stopped(signal: stop?.signal)
        case .failed(.brokenPipe): self = .closed
        case .failed(let errno): self = .failed(stream, errno)
        }
    }
}
