/// schema/sonde.schema.json, and as much of JSON Schema 2020-12 as it uses. Another keyword is an error, so that none is passed over.
struct JSONSchema: Sendable {
    static let sonde = JSONSchema()

    private let definitions: [String: JSONValue]
    /// The definitions of objects by the value of their `type`.
    private let ofType: [String: [String]]

    private init() {
        let document = try? JSONValue(Repository.text(of: "schema/sonde.schema.json"))
        definitions = document?["$defs"]?.object ?? [:]
        var ofType: [String: [String]] = [:]
        for (name, schema) in definitions {
            if let type = schema["properties"]?["type"]?["const"]?.string { ofType[type, default: []].append(name) }
        }
        self.ofType = ofType
    }

    var types: Set<String> { Set(ofType.keys) }

    /// What is wrong with an object that sonde wrote; empty if it is one of the schema's.
    func problems(of object: JSONValue) -> [String] {
        let type = object["type"]?.string ?? ""
        let found = (ofType[type] ?? []).sorted().map { problems(of: object, by: definitions[$0] ?? .null, at: $0) }
        return found.min { $0.count < $1.count } ?? ["type \"\(type)\" is not in the schema"]
    }

    private func problems(of value: JSONValue, by schema: JSONValue, at place: String) -> [String] {
        (schema.object ?? [:]).sorted { $0.key < $1.key }.flatMap { keyword, rule -> [String] in
            switch keyword {
            case "description": return []
            case "$ref": return problems(of: value, by: definitions[String(rule.string?.dropFirst(8) ?? "")] ?? .null, at: place)
            case "oneOf":
                let matching = (rule.array ?? []).count { problems(of: value, by: $0, at: place).isEmpty }
                return matching == 1 ? [] : ["\(place): \(matching) alternatives match"]
            case "const": return value == rule ? [] : ["\(place): not \(rule)"]
            case "enum": return rule.array?.contains(value) == true ? [] : ["\(place): \(value) is not listed"]
            case "type":
                let names = rule.string.map { [$0] } ?? rule.array?.compactMap(\.string) ?? []
                return names.contains { Self.isOf(type: $0, value) } ? [] : ["\(place): \(value) is not of type \(names)"]
            case "minimum": return (value.double ?? .infinity) >= (rule.double ?? 0) ? [] : ["\(place): \(value) is too small"]
            case "maximum": return (value.double ?? -.infinity) <= (rule.double ?? 0) ? [] : ["\(place): \(value) is too large"]
            case "items":
                return (value.array ?? []).enumerated().flatMap { problems(of: $1, by: rule, at: "\(place)[\($0)]") }
            case "properties":
                return (value.object ?? [:]).flatMap { name, member in
                    rule[name].map { problems(of: member, by: $0, at: "\(place).\(name)") } ?? []
                }
            case "required":
                return (rule.array ?? []).compactMap(\.string).filter { value.object?[$0] == nil && value.object != nil }.map {
                    "\(place): \($0) is missing"
                }
            case "additionalProperties":
                let known = Set(schema["properties"]?.object?.keys.map { $0 } ?? [])
                return (value.object?.keys.filter { !known.contains($0) } ?? []).map { "\(place): \($0) is not in the schema" }
            default: return ["\(place): the keyword \(keyword) is not known here"]
            }
        }
    }

    private static func isOf(type: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .number: type == "number" || type == "integer" && value.int != nil
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}

struct SchemaError: Error, CustomStringConvertible {
    let line: JSONValue
    let problems: [String]

    var description: String { "not as schema/sonde.schema.json says: \(problems.joined(separator: "; ")): \(line)" }
}
