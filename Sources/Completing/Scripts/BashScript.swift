extension CompletionScript {
    static let bashText = ##"""
        # Completion of sonde for bash. It asks the program itself: sonde complete text LINE.

        _sonde() {
            local program head kind prefix endings word cut
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
            _sonde_cut "$2"
            case $kind in
            values) _sonde_values "$2" ;;
            files) _sonde_files -f "$2" ;;
            folders) _sonde_files -d "$2" ;;
            command) _sonde_command ;;
            esac
        }

        # The part of the word that readline keeps: what it replaces may begin behind a = or : or at an @ of COMP_WORDBREAKS.
        _sonde_cut() {
            local typed=$1
            # bash-completion hands over the separator itself.
            [[ $typed == [:=] && $COMP_WORDBREAKS == *"$typed"* ]] && typed=
            # shellcheck disable=SC2162 # Backslashes are to go.
            [[ $word == *"$typed" ]] || IFS= read typed <<<"$typed"
            cut=0
            [[ $word == *"$typed" ]] && cut=$((${#word} - ${#typed}))
            return 0
        }

        # Values, with their descriptions where bash lists them.
        _sonde_values() {
            local line value text quoted before=${COMP_LINE:0:COMP_POINT}
            before=${before%"$1"}
            for line in "${lines[@]:1}"; do
                value=${line%%$'\t'*} text=${line#*$'\t'}
                value=${value:cut}
                # %q would escape commas, too.
                if [[ $value == *[^A-Za-z0-9_./:=,@%+-]* ]]; then
                    case $before in
                    *\") for quoted in \\ \" \$ \`; do value=${value//"$quoted"/\\"$quoted"}; done ;;
                    *\') [[ $value != *\'* ]] || continue ;;
                    *) printf -v value '%q' "$value" ;;
                    esac
                fi
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

        # Folders (-d), or files (-f): folders and files with one of the endings; every file where there are none.
        _sonde_files() {
            local start=${word:${#prefix}} file ending is_chosen
            local -a all=() chosen=()
            if [[ ${2//\\\$/} == *\$* ]]; then
                # Readline itself expands a variable.
                compopt -o bashdefault -o default
                return
            fi
            # Readline would quote the @ of @FILE.
            [[ $prefix == *@ ]] || compopt -o filenames
            while IFS= read -r file; do
                # A line of a name with several lines is no file.
                [[ $file == \~* || -e $file || -L $file ]] || continue
                is_chosen=
                if [[ -d ${file/#\~/$HOME} ]]; then
                    is_chosen=1
                    # Readline does so where it sees the whole name.
                    ((cut == 0 && ${#prefix} == 0)) || file+=/
                fi
                for ending in ${endings//,/ }; do [[ $file == *."$ending" ]] && is_chosen=1; done
                file=$prefix$file
                all+=("${file:cut}")
                [[ -z $is_chosen ]] || chosen+=("${file:cut}")
            done < <(compgen "$1" -- "$start")
            [[ -n $endings && ${#chosen[@]} -gt 0 ]] && all=("${chosen[@]}")
            COMPREPLY=("${all[@]}")
            [[ ${#all[@]} -eq 1 && ${all[0]} == */ ]] && compopt -o nospace
            return 0
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
