import SondeSystem
import Tracking

extension RecordMemory {
    /// Pages of the system. Of a limit of address space a table takes an eighth, since its reports need room as well.
    static var pages: RecordMemory {
        unsafe RecordMemory(
            maximumSize: PageMemory.addressSpaceLimit.map { $0 / 8 } ?? .max,
            reserve: { size in unsafe PageMemory.reserve(size) },
            discard: { start, size in unsafe PageMemory.discard(start, size) },
            release: { start, size in unsafe PageMemory.release(start, size) }
        )
    }
}
