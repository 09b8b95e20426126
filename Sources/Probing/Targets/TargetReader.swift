import SondeSystem
import Synchronization
import SystemPackage

/// Reads a list of targets in a thread of its own: a target a line, blank lines and those that begin with `#` left out.
///
/// It reads no further ahead than a few batches.
final class TargetReader: Sendable {
    enum Next {
        case target(Target)
        case event(ProbeEvent)
        case later
        case end
    }

    private struct Queue {
        var items: [Next] = []
        var taken = 0
        var isComplete = false
    }

    private let queue = Mutex(Queue())
    private let room: FeedWaker?
    private let notify: @Sendable () -> Void

    private static let batchLimit = 4096

    /// - Parameters:
    ///   - path: `nil` is standard input.
    ///   - notify: called, from the reader's thread, when there is something after there was nothing.
    init(path: String?, _ rules: TargetRules, notify: @escaping @Sendable () -> Void) {
        self.notify = notify
        room = try? FeedWaker()
        do throws(SystemError) {
            try WorkerThreads.detach { [self] in read(path, rules) }
        } catch {
            // The creator of a reader calls it next. It needs no notification, and it may hold a lock.
            complete(with: .event(.refused(error)))
        }
    }

    /// The next line's target. Called by one thread at a time.
    func next() -> Next {
        let (next, hasRoom) = queue.withLock { queue -> (Next, Bool) in
            guard queue.taken < queue.items.count else { return (queue.isComplete ? .end : .later, false) }
            let item = queue.items[queue.taken]
            queue.taken += 1
            guard queue.taken == queue.items.count else { return (item, false) }
            queue.items.removeAll(keepingCapacity: true)
            queue.taken = 0
            return (item, true)
        }
        if hasRoom { room?.wake() }
        return next
    }

    // MARK: - In the reader's thread

    private func read(_ path: String?, _ rules: TargetRules) {
        do throws(TargetListError) {
            var lines = try TargetList(path, rules)
            while let line = try lines.next() {
                switch line.target {
                case .success(let target): deliver(.target(target))
                case .failure(let error): deliver(.event(.badLine(number: line.number, file: lines.name, error: error)))
                }
            }
            complete(with: nil)
        } catch {
            complete(with: .event(.unreadable(file: error.path, errno: error.errno)))
        }
        notify()
    }

    private func deliver(_ item: Next) {
        while true {
            let (isFull, wasEmpty) = queue.withLock { queue in
                guard queue.items.count < TargetReader.batchLimit else { return (true, false) }
                queue.items.append(item)
                return (false, queue.items.count == 1)
            }
            if wasEmpty { notify() }
            guard isFull else { return }
            // Without a waker nobody would say when there is room: look again soon.
            if let room { room.waitBlocking() } else { Process.sleep(.milliseconds(1)) }
        }
    }

    private func complete(with item: Next?) {
        queue.withLock { queue in
            if let item { queue.items.append(item) }
            queue.isComplete = true
        }
    }
}
