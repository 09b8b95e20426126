package import Console
import Serving
import ServingReports

extension DemoTranscript {
    /// Writes one object per system call, then what the server's kernel saw of the client.
    ///
    /// - Parameter time: of writing, in seconds since the epoch.
    package func writeJSON(scene: DemoScene, time: Double, into text: inout TextBuffer) {
        for call in calls {
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("type", literal: "call")
            writer.field("scene", scene.rawValue)
            writer.field("side", call.side.name)
            writer.field("call", call.call)
            writer.field("outcome", call.outcome)
            writer.endObject()
            writer.endLine()
            text.append(writer.text)
        }
        if let client = account?.opened { EchoEvent.opened(client).writeJSON(time: time, into: &text) }
        if let client = account?.closed { EchoEvent.closed(client).writeJSON(time: time, into: &text) }
    }
}
