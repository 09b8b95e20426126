import Foundation
import Testing

@testable import FileService

@Suite("The file protocol")
struct FileProtocolTests {
    static let requests: [(String, FileRequest)] = [
        ("GET a", .get(name: Array("a".utf8), from: 0)),
        ("GET two words ", .get(name: Array("two words ".utf8), from: 0)),
        ("GET  b", .get(name: Array(" b".utf8), from: 0)),
        ("GET ../x", .get(name: Array("../x".utf8), from: 0)),
        ("FROM 12 a b", .get(name: Array("a b".utf8), from: 12)),
        ("FROM 9223372036854775807 a", .get(name: Array("a".utf8), from: 9_223_372_036_854_775_807)),
        ("LIST", .list(folder: Array(".".utf8))),
        ("LIST sub/x", .list(folder: Array("sub/x".utf8))),
        ("LIST% sub", .list(folder: Array("sub".utf8), isEncoded: true)),
        ("LIST% a%0Ab", .list(folder: Array("a\nb".utf8), isEncoded: true)),
        ("GET% a%0ab%25", .get(name: Array("a\nb%".utf8), from: 0)),
        ("GET% cr%0d", .get(name: Array("cr\r".utf8), from: 0)),
        ("GET 100%", .get(name: Array("100%".utf8), from: 0)),
        ("FROM% 3 a%0A", .get(name: Array("a\n".utf8), from: 3)),
        ("SAME 12 00000000000000ff a b", .resume(name: Array("a b".utf8), from: 12, hash: 255)),
        ("SAME% 12 00000000000000FF a%0A", .resume(name: Array("a\n".utf8), from: 12, hash: 255)),
        ("CHECK", .check(hash: nil)), ("CHECK ffffffffffffffff", .check(hash: .max)),
    ]

    @Test("reads requests", arguments: requests)
    func readsRequest(line: String, request: FileRequest) throws {
        #expect(try FileRequest(line: Array(line.utf8)) == request)
    }

    static let refusedRequests: [(String, FileRefusal)] = [
        ("", .unknownRequest), ("get a", .unknownRequest), ("GETa", .unknownRequest), ("PUT a", .unknownRequest),
        (" GET a", .unknownRequest), ("GET", .missingName), ("GET ", .missingName), ("FROM 1", .missingName),
        ("FROM", .badOffset), ("FROM x a", .badOffset), ("FROM -1 a", .badOffset), ("FROM +1 a", .badOffset),
        ("FROM 9223372036854775808 a", .badOffset), ("FROM 99999999999999999999 a", .badOffset), ("FROM  a", .badOffset),
        ("GET% a%0", .badEncoding), ("GET% a%zz", .badEncoding), ("GET% %00", .badName), ("% a", .unknownRequest),
        ("CHECK% a", .unknownRequest), ("CHECK x", .badHash), ("SAME 1 x a", .badHash), ("SAME x", .badOffset),
        ("SAME 1 00000000000000ff", .missingName), ("GET a\0b", .badName), ("LIST \0", .badName),
    ]

    @Test("refuses what is no request", arguments: refusedRequests)
    func refusesRequest(line: String, refusal: FileRefusal) {
        #expect(throws: refusal) { try FileRequest(line: Array(line.utf8)) }
    }

    static let reasons: [(FileRefusal, String)] = [
        (.unknownRequest, "unknown request: send GET NAME, FROM OFFSET NAME or LIST"), (.lineTooLong, "the request is too long"),
        (.missingName, "the name is missing"), (.badName, "the name contains a NUL"), (.badOffset, "the offset is not a number"),
        (.beyondEnd, "the offset is beyond the end of the file"), (.notFound, "no such file"),
        (.outside, "the name leads out of the folder"), (.notAllowed, "the server has no permission to read it"),
        (.isFolder, "it is a folder: send LIST with its name"), (.notRegular, "not a regular file"), (.notFolder, "not a folder"),
        (.nameTooLong, "the name is too long"), (.tooManyEntries, "the folder has too many entries to list"),
        (.busy, "too many listings in progress: try again"), (.failed, "the server can't read it"),
    ]

    @Test("each refusal has its reason, and docs/file-protocol.md lists it", arguments: reasons)
    func reason(refusal: FileRefusal, words: String) throws {
        #expect(refusal.rawValue == words)
        let path = URL(filePath: #filePath).appending(path: "../../../docs/file-protocol.md").standardized
        let page = try String(contentsOf: path, encoding: .utf8)
        #expect(page.contains("| `\(words)` |"))
    }

    @Test("a request's line reads as the request", arguments: requests.map(\.1))
    func writesRequest(request: FileRequest) throws {
        #expect(request.line.last == UInt8(ascii: "\n"))
        #expect(try FileRequest(line: request.line.dropLast()) == request)
    }

    static let statusLines: [(String, FileStatusLine?)] = [
        ("OK 0", .follows(size: 0, version: nil)), ("OK 12 1.5", .follows(size: 12, version: "1.5")),
        ("OK 9223372036854775807\r", .follows(size: 9_223_372_036_854_775_807, version: nil)),
        ("NO such file", .refused(reason: Array("such file".utf8))), ("NO", .refused(reason: [])),
        ("OK 9223372036854775808", nil), ("OK 99999999999999999999999", nil), ("OK -1", nil), ("OK", nil), ("OK ", nil),
        ("OK 1 ../x", nil), ("OK 1 2/3", nil), ("OK 1 ", nil), ("OK 1 2 3", nil), ("", nil), ("HTTP/1.1 200 OK", nil),
        ("OK 1 " + String(repeating: "1", count: 41), nil), ("ok 1", nil), ("OK\t1", nil),
    ]

    @Test("reads status lines and nothing else", arguments: statusLines)
    func readsStatus(line: String, status: FileStatusLine?) {
        #expect(FileStatusLine(line: Array(line.utf8)) == status)
    }

    @Test("a partial file's name tells what it is a part of")
    func identity() {
        #expect(PartialFile.Identity("12-34.5") == PartialFile.Identity(size: 12, version: "34.5"))
        for text in ["", "-", "12", "12-", "-3", "12-3-4", "x-1", "1-x", "99999999999999999999-1"] {
            #expect(PartialFile.Identity(text) == nil, "\(text)")
        }
    }
}
