import Glibc
import SondeSystem
import SystemPackage

/// A program that takes this one's place.
struct CommandLineToRun: Sendable {
    let words: [String]

    /// execvp(3): returns only by throwing. Signals go to the program as they would have gone to it without us.
    func replaceProcess() throws {
        var none = sigset_t()
        // Safe: both calls read or fill the set that they are lent.
        unsafe sigemptyset(&none)
        unsafe sigprocmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_DFL)
        // Safe: the array ends with a null pointer, and is freed only where execvp comes back.
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        unsafe execvp(words[0], &arguments)
        let errno = Errno.latest
        for index in unsafe arguments.indices { unsafe free(arguments[index]) }
        let isMissing = errno == .noSuchFileOrDirectory
        throw Failure(
            isMissing ? .noInput : .noPermission,
            "cannot run \"\(words[0])\": \(errno.explained)",
            next: isMissing ? "check the spelling and PATH" : "check that it may be executed"
        )
    }
}
