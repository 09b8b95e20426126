import SondeSystem

/// What the properties of a command declare about its command line.
///
/// A property wrapper declares its option when it is made: `made` lists what is declared while a command is made, in the order of the
/// properties. Nothing is looked up by reflection, and a command line is read straight into the properties.
final class Declarations {
    struct Declaration {
        let syntax: ArgumentSyntax
        /// Of several flags that exclude each other, the same number; else `nil`.
        let group: Int?
        /// Takes the text of a value (empty for a flag); false where it is no such value.
        let store: (String) -> Bool
    }

    private(set) var list: [Declaration] = []
    private var validations: [() throws -> Void] = []
    private var section: String?
    private var groupCount = 0

    private static let making = ThreadReference<Declarations>()

    private static var current: Declarations? { making.current }

    /// Makes a command, or a part of one, and what its properties declare.
    static func made<Made>(_ make: () -> Made) -> (made: Made, declarations: Declarations) {
        let declarations = Declarations()
        return (making.with(declarations, make), declarations)
    }

    /// Adds a declaration to those of the command that is being made.
    static func add(_ syntax: ArgumentSyntax, group: Int? = nil, store: @escaping (String) -> Bool) {
        guard let current else { return }
        var syntax = syntax
        syntax.section = current.section
        current.list.append(Declaration(syntax: syntax, group: group, store: store))
    }

    /// A number for flags that exclude each other.
    static func newGroup() -> Int {
        guard let current else { return 0 }
        current.groupCount += 1
        return current.groupCount
    }

    /// Makes a group of options, which help lists under a heading.
    static func add<Group: ArgumentGroup>(group type: Group.Type, section: String?) -> Group {
        guard let current else { return Group() }
        let outer = current.section
        current.section = section ?? outer
        let group = Group()
        current.section = outer
        current.validations.append(group.validate)
        return group
    }

    /// Validates the groups, inner ones first.
    func validate() throws {
        for validation in validations { try validation() }
    }
}
