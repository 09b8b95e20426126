internal import SondeSystem

/// The destination of a download.
package enum DownloadTarget {
    /// The path that `-o` gives; without it, or where it is a folder, the last part of the name.
    package static func path(for name: String, output: String?) throws(FileTransferError) -> String {
        guard let output else { return try lastPart(of: name) }
        let status = try? FileSystem.status(output)
        guard status?.kind == .directory || output.hasSuffix("/") else { return output }
        return output + (output.hasSuffix("/") ? "" : "/") + (try lastPart(of: name))
    }

    private static func lastPart(of name: String) throws(FileTransferError) -> String {
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        guard !last.isEmpty, last != ".", last != ".." else { throw .noFileName }
        return last
    }
}
