package import Packets
package import SystemPackage

/// Why a capture failed. The wording for users is elsewhere; here are the facts that it needs.
package enum CaptureError: Error, Equatable, Sendable {
    /// An operation on a file that is read failed: `open`, `read`.
    case input(operation: String, path: String, Errno)
    /// An operation on a file that is written failed: `open`, `write`, `close`.
    case output(operation: String, path: String, Errno)
    /// The file to write is one that is read; it was left alone.
    case outputIsInput(path: String)
    /// A pcap file holds frames of one link type alone, and now another came.
    case mixedLinkTypes(path: String, first: LinkType, other: LinkType)
    /// A pcap file has no times before 1970 or after 2106, and a frame has one.
    case timeOutsidePcap(path: String, isBefore: Bool)
    /// A stop ended the wait for a reader of the file, which is a pipe or standard output.
    case interrupted(path: String)
    /// The file begins with no magic number of a capture; its first bytes, at most 16 (none: it is empty).
    case notACapture(path: String, firstBytes: [UInt8])
    /// The file is compressed, and the library that reads that is not there; the loader's own words.
    case cannotDecompress(path: String, compression: String, reason: String)
    /// The file is damaged or cut at an offset; every frame before it was handed over.
    case damaged(path: String, CaptureDamage)
    /// No interface of that name; those that exist.
    case noSuchInterface(String, existing: [String])
    /// Capturing needs CAP_NET_RAW, which this process lacks.
    case notPermitted(interface: String)
    case interfaceDown(String)
    /// The interface was removed during the capture.
    case interfaceDisappeared(String)
    /// libpcap does not take the filter expression; its own words.
    case filter(expression: String, message: String)
    /// libpcap has no filters for the link type of a file's frames, though the expression is right; its own words.
    case cannotFilter(path: String, LinkType, message: String)
    /// The shared library is not there, or too old; the loader's own words.
    case libpcapMissing(reason: String)
    /// Another failure of libpcap's; its own words.
    case libpcap(operation: String, message: String)
    /// Privilege could not be given up, so nothing was decoded.
    case privilege(operation: String, Errno)

    /// Whether the error concerns a single input file, so that others can still be read.
    package var isOfOneFile: Bool {
        switch self {
        case .input, .notACapture, .damaged, .cannotDecompress, .cannotFilter: true
        default: false
        }
    }
}

/// Where and how a capture file is damaged.
package struct CaptureDamage: Error, Equatable, Sendable {
    package enum Kind: Error, Equatable, Sendable {
        /// The file ends inside a header or record, which needs `needed` bytes but has `present`.
        case cut(needed: Int, present: Int)
        /// A record claims more bytes than a record can have.
        case recordTooLong(claimed: Int, limit: Int)
        /// A pcapng block whose length is not a multiple of four, too small for its type, or different from the length at its end.
        case badBlockLength(Int)
        /// A packet names an interface that no block described.
        case unknownInterface(Int)
        /// A pcapng section in neither byte order.
        case badByteOrderMagic
        /// The compressed bytes are damaged or cut; the library's own words. The offset counts what came out of them.
        case compressed(reason: String)
        /// The first bytes are no magic number of a capture.
        case unknownMagic
        case unsupportedVersion(major: Int, minor: Int)
    }

    package var kind: Kind
    /// The first byte of the damaged record or block, counted from the file's beginning.
    package var offset: Int

    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
