import Testing
import Tracking

/// What `EndpointRecord` relies on: a state in memory is its raw value.
@Test func statesLieInMemoryAsTheirRawValues() {
    let states: [EndpointState] = [.inactive, .synSent, .synAckSent, .partial, .established, .closed, .reset]
    for (number, state) in states.enumerated() {
        #expect(Int(state.rawValue) == number)
        #expect(unsafeBitCast(state, to: UInt8.self) == state.rawValue)
    }
    #expect(EndpointState(rawValue: 7) == nil)
}
