/// The completion scripts: each asks `sonde complete` what fits, and knows nothing of options itself.
package enum CompletionScript: String, CaseIterable, Sendable {
    case bash
    case zsh
    case fish

    package var text: String {
        switch self {
        case .bash: Self.bashText
        case .zsh: Self.zshText
        case .fish: Self.fishText
        }
    }
}
