internal import Packets
internal import SondeSystem
internal import Synchronization

/// The names of the interfaces that frames were captured on, by the numbers in their segments.
///
/// The reader of a file adds them, possibly in another thread than the one that asks. An interface of a file without a name has its number
/// in the file as its name.
package final class InterfaceNames: Sendable {
    private let asksKernel: Bool
    private let names: Mutex<[UInt32: String]>

    /// A file may describe any number of interfaces.
    private static let most = 65_536

    /// - Parameters:
    ///   - name: of the only interface of a live capture, or of its source.
    ///   - asksKernel: whether the kernel of this machine numbered the interfaces.
    package init(_ name: String? = nil, asksKernel: Bool = false) {
        self.asksKernel = asksKernel
        names = Mutex(name.map { [0: $0] } ?? [:])
    }

    /// Adds an interface of a file.
    ///
    /// - Returns: the number of its frames, 0 where no more names are kept.
    func add(_ name: String) -> Int {
        names.withLock { names in
            let number = names.count + 1
            guard number < Self.most else { return 0 }
            names[UInt32(number)] = name
            return number
        }
    }

    /// - Parameter interface: `Segment.interface`.
    package func name(of interface: UInt32) -> String? {
        names.withLock { names in
            if let known = names[interface] { return known }
            guard interface & Segment.kernelIndexFlag != 0 else { return nil }
            let index = interface & ~Segment.kernelIndexFlag
            // An interface that is gone had no name while it was asked for.
            let name = (asksKernel ? NetworkDatabase.interfaceName(index) : nil) ?? String(index)
            if names.count < Self.most { names[interface] = name }
            return name
        }
    }
}
