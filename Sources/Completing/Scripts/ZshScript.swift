extension CompletionScript {
    static let zshText = ##"""
        #compdef sonde
        # Completion of sonde for zsh. It asks the program itself: sonde complete words WORD...

        _sonde() {
            local program=${~words[1]} line kind prefix endings
            local -a lines head entries
            (( $+commands[$program] )) || [[ -x $program ]] || program=sonde
            lines=("${(@f)$($program complete words "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
            # KIND, the part of the word before the value, file name endings or a number, the whole word.
            head=("${(@ps:\t:)lines[1]}")
            kind=$head[1] prefix=$head[2] endings=$head[3]
            # PREFIX is as typed: backslashes lengthen what stays.
            if [[ $PREFIX == "$prefix"* ]]; then
                compset -p ${#prefix}
            else
                compset -p $(( ${#PREFIX} - ${#${(Q)PREFIX}} + ${#prefix} ))
            fi
            case $kind in
            values)
                for line in "${(@)lines[2,-1]}"; do
                    [[ -n $line ]] || continue
                    line=${line#"$prefix"}
                    # A colon separates the value from its description, a backslash quotes.
                    line="${${${line%%$'\t'*}//\\/\\\\}//:/\\:}:${line#*$'\t'}"
                    [[ $line == *: ]] && line=${line%:}
                    entries+=("$line")
                done
                # The program decides whether capitals matter.
                (( $#entries )) && _describe -V 'sonde' entries -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
                ;;
            files)
                if [[ -n $endings ]]; then _files -g "*.(${endings//,/|})(-.)"; else _files; fi
                ;;
            folders) _path_files -/ ;;
            command)
                shift $endings words
                (( CURRENT -= endings ))
                _normal
                ;;
            esac
        }

        if [[ $funcstack[1] == _sonde ]]; then
            _sonde "$@"
        else
            compdef _sonde sonde
        fi

        """##
}
