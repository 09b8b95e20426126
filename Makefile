# sonde: `make` lists the targets.

PREFIX  ?= /usr/local
DESTDIR ?=
SECONDS ?= 60

bindir  := $(DESTDIR)$(PREFIX)/bin
mandir  := $(DESTDIR)$(PREFIX)/share/man
bashdir := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
zshdir  ?= $(DESTDIR)$(PREFIX)/share/zsh/site-functions
fishdir := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
datadir := $(DESTDIR)$(PREFIX)/share/sonde

# All of the relocations at start, and then read-only. No build ID: it would depend on paths in what install takes out.
release := swift build --configuration release --static-swift-stdlib --product sonde -Xlinker -z -Xlinker now -Xlinker --build-id=none
binary  ?= .build/release/sonde
# Debian's tools ask for symbols in this way.
strip   := $(if $(findstring nostrip,$(DEB_BUILD_OPTIONS)),,-s)

.PHONY: help deps test-deps build demo test test-fleet golden lint format completions reasons json-manual pictures install uninstall deb dist reproducible bench fuzz clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install missing build dependencies (apt-get)
	@scripts/require.sh build

test-deps: deps ## install missing test dependencies (apt-get)
	@scripts/require.sh test

build: deps ## build the release binary
	@mkdir -p .build/static
	@library=$$(cc -print-file-name=libstdc++.a 2>/dev/null) && [ -f "$$library" ] && ln -sf "$$library" .build/static/ || true
	$(release)
	@echo "built $(binary)"

# What was built stays as it is: `sudo make install` needs no compiler.
$(binary):
	$(MAKE) build

demo: build ## watch one TCP connection open and close
	@scripts/require.sh demo
	@if [ "$$(id -u)" -ne 0 ] && sudo -n true 2>/dev/null; then set -x; sudo $(binary) demo; else $(binary) demo; fi

test: test-deps build ## run every test, those of the program on the release build
	@SONDE_BINARY="$(CURDIR)/$(binary)" scripts/test.sh

golden: test-deps build ## record the golden output anew (read the diff before you commit it)
	@SONDE_BINARY="$(binary)" SONDE_GOLDEN=record scripts/test.sh --filter EndToEndTests.Golden
	@git --no-pager diff --stat -- Tests/EndToEndTests/Golden

lint: test-deps ## check format, imports, wording, man pages, completions, scripts
	@scripts/lint.sh

format: ## format the sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

completions: ## regenerate the completion scripts
	swift build --product sonde
	@scripts/write-completions.sh

reasons: ## regenerate sonde-reasons(7) from the pages of explain
	swift build --product sonde
	@scripts/write-reasons.sh

json-manual: ## regenerate sonde-json(5) from the JSON schema
	@scripts/write-json-manual.py >man/sonde-json.5

pictures: ## draw the pictures of the README anew
	swift build --product sonde
	@scripts/write-pictures.sh

install: $(binary) ## install what was built, man pages, completions and the JSON schema under PREFIX
	install -d "$(bindir)" "$(mandir)/man1" "$(mandir)/man5" "$(mandir)/man7" "$(bashdir)" "$(zshdir)" "$(fishdir)" "$(datadir)"
	install $(strip) -m 755 "$(binary)" "$(bindir)/sonde"
	@scripts/clean-binary.sh "$(bindir)/sonde"
	install -m 644 man/*.1 "$(mandir)/man1"
	install -m 644 man/*.5 "$(mandir)/man5"
	install -m 644 man/*.7 "$(mandir)/man7"
	install -m 644 completions/sonde.bash "$(bashdir)/sonde"
	install -m 644 completions/_sonde "$(zshdir)/_sonde"
	install -m 644 completions/sonde.fish "$(fishdir)/sonde.fish"
	install -m 644 schema/sonde.schema.json "$(datadir)/sonde.schema.json"

uninstall: ## remove what install copied
	rm -f "$(bindir)/sonde" "$(bashdir)/sonde" "$(zshdir)/_sonde" "$(fishdir)/sonde.fish"
	for page in man/*.[157]; do rm -f "$(mandir)/man$${page##*.}/$${page##*/}"; done
	rm -rf "$(datadir)"

deb: $(binary) ## make a Debian package of what was built, in .build/packages
	@scripts/make-deb.sh "$(binary)" .build/packages

dist: ## make a source tarball of the last commit that builds offline, in .build/packages
	@scripts/make-dist.sh .build/packages

reproducible: deps ## build the last commit in two folders, and compare what they install
	@scripts/check-reproducible.sh

test-fleet: build ## test the output in Spark, DuckDB, Prometheus and Zeek's readers
	@scripts/require.sh fleet
	@scripts/test-fleet.sh "$(CURDIR)/$(binary)"

bench: build ## measure against peers; PART=capture runs one part, PART=help lists them
	@scripts/require.sh bench
	@python3 -B Benchmarks "$(CURDIR)/$(binary)" $(PART)

fuzz: deps ## fuzz the parsers for SECONDS=60
	@scripts/fuzz.sh $(SECONDS)

clean: ## remove build results
	rm -rf .build
