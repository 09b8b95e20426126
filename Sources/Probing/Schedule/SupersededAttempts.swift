/// The open attempts that another attempt of their probe followed, oldest first: a list through `Attempt.older` and `newer`, so that
/// each is removed in constant time.
struct SupersededAttempts {
    private var first: Int32 = -1
    private var last: Int32 = -1

    var oldest: Int32? { first >= 0 ? first : nil }

    mutating func append(_ attempt: Int32, in attempts: inout Arena<Attempt>) {
        attempts[attempt].isSuperseded = true
        attempts[attempt].older = last
        attempts[attempt].newer = -1
        if last >= 0 { attempts[last].newer = attempt } else { first = attempt }
        last = attempt
    }

    /// Does nothing where the attempt is not in the list.
    mutating func remove(_ attempt: Int32, in attempts: inout Arena<Attempt>) {
        guard attempts[attempt].isSuperseded else { return }
        attempts[attempt].isSuperseded = false
        let (older, newer) = (attempts[attempt].older, attempts[attempt].newer)
        if older >= 0 { attempts[older].newer = newer } else { first = newer }
        if newer >= 0 { attempts[newer].older = older } else { last = older }
    }
}
