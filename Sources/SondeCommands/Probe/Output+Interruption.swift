import Probing
import SondeSystem

extension Output {
    /// Standard output of a run whose engine takes the signals: one that it took ends the wait for a reader that stands still.
    static func standard(interruption: Interruption) -> Output {
        Output(descriptor: .standardOutput, signals: interruption.borrowed) { interruption.signal }
    }
}
