import Testing

/// `make install`, the Debian package and the source tarball, each in a folder of its own.
@Suite("Installing", .sideBySide)
struct InstallTests {
    /// Runs a script in a new folder, its first argument, with the repository as second and the binary as third.
    private func run(_ script: String) async throws -> Outcome {
        let frame = """
            set -eu
            folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
            repository=$1 binary=$2
            \(script)
            """
        return try await Command.tool("bash", "-c", frame, "test", Repository.root, Binary.sonde).limit(.seconds(120)).run()
    }

    private static let install = #"make -s -C "$repository" install DESTDIR="$folder" PREFIX=/usr binary="$binary""# + "\n"
    /// Debug binaries find Swift's libraries beside the toolchain, so the installed one runs.
    private static let share = "$folder/usr/share"

    @Test(
        "make install puts the program, its manuals and the schema where they belong, and uninstall removes all of it",
        .needs(.tool("make"), .tool("man"))
    )
    func install() async throws {
        let outcome = try await run(
            Self.install + """
                "$folder/usr/bin/sonde" --version
                cmp "\(Self.share)/sonde/sonde.schema.json" "$repository/schema/sonde.schema.json"
                for page in sonde sonde-probe sonde-json sonde-reasons; do man -M "\(Self.share)/man" -w "$page" | sed "s|$folder||"; done
                (cd "$repository/man" && ls) | sort >"$folder/.pages"
                find "\(Self.share)/man" -type f -printf '%f\\n' | sort | cmp - "$folder/.pages" && rm "$folder/.pages"
                make -s -C "$repository" uninstall DESTDIR="$folder" PREFIX=/usr
                find "$folder" -type f -o -type l
                """
        )
        #expect(outcome.code == 0, "\(outcome)")
        let version = try await Command.sonde("--version").run().outputLines
        let pages: [String] = [
            "/usr/share/man/man1/sonde.1", "/usr/share/man/man1/sonde-probe.1", "/usr/share/man/man5/sonde-json.5",
            "/usr/share/man/man7/sonde-reasons.7",
        ]
        #expect(outcome.outputLines == version + pages, "\(outcome)")
    }

    @Test(
        "bash-completion finds the installed completion by itself",
        .needs(.tool("make"), .tool("zsh"), .file("/usr/share/bash-completion/bash_completion"))
    )
    func bashCompletion() async throws {
        let outcome = try await run(
            Self.install + """
                printf 'export XDG_DATA_DIRS=%s PATH=%s:$PATH; . /usr/share/bash-completion/bash_completion\\n' \
                    "\(Self.share)" "$folder/usr/bin" >"$folder/rc"
                printf '%s\\n' 'sonde pro' 'sonde addrs --st' 'sonde capture -fj' 'sonde probe 127.0.0.1 --color=ne' |
                    zsh "$repository/Tests/EndToEndTests/Completion/press-tab.zsh" bash "$folder/rc" | cut -f 1,2
                """
        )
        #expect(outcome.code == 0, "\(outcome)")
        let lines = outcome.outputLines.map { $0.split(separator: "\t").last.map(String.init)?.trimmingBlanks ?? "" }
        #expect(
            lines == ["sonde probe", "sonde addrs --stats", "sonde capture -fj", "sonde probe 127.0.0.1 --color=never"],
            "\(outcome)"
        )
    }

    @Test("zsh and fish find theirs", .needs(.tool("make"), .tool("zsh"), .tool("fish")))
    func otherShells() async throws {
        let outcome = try await run(
            Self.install + """
                export HOME="$folder/home" PATH="$folder/usr/bin:$PATH"; mkdir "$HOME"
                zsh -f -c 'fpath=($0/zsh/site-functions $fpath); autoload -U compinit; compinit -D -u; print $_comps[sonde]' "\(Self.share)"
                XDG_DATA_DIRS="\(Self.share)" fish -c 'complete -C "sonde pro"' | cut -f 1
                """
        )
        #expect(outcome.code == 0 && outcome.outputLines == ["_sonde", "probe"], "\(outcome)")
    }

    /// Two builds in two folders are compared by `make reproducible`, which takes minutes.
    @Test("nothing in the installed program tells where it was built", .needs(.tool("make"), .tool("readelf")))
    func pathsOfTheBuild() async throws {
        let outcome = try await run(
            Self.install + """
                LC_ALL=C readelf -SW "$folder/usr/bin/sonde" | grep -oE '(build-id|debug_[a-z]+|symtab) ' || true
                LC_ALL=C readelf -x .swift_modhash "$folder/usr/bin/sonde" | grep '^ ' | cut -c 14-48 | sort -u
                grep -cF "$repository" "$folder/usr/bin/sonde" || true
                """
        )
        #expect(outcome.code == 0 && outcome.outputLines == ["00000000 00000000 00000000 00000000", "0"], "\(outcome)")
    }

    @Test("the Debian package installs and is removed without a trace", .needs(.root, .tool("make"), .tool("dpkg-deb")))
    func debianPackage() async throws {
        let outcome = try await run(
            """
            export DPKG_DEB_COMPRESSOR_TYPE=none
            "$repository/scripts/make-deb.sh" "$binary" "$folder" >/dev/null
            "$repository/scripts/make-deb.sh" "$binary" "$folder/again" >/dev/null
            cmp "$folder"/sonde_*.deb "$folder"/again/sonde_*.deb
            dpkg-deb --field "$folder"/sonde_*.deb Package Recommends Section
            dpkg-deb --contents "$folder"/sonde_*.deb | grep -v '/$' | awk '{ print $2, $6 }' | grep -v /man/
            mkdir -p "$folder/root/var/lib/dpkg/info" "$folder/root/var/lib/dpkg/updates"; touch "$folder/root/var/lib/dpkg/status"
            system() { dpkg --root="$folder/root" --force-depends --force-not-root --log=/dev/null "$@" >/dev/null 2>&1; }
            system --install "$folder"/sonde_*.deb
            "$folder/root/usr/bin/sonde" --version
            (cd "$folder/root" && zcat usr/share/man/man5/sonde-json.5.gz | head -1 | cut -c 1-14)
            system --purge sonde
            find "$folder/root/usr" "$folder/root/etc" 2>/dev/null || true
            """
        )
        #expect(outcome.code == 0, "\(outcome)")
        let version = try await Command.sonde("--version").run().outputLines
        let before: [String] = [
            "Package: sonde", "Recommends: libpcap0.8", "Section: net", "root/root ./usr/bin/sonde",
            "root/root ./usr/share/bash-completion/completions/sonde", "root/root ./usr/share/doc/sonde/changelog.Debian.gz",
            "root/root ./usr/share/doc/sonde/changelog.gz", "root/root ./usr/share/doc/sonde/copyright",
            "root/root ./usr/share/fish/vendor_completions.d/sonde.fish", "root/root ./usr/share/lintian/overrides/sonde",
            "root/root ./usr/share/sonde/sonde.schema.json",
            "root/root ./usr/share/zsh/vendor-completions/_sonde",
        ]
        let after = version + [".\\\" Written by"]
        #expect(outcome.outputLines == before + after, "\(outcome)")
    }

    @Test("Debian's checker of packages finds nothing", .needs(.tool("make"), .tool("dpkg-deb"), .tool("lintian")))
    func lintian() async throws {
        let outcome = try await run(
            """
            export DPKG_DEB_COMPRESSOR_TYPE=gzip
            "$repository/scripts/make-deb.sh" "$binary" "$folder" >/dev/null
            lintian --allow-root --fail-on error,warning "$folder"/sonde_*.deb
            """
        )
        #expect(outcome.code == 0 && outcome.output.isEmpty, "\(outcome)")
    }

    @Test("a run path of $ORIGIN alone is removed, others stay", .needs(.tool("cc"), .tool("readelf")))
    func runPath() async throws {
        let outcome = try await run(
            """
            cd "$folder"
            echo 'int main(void) { return 7; }' >main.c
            for path in '$ORIGIN' '/opt:$ORIGIN' ''; do
                cc main.c -o main ${path:+-Wl,--enable-new-dtags,-rpath,"$path"}
                "$repository/scripts/clean-binary.sh" main
                status=0; ./main || status=$?
                echo "$status $(LC_ALL=C readelf -d main | sed -n 's/.*RUNPATH.*\\[\\(.*\\)\\]/\\1/p')"
            done
            """
        )
        #expect(outcome.code == 0 && outcome.outputLines == ["7 ", "7 /opt:$ORIGIN", "7 "], "\(outcome)")
    }

    @Test(
        "the source tarball holds its dependencies, and needs no network",
        .needs(.tool("git"), .tool("perl"))
    )
    func sourceTarball() async throws {
        let outcome = try await run(
            """
            git -C "$repository" rev-parse HEAD >/dev/null 2>&1 || git config --global --add safe.directory "$repository"
            "$repository/scripts/make-dist.sh" "$folder" >/dev/null
            cd "$folder" && tar xzf sonde-*.tar.gz && cd sonde-*/
            grep -ho 'package(path: "[^"]*")' Package.swift vendor/*/Package.swift | sort
            grep -l 'url: *"' Package.swift vendor/*/Package.swift || true
            ls vendor/swift-subprocess/Package.swift vendor/swift-system/Package.swift Makefile
            """
        )
        #expect(outcome.code == 0, "\(outcome)")
        let paths = ["../swift-system", "vendor/swift-subprocess", "vendor/swift-system"].map { "package(path: \"\($0)\")" }
        let files = ["Makefile", "vendor/swift-subprocess/Package.swift", "vendor/swift-system/Package.swift"]
        #expect(outcome.outputLines == paths + files, "\(outcome)")
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.hasSuffix(" ") { text = text.dropLast() }
        return String(text)
    }
}
