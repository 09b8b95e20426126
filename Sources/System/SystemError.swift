package import SystemPackage

/// A system call that failed: which call, on what, and the error number it left.
///
/// It holds facts only; the sentence that a user reads is made where all of them are made, in the commands.
package struct SystemError: Error, Hashable, Sendable {
    /// The call as its manual page names it: `connect`, `bind`, `epoll_ctl`.
    package let operation: String
    /// What it was asked to work on: an endpoint, a path, an interface; empty where there is nothing to name.
    package let subject: String
    package let errno: Errno

    package init(_ operation: String, on subject: String = "", _ errno: Errno) {
        self.operation = operation
        self.subject = subject
        self.errno = errno
    }
}

/// Runs `body`, and gives an error number that it throws the call's name and subject.
package func naming<Result: ~Copyable>(
    _ operation: String,
    on subject: @autoclosure () -> String = "",
    _ body: () throws(Errno) -> Result
) throws(SystemError) -> Result {
    do {
        return try body()
    } catch {
        throw SystemError(operation, on: subject(), error)
    }
}
