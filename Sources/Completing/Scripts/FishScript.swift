extension CompletionScript {
    static let fishText = ##"""
        # Completion of sonde for fish. It asks the program itself: sonde complete words WORD...

        function __sonde_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l program sonde
            type -q -- $words[1]; and test (type -t -- $words[1]) = file; and set program $words[1]
            set -l lines (command $program complete words $words "$current" 2>/dev/null)
            # KIND, the part of the word before the value, file name endings or a number, the whole word.
            set -l head (string split \t -- $lines[1])
            set -e lines[1]
            switch "$head[1]"
                case values
                    test (count $lines) -gt 0; and printf '%s\n' $lines
                case files
                    set -l start (string sub -s (math (string length -- "$head[2]") + 1) -- $current)
                    set -l files (__fish_complete_path "$start")
                    if test -n "$head[3]"
                        set -l pattern '(?:/|\.(?:'(string replace -a , '|' -- (string replace -a . '\.' -- $head[3]))'))(?:\t|$)'
                        set -l chosen (string match -r '.*'$pattern'.*' -e -- $files)
                        test (count $chosen) -gt 0; and set files $chosen
                    end
                    test (count $files) -gt 0; and printf "$head[2]%s\n" $files
                case folders
                    set -l start (string sub -s (math (string length -- "$head[2]") + 1) -- $current)
                    set -l folders (__fish_complete_directories "$start" '')
                    test (count $folders) -gt 0; and printf "$head[2]%s\n" $folders
                case command
                    __fish_complete_subcommand --fcs-skip=$head[3]
            end
        end

        complete -c sonde -f -a '(__sonde_complete)'

        """##
}
