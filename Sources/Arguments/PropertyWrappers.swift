/// Where the value of an option is before and after a command line is read. Every copy of a wrapper has the same.
final class Storage<Value> {
    var value: Value

    init(_ value: Value) { self.value = value }
}

/// An option with a value: `@Option("-c", "--count", value: "n", help: "Stop after N frames.") var count: Int?`.
@propertyWrapper
package struct Option<Value> {
    private let storage: Storage<Value>

    package var wrappedValue: Value { storage.value }

    /// An option with a default value.
    package init(wrappedValue: Value, _ names: String..., value: String, help: String) where Value: PrintableArgumentValue {
        let storage = Storage(wrappedValue)
        self.storage = storage
        var syntax = ArgumentSyntax(.option, names, valueName: value, help: help)
        syntax.choices = Value.choices
        syntax.defaultValue = wrappedValue.argumentText
        Declarations.add(syntax) { text in
            guard let value = Value(argument: text) else { return false }
            storage.value = value
            return true
        }
    }

    /// An option that may be left out.
    package init<Wrapped: ArgumentValue>(_ names: String..., value: String, help: String) where Value == Wrapped? {
        let storage = Storage<Value>(nil)
        self.storage = storage
        var syntax = ArgumentSyntax(.option, names, valueName: value, help: help)
        syntax.choices = Wrapped.choices
        Declarations.add(syntax) { text in
            guard let value = Wrapped(argument: text) else { return false }
            storage.value = value
            return true
        }
    }

    /// An option that may be given several times.
    ///
    /// - Parameter takesDashes: whether a value may begin with a dash.
    package init<Element: ArgumentValue>(
        wrappedValue: [Element],
        _ names: String...,
        value: String,
        takesDashes: Bool = false,
        help: String
    ) where Value == [Element] {
        let storage = Storage(wrappedValue)
        self.storage = storage
        var syntax = ArgumentSyntax(.option, names, valueName: value, help: help)
        syntax.isRepeatable = true
        syntax.takesDashes = takesDashes
        Declarations.add(syntax) { text in
            guard let value = Element(argument: text) else { return false }
            storage.value.append(value)
            return true
        }
    }
}

/// An option without a value: `@Flag("-u", "--udp", help: "Probe UDP ports instead of TCP.") var udp = false`.
@propertyWrapper
package struct Flag<Value> {
    private let storage: Storage<Value>

    package var wrappedValue: Value { storage.value }

    /// - Parameter help: `nil`: help and completion do not mention it.
    package init(wrappedValue: Bool, _ names: String..., help: String?) where Value == Bool {
        let storage = Storage(wrappedValue)
        self.storage = storage
        Declarations.add(ArgumentSyntax(.flag, names, help: help)) { _ in
            storage.value = true
            return true
        }
    }

    /// One flag for each case; they exclude each other.
    package init<Choice: FlagChoice>() where Value == Choice? {
        let storage = Storage<Value>(nil)
        self.storage = storage
        let group = Declarations.newGroup()
        for choice in Choice.allCases {
            Declarations.add(ArgumentSyntax(.flag, choice.names, help: choice.help), group: group) { _ in
                storage.value = choice
                return true
            }
        }
    }
}

/// Cases that each have a flag of their own.
package protocol FlagChoice: CaseIterable {
    /// With their dashes.
    var names: [String] { get }
    var help: String { get }
}

/// An argument, by its place: `@Argument("host", help: "Host, or HOST:PORT.") var host: String`.
@propertyWrapper
package struct Argument<Value> {
    /// `nil` until an argument that has to be given is read.
    private let storage: Storage<Value?>

    package var wrappedValue: Value {
        guard let value = storage.value else { preconditionFailure("an argument is used before the command line is read") }
        return value
    }

    /// An argument that has to be given.
    package init(_ name: String, help: String) where Value: ArgumentValue {
        var syntax = ArgumentSyntax(.argument, [], valueName: name, help: help)
        syntax.isRequired = true
        storage = Storage(nil)
        declare(syntax)
    }

    /// An argument with a default value.
    package init(wrappedValue: Value, _ name: String, help: String) where Value: PrintableArgumentValue {
        var syntax = ArgumentSyntax(.argument, [], valueName: name, help: help)
        syntax.choices = Value.choices
        syntax.defaultValue = wrappedValue.argumentText
        storage = Storage(wrappedValue)
        declare(syntax)
    }

    private func declare(_ syntax: ArgumentSyntax) where Value: ArgumentValue {
        Declarations.add(syntax) { [storage] text in
            storage.value = Value(argument: text)
            return storage.value != nil
        }
    }

    /// An argument that may be left out.
    package init<Wrapped: ArgumentValue>(_ name: String, help: String) where Value == Wrapped? {
        let storage = Storage<Value?>(.some(nil))
        self.storage = storage
        Declarations.add(ArgumentSyntax(.argument, [], valueName: name, help: help)) { text in
            guard let value = Wrapped(argument: text) else { return false }
            storage.value = .some(value)
            return true
        }
    }

    /// All arguments from this place on.
    package init(wrappedValue: [String], _ name: String, help: String) where Value == [String] {
        let storage = Storage<Value?>(wrappedValue)
        self.storage = storage
        var syntax = ArgumentSyntax(.argument, [], valueName: name, help: help)
        syntax.isRepeatable = true
        Declarations.add(syntax) { text in
            storage.value?.append(text)
            return true
        }
    }
}

/// Every word behind `--`. Without it, they are arguments.
@propertyWrapper
package struct Trailing {
    private let storage = Storage<[String]>([])

    package var wrappedValue: [String] { storage.value }

    package init() {
        let storage = storage
        Declarations.add(ArgumentSyntax(.rest, [], help: nil)) { word in
            storage.value.append(word)
            return true
        }
    }
}

/// Options and arguments that are declared elsewhere.
@propertyWrapper
package struct OptionGroup<Group: ArgumentGroup> {
    package let wrappedValue: Group

    /// - Parameter section: the heading that help lists them under; `nil`: the same as without a group.
    package init(_ section: String? = nil) {
        wrappedValue = Declarations.add(group: Group.self, section: section)
    }
}
