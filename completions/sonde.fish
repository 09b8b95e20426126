# Completion of sonde for fish. It asks the program itself: sonde complete words WORD...

function __sonde_complete
    set -l words (commandline -opc)
    # As it was typed, and without its quotes.
    set -l token (commandline -ct)
    set -l current (string unescape -- $token)
    set -l program sonde
    type -q -- $words[1]; and test (type -t -- $words[1]) = file; and set program $words[1]
    set -l lines (command $program complete words $words "$current" 2>/dev/null)
    # KIND, the part of the word before the value, file name endings or a number, the whole word.
    set -l head (string split \t -- $lines[1])
    set -e lines[1]
    switch "$head[1]"
        case values
            test (count $lines) -gt 0; and printf '%s\n' $lines
        case files folders
            set -l quote (string match -r '^["\']' -- $token)
            set -l start "$quote"(string sub -s (math (string length -- "$quote$head[2]") + 1) -- $token)
            set -l files (complete -C "'' -- $start")
            set -l pattern '/$'
            if test "$head[1]" = files
                set pattern '(?:/|\.(?:'(string replace -a , '|' -- (string replace -a . '\.' -- "$head[3]"))'))$'
            end
            set -l chosen (string match -r '.*'$pattern -- $files)
            test "$head[1]" = folders -o (count $chosen) -gt 0; and set files $chosen
            test (count $files) -gt 0; and printf '%s\n' $head[2]$files
        case command
            # Its own completion, with its words.
            complete -C (string join ' ' -- (string escape -- $words[(math $head[3] + 1)..-1]) "$token")
    end
end

complete -c sonde -f -a '(__sonde_complete)'
