internal import Packets
internal import SondeSystem
internal import Synchronization

/// The names of the interfaces that frames were captured on, by the numbers in their segments.
///
/// The reader of a file adds them, possibly in another thread than the one that asks. An interface of a file without a name has its number
/// in the file as its name.
package final class InterfaceNames: Sendable {
    private let asksKernel: Bool
    private let state: Mutex<State>

    private struct State {
        var names: [UInt32: String]
        /// Those of `names` that are numbers, for want of a name.
        var numbered: Set<UInt32> = []
    }

    /// A file may describe any number of interfaces.
    private static let most = 65_536

    /// - Parameters:
    ///   - name: of the only interface of a live capture, or of its source.
    ///   - asksKernel: whether the kernel of this machine numbered the interfaces.
    package init(_ name: String? = nil, asksKernel: Bool = false) {
        self.asksKernel = asksKernel
        state = Mutex(State(names: name.map { [0: $0] } ?? [:]))
    }

    /// Adds an interface of a file.
    ///
    /// - Parameters:
    ///   - name: `nil` where the file gives it none.
    ///   - number: its number in the file.
    /// - Returns: the number of its frames, 0 where no more names are kept.
    func add(_ name: String?, number: Int) -> Int {
        state.withLock { state in
            let key = state.names.count + 1
            guard key < Self.most else { return 0 }
            state.names[UInt32(key)] = name ?? String(number)
            if name == nil { state.numbered.insert(UInt32(key)) }
            return key
        }
    }

    /// - Parameter interface: `Segment.interface`.
    package func name(of interface: UInt32) -> String? {
        state.withLock { state in
            if let known = state.names[interface] { return known }
            guard interface & Segment.kernelIndexFlag != 0 else { return nil }
            let index = interface & ~Segment.kernelIndexFlag
            // An interface that is gone had no name while it was asked for.
            let name = (asksKernel ? NetworkDatabase.interfaceName(index) : nil) ?? String(index)
            if state.names.count < Self.most { state.names[interface] = name }
            return name
        }
    }

    /// The name that a file or the capture gives it.
    ///
    /// - Parameter interface: `FrameHeader.interface`.
    func givenName(of interface: Int) -> String? {
        let key = UInt32(truncatingIfNeeded: interface)
        return state.withLock { $0.numbered.contains(key) ? nil : $0.names[key] }
    }
}
