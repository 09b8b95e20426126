package import SystemPackage

extension Errno {
    /// `connection refused (ECONNREFUSED 111)`: what the number means, its name and itself.
    package var explained: String {
        let words = description
        return words.prefix(1).lowercased() + words.dropFirst() + " (\(name) \(rawValue))"
    }
}
