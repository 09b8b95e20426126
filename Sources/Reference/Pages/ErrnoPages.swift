/// Error numbers of system calls. `PageParser` describes the format.
let errnoPages = #"""
    k errno
    s errno(3); Linux include/uapi/asm-generic/errno.h; connect(2), tcp(7)
    # ECONNREFUSED | 111 | errno 111
    v rst, closed, icmp 3/3
    = Connection refused: the SYN was answered with a RST, or with an ICMP port unreachable.
    ? Nothing listens at that address and port, or a firewall rejects. For a Unix socket: no listener behind the file. For UDP:
    an earlier datagram was rejected.
    > sonde probe HOST PORT says which of the two it was; on the host: sonde sockets PORT.
    == 连接被拒绝：SYN 得到 RST，或 ICMP 端口不可达。
    ?? 该地址和端口无人监听，或防火墙拒绝。Unix 套接字：文件背后没有监听者。UDP：先前的数据报被拒绝。
    >> sonde probe HOST PORT 会说明是哪一种；在主机上：sonde sockets PORT。
    # ETIMEDOUT | 110 | errno 110
    v no-response, syn-sent, keep-alive
    = Connection timed out: no answer to the SYN, or later to data or keep-alive probes.
    ? connect(): a firewall that drops, or a dead host; Linux gives up after about two minutes, sonde at its own --timeout.
    Established: the peer vanished; Linux gives up after about 15 minutes (tcp_retries2).
    > sonde probe --path HOST PORT.
    == 连接超时：SYN 没有应答，或之后的数据、keep-alive 探测没有应答。
    ?? connect()：防火墙丢包或主机不在；Linux 约两分钟后放弃，sonde 以自己的 --timeout 为准。已建立：对端消失；Linux 约 15 分钟
    后放弃（tcp_retries2）。
    >> sonde probe --path HOST PORT。
    # EHOSTUNREACH | 113 | errno 113
    v host-unreach, admin-prohibited, icmp 3/1
    = No route to host: the name misleads; mostly nobody answered ARP, or a firewall rejected.
    ? The host is down; a router sent ICMP 3/1; or a firewall sent 3/10 or 3/13. firewalld does the last by default.
    > The reason and the offender of sonde probe tell these apart from one another.
    == 没有到主机的路由：名称容易误导，多半是 ARP 无人应答，或防火墙拒绝。
    ?? 主机关机；路由器发来 ICMP 3/1；或防火墙发来 3/10、3/13（firewalld 默认如此）。
    >> sonde probe 的 reason 与 offender 可将它们区分开。
    # ENETUNREACH | 101 | errno 101
    v net-unreach, icmp 3/0
    = Network is unreachable: no route on this machine, or a router said so.
    ? No default route; an IPv6 address on a machine without IPv6; ICMP 3/0 or 3/9.
    > sonde addrs --to HOST; ip route.
    == 网络不可达：本机没有路由，或路由器如此报告。
    ?? 没有默认路由；本机没有 IPv6 却访问 IPv6 地址；ICMP 3/0 或 3/9。
    >> sonde addrs --to HOST；ip route。
    # ECONNRESET | 104 | errno 104
    v RST, rst after accept
    = Connection reset by peer: a RST arrived on an established connection.
    ? The peer closed with unread data or SO_LINGER 0, restarted, or a firewall ended the connection. Data in flight is lost.
    > Read the peer's log; sonde capture --ladder shows who sent the RST and when.
    == 连接被对端重置：已建立的连接上收到 RST。
    ?? 对端带着未读数据关闭、用了 SO_LINGER 0、重启，或防火墙切断。途中的数据丢失。
    >> 查看对端日志；sonde capture --ladder 显示谁在何时发了 RST。
    # EPIPE | 32 | errno 32
    v ECONNRESET, exit 141
    = Broken pipe: the program wrote to a connection or pipe that nobody reads any more.
    ? The peer closed or reset the connection before; a shell pipe's reader has ended.
    > Look at what the peer did before: the first write after a RST returns ECONNRESET, the next EPIPE.
    == 管道破裂：向已无人读取的连接或管道写入。
    ?? 对端此前已关闭或重置；shell 管道的读取方已退出。
    >> 看对端此前做了什么：RST 之后第一次操作得到 ECONNRESET，再写得到 EPIPE。
    # EADDRINUSE | 98 | errno 98
    v so_reuseaddr, time-wait
    = Address already in use: another socket has that port, or TIME-WAIT still holds it.
    ? A second copy of the program; or a server that was restarted without SO_REUSEADDR within 60 s.
    > sonde sockets PORT names the program that has it.
    == 地址已被占用：别的套接字占着该端口，或 TIME-WAIT 尚未结束。
    ?? 程序已在运行；或服务器没设 SO_REUSEADDR，并在 60 秒内重启。
    >> sonde sockets PORT 给出占用它的程序。
    # EADDRNOTAVAIL | 99 | errno 99
    v ephemeral ports, error
    = Cannot assign requested address: bind() named an address that is not of this machine, or all ephemeral ports toward the
    target are in use.
    ? A typing mistake, an address that moved, a family without an address; or many connections in TIME-WAIT.
    > sonde addrs lists the addresses. Ports used up: lower --concurrency, widen net.ipv4.ip_local_port_range.
    == 无法分配所请求的地址：bind() 的地址不属于本机，或通往目标的临时端口全部占用。
    ?? 写错地址、地址已迁移、没有该地址族的地址；或大量 TIME-WAIT。
    >> sonde addrs 列出地址。端口用尽：降低 --concurrency，扩大 net.ipv4.ip_local_port_range。
    # EACCES | 13 | errno 13
    v EPERM, admin-prohibited, exit 77
    = Permission denied: a file's mode, a port below 1024 without CAP_NET_BIND_SERVICE, a broadcast address without
    SO_BROADCAST, a prohibit route, or ICMPv6 1/1.
    ? The user lacks a right, or a firewall rejects.
    > The message names the capability and the command that grants it.
    == 权限不足：文件权限、没有 CAP_NET_BIND_SERVICE 却用 1024 以下端口、未设 SO_BROADCAST 却发广播、prohibit 路由，或 ICMPv6
    1/1。
    ?? 用户缺少权限，或防火墙拒绝。
    >> 错误信息会给出所需的 capability 和授予它的命令。
    # EPERM | 1 | errno 1
    v EACCES, admin-prohibited, exit 77
    = Operation not permitted: a capability is missing, or a rule of this machine's own firewall dropped what was sent.
    ? Raw sockets need CAP_NET_RAW; an output rule of nftables or iptables that drops makes sendto() or connect() fail with it.
    > nft list ruleset; sudo; setcap.
    == 操作不被允许：缺少 capability，或本机防火墙丢弃了所发的包。
    ?? 原始套接字需要 CAP_NET_RAW；nftables 或 iptables 的 output 丢弃规则会让 sendto()、connect() 返回它。
    >> nft list ruleset；sudo；setcap。
    # EMFILE | 24 | errno 24
    v ENFILE, error, exit 71
    = Too many open files: the process has reached its limit of descriptors.
    ? Every connection is a descriptor.
    > ulimit -n 65536, or a lower --concurrency or --max-clients.
    == 打开文件过多：进程的描述符达到上限。
    ?? 每个连接占一个描述符。
    >> ulimit -n 65536，或降低 --concurrency、--max-clients。
    # ENFILE | 23 | errno 23
    v EMFILE
    = Too many open files in system: the limit fs.file-max of the whole machine is reached.
    ? Another program leaks descriptors.
    > sysctl fs.file-nr shows the count.
    == 系统打开文件过多：达到全机上限 fs.file-max。
    ?? 有别的程序泄漏描述符。
    >> sysctl fs.file-nr 显示数目。
    # ENOBUFS | 105 | errno 105
    v ENOMEM, error
    = No buffer space available: a queue of the network device or of a netlink socket is full, or memory for packets is short.
    ? Packets are sent faster than the device takes them.
    > Lower --rate or --concurrency.
    == 没有缓冲空间：网络设备或 netlink 套接字的队列已满，或包内存不足。
    ?? 发送快于设备处理。
    >> 降低 --rate 或 --concurrency。
    # ENOMEM | 12 | errno 12
    v ENOBUFS, error
    = Out of memory: the kernel could not allocate what the call needs.
    ? Memory of the machine or of the control group is used up (also net.ipv4.tcp_mem).
    > free -h; lower --concurrency.
    == 内存不足：内核无法分配所需内存。
    ?? 机器或 cgroup 内存用尽（也可能是 net.ipv4.tcp_mem）。
    >> free -h；降低 --concurrency。
    # EAGAIN | EWOULDBLOCK | 11 | errno 11
    v EINPROGRESS, ETIMEDOUT
    = Resource temporarily unavailable: a nonblocking call would have to wait. For a Unix socket: the listener's accept queue is
    full.
    ? Normal for nonblocking sockets. Python's connect_ex returns 11 where a timeout was set and has run out; sonde prints 110
    for the same.
    > Wait until the socket is ready (poll, epoll), or try again.
    == 资源暂不可用：非阻塞调用本应等待。Unix 套接字：监听者的 accept 队列已满。
    ?? 非阻塞套接字的正常情况。Python 设置超时且超时后 connect_ex 返回 11；sonde 对同样情况输出 110。
    >> 等套接字就绪（poll、epoll），或重试。
    # EINPROGRESS | 115 | errno 115
    v EALREADY, EAGAIN
    = Operation now in progress: a nonblocking connect() has sent its SYN.
    ? Normal. The outcome is read with SO_ERROR once the socket is writable.
    > poll for POLLOUT, then getsockopt(SO_ERROR).
    == 操作正在进行：非阻塞 connect() 已发出 SYN。
    ?? 正常。套接字可写后用 SO_ERROR 读取结果。
    >> poll 等待 POLLOUT，再 getsockopt(SO_ERROR)。
    # EALREADY | 114 | errno 114
    v EINPROGRESS
    = Operation already in progress: connect() was called again before the first attempt ended.
    ? A mistake in a program.
    > Wait for the first attempt.
    == 操作已在进行：前一次 connect() 未完成又再次调用。
    ?? 程序错误。
    >> 等待前一次完成。
    # EISCONN | 106 | errno 106
    v ENOTCONN
    = The socket is already connected.
    ? connect() was called twice. A sign of success for a nonblocking connect.
    > Go on with the connection.
    == 套接字已经连接。
    ?? connect() 调用了两次；对非阻塞 connect 这是成功的标志。
    >> 继续使用该连接。
    # ENOTCONN | 107 | errno 107
    v EPIPE
    = The socket is not connected.
    ? send, recv or shutdown before connect(), or after the peer reset the connection.
    > Check the order of the calls.
    == 套接字尚未连接。
    ?? 在 connect() 之前调用 send、recv、shutdown，或对端已重置连接。
    >> 检查调用顺序。
    # ECONNABORTED | 103 | errno 103
    v accept queue, RST
    = Software caused connection abort: a client reset the connection before the server accepted it.
    ? A health check or scanner that closes with a RST.
    > The server accepts the next one; no need to act.
    == 连接中止：服务器 accept 之前客户端已重置。
    ?? 健康检查或扫描器以 RST 关闭。
    >> 服务器继续 accept 即可。
    # ENETDOWN | 100 | errno 100
    v net-unreach, down
    = Network is down: the interface that the packet would leave by is down.
    ? ip link set DEVICE down, or the device was removed.
    > sonde addrs shows the state; ip link set DEVICE up.
    == 网络已关闭：出接口处于关闭状态。
    ?? 执行过 ip link set DEVICE down，或设备被移除。
    >> sonde addrs 显示状态；ip link set DEVICE up。
    # EHOSTDOWN | 112 | errno 112
    v host-unreach
    = Host is down: the link layer reports that the host does not answer. Rare on Linux.
    ? Mostly other systems; Linux returns EHOSTUNREACH in its place.
    > As for host-unreach.
    == 主机已关闭：链路层报告主机没有应答。Linux 上少见。
    ?? 多见于其他系统；Linux 通常返回 EHOSTUNREACH。
    >> 同 host-unreach。
    # EMSGSIZE | 90 | errno 90
    v mtu, icmp 3/4, icmp6 2/0
    = Message too long: a datagram exceeds what the socket or the path carries (at most 65,507 bytes over UDP on IPv4).
    ? A large datagram with DF set, or a path whose MTU was learned to be smaller.
    > Send smaller datagrams; sonde probe --mtu HOST PORT.
    == 消息过长：数据报超过套接字或路径所能承载（IPv4 上 UDP 最多 65,507 字节）。
    ?? 设置 DF 的大数据报，或已得知路径 MTU 更小。
    >> 发送小一些的数据报；sonde probe --mtu HOST PORT。
    # EINVAL | 22 | errno 22
    v net-unreach, link-local
    = Invalid argument. For connect(): a link-local IPv6 address without an interface, a blackhole route, or a source address
    that does not fit.
    ? fe80:: addresses exist on every link, so the interface must be named.
    > Write fe80::1%eth0; ip route get ADDRESS shows a blackhole.
    == 参数无效。对 connect()：未指明接口的 IPv6 链路本地地址、blackhole 路由，或不匹配的源地址。
    ?? fe80:: 地址每条链路都有，必须指明接口。
    >> 写成 fe80::1%eth0；ip route get ADDRESS 可看出 blackhole。
    # EAFNOSUPPORT | 97 | errno 97
    v EADDRNOTAVAIL
    = Address family not supported: the kernel has no IPv6, or the socket is of the other family.
    ? IPv6 disabled at boot (ipv6.disable=1).
    > Use -4, or enable IPv6.
    == 不支持的地址族：内核没有 IPv6，或套接字属于另一地址族。
    ?? 启动时禁用了 IPv6（ipv6.disable=1）。
    >> 使用 -4，或启用 IPv6。
    # EPROTONOSUPPORT | 93 | errno 93
    v EAFNOSUPPORT
    = Protocol not supported: the kernel lacks the protocol.
    ? A module is not loaded (MPTCP, SCTP).
    > Load the module, or use TCP.
    == 不支持的协议：内核没有该协议。
    ?? 模块未加载（MPTCP、SCTP）。
    >> 加载模块，或改用 TCP。
    # EOPNOTSUPP | ENOTSUP | 95 | errno 95
    v EINVAL
    = Operation not supported on this socket, as listen() on a UDP socket.
    ? A mistake in a program, or a file system that lacks a feature.
    > Check the kind of the socket.
    == 该套接字不支持此操作，例如对 UDP 套接字 listen()。
    ?? 程序错误，或文件系统缺少某功能。
    >> 检查套接字类型。
    # ENOPROTOOPT | 92 | errno 92
    v proto-unreach, icmp 3/2
    = Protocol not available: an unknown socket option; for connect(): ICMP protocol unreachable.
    ? The peer or a firewall does not handle TCP.
    > sonde probe HOST PORT shows the offender.
    == 协议不可用：未知的套接字选项；对 connect()：收到 ICMP 协议不可达。
    ?? 对端或防火墙不处理 TCP。
    >> sonde probe HOST PORT 显示 offender。
    # EPROTO | 71 | errno 71
    v EINVAL, exit 71
    = Protocol error. For connect(): an ICMP parameter problem (12/0 or ICMPv6 4/0).
    ? A damaged or unusual header on the way.
    > sonde probe HOST PORT shows who sent it.
    == 协议错误。对 connect()：收到 ICMP 参数问题（12/0 或 ICMPv6 4/0）。
    ?? 途中包头损坏或少见。
    >> sonde probe HOST PORT 显示由谁发出。
    # EINTR | 4 | errno 4
    v exit 130
    = Interrupted system call: a signal arrived; sonde repeats the call by itself.
    ? Ctrl-C, a timer, a child that ended.
    > Programs repeat the call.
    == 系统调用被中断：有信号到达；sonde 会自动重试。
    ?? Ctrl-C、定时器、子进程结束。
    >> 程序应重试该调用。
    # EBADF | 9 | errno 9
    v ENOTCONN
    = Bad file descriptor: it is closed, or not open for this use.
    ? A mistake in a program: a descriptor was closed twice.
    > For sonde: please report it.
    == 描述符无效：已关闭，或未以此方式打开。
    ?? 程序错误：描述符被关闭两次。
    >> 如由 sonde 输出，请报告。
    # ENOENT | 2 | errno 2
    v no-listener, exit 66
    = No such file or directory. For a Unix socket: there is no such path.
    ? A typing mistake, or the program has not created it.
    > ls the folder; sonde sockets --unix.
    == 没有该文件或目录。Unix 套接字：没有这个路径。
    ?? 写错路径，或程序尚未创建。
    >> 用 ls 查看目录；sonde sockets --unix。
    # EEXIST | 17 | errno 17
    v exit 73
    = File exists: sonde get does not overwrite.
    ? A file of that name is there.
    > Choose another name with -o, or remove the file.
    == 文件已存在：sonde get 不会覆盖。
    ?? 已有同名文件。
    >> 用 -o 换名，或删除该文件。
    # ENOTDIR | 20 | errno 20
    v ENOENT
    = Not a directory: a part of the path is a file.
    ? A typing mistake.
    > Check the path.
    == 不是目录：路径中的某一部分是文件。
    ?? 写错路径。
    >> 检查路径。
    # EISDIR | 21 | errno 21
    v ENOTDIR
    = Is a directory: a file was expected.
    ? The path names a folder.
    > Name a file in it.
    == 是一个目录：此处需要文件。
    ?? 路径指向目录。
    >> 指定其中的文件。
    # ENOSPC | 28 | errno 28
    v exit 74, EDQUOT
    = No space left on device.
    ? The file system is full, or its inodes are used up.
    > df -h, df -i; -C and -W limit what a capture writes.
    == 设备空间不足。
    ?? 文件系统已满，或 inode 用尽。
    >> df -h、df -i；抓包可用 -C 与 -W 限制写入量。
    # EDQUOT | 122 | errno 122
    v ENOSPC
    = Disk quota exceeded.
    ? The user's quota is used up.
    > quota; remove files.
    == 超出磁盘配额。
    ?? 用户配额已用完。
    >> quota；删除文件。
    # EROFS | 30 | errno 30
    v exit 73
    = Read-only file system.
    ? A container, or a disk with errors.
    > Write elsewhere.
    == 只读文件系统。
    ?? 容器，或有错误的磁盘。
    >> 写到别处。
    # EIO | 5 | errno 5
    v exit 74
    = Input/output error: the device failed, or the terminal is gone.
    ? A damaged disk, a USB device that was pulled, a closed terminal.
    > dmesg.
    == 输入输出错误：设备故障，或终端已消失。
    ?? 磁盘损坏、USB 设备被拔、终端已关闭。
    >> dmesg。
    # ENODEV | 19 | errno 19
    v exit 69, ENXIO
    = No such device: no interface of that name.
    ? A typing mistake, or the interface is in another network namespace.
    > sonde addrs lists the interfaces.
    == 没有该设备：没有这个名字的接口。
    ?? 写错名字，或接口在另一网络命名空间。
    >> sonde addrs 列出接口。
    # ENXIO | 6 | errno 6
    v ENODEV
    = No such device or address: the device behind a name is missing, or a FIFO has no reader.
    ? A FIFO opened for writing without a reader.
    > Start the reader first.
    == 没有该设备或地址：名字背后的设备不存在，或 FIFO 没有读取方。
    ?? 以写方式打开没有读取方的 FIFO。
    >> 先启动读取方。
    # EBUSY | 16 | errno 16
    v EADDRINUSE
    = Device or resource busy.
    ? Another program holds it exclusively.
    > Find it: fuser, lsof.
    == 设备或资源忙。
    ?? 被别的程序独占。
    >> 查找：fuser、lsof。
    # ENAMETOOLONG | 36 | errno 36
    v ENOENT
    = File name too long: more than 255 bytes, a path over 4,095, or a Unix socket's path over 107.
    ? The path of a Unix socket fits in 108 bytes only.
    > Choose a shorter path.
    == 文件名过长：超过 255 字节，路径超过 4,095，或 Unix 套接字路径超过 107。
    ?? Unix 套接字路径最多 108 字节。
    >> 换短一些的路径。
    # ELOOP | 40 | errno 40
    v ENOENT
    = Too many symbolic links, or one where none may be: sonde serve refuses links that lead out of its folder.
    ? A link that leads to itself or outside.
    > ls -l the path.
    == 符号链接过多，或此处不允许链接：sonde serve 拒绝指向目录之外的链接。
    ?? 链接指向自身或目录之外。
    >> 用 ls -l 查看路径。
    # EFBIG | 27 | errno 27
    v ENOSPC
    = File too large: a limit of the file system or of ulimit -f.
    ? FAT stops at 4 GiB.
    > Split with -C, or raise the limit.
    == 文件过大：文件系统或 ulimit -f 的限制。
    ?? FAT 上限为 4 GiB。
    >> 用 -C 分割，或提高限制。
    # ENOEXEC | 8 | errno 8
    v exit 126
    = Exec format error: the file is no program that this machine can run.
    ? A script without #!, or a program for another architecture.
    > file PROGRAM.
    == 可执行格式错误：该文件不是本机能运行的程序。
    ?? 脚本缺少 #!，或是别的架构的程序。
    >> file PROGRAM。
    # ESRCH | 3 | errno 3
    v ENOENT
    = No such process.
    ? The pid has ended, as one named for --netns.
    > ps.
    == 没有该进程。
    ?? 该 pid 已结束，例如 --netns 所给的 pid。
    >> ps。
    # ENOSYS | 38 | errno 38
    v EOPNOTSUPP
    = Function not implemented: the kernel lacks the system call, or a sandbox forbids it.
    ? An old kernel, or a container's seccomp filter.
    > Try outside the container.
    == 功能未实现：内核没有该系统调用，或被沙箱禁止。
    ?? 内核太旧，或容器的 seccomp 过滤。
    >> 在容器外尝试。
    # EDESTADDRREQ | 89 | errno 89
    v ENOTCONN
    = Destination address required: a datagram was sent on a socket without a peer.
    ? A mistake in a program.
    > connect() or sendto() with an address.
    == 需要目的地址：在没有对端的套接字上发送数据报。
    ?? 程序错误。
    >> 先 connect()，或用带地址的 sendto()。
    # ENOTSOCK | 88 | errno 88
    v no-listener
    = Not a socket: the descriptor or path is something else.
    ? A path that is a plain file.
    > ls -l the path: a socket begins with s.
    == 不是套接字：描述符或路径是别的东西。
    ?? 路径是普通文件。
    >> ls -l：套接字以 s 开头。
    """#
