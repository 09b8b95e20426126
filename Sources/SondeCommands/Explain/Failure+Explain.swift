import Failures

extension Failure {
    /// - Parameter nearest: the word that was probably meant.
    init(noPage word: String, nearest: String?) {
        let all = "see all words: sonde explain --list"
        let message = "\"\(word)\": no page explains this word"
        if let nearest {
            self.init(.usage, message, next: "did you mean \(nearest)?", all)
        } else {
            self.init(.usage, message, next: all)
        }
    }
}
