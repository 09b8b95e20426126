import Testing

/// schema/sonde.schema.json against recorded output. `Outcome.jsonLines()` holds all other JSON of the tests against it.
@Suite("The JSON schema", .sideBySide)
struct SchemaTests {
    /// Reads the schema and one object per line, and writes what is wrong, by a validator that others wrote.
    private static let validator = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        count = 0
        for line in sys.stdin:
            count += 1
            for error in validator.iter_errors(json.loads(line)): print(error.message[:300], line)
        print(count)
        """

    /// The lines of recorded output that are objects of sonde.
    private static func recorded() -> [String] {
        Repository.files(in: "Tests/EndToEndTests/Golden").flatMap { file in
            Repository.text(of: file).split(separator: "\n").filter { $0.hasPrefix("{\"type\":") }.map(String.init)
        }
    }

    @Test(
        "holds for recorded output, also in the view of another validator",
        .needs(.file("/usr/lib/python3/dist-packages/jsonschema"))
    )
    func golden() async throws {
        let lines = Self.recorded()
        #expect(lines.count > 500)
        for line in lines { #expect(JSONSchema.sonde.problems(of: try JSONValue(line)).isEmpty, "\(line)") }
        let outcome = try await Command.tool(
            "/usr/bin/python3",
            "-c",
            Self.validator,
            "\(Repository.root)/schema/sonde.schema.json"
        )
        .input(lines.joined(separator: "\n") + "\n").run()
        #expect(outcome.output == "\(lines.count)\n", "\(outcome)")
    }

    @Test("holds for every page of explain, in both languages, and for a history", arguments: ["en", "zh"])
    func pages(_ language: String) async throws {
        let pages = try await Command.sonde("explain", "--list", "--json", "--lang", language).run().orThrow().jsonLines()
        #expect(pages.count > 300)
        let history = try await Command.sonde("explain", "ShADadFf", "--json", "--lang", language).run().orThrow().jsonLines()
        #expect(history.count == 1)
    }

    @Test("requires every field of every object and allows no other, save for the options of a segment, which it may lack")
    func isClosed() throws {
        var lenient: [String] = []
        func visit(_ value: JSONValue, _ path: String) {
            if let properties = value["properties"]?.object {
                let required = Set(value["required"]?.array?.compactMap(\.string) ?? [])
                if required != Set(properties.keys) { lenient.append(path) }
                #expect(value["additionalProperties"]?.bool == false, "\(path)")
            }
            for (name, member) in value.object ?? [:] { visit(member, "\(path)/\(name)") }
            for element in value.array ?? [] { visit(element, "\(path)/[]") }
        }
        visit(try JSONValue(Repository.text(of: "schema/sonde.schema.json")), "")
        #expect(lenient == ["/$defs/tcp-options"])
    }

    @Test("notices what is wrong")
    func mistakes() throws {
        let good = try #require(Self.recorded().first { $0.hasPrefix("{\"type\":\"probe\"") })
        let object = try #require(try JSONValue(good).object)
        func problems(_ change: (inout [String: JSONValue]) -> Void) -> [String] {
            var changed = object
            change(&changed)
            return JSONSchema.sonde.problems(of: .object(changed))
        }
        #expect(problems { _ in }.isEmpty)
        #expect(problems { $0["type"] = .string("prob") } == ["type \"prob\" is not in the schema"])
        #expect(problems { $0["state"] = .string("opened") }.count == 1)
        #expect(problems { $0["port"] = .number(65536, text: "65536") } == ["probe.port: 0 alternatives match"])
        #expect(problems { $0["connect_ex"] = .null }.count == 1)
        #expect(problems { $0["connect_ms"] = .string("1") }.count == 1)
        #expect(problems { $0["banner"] = nil } == ["probe: banner is missing"])
        #expect(problems { $0["extra"] = .null } == ["probe: extra is not in the schema"])
    }

    @Test("sonde-json(5) is made from it", .needs(.tool("python3")))
    func manual() async throws {
        let outcome = try await Command.tool("python3", "\(Repository.root)/scripts/write-json-manual.py").run()
        #expect(outcome.code == 0 && outcome.output == Repository.text(of: "man/sonde-json.5"), "run make json-manual")
    }
}
