/// Exit codes. `PageParser` describes the format.
let exitPages = #"""
    k exit code
    s sonde(1), EXIT STATUS; sysexits(3)
    # exit 0 | 0
    v exit 1
    = The answer is yes: all ports open, file sent, capture done.
    ? Everything asked for was found or done.
    > Nothing to do.
    == 答案是“是”：端口全部打开，文件已发送，抓包完成。
    ?? 所问的都已找到或完成。
    >> 无需处理。
    # exit 1 | 1
    v closed, filtered, open
    = The answer is no: a port is not open, the wait ran out, or no socket matches.
    ? The run itself worked; the result is negative.
    > Read the reason in the output; each has a page.
    == 答案是“否”：有端口没有打开、等待超时，或没有匹配的套接字。
    ?? 程序本身运行正常，只是结果为否。
    >> 看输出中的 reason，每个都有页面。
    # exit 64 | 64 | EX_USAGE
    v exit 66
    = Usage: the command line cannot be understood.
    ? An unknown option or value, a missing argument.
    > The message has a suggestion; sonde COMMAND --help.
    == 用法错误：无法理解命令行。
    ?? 未知的选项或值、缺少参数。
    >> 错误信息带有建议；sonde COMMAND --help。
    # exit 65 | 65 | EX_DATAERR
    v exit 66
    = Damaged input: what was good in it has been reported.
    ? A truncated capture file, one that is still being written, or a file of another kind.
    > Copy the file again.
    == 输入损坏：其中完好的部分已报告。
    ?? 抓包文件被截断、仍在写入，或是别的格式。
    >> 重新复制文件。
    # exit 66 | 66 | EX_NOINPUT
    v ENOENT
    = No such input file, or it cannot be read.
    ? A typing mistake or missing rights.
    > Check the path.
    == 输入文件不存在或无法读取。
    ?? 写错路径或缺少权限。
    >> 检查路径。
    # exit 68 | 68 | EX_NOHOST
    v net-unreach
    = A host name does not resolve.
    ? A typing mistake, no such name in DNS, or no name server reachable.
    > getent hosts NAME; check /etc/resolv.conf; or give the address.
    == 主机名无法解析。
    ?? 写错名字、DNS 中没有该名字，或连不上名字服务器。
    >> getent hosts NAME；检查 /etc/resolv.conf；或直接给地址。
    # exit 69 | 69 | EX_UNAVAILABLE
    v ENODEV
    = Unavailable: no such interface, or libpcap is missing or refuses.
    ? A wrong interface name, a filter that libpcap rejects, libpcap not installed.
    > sonde addrs lists the interfaces.
    == 不可用：没有该接口，或 libpcap 缺失、拒绝。
    ?? 接口名错误、libpcap 不接受过滤表达式，或未安装 libpcap。
    >> sonde addrs 列出接口。
    # exit 71 | 71 | EX_OSERR
    v EMFILE, EADDRNOTAVAIL, EADDRINUSE
    = The system refused: descriptors, threads or ephemeral ports used up, or the address is in use.
    ? A limit of this machine.
    > Read the errno in the message; lower --concurrency or raise the limit.
    == 系统拒绝：描述符、线程或临时端口用尽，或地址被占用。
    ?? 本机的某个限制。
    >> 看错误信息中的 errno；降低 --concurrency 或提高限制。
    # exit 73 | 73 | EX_CANTCREAT
    v EEXIST, EROFS
    = Output cannot be created.
    ? The file exists (get never overwrites), the folder does not, or rights are missing.
    > Choose another name.
    == 无法创建输出。
    ?? 文件已存在（get 不覆盖）、目录不存在，或缺少权限。
    >> 换一个名字。
    # exit 74 | 74 | EX_IOERR
    v ENOSPC, EIO
    = Output cannot be written.
    ? The disk is full or failed.
    > df -h.
    == 无法写入输出。
    ?? 磁盘已满或故障。
    >> df -h。
    # exit 77 | 77 | EX_NOPERM
    v EACCES, EPERM
    = No permission.
    ? Capture needs CAP_NET_RAW, a port below 1024 CAP_NET_BIND_SERVICE, --netns CAP_SYS_ADMIN.
    > The message names the capability and the command that grants it.
    == 权限不足。
    ?? 抓包需要 CAP_NET_RAW，1024 以下端口需要 CAP_NET_BIND_SERVICE，--netns 需要 CAP_SYS_ADMIN。
    >> 错误信息给出所需的 capability 和授予它的命令。
    # exit 126 | 126
    v exit 127, ENOEXEC
    = The command behind -- cannot be executed.
    ? Its file is not executable, or no program.
    > chmod +x FILE.
    == 无法执行 -- 之后的命令。
    ?? 文件没有执行权限，或不是程序。
    >> chmod +x FILE。
    # exit 127 | 127
    v exit 126, ENOENT
    = The command behind -- does not exist.
    ? A typing mistake, or it is not in PATH.
    > Name it with its path.
    == -- 之后的命令不存在。
    ?? 写错名字，或不在 PATH 中。
    >> 写出完整路径。
    # exit 130 | 130 | SIGINT
    v exit 143
    = Ended by SIGINT (Ctrl-C) before the answer was known: 128 + 2.
    ? Somebody interrupted the run.
    > What was seen until then has been reported.
    == 得出答案之前被 SIGINT（Ctrl-C）结束：128 + 2。
    ?? 有人中断了运行。
    >> 此前所见已经报告。
    # exit 141 | 141 | SIGPIPE
    v EPIPE
    = Nobody reads the output any more, and the answer was not known: 128 + 13.
    ? The reader of a pipe ended, as head does.
    > Nothing, if that was wanted.
    == 输出已无人读取，且尚未得出答案：128 + 13。
    ?? 管道的读取方已退出，例如 head。
    >> 若是有意为之，无需处理。
    # exit 143 | 143 | SIGTERM
    v exit 130
    = Ended by SIGTERM before the answer was known: 128 + 15.
    ? kill, timeout(1), or a service manager.
    > What was seen until then has been reported.
    == 得出答案之前被 SIGTERM 结束：128 + 15。
    ?? kill、timeout(1) 或服务管理器。
    >> 此前所见已经报告。
    """#
