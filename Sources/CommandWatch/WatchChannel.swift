import SondeSystem
import SystemPackage

/// One end of the connection between the two processes. Nothing waits: what the kernel does not take is kept in order.
struct WatchChannel: ~Copyable {
    private let socket: Descriptor
    private var waiting: [[UInt8]] = []
    private var canSend = true
    /// False once the other process has gone and everything that it sent was taken.
    private(set) var isOpen = true
    private var room = [UInt8](repeating: 0, count: WatchMessage.length)

    init(_ socket: consuming Descriptor) { self.socket = socket }

    var borrowed: BorrowedDescriptor { socket.borrowed }

    /// What to wait for.
    var readiness: Readiness { waiting.isEmpty ? .readable : [.readable, .writable] }

    mutating func send(_ message: WatchMessage) {
        guard canSend else { return }
        waiting.append(message.bytes)
        flush()
    }

    mutating func flush() {
        var sent = 0
        do throws(Errno) {
            while sent < waiting.count, try socket.borrowed.send(waiting[sent]) != .wouldBlock { sent += 1 }
        } catch {
            canSend = false
            sent = waiting.count
        }
        waiting.removeFirst(sent)
    }

    /// Takes the next message; `nil` where none waits, or where the other process has gone.
    mutating func receive() -> WatchMessage? {
        while isOpen {
            do throws(Errno) {
                switch try socket.borrowed.receive(into: &room) {
                case .wouldBlock: return nil
                case .end: isOpen = false
                case .bytes(let count):
                    if let message = WatchMessage(Array(room.prefix(count))) { return message }
                }
            } catch {
                isOpen = false
            }
        }
        return nil
    }
}
