package import Console
package import Probing
import SondeSystem

/// Round-trip times over several answers, in every report alike.
extension Statistics {
    /// Appends `min 1.00 ms, avg 1.20 ms, …, p99 1.90 ms`.
    package func appendFigures(to text: inout TextBuffer) {
        let figures: [(StaticString, Nanoseconds?)] = [
            ("min ", minimum), (", avg ", mean), (", max ", maximum), (", mdev ", deviation), (", p50 ", percentile(0.5)),
            (", p90 ", percentile(0.9)), (", p99 ", percentile(0.99)),
        ]
        for (name, value) in figures {
            text.append(name)
            text.append(duration: value?.count ?? 0)
        }
    }

    /// Appends `min_ms` to `p99_ms`; each is null where nothing answered.
    package func appendFigures(to writer: inout JSONWriter) {
        writer.field("min_ms", minimum?.milliseconds, decimals: 3)
        writer.field("avg_ms", mean?.milliseconds, decimals: 3)
        writer.field("max_ms", maximum?.milliseconds, decimals: 3)
        writer.field("mdev_ms", deviation?.milliseconds, decimals: 3)
        writer.field("p50_ms", percentile(0.5)?.milliseconds, decimals: 3)
        writer.field("p90_ms", percentile(0.9)?.milliseconds, decimals: 3)
        writer.field("p99_ms", percentile(0.99)?.milliseconds, decimals: 3)
    }
}
