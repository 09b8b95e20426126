internal import Glibc

/// Anonymous memory in pages: address space is reserved at once, memory is allocated at the first write to each page (mmap(2)).
package enum PageMemory {
    private static let hugePage = 1 << 21

    /// Reserves `size` bytes, which read as zero; `nil` if the system refuses.
    ///
    /// All but the beginning requests huge pages (madvise(2), MADV_HUGEPAGE): random access otherwise costs a fault for each 4 KiB.
    /// A block that is mostly unused is spared the clearing of 2 MiB.
    package static func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
        // Safe: a new mapping, which nobody else knows of.
        let mapped = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else { return nil }
        if size > hugePage {
            // Safe: the range lies in the mapping but for the rest of its last page, and advice changes no content. Where the
            // kernel ignores it, nothing is lost.
            _ = unsafe madvise(mapped + hugePage, size - hugePage, MADV_HUGEPAGE)
        }
        return unsafe mapped
    }

    /// Gives the memory of a reserved block back; it reads as zero afterwards.
    package static func discard(_ start: UnsafeMutableRawPointer, _ size: Int) {
        _ = unsafe madvise(start, size, MADV_DONTNEED)
    }

    /// Ends a reserved block.
    package static func release(_ start: UnsafeMutableRawPointer, _ size: Int) {
        unsafe munmap(start, size)
    }

    /// The address space that this process may use, in bytes (getrlimit(2), RLIMIT_AS); `nil` where there is no limit.
    package static var addressSpaceLimit: Int? {
        var limit = rlimit()
        // Safe: the call fills the structure that it is lent.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
        return Int(exactly: limit.rlim_cur).flatMap { $0 == .max ? nil : $0 }
    }
}
