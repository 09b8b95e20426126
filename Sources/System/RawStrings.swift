internal import RawText
internal import SystemPackage

extension String {
    /// A C string whose bytes need not be UTF-8.
    init(rawCString text: UnsafePointer<CChar>) {
        // Safe: the caller's string ends with a NUL.
        var bytes: [UInt8] = []
        while unsafe text[bytes.count] != 0 { bytes.append(UInt8(bitPattern: unsafe text[bytes.count])) }
        self.init(rawBytes: bytes)
    }

    /// Lends the string to a system call with the bytes that it was made of: a path, a name.
    func withRawCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        guard containsRawBytes else { return unsafe withCString(body) }
        let bytes = rawBytes.map { CChar(bitPattern: $0) } + [0]
        // Safe: the array, which lives as long as the call, ends with a NUL.
        return unsafe body(bytes)
    }

    /// The string as a path of the same bytes.
    var rawPath: FilePath { unsafe withRawCString { unsafe FilePath(platformString: $0) } }
}
