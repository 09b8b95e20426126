/// Why the server refuses a request. The raw value is the reason in its status line (docs/file-protocol.md).
package enum FileRefusal: String, Error, Hashable, Sendable {
    case unknownRequest = "unknown request: send GET NAME, FROM OFFSET NAME or LIST"
    case lineTooLong = "the request is too long"
    case missingName = "the name is missing"
    case badName = "the name contains a NUL"
    case badOffset = "the offset is not a number"
    case badHash = "the hash is not 16 hexadecimal digits"
    case badEncoding = "the name has a % without two hexadecimal digits"
    case beyondEnd = "the offset is beyond the end of the file"
    case notFound = "no such file"
    case outside = "the name leads out of the folder"
    case notAllowed = "the server has no permission to read it"
    case isFolder = "it is a folder: send LIST with its name"
    case notRegular = "not a regular file"
    case notFolder = "not a folder"
    case nameTooLong = "the name is too long"
    case tooManyEntries = "the folder has too many entries to list"
    case busy = "too many listings in progress: try again"
    case failed = "the server can't read it"
    /// Of `SAME`.
    case differs = "the file begins with other bytes"
    /// Of `CHECK`.
    case changed = "the file has changed since it was opened"
    case nothingSent = "no file was sent before"
    case exhausted = "the server has run out of file descriptors: try again"
}
