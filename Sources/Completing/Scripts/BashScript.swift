extension CompletionScript {
    static let bashText = ##"""
        # Completion of sonde for bash. It asks the program itself: sonde complete text LINE.

        _sonde() {
            local program head kind prefix endings word cut value
            local -a lines
            COMPREPLY=()
            program=$(type -P -- "${1/#\~/$HOME}") || program=sonde # an alias
            mapfile -t lines < <("$program" complete text "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
            [[ ${#lines[@]} -gt 0 ]] || return 0
            # KIND, the part of the word before the value, file name endings or a number, the whole word.
            head=${lines[0]}
            kind=${head%%$'\t'*} head=${head#*$'\t'}
            prefix=${head%%$'\t'*} head=${head#*$'\t'}
            endings=${head%%$'\t'*} word=${head#*$'\t'}
            # Readline replaces only what is behind the last = or : if COMP_WORDBREAKS has them.
            cut=0
            for value in = :; do
                if [[ $COMP_WORDBREAKS == *"$value"* && $word == *"$value"* ]]; then
                    value=${word%"${word##*"$value"}"}
                    ((${#value} > cut)) && cut=${#value}
                fi
            done
            case $kind in
            values) _sonde_values ;;
            files) _sonde_files "$endings" ;;
            folders)
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -d -P "${prefix:cut}" -- "${word:${#prefix}}")
                ;;
            command) _sonde_command "$endings" ;;
            esac
        }

        # Values, with their descriptions where bash lists them.
        _sonde_values() {
            local line value text
            for line in "${lines[@]:1}"; do
                value=${line%%$'\t'*} text=${line#*$'\t'}
                # %q would escape commas, too.
                [[ $value == *[^A-Za-z0-9_./:=,@%+-]* ]] && printf -v value '%q' "$value"
                value=${value:cut}
                if [[ $COMP_TYPE == 63 && -n $text && ${#lines[@]} -gt 2 ]]; then
                    value="$value  ($text)"
                    value=${value:0:${COLUMNS:-80}}
                fi
                COMPREPLY+=("$value")
            done
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=,] ]] && compopt -o nospace
            compopt -o nosort 2>/dev/null
            return 0
        }

        # Files with one of the endings and folders; every file where there are none.
        _sonde_files() {
            local start=${word:${#prefix}} file ending
            local -a all chosen=()
            # Readline would quote the @ of @FILE.
            [[ $prefix == @* ]] || compopt -o filenames
            mapfile -t all < <(compgen -f -- "$start")
            if [[ -n $1 ]]; then
                for file in "${all[@]}"; do
                    if [[ -d ${file/#\~/$HOME} ]]; then
                        chosen+=("$file")
                        continue
                    fi
                    for ending in ${1//,/ }; do
                        [[ $file == *."$ending" ]] && chosen+=("$file") && break
                    done
                done
                [[ ${#chosen[@]} -eq 0 ]] || all=("${chosen[@]}")
            fi
            for file in "${all[@]}"; do COMPREPLY+=("${prefix:cut}$file"); done
        }

        # The command behind `--`: its own completion, as bash-completion finds it, or the names of programs, then files.
        _sonde_command() {
            local index
            for ((index = 1; index < COMP_CWORD; index++)); do [[ ${COMP_WORDS[index]} == -- ]] && break; done
            if declare -F _command_offset >/dev/null; then
                _command_offset $((index + 1))
            elif ((COMP_CWORD == index + 1)); then
                mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
            else
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
            fi
        }

        complete -F _sonde sonde

        """##
}
