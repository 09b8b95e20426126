#!/bin/bash

__sonde_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__sonde_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__sonde_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__sonde_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_sonde() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __sonde_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    addrs|capture|connect|demo|echo|explain|get|probe|serve|sockets|trace|help)
        # Offer subcommand argument completions
        "_sonde_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'addrs capture connect demo echo explain get probe serve sockets trace help' -- "${cur}"))
        ;;
    esac
}

_sonde_addrs() {
    repeating_flags=()
    non_repeating_flags=(-4 --ipv4 -6 --ipv6 --up --stats --primary --watch --plain --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--to --netns --color)
    __sonde_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--to')
        return
        ;;
    '--netns')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __sonde_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    esac
}

_sonde_capture() {
    repeating_flags=()
    non_repeating_flags=(-p --no-promiscuous --handshakes --all --segments --connections --ladder --explain --verbose -v --json --until-closed --pcapng --ignore-checksums --version -h --help)
    repeating_options=(-r --read)
    non_repeating_options=(-i --interface --user --netns --format --color -c --count --duration -w --write -C -G -W --server-ports --max-connections)
    __sonde_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--interface')
        __sonde_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    '-r'|'--read')
        __sonde_add_completions -f
        return
        ;;
    '--user')
        return
        ;;
    '--netns')
        return
        ;;
    '--format')
        __sonde_add_completions -W 'zeek'$'\n''text'$'\n''ascii'$'\n''svg'$'\n''mermaid'
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '-c'|'--count')
        return
        ;;
    '--duration')
        return
        ;;
    '-w'|'--write')
        __sonde_add_completions -f
        return
        ;;
    '-C')
        return
        ;;
    '-G')
        return
        ;;
    '-W')
        return
        ;;
    '--server-ports')
        return
        ;;
    '--max-connections')
        return
        ;;
    esac
}

_sonde_connect() {
    repeating_flags=()
    non_repeating_flags=(--udp -4 --ipv4 -6 --ipv6 --crlf --end-with-peer --no-shutdown --version -h --help)
    repeating_options=()
    non_repeating_options=(--unix --quit --timeout --netns --color)
    __sonde_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--unix')
        return
        ;;
    '--quit')
        return
        ;;
    '--timeout')
        return
        ;;
    '--netns')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_demo() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--color)
    __sonde_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_echo() {
    repeating_flags=()
    non_repeating_flags=(--tcp --udp --reuse-port --discard --once --hex --json --version -h --help)
    repeating_options=(--unix --unix-datagram --bind --allow)
    non_repeating_options=(--backlog --keepalive --delay --reply --quit --threads --max-clients --idle-timeout --netns --color)
    __sonde_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--unix')
        return
        ;;
    '--unix-datagram')
        return
        ;;
    '--bind')
        return
        ;;
    '--backlog')
        return
        ;;
    '--keepalive')
        return
        ;;
    '--delay')
        return
        ;;
    '--reply')
        return
        ;;
    '--quit')
        return
        ;;
    '--threads')
        return
        ;;
    '--max-clients')
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--allow')
        return
        ;;
    '--netns')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_explain() {
    repeating_flags=()
    non_repeating_flags=(--list --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--lang --color)
    __sonde_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--lang')
        __sonde_add_completions -W 'en'$'\n''zh'
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_get() {
    repeating_flags=()
    non_repeating_flags=(--resume --force --list -4 --ipv4 -6 --ipv6 --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--output -o --timeout --color)
    __sonde_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--output'|'-o')
        return
        ;;
    '--timeout')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_probe() {
    repeating_flags=()
    non_repeating_flags=(--keep-going -u --udp -4 --ipv4 -6 --ipv6 --all-addresses --path --mtu --parallel --any --invert -O --open --connect-ex --banner --prometheus -q --quiet --json --version -h --help)
    repeating_options=(-p --ports --exclude --exclude-ports)
    non_repeating_options=(--top -t --timeout --retries --concurrency --rate --settle --source --source-port --interface --max-hops --control -w --wait -c --count --interval --netns --color)
    __sonde_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-p'|'--ports')
        return
        ;;
    '--top')
        return
        ;;
    '--exclude')
        return
        ;;
    '--exclude-ports')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '--retries')
        return
        ;;
    '--concurrency')
        return
        ;;
    '--rate')
        return
        ;;
    '--settle')
        return
        ;;
    '--source')
        return
        ;;
    '--source-port')
        return
        ;;
    '--interface')
        __sonde_add_completions -W "$(eval 'ls /sys/class/net 2>/dev/null')"
        return
        ;;
    '--max-hops')
        return
        ;;
    '--control')
        return
        ;;
    '-w'|'--wait')
        return
        ;;
    '-c'|'--count')
        return
        ;;
    '--interval')
        return
        ;;
    '--netns')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_serve() {
    repeating_flags=()
    non_repeating_flags=(--reuse-port --json --version -h --help)
    repeating_options=(--bind --allow)
    non_repeating_options=(--backlog --keepalive --max-clients --idle-timeout --color)
    __sonde_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--bind')
        return
        ;;
    '--backlog')
        return
        ;;
    '--keepalive')
        return
        ;;
    '--max-clients')
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--allow')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __sonde_add_completions -d
        return
        ;;
    esac
}

_sonde_sockets() {
    repeating_flags=()
    non_repeating_flags=(--tcp -t --udp -u -x --unix -4 --ipv4 -6 --ipv6 --connected --watch --plain --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--process -p --interval --netns --color)
    __sonde_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--process'|'-p')
        return
        ;;
    '--interval')
        return
        ;;
    '--netns')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_trace() {
    repeating_flags=()
    non_repeating_flags=(-4 --ipv4 -6 --ipv6 --path --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--send -c --count -t --timeout -w --write --netns --color)
    __sonde_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--send')
        return
        ;;
    '-c'|'--count')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '-w'|'--write')
        __sonde_add_completions -f
        return
        ;;
    '--netns')
        return
        ;;
    '--color')
        __sonde_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sonde_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __sonde_offer_flags_options -1
}

complete -o filenames -F _sonde sonde
