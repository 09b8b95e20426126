import Glibc
import PacketCapture
import Packets
import SondeSystem
import Synchronization
import Tracking

/// Reads and decodes capture files in a thread of its own, while the caller's tracks what was decoded.
///
/// Segments go over in batches through a ring of fixed size, in their order. Two semaphores count the ring's filled and free
/// places: a place belongs to the decoding thread while it is free and to the caller while it is filled, and nothing else is shared
/// before the thread has ended.
@safe final class DecodingThread: @unchecked Sendable {
    private var decoding: Decoding?
    private var failure: CaptureError?
    /// Batches; an empty one is the file's end.
    private let ring: UnsafeMutablePointer<[TrackedSegment]>
    private let filled = Semaphore(0)
    private let free = Semaphore(UInt32(places))
    private let isAbandoned = Atomic(false)

    private static let places = 4
    /// Large enough that waking the other thread does not count, small enough that the whole ring stays in a cache.
    private static let batchSize = 1024

    init(_ policy: TrackingPolicy) {
        decoding = Decoding(policy)
        // Safe: as many arrays as places are made here and destroyed at the end.
        unsafe ring = .allocate(capacity: Self.places)
        unsafe ring.initialize(repeating: [], count: Self.places)
    }

    deinit {
        unsafe ring.deinitialize(count: Self.places)
        unsafe ring.deallocate()
    }

    /// Frames read so far, and what they came to.
    var frames: UInt64 { decoding?.frames ?? 0 }
    var tally: DecodeTally { decoding?.tally ?? DecodeTally() }

    /// Reads a file to its end, until `interruption` becomes readable, or until `take` has enough. Returns when the thread has
    /// ended.
    ///
    /// What was decoded before damage is handed over before that is thrown.
    ///
    /// - Returns: false where the system refuses a thread, and nothing was read.
    func read(_ path: String, interruption: BorrowedDescriptor, _ take: ([TrackedSegment]) -> FrameDemand) throws(CaptureError)
        -> Bool
    {
        failure = nil
        guard let thread = try? WorkerThreads.start({ self.decode(path, interruption) }) else { return false }
        var place = 0
        while true {
            filled.wait()
            // Safe: the place is filled, so that it is the caller's until it is signalled free.
            if unsafe ring[place].isEmpty { break }
            if !isAbandoned.load(ordering: .relaxed), unsafe take(ring[place]) == .enough {
                isAbandoned.store(true, ordering: .relaxed)
            }
            free.signal()
            place = (place + 1) % Self.places
        }
        free.signal()
        thread.join()
        if let failure { throw failure }
        return true
    }

    /// The thread's whole work.
    private func decode(_ path: String, _ interruption: BorrowedDescriptor) {
        // The caller looks at neither before the thread has ended.
        guard var decoding = decoding.take() else { return }
        var place = 0
        do throws(CaptureError) {
            var file = try CaptureFile(path: path, interruption: interruption)
            repeat {
                try file.readFrames { header, frame in
                    decoding.take(header, frame)
                    guard decoding.queue.waiting.count >= Self.batchSize else { return .more }
                    handOver(&decoding.queue, &place)
                    return isAbandoned.load(ordering: .relaxed) ? .enough : .more
                }
            } while file.isWaiting
        } catch {
            failure = error
        }
        if !decoding.queue.waiting.isEmpty { handOver(&decoding.queue, &place) }
        handOver(&decoding.queue, &place)
        self.decoding = consume decoding
    }

    /// Exchanges a batch for one that was tracked, emptied.
    private func handOver(_ queue: inout SegmentQueue, _ place: inout Int) {
        free.wait()
        // Safe: the place is free, so that it is this thread's until it is signalled filled.
        unsafe queue.exchange(&ring[place])
        filled.signal()
        place = (place + 1) % Self.places
    }
}

/// What the decoding thread alone touches.
private struct Decoding: ~Copyable {
    private var decoder: Decoder
    private(set) var frames: UInt64 = 0
    private(set) var tally = DecodeTally()
    var queue: SegmentQueue

    init(_ policy: TrackingPolicy) {
        decoder = Decoder(
            ignoringChecksums: policy.ignoresChecksums,
            acceptingOffloadedChecksums: policy.acceptsOffloadedChecksums
        )
        queue = SegmentQueue(policy)
    }

    @inline(__always)
    mutating func take(_ header: FrameHeader, _ frame: Span<UInt8>) {
        frames &+= 1
        var outcome: DecodeOutcome? = decoder.decode(frame, header)
        while let found = outcome {
            tally.count(found)
            if found == .segment { queue.append(decoder.segment) } else { queue.pass(header.time) }
            outcome = decoder.next(in: frame)
        }
    }
}

/// A count that threads wait for (sem_overview(7)).
@safe private struct Semaphore: ~Copyable {
    private let count: UnsafeMutablePointer<sem_t>

    init(_ value: UInt32) {
        // Safe: the kernel's structure stays at this place until the end.
        unsafe count = .allocate(capacity: 1)
        unsafe sem_init(count, 0, value)
    }

    deinit {
        unsafe sem_destroy(count)
        unsafe count.deallocate()
    }

    /// Takes one, and waits for it.
    func wait() {
        // A signal handler alone makes it return without.
        while unsafe sem_wait(count) != 0 {}
    }

    func signal() {
        unsafe sem_post(count)
    }
}
