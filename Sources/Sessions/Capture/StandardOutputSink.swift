import CaptureEngine
import Console
import SondeSystem
import Terminal

/// Standard output as a capture's report writes to it.
final class StandardOutputSink: TextSink {
    private var output: Output

    init(stop: StopToken?) { output = .standard(stop: stop) }

    func write(_ text: inout TextBuffer) throws {
        // The buffers change places, so nothing is copied; the one given back is empty.
        swap(&output.text, &text)
        try output.flush()
    }
}
