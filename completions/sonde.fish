function __sonde_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __sonde_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __sonde_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __sonde_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __sonde_parse_tokens -S
    set -l unparsed_tokens (__sonde_tokens -pc)
    switch $unparsed_tokens[1]
    case 'sonde'
        __sonde_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'addrs'
            __sonde_parse_subcommand -r 1 '4/ipv4' '6/ipv6' 'up' 'stats' 'primary' 'to=' 'watch' 'plain' 'netns=' 'json' 'color=' 'version' 'h/help'
        case 'capture'
            __sonde_parse_subcommand -r 1 'i/interface=' 'r/read=+' 'p/no-promiscuous' 'handshakes' 'user=' 'all' 'netns=' 'segments' 'connections' 'ladder' 'format=' 'explain' 'v/verbose' 'json' 'color=' 'c/count=' 'duration=' 'until-closed' 'w/write=' 'pcapng' 'C=' 'G=' 'W=' 'server-ports=' 'ignore-checksums' 'max-connections=' 'version' 'h/help'
        case 'connect'
            __sonde_parse_subcommand 2 'udp' 'unix=' '4/ipv4' '6/ipv6' 'quit=' 'crlf' 'end-with-peer' 'no-shutdown' 'timeout=' 'netns=' 'color=' 'version' 'h/help'
        case 'demo'
            __sonde_parse_subcommand 0 'json' 'color=' 'version' 'h/help'
        case 'echo'
            __sonde_parse_subcommand 1 'tcp' 'udp' 'unix=+' 'unix-datagram=+' 'bind=+' 'backlog=' 'keepalive=' 'reuse-port' 'delay=' 'reply=' 'discard' 'quit=' 'threads=' 'max-clients=' 'idle-timeout=' 'allow=+' 'once' 'hex' 'netns=' 'json' 'color=' 'version' 'h/help'
        case 'explain'
            __sonde_parse_subcommand -r 1 'list' 'lang=' 'json' 'color=' 'version' 'h/help'
        case 'get'
            __sonde_parse_subcommand 2 'o/output=' 'resume' 'force' 'list' 'timeout=' '4/ipv4' '6/ipv6' 'json' 'color=' 'version' 'h/help'
        case 'probe'
            __sonde_parse_subcommand -r 1 'p/ports=+' 'top=' 'exclude=+' 'exclude-ports=+' 'keep-going' 'u/udp' '4/ipv4' '6/ipv6' 'all-addresses' 't/timeout=' 'retries=' 'concurrency=' 'rate=' 'settle=' 'source=' 'source-port=' 'interface=' 'path' 'mtu' 'max-hops=' 'control=' 'parallel' 'w/wait=' 'any' 'invert' 'c/count=' 'interval=' 'netns=' 'O/open' 'connect-ex' 'banner' 'prometheus' 'q/quiet' 'json' 'color=' 'version' 'h/help'
        case 'serve'
            __sonde_parse_subcommand 2 'bind=+' 'backlog=' 'keepalive=' 'reuse-port' 'max-clients=' 'idle-timeout=' 'allow=+' 'json' 'color=' 'version' 'h/help'
        case 'sockets'
            __sonde_parse_subcommand -r 1 't/tcp' 'u/udp' 'x/unix' '4/ipv4' '6/ipv6' 'p/process=' 'connected' 'watch' 'interval=' 'netns=' 'plain' 'json' 'color=' 'version' 'h/help'
        case 'trace'
            __sonde_parse_subcommand 2 '4/ipv4' '6/ipv6' 'send=' 'c/count=' 't/timeout=' 'path' 'w/write=' 'netns=' 'json' 'color=' 'version' 'h/help'
        case 'help'
            __sonde_parse_subcommand -r 1 'version'
        end
    end
end

function __sonde_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __sonde_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __sonde_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __sonde_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__sonde_tokens -p)
    if test -z "$(__sonde_tokens -t)"
        set -l index (count (__sonde_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'sonde' -f
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'addrs' -d 'List interfaces and addresses, and mark the address that other hosts reach this machine by.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'capture' -d 'Capture TCP live or from a file, annotate handshakes and teardowns, report how each connection ended.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'connect' -d 'Connect standard input and output to a TCP, UDP or Unix socket, and report what the connection did.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'demo' -d 'Watch one TCP connection open, talk and close on loopback, each step explained.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'echo' -d 'Listen on TCP, UDP or Unix sockets and echo every byte.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'explain' -d 'Explain a word that sonde prints: what it means, what causes it, what to do next.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'get' -d 'Fetch a file from sonde serve, or list its files.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'probe' -d 'Probe TCP and UDP ports, and say why a port is not open.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'serve' -d 'Serve the files of one folder over TCP: the client names a file, the server sends it.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'sockets' -d 'List listening sockets, from where each can be reached, its accept queue and its process.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'trace' -d 'Open and close one TCP connection, capture it, and show what was negotiated and what went wrong.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde addrs" -ge 1' -fka '(ls /sys/class/net 2>/dev/null)'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" 4 ipv4' -s '4' -l 'ipv4' -d 'IPv4 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" 6 ipv6' -s '6' -l 'ipv6' -d 'IPv6 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" up' -l 'up' -d 'Show only interfaces that are up.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" stats' -l 'stats' -d 'Show traffic counters instead of addresses.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" primary' -l 'primary' -d 'Print only the primary address, which other hosts reach this machine by (exit code 1 if there is none).'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" to' -l 'to' -d 'Show source address, interface, gateway and MTU toward a host instead.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" watch' -l 'watch' -d 'Show changes of interfaces, addresses and default routes as they happen, until interrupted.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" plain' -l 'plain' -d 'One line per address, columns separated by tabs, no heading.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde addrs" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" i interface' -s 'i' -l 'interface' -d 'Capture on this interface; "any" is all of them (default: any).' -rfka '(ls /sys/class/net 2>/dev/null)'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture"' -s 'r' -l 'read' -d 'Read this capture file; - is standard input. Repeatable.' -rF
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" no-promiscuous p' -s 'p' -l 'no-promiscuous' -d 'Do not put the interface into promiscuous mode.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" handshakes' -l 'handshakes' -d 'Capture only segments with SYN, FIN or RST. Live, the kernel filters out most others.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" user' -l 'user' -d 'Run, and run the command, as this user once the interface is open.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" all' -l 'all' -d 'With a command: keep the connections of all programs, not of the command alone.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" segments' -l 'segments' -d 'One line per segment (default).'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" connections' -l 'connections' -d 'One line per connection, as it ends.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" ladder' -l 'ladder' -d 'One sequence diagram per connection, as it ends.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" format' -l 'format' -d 'zeek for Zeek\'s conn.log; text, ascii, svg or mermaid for --ladder.' -rfka 'zeek text ascii svg mermaid'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" explain' -l 'explain' -d 'Explain each step.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" v verbose' -l 'verbose' -s 'v' -d 'Show relative sequence numbers, window, TTL and options of each segment.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" c count' -s 'c' -l 'count' -d 'Stop after N frames.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" duration' -l 'duration' -d 'Stop a live capture after DURATION.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" until-closed' -l 'until-closed' -d 'Stop once every connection seen is closed.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" w write' -s 'w' -l 'write' -d 'Write frames to this file: pcapng with notes as comments if its name ends in .pcapng, else pcap.' -rF
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" pcapng' -l 'pcapng' -d 'Write pcapng whatever the file name.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" C' -s 'C' -d 'Start a new file after this many million bytes.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" G' -s 'G' -d 'Start a new file every N seconds; the name is a strftime(3) format.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" W' -s 'W' -d 'Number of files: a ring with -C; with -G, stop after the last.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" server-ports' -l 'server-ports' -d 'Ports that mark the server where no SYN was seen: a list, or "none" (default: Zeek\'s list).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" ignore-checksums' -l 'ignore-checksums' -d 'Accept segments with wrong checksums.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" max-connections' -l 'max-connections' -d 'Maximum tracked connections.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde capture" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" udp' -l 'udp' -d 'Use UDP: each read of standard input is sent as one datagram.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" unix' -l 'unix' -d 'Connect to the Unix socket at this path; @NAME is abstract.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" 4 ipv4' -s '4' -l 'ipv4' -d 'IPv4 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" 6 ipv6' -s '6' -l 'ipv6' -d 'IPv6 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" quit' -l 'quit' -d 'Input line that ends the session; it is not sent.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" crlf' -l 'crlf' -d 'Convert line ends to CR LF.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" end-with-peer' -l 'end-with-peer' -d 'End when the peer closes its half, even if input may follow.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" no-shutdown' -l 'no-shutdown' -d 'Keep this side\'s half open at the end of input; the peer\'s close ends the session.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" timeout' -l 'timeout' -d 'Time to connect (default: 10s); with UDP, time to wait for answers after the end of input (default: 2s).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" color' -l 'color' -d 'When to use colours.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde connect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde demo" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde demo" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde demo" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde demo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" tcp' -l 'tcp' -d 'Listen on TCP (default without --udp, --unix and --unix-datagram).'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" udp' -l 'udp' -d 'Listen on UDP.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo"' -l 'unix' -d 'Listen on a Unix stream socket at this path; @NAME is abstract. Repeatable.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo"' -l 'unix-datagram' -d 'Listen on a Unix datagram socket at this path. Repeatable.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo"' -l 'bind' -d 'Listen on this address; * is all addresses of both families. Repeatable (default: loopback).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" backlog' -l 'backlog' -d 'Maximum length of the accept queue.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" keepalive' -l 'keepalive' -d 'TCP keep-alive: idle seconds, interval in seconds, number of probes (default: off).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" reuse-port' -l 'reuse-port' -d 'Let other processes of the same user listen on the same port.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" delay' -l 'delay' -d 'Delay each answer by DURATION.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" reply' -l 'reply' -d 'Reply to each line and each datagram with this text and a line feed.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" discard' -l 'discard' -d 'Discard what clients send; answer nothing.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" quit' -l 'quit' -d 'Close a connection that sends this line.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" threads' -l 'threads' -d 'Number of event loops, each in a thread of its own.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" max-clients' -l 'max-clients' -d 'Maximum clients; further ones are reset (default: unlimited).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" idle-timeout' -l 'idle-timeout' -d 'Close a connection that is idle for DURATION (default: never).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo"' -l 'allow' -d 'Serve only clients from this address or block. Repeatable (default: all).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" once' -l 'once' -d 'Exit after one client, or one answered datagram.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" hex' -l 'hex' -d 'Show received data as a hex dump.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde echo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde explain" list' -l 'list' -d 'List every page with its first sentence; with words, the pages that contain all of them.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde explain" lang' -l 'lang' -d 'Language of the pages: en or zh (default: as the locale says).' -rfka 'en zh'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde explain" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde explain" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde explain" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde explain" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" o output' -l 'output' -s 'o' -d 'Target file or folder (default: .); - is standard output.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" resume' -l 'resume' -d 'Continue a partial download.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" force' -l 'force' -d 'Replace an existing file.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" list' -l 'list' -d 'List files instead of fetching one.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" timeout' -l 'timeout' -d 'Time to connect, and to wait for more data.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" 4 ipv4' -s '4' -l 'ipv4' -d 'IPv4 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" 6 ipv6' -s '6' -l 'ipv6' -d 'IPv6 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde get" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe"' -s 'p' -l 'ports' -d 'Ports for targets that name none, e.g. 22,80,8000-8100,https; -p- is all ports.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" top' -l 'top' -d 'The N most used ports: at most 200 for TCP, 60 for UDP.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe"' -l 'exclude' -d 'Leave out targets: HOST, ADDRESS, ADDRESS/LENGTH or @FILE, separated by commas.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe"' -l 'exclude-ports' -d 'Leave out ports, e.g. 25,8000-8100.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" keep-going' -l 'keep-going' -d 'Skip unreadable lines of a target list instead of stopping.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" u udp' -s 'u' -l 'udp' -d 'Probe UDP ports instead of TCP.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" 4 ipv4' -s '4' -l 'ipv4' -d 'IPv4 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" 6 ipv6' -s '6' -l 'ipv6' -d 'IPv6 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" all-addresses' -l 'all-addresses' -d 'Probe every address of a name, not only the first that connects.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" t timeout' -s 't' -l 'timeout' -d 'Time to wait for each port, and for each name to resolve. (default: 2s; a name: 10s)' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" retries' -l 'retries' -d 'Maximum retransmissions per probe. (default: 5, 15 on a lossy path)' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" concurrency' -l 'concurrency' -d 'Maximum probes in flight.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" rate' -l 'rate' -d 'Maximum connection attempts per second. (default: unlimited)' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" settle' -l 'settle' -d 'Time to watch each accepted connection for a close, a reset or data. (default: 100ms and a round trip; 0 for over 64 ports)' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" source' -l 'source' -d 'Source address, one of this machine\'s.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" source-port' -l 'source-port' -d 'Source port of every packet. (default: any)' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" interface' -l 'interface' -d 'Interface to probe through.' -rfka '(ls /sys/class/net 2>/dev/null)'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" path' -l 'path' -d 'Trace the path of each port: which hop loses or changes the SYN.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" mtu' -l 'mtu' -d 'Find the largest packet that reaches a UDP port of one target, and who reports the limit.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" max-hops' -l 'max-hops' -d 'With --path: highest TTL.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" control' -l 'control' -d 'With --path: a port that answers, to tell silent hops from loss. (default: an open one)' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" parallel' -l 'parallel' -d 'With --path: ask several hops at once, from different source ports.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" w wait' -s 'w' -l 'wait' -d 'Repeat until all ports are open; exit with 1 after DURATION.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" any' -l 'any' -d 'With --wait: until at least one port is open.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" invert' -l 'invert' -d 'With --wait: until the ports are not open.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" c count' -s 'c' -l 'count' -d 'Probe N times and print statistics; 0 repeats until Ctrl-C.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" interval' -l 'interval' -d 'With --count: time from the start of a round to the next (default: 1s). With --wait: pause between rounds (default: 200ms).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" O open' -s 'O' -l 'open' -d 'Show open ports only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" connect-ex' -l 'connect-ex' -d 'Print only the number that connect returned, one per line.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" banner' -l 'banner' -d 'Show the first bytes that each server sends.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" prometheus' -l 'prometheus' -d 'Write Prometheus metrics.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" q quiet' -s 'q' -l 'quiet' -d 'Print nothing but errors; the exit code is the answer.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde probe" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_positional "sonde serve" -eq 1' -fa '(__sonde_complete_directories)'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve"' -l 'bind' -d 'Listen on this address; * is all addresses of both families. Repeatable (default: loopback).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" backlog' -l 'backlog' -d 'Maximum length of the accept queue.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" keepalive' -l 'keepalive' -d 'TCP keep-alive: idle seconds, interval in seconds, number of probes (default: off).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" reuse-port' -l 'reuse-port' -d 'Let other processes of the same user listen on the same port.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" max-clients' -l 'max-clients' -d 'Maximum clients; further ones are reset.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" idle-timeout' -l 'idle-timeout' -d 'Close a connection without requests or progress for DURATION.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve"' -l 'allow' -d 'Serve only clients from this address or block. Repeatable (default: all).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde serve" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" t tcp' -l 'tcp' -s 't' -d 'TCP sockets.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" u udp' -l 'udp' -s 'u' -d 'UDP sockets.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" unix x' -s 'x' -l 'unix' -d 'Unix sockets.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" 4 ipv4' -s '4' -l 'ipv4' -d 'IPv4 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" 6 ipv6' -s '6' -l 'ipv6' -d 'IPv6 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" p process' -l 'process' -s 'p' -d 'Show only sockets of the process with this name or id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" connected' -l 'connected' -d 'Show connections instead of listeners: peer, round-trip time, retransmissions.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" watch' -l 'watch' -d 'Show listeners that are opened and closed, until interrupted.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" interval' -l 'interval' -d 'How often --watch reads the list (default: 1s).' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" plain' -l 'plain' -d 'One line per socket, columns separated by tabs, no heading.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde sockets" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" 4 ipv4' -s '4' -l 'ipv4' -d 'IPv4 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" 6 ipv6' -s '6' -l 'ipv6' -d 'IPv6 only.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" send' -l 'send' -d 'Text to send; \\r, \\n, \\t, \\\\ and \\xHH are escapes.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" c count' -s 'c' -l 'count' -d 'Make N connections one after the other, as a table.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" t timeout' -s 't' -l 'timeout' -d 'Time for the handshake; then for an answer to --send.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" path' -l 'path' -d 'Then trace the path: which hop loses or changes the SYN.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" w write' -s 'w' -l 'write' -d 'Write the frames to this file: pcapng with notes as comments if its name ends in .pcapng, else pcap.' -rF
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" netns' -l 'netns' -d 'Run in another network namespace, by name (ip netns) or process id.' -rfka ''
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" json' -l 'json' -d 'Write one JSON object per line as results appear.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" color' -l 'color' -d 'When to use colours, on both output streams.' -rfka 'auto always never'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" version' -l 'version' -d 'Show the version.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde trace" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sonde' -n '__sonde_should_offer_completions_for_flags_or_options "sonde help" version' -l 'version' -d 'Show the version.'
