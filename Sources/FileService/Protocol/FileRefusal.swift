/// Why the server does not do what a client asked for, in the words of its status line.
package enum FileRefusal: String, Error, Hashable, Sendable {
    case unknownRequest = "say GET NAME, FROM OFFSET NAME or LIST"
    case lineTooLong = "the request is too long"
    case missingName = "the name is missing"
    case badName = "there is a NUL in the name"
    case badOffset = "the offset is no number"
    case beyondEnd = "the offset is beyond the end of the file"
    case notFound = "no such file"
    case outside = "the name leads out of the folder"
    case notAllowed = "the server may not read it"
    case isFolder = "it is a folder: say LIST with its name"
    case notRegular = "it is no regular file"
    case notFolder = "it is no folder"
    case nameTooLong = "the name is too long"
    case tooManyEntries = "the folder has too many entries to list"
    case busy = "the server is listing too much at once: try again"
    case failed = "the server can't read it"
}
