import CNetwork
internal import RawText
package import SystemPackage

/// Takes from this process what it needs no more, for good: files by Landlock, system calls by seccomp(2).
///
/// docs/sandbox.md lists what remains. Enter it once everything is open, before other threads start and before anything hostile is read.
package enum Sandbox {
    /// The files that stay within reach, besides those that are open.
    package struct Files: Sendable {
        /// Files and folders that may be read.
        package var read: [String] = []
        /// Files that may be written.
        package var written: [String] = []
        /// Folders in which files may be created and written.
        package var writtenFolders: [String] = []

        package init() {}
    }

    package enum Feature: Sendable, CaseIterable {
        case landlock
        case seccomp

        package var name: String {
            switch self {
            case .landlock: "Landlock"
            case .seccomp: "seccomp"
            }
        }
    }

    /// A feature that the kernel refuses, and why.
    package struct Gap: Sendable {
        package let feature: Feature
        package let errno: Errno
    }

    /// Needs no_new_privs (`Credentials.dropCapabilities`).
    ///
    /// - Returns: what the kernel refuses; the rest holds.
    package static func enter(_ files: Files) -> [Gap] {
        var gaps: [Gap] = []
        do throws(Errno) { try restrict(files) } catch { gaps.append(Gap(feature: .landlock, errno: error)) }
        do throws(Errno) {
            _ = try systemCall { cnet_restrict_system_calls() }
        } catch {
            gaps.append(Gap(feature: .seccomp, errno: error))
        }
        return gaps
    }

    private static func restrict(_ files: Files) throws(Errno) {
        let rules = Descriptor(owning: try systemCall { cnet_landlock_make() })
        for path in files.read { allow(path, CNET_FILE_READ, rules.borrowed) }
        for path in files.written { allow(path, CNET_FILE_WRITE, rules.borrowed) }
        for path in files.writtenFolders { allow(path, CNET_FOLDER_WRITE, rules.borrowed) }
        _ = try systemCall { cnet_landlock_enforce(rules.number) }
    }

    /// A path that is not there stays out of reach.
    private static func allow(_ path: String, _ right: cnet_file_right, _ rules: BorrowedDescriptor) {
        _ = unsafe path.withRawCString { unsafe cnet_landlock_allow(rules.number, $0, Int32(right.rawValue)) }
    }
}
