import CNetwork
import Glibc
package import SystemPackage

/// A file descriptor that is ours: closed once, when its last owner lets go of it.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes over a descriptor that the system has just handed out and nobody else will close.
    package init(owning number: Int32) {
        self.number = number
    }

    deinit {
        // Linux frees the number whatever close(2) returns, also after EINTR: never a second time.
        _ = close(number)
    }

    /// The descriptor lent to a call; the owner must outlive the loan.
    package var borrowed: BorrowedDescriptor { BorrowedDescriptor(number) }

    /// Gives ownership up: the caller now closes the number.
    package consuming func release() -> Int32 {
        let number = self.number
        discard self
        return number
    }
}

/// A descriptor on loan: what the calls work on. It owns nothing and closes nothing, so keep it no longer than its owner lives.
package struct BorrowedDescriptor: Hashable, Sendable, BitwiseCopyable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static let standardInput = BorrowedDescriptor(STDIN_FILENO)
    package static let standardOutput = BorrowedDescriptor(STDOUT_FILENO)
    package static let standardError = BorrowedDescriptor(STDERR_FILENO)
}

extension BorrowedDescriptor {
    /// read(2) into the whole of `buffer`.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Transfer {
        do {
            let count = try systemCall { unsafe Glibc.read(number, buffer.baseAddress, buffer.count) }
            return unsafe count == 0 && !buffer.isEmpty ? .end : .bytes(count)
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// write(2) of as much of `buffer` as the kernel accepts. Not for sockets: see `send`, which never raises SIGPIPE.
    package func write(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Transfer {
        do {
            return .bytes(try systemCall { unsafe Glibc.write(number, buffer.baseAddress, buffer.count) })
        } catch .wouldBlock {
            return .wouldBlock
        }
    }

    /// Sets or clears O_NONBLOCK.
    package func setNonBlocking(_ isOn: Bool) throws(Errno) {
        let flags = try systemCall { fcntl(number, F_GETFL) }
        _ = try systemCall { fcntl(number, F_SETFL, isOn ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) }
    }

    /// isatty(3).
    package var isTerminal: Bool { isatty(number) == 1 }

    /// The columns of the terminal (TIOCGWINSZ), 80 where it does not say; `nil` where this is no terminal.
    package var terminalColumns: Int? {
        guard isTerminal else { return nil }
        let columns = Int(cnet_terminal_columns(number))
        return columns > 0 ? columns : 80
    }
}
