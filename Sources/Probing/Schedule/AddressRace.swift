import SondeSystem

/// Several addresses of one host and one port: the first that connects counts (RFC 8305).
///
/// The next address is tried when one fails or has not answered for a while; what is under way goes on meanwhile. Where none
/// connects, the most telling result stands: closed before filtered, filtered with a reason before silence.
struct AddressRace {
    let unit: Int32
    let portIndex: Int32
    let addressCount: Int
    var nextAddress = 1
    /// The slots under way.
    var slots: [Int32]
    var best: ProbeResult?

    /// RFC 8305 section 8: Connection Attempt Delay.
    static let delay = Nanoseconds.milliseconds(250)
}

extension ProbeResult {
    /// How much a result that is not open tells, most first.
    fileprivate var tellingRank: Int {
        switch (verdict.state, verdict.reason) {
        case (.open, _): 0
        case (.closed, _): 1
        case (.filtered, .noResponse?): 3
        case (.filtered, _): 2
        case (.openOrFiltered, _): 4
        case (.error, _): 5
        }
    }
}

extension ProbeLoop {
    mutating func makeRace(_ target: ProbeTarget, _ slot: Int32) -> Int32 {
        let probe = slots[Int(slot)]
        let race = AddressRace(
            unit: probe.unit,
            portIndex: probe.portIndex,
            addressCount: min(target.addresses.count, 255),
            slots: [slot]
        )
        let index: Int32
        if let free = freeRaces.popLast() {
            index = free
            races[Int(index)] = race
        } else {
            index = Int32(races.count)
            races.append(race)
        }
        // The unit stays while the race does, also between two attempts.
        units[Int(probe.unit)]?.outstanding += 1
        scheduleNextAddress(index)
        return index
    }

    private mutating func scheduleNextAddress(_ race: Int32) {
        let at = MonotonicTime.now + AddressRace.delay
        timers.schedule(Timer(kind: .race, index: race, at: at), at: at)
    }

    /// Nobody has answered for a while. A timer of a race that is over finds none, or a later one that then begins early, at worst.
    mutating func startNextAddress(race index: Int32, at: MonotonicTime) {
        guard let race = races[Int(index)], race.nextAddress < race.addressCount else { return }
        let slot = takeSlot(unit: race.unit, portIndex: race.portIndex)
        slots[Int(slot)].race = index
        slots[Int(slot)].addressIndex = UInt8(race.nextAddress)
        races[Int(index)]?.slots.append(slot)
        races[Int(index)]?.nextAddress += 1
        scheduleNextAddress(index)
        launch(slot)
    }

    /// One address has its result.
    mutating func settle(race index: Int32, _ slot: Int32, _ result: ProbeResult) {
        guard var race = races[Int(index)] else { return }
        race.slots.removeAll { $0 == slot }
        if race.best.map({ result.tellingRank < $0.tellingRank }) ?? true { race.best = result }
        races[Int(index)] = race
        if result.verdict.state == .open { return end(race: index) }
        guard race.nextAddress < race.addressCount else {
            if race.slots.isEmpty { end(race: index) }
            return
        }
        startNextAddress(race: index, at: .now)
    }

    private mutating func end(race index: Int32) {
        guard let race = races[Int(index)] else { return }
        for slot in race.slots {
            returnSocket(slot, afterRefusal: false)
            freeSlot(slot)
        }
        if let best = race.best { outbox.append(.result(best)) }
        races[Int(index)] = nil
        freeRaces.append(index)
        releaseUnit(race.unit)
    }
}
