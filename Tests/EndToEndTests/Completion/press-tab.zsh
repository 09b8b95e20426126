#!/usr/bin/env zsh
# Presses TAB behind each line of standard input in an interactive shell on a pseudo-terminal, and prints what the shell made of it:
# the line, the command line afterwards, and what appeared on the screen, separated by tabs.
#
#   press-tab.zsh bash|zsh SCRIPT      SCRIPT is the completion script; sonde is found through PATH
emulate zsh; setopt extended_glob
zmodload zsh/zpty
shell=$1 script=$2 buffer=$(mktemp)
trap 'rm -f $buffer' EXIT
case $shell in
bash)
    zpty shell "env -u PS1 TERM=dumb INPUTRC=/dev/null bash --norc --noprofile -i"
    setup=(
        "bind 'set show-all-if-ambiguous on'" "bind 'set completion-query-items 0'" "bind 'set page-completions off'"
        "bind 'set bell-style none'" "bind 'set enable-bracketed-paste off'"
        "bind -x '\"\\C-x\\C-p\": printf %s \"\$READLINE_LINE\" >$buffer; printf \"\\nMA\"; echo RK'"
    )
    ;;
zsh)
    zpty shell "env TERM=dumb zsh -f -i"
    setup=(
        "autoload -U compinit; compinit -D -u" "unsetopt list_ambiguous auto_menu beep prompt_cr; LISTMAX=10000"
        "mark() { print -rn -- \$BUFFER >$buffer; print -n MA; print RK }; zle -N mark; bindkey '^X^P' mark"
    )
    ;;
esac
zpty -w shell "stty cols 250 rows 200; PS1=; PS2=; stty -echo"
for line in $setup "source $script" "echo RE''ADY"; do zpty -w shell $line; done
zpty -r shell screen '*READY*'
while IFS= read -r line; do
    zpty -w -n shell "$line"$'\t\C-x\C-p'
    zpty -r shell screen '*MARK*'
    screen=${screen//$'\r'/ }
    screen=${screen//$'\e'\[[0-9;?]#[a-zA-Z]/ }
    screen=${screen//[[:cntrl:]]/ }
    print -r -- "$line"$'\t'"$(<$buffer)"$'\t'"${screen%MARK*}"
    # An empty command line again.
    zpty -w -n shell $'\C-a\C-k\C-m'
done
zpty -d shell
