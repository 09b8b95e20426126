#!/bin/sh
# Writes the completion scripts of the debug build into completions/.
set -eu
cd "$(dirname "$0")/.."
for shell in bash zsh fish; do
    case $shell in
    zsh) file=completions/_sonde ;;
    *) file=completions/sonde.$shell ;;
    esac
    .build/debug/sonde --generate-completion-script "$shell" >"$file"
    echo "wrote $file"
done
