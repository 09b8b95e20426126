import Addresses
internal import SondeSystem
internal import SystemPackage

/// Takes connections off listeners, and pauses where descriptors run out, so that a full process neither spins nor stops serving.
///
/// An exhausted process can't even take a connection to refuse it: the listeners leave the loop, the clients wait in the kernel's
/// queue, and after `pause`, or as soon as a descriptor came free, they are taken.
struct Acceptor: ~Copyable {
    private let listeners: [Listener]
    private(set) var resumeTime: MonotonicTime?
    private(set) var isOpen = true

    static let pause = Nanoseconds.milliseconds(100)
    /// How many connections one listener gives in one turn, so that clients who are there already get theirs.
    static let perTurn = 128

    init(_ listeners: [Listener]) {
        self.listeners = listeners
    }

    /// Adds the stream listeners to the loop, each under its index as the token: all of them, or none and an error.
    func watch(with loop: borrowing EventLoop) throws(Errno) {
        do {
            for (index, listener) in listeners.enumerated() where listener.transport.isStream {
                // Several threads may share a listener; one of them is woken.
                try loop.add(listener.descriptor.borrowed, for: [.readable, .exclusive], token: UInt64(index))
            }
        } catch {
            // One that stayed in the loop would fail the next attempt with EEXIST.
            unwatch(loop)
            throw error
        }
    }

    enum Outcome: ~Copyable {
        case connection(BorrowedDescriptor.Accepted)
        case none
        /// Descriptors or memory ran out: the listeners are paused.
        case exhausted(Errno)
    }

    /// Takes the next connection that waits at the listener with this index.
    mutating func next(_ index: Int, _ loop: borrowing EventLoop) -> Outcome {
        // Each way back to the start has taken one connection that died in the queue.
        for _ in 0..<Self.perTurn {
            guard isOpen, resumeTime == nil else { return .none }
            do {
                guard let accepted = try listeners[index].descriptor.borrowed.accept() else { return .none }
                return .connection(accepted)
            } catch  where error.meansExhaustion {
                unwatch(loop)
                resumeTime = .now + Self.pause
                return .exhausted(error)
            } catch {
                // Refused by a packet filter, or reset before it was taken (accept(2)): the next one may be sound.
                continue
            }
        }
        return .none
    }

    /// Resumes after a pause.
    mutating func resume(_ loop: borrowing EventLoop) {
        guard resumeTime != nil else { return }
        resumeTime = nil
        guard isOpen else { return }
        do { try watch(with: loop) } catch { resumeTime = .now + Self.pause }
    }

    /// Takes no more connections: new ones are refused.
    mutating func close(_ loop: borrowing EventLoop) {
        guard isOpen else { return }
        isOpen = false
        if resumeTime == nil { unwatch(loop) }
        resumeTime = nil
        for listener in listeners where listener.transport.isStream { listener.stopTaking() }
    }

    private func unwatch(_ loop: borrowing EventLoop) {
        for listener in listeners where listener.transport.isStream { try? loop.remove(listener.descriptor.borrowed) }
    }
}

extension Errno {
    /// A resource that other clients may give back.
    var meansExhaustion: Bool {
        switch self {
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noBufferSpace, .noMemory: true
        default: false
        }
    }
}
