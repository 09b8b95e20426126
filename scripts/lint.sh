#!/bin/bash
# Checks what can be judged without running sonde. Prints each finding and exits with 1 if there was any.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
failed=0

# check NAME COMMAND...: the command's output is the finding.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        echo "$output" | sed 's/^/        /'
        failed=1
    fi
}

formatted() { swift format lint --strict --recursive --parallel Package.swift Sources Tests; }

# Foundation would quadruple the static binary.
no_foundation() { ! grep -rnE '^\s*(@\w+ )*((public|package|internal|private|fileprivate) )?import (struct |class |func |enum )?Foundation' Sources; }

# Arrows point down: the imports of every module against scripts/layers.txt.
layers() {
    local folder
    for folder in Sources/*/; do
        folder=${folder%/}
        grep -rHoE '^\s*(@\w+ )*((public|package|internal|private|fileprivate) )?import ((struct|class|func|enum|protocol|typealias) )?\w+' "$folder" --include='*.swift' |
            awk -F: -v module="${folder#Sources/}" '{ count = split($2, word, " "); print (module == "System" ? "SondeSystem" : module), word[count], $1 }'
        echo "${folder#Sources/}" | sed 's/^System$/SondeSystem/; s/$/ - -/'
    done | awk '
        NR == FNR {
            if ($1 == "" || $1 ~ /^#/) next
            rank[$1] = NR
            pure[$1] = $2 == "pure"
            if ($2 == "only") for (field = 3; field <= NF; field++) { owned[$1] = 1; may[$1, $field] = 1 }
            next
        }
        $2 == "-" { if (!($1 in rank)) { print "Sources/" $1 ": not in scripts/layers.txt"; found = 1 } next }
        !($2 in rank) { next }
        $2 in owned && !(($2, $1) in may) { print $3 ": " $1 " must not import " $2; found = 1; next }
        rank[$2] <= rank[$1] { print $3 ": " $1 " imports " $2 ", which is above it"; found = 1; next }
        pure[$1] && $2 == "SondeSystem" { print $3 ": " $1 " is pure and imports " $2; found = 1 }
        END { exit found }' scripts/layers.txt -
}

# A file is one idea, which rarely takes more than this; a command file holds options and two calls.
short_files() {
    ! find Sources Tests -name '*.swift' -exec wc -l {} + |
        awk '$2 != "total" && ($1 > 700 || ($2 ~ /SondeCommands\/.*Command\.swift$/ && $1 > 120)) { print $2 ": " $1 " lines"; found = 1 }
             END { exit !found }'
}

# A name that is declared for other modules, or wrapped from C, and written nowhere else serves nobody.
no_unused() {
    local words declared
    words=$(mktemp) && declared=$(mktemp)
    find Sources Tests Fuzz Benchmarks -name '*.swift' -not -path '*/.build/*' -exec grep -ohE '[A-Za-z_][A-Za-z0-9_]*' {} + 2>/dev/null |
        sort | uniq -c >"$words"
    {
        grep -rhoE 'package (static |mutating |borrowing |consuming |nonisolated |final |indirect )*(func|var|let|struct|enum|class|protocol|typealias) [A-Za-z_][A-Za-z0-9_]*' \
            Sources --include='*.swift' | awk '{ print 2, $NF }'
        grep -rhoE '^static inline .*' Sources/CNetwork/include | grep -oE '\b[a-z_0-9]+\(' | awk 'NR { sub(/\(/, ""); print 1, $1 }'
    } | sort -u >"$declared"
    awk 'NR == FNR { count[$2] = $1; next } count[$2] + 0 < $1 { print "declared and never used: " $2; found = 1 } END { exit found }' \
        "$words" "$declared"
    local status=$?
    rm -f "$words" "$declared"
    return $status
}

# Paraphrases where the field has a term ("what comes" for "received data"), and "one line a packet" for "one line per packet".
plain_words() {
    ! grep -rniP --include='*.swift' --include='*.[hc157]' --include='*.md' --include='*.sh' --exclude=lint.sh \
        '\b(tells?(?!\()(?! [^.]{1,60} from\b)|told(?![: ])|stands?(?! (for|still)\b)|comes?(?! from\b)|goes|takes? leave|took leave|whoever|(?<!each )(?<!oldest )(?<!first )of which|what is (good|wrong|there|not|left)|(?<!, )so (long|many)|at most so|(an?|one) (line|row|column) an? [a-z]+|(packets?|segments?|connections?|ports?|calls?|bytes?|instructions|times?) an? (second|packet|segment|connection|port|call|row|hop))\b' \
        Sources man docs README.md scripts
}

man_pages() { mandoc -T lint -W warning man/*.[157]; }

shell_syntax() {
    local file status=0
    for file in scripts/*.sh contrib/archives/*.sh .ci/run; do
        case $(head -1 "$file") in
        *bash) bash -n "$file" || status=1 ;;
        *sh) sh -n "$file" || status=1 ;;
        *) echo "$file: no #! of a shell"; status=1 ;;
        esac
        [ -x "$file" ] || { echo "$file: not executable"; status=1; }
    done
    shellcheck --severity warning scripts/*.sh contrib/archives/*.sh .ci/run completions/sonde.bash || status=1
    return $status
}

completion_syntax() {
    bash -n completions/sonde.bash && zsh -n completions/_sonde && fish --no-execute completions/sonde.fish
}

check 'format' formatted
check 'no import of Foundation' no_foundation
check 'imports point down' layers
check 'length of files' short_files
check 'nothing unused' no_unused
check 'plain words' plain_words
check 'man pages' man_pages
check 'shell scripts' shell_syntax
check 'completions' completion_syntax
exit $failed
