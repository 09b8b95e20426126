#!/usr/bin/env python3
"""Checks that the unit tests notice when two strings of a report are swapped.

usage: scripts/swap-words.py [--all] [--seed N] TESTS FILE...

  TESTS   what `swift test --filter` takes: the tests that should notice, such as ProbeReportsTests
  FILE    Swift files whose string literals are swapped, such as Sources/ProbeReports/*.swift
  --all   every pair within a file, instead of each string with two others of its file and one of another
  --seed  for the choice of those (default: 1)

The sources are copied to .build/swapped, where each literal becomes a look-up that an environment variable can redirect. So the
copy is built once, and a swap costs one run of the tests. Text around an interpolation is swapped piece by piece. Literals that
must stay literals (patterns, raw values, characters, messages of preconditions) are left out; those that the compiler insists on
are named.

Ends with 0 where every swap made a test fail, else with 1 after naming the swaps that nothing noticed.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ROOT / ".build" / "swapped"
VARIABLE = "SONDE_SWAPPED_WORDS"


class Word:
    """A piece of text between quotes or interpolations: `source` is how it is written."""

    def __init__(self, file, line, source):
        self.file, self.line, self.source = file, line, source

    def __str__(self):
        return f"{self.file}:{self.line} \"{self.source}\""


class Literal:
    """A string literal: where it is, and its pieces, each a text or (for an interpolation) a tuple."""

    def __init__(self, start, end, line, pieces):
        self.start, self.end, self.line, self.pieces = start, end, line, pieces


def skip_interpolation(text, position):
    """The position after the parenthesis that closes the one before `position`."""
    depth = 1
    while depth:
        character = text[position]
        if character == '"':
            position = read_literal(text, position)[0]
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        position += 1
    return position


def one_line(block):
    """What stands between triple quotes, as it is written between single ones."""
    lines = block.split("\n")[1:]
    indentation = len(lines.pop())
    joined = "\n".join(line[indentation:] for line in lines).replace("\\\n", "")
    return joined.replace('"', '\\"').replace("\n", "\\n")


def read_literal(text, start):
    """Reads the literal whose first quote is at `start`: the position after it, and its pieces (None: it has several lines and
    interpolations)."""
    if text.startswith('"""', start):
        end = text.index('"""', start + 3)
        return end + 3, None if "\\(" in text[start:end] else [one_line(text[start + 3 : end])]
    position, begin, pieces = start + 1, start + 1, []
    while text[position] != '"':
        if text.startswith("\\(", position):
            pieces.append(text[begin:position])
            end = skip_interpolation(text, position + 2)
            pieces.append((text[position:end],))
            position = begin = end
        else:
            position += 2 if text[position] == "\\" else 1
    pieces.append(text[begin:position])
    return position + 1, pieces


def is_fixed(text, start):
    """Whether the literal at `start` must stay one: a character, a pattern or raw value, the message of a precondition."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    if re.search(r"\bascii: $|precondition\w*\(.*$|fatalError\($|^\s*(import|#|@)", before):
        return True
    if not re.match(r"\s*case\b", before):
        return False
    depth = 0
    for character in before:
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(character, 0)
        if character == ":" and depth == 0:
            return False
    return True


def literals(text):
    """The literals of a file that can be swapped; comments, raw literals and those of several lines with interpolations are passed over."""
    position, found = 0, []
    while position < len(text):
        if text.startswith("//", position):
            position = text.find("\n", position)
            if position < 0:
                break
        elif text.startswith("/*", position):
            position = text.index("*/", position) + 2
        elif text[position] == "#" and text[position + 1 : position + 2] == '"':
            position = text.index('"#', position + 2) + 2
        elif text[position] == '"':
            end, pieces = read_literal(text, position)
            if pieces is not None and not is_fixed(text, position):
                found.append(Literal(position, end, text.count("\n", 0, position) + 1, pieces))
            position = end
        else:
            position += 1
    return found


def rewritten(file, text, words, kept_lines):
    """The file's text with its words looked up, and appends each of them to `words`."""
    result, position = [], 0
    for literal in literals(text):
        if (file, literal.line) in kept_lines or not any(isinstance(piece, str) and piece for piece in literal.pieces):
            continue
        indices = []
        for piece in literal.pieces:
            if isinstance(piece, str) and piece:
                indices.append(len(words))
                words.append(Word(file, literal.line, piece))
            else:
                indices.append(None)
        if len(literal.pieces) == 1:
            replacement = f"swappable({indices[0]})"
        else:
            replacement = '"' + "".join(
                piece[0] if isinstance(piece, tuple) else f"\\(swappable({index}) as String)" if piece else ""
                for piece, index in zip(literal.pieces, indices)
            ) + '"'
        # The lines of the copy keep their numbers.
        replacement += "\n" * text.count("\n", literal.start, literal.end)
        result += [text[position : literal.start], replacement]
        position = literal.end
    return "".join(result) + text[position:]


HELPER = """\
import Glibc

private let words: [StaticString] = [
%s
]

/// The two whose places are exchanged.
private let swapped: (Int, Int) = {
    guard let variable = unsafe getenv("%s") else { return (-1, -1) }
    let numbers = unsafe String(cString: variable).split(separator: ",").compactMap { Int($0) }
    return (numbers[0], numbers[1])
}()

private func place(_ index: Int) -> Int {
    index == swapped.0 ? swapped.1 : index == swapped.1 ? swapped.0 : index
}

func swappable(_ index: Int) -> String { words[place(index)].description }

@_disfavoredOverload
func swappable(_ index: Int) -> StaticString { words[place(index)] }

@_disfavoredOverload
func swappable<T: ExpressibleByStringLiteral>(_ index: Int) -> T where T.StringLiteralType == String {
    T(stringLiteral: words[place(index)].description)
}
"""


def write(path, text):
    """Writes a file only where that changes it, so that the copy is built incrementally."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def copy_tree():
    """Makes the copy what the tree is."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    names = [name for name in names if name == "Package.swift" or name.startswith(("Sources/", "Tests/"))]
    for old in [*COPY.glob("Sources/**/*"), *COPY.glob("Tests/**/*")]:
        if old.is_file() and str(old.relative_to(COPY)) not in names and old.name != "SwappedWords.swift":
            old.unlink()
    for name in names:
        source, target = ROOT / name, COPY / name
        if not source.is_file():
            continue
        data = source.read_bytes()
        if not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    if (ROOT / "Package.resolved").exists():
        shutil.copy(ROOT / "Package.resolved", COPY / "Package.resolved")


def build(files):
    """Rewrites the files and builds the copy, leaving those lines as they are that do not compile. Returns the words."""
    kept_lines = set()
    while True:
        words, texts = [], {}
        for file in files:
            texts[file] = rewritten(file, (ROOT / file).read_text(), words, kept_lines)
        for file, text in texts.items():
            write(COPY / file, text)
        table = HELPER % (",\n".join(f'    "{word.source}"' for word in words), VARIABLE)
        for module in {pathlib.Path(*pathlib.Path(file).parts[:2]) for file in files}:
            write(COPY / module / "SwappedWords.swift", table)
        outcome = subprocess.run(["swift", "build", "--build-tests"], cwd=COPY, capture_output=True, text=True)
        if outcome.returncode == 0:
            return words
        errors = re.findall(r"^(/[^:\n]+):(\d+):\d+: error: ", outcome.stdout + outcome.stderr, re.MULTILINE)
        lines = {(os.path.relpath(path, COPY), int(line)) for path, line in errors} - kept_lines
        lines = {(file, line) for file, line in lines if file in files}
        if not lines:
            sys.exit(outcome.stdout + outcome.stderr)
        for file, line in sorted(lines):
            print(f"stays as it is: {file}:{line} {(ROOT / file).read_text().splitlines()[line - 1].strip()}")
        kept_lines |= lines


def pairs(words, every, seed):
    """Which words to swap, as pairs of their indices."""
    chance = random.Random(seed)
    chosen = set()
    for index, word in enumerate(words):
        def differing(same_file):
            return [
                other for other, candidate in enumerate(words)
                if candidate.source != word.source and (candidate.file == word.file) == same_file
            ]
        near, far = differing(True), differing(False)
        if every:
            others = near
        else:
            others = chance.sample(near, min(2, len(near))) + chance.sample(far, min(1, len(far)))
        chosen |= {(min(index, other), max(index, other)) for other in others}
    return sorted(chosen)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\nThe")[0])
    parser.add_argument("tests")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    files = [os.path.relpath(pathlib.Path(file).resolve(), ROOT) for file in options.files]

    copy_tree()
    words = build(files)
    # The bundle is named after the package, which is the copy's folder or the name that Package.swift gives.
    bundle = next((COPY / ".build" / "debug").glob("*PackageTests.xctest"))
    command = [bundle, "--filter", options.tests, "--testing-library", "swift-testing"]

    def passes(pair):
        environment = dict(os.environ) | ({VARIABLE: f"{pair[0]},{pair[1]}"} if pair else {})
        code = subprocess.run(command, env=environment, capture_output=True, timeout=120).returncode
        # A test that reads the swapped text may end the process by a signal: that is noticed, too.
        if code > 1:
            sys.exit(f"the tests ended with {code} where {pair} were swapped")
        return code == 0

    if not passes(None):
        sys.exit("the tests fail before anything is swapped")
    chosen = pairs(words, options.all, options.seed)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        unnoticed = [pair for pair, passed in zip(chosen, pool.map(passes, chosen)) if passed]
    for one, other in unnoticed:
        print(f"nothing noticed: {words[one]} <-> {words[other]}")
    print(f"{len(words)} strings, {len(chosen)} swaps, {len(unnoticed)} unnoticed")
    sys.exit(1 if unnoticed else 0)


main()
