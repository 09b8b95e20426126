internal import Glibc

/// A shared library that is loaded when it is needed and stays loaded until the process ends.
@safe package struct SharedLibrary: @unchecked Sendable {
    /// Why a library or one of its functions is missing, in the loader's words.
    package struct Missing: Error {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    private let handle: UnsafeMutableRawPointer

    /// Loads the first library that is there of these names.
    package init(_ names: [String]) throws(Missing) {
        var reason = ""
        for name in names {
            if let handle = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) {
                unsafe self.handle = handle
                return
            }
            // Safe: dlerror's text is copied before another call can change it.
            if reason.isEmpty { reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? name }
        }
        throw Missing(reason: reason)
    }

    /// The function of that name. Its type must be that of its declaration, which nothing can check.
    @unsafe package func function<Function>(_ name: String, as type: Function.Type = Function.self) throws(Missing) -> Function {
        guard let symbol = unsafe dlsym(handle, name) else { throw Missing(reason: "there is no function \(name)") }
        return unsafe unsafeBitCast(symbol, to: type)
    }
}
