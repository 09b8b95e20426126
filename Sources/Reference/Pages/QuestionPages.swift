/// What one asks when one reads the rest. `PageParser` describes the format.
let questionPages = #"""
    k question
    s RFC 9293
    # why three | three-way handshake | handshake
    v open 1/3, open 2/3, open 3/3, initial sequence number
    s RFC 9293 section 3.5
    = Why three segments: above all so that an old duplicate SYN cannot open a connection. The caller answers the SYN ACK to it
    with a RST, not with the third step.
    = Three also suffice for each side to send its initial sequence number and to have it acknowledged: the listener's SYN and
    its ACK share one segment. Two would leave the listener's number unacknowledged.
    > Watch one: sonde demo.
    == 为什么是三个报文段：首要原因是防止旧的重复 SYN 打开连接。主叫方会以 RST 而不是第三步来回应由它引出的 SYN ACK。
    == 三个也正好够双方各自发送初始序号并得到确认：监听方的 SYN 和 ACK 合在一个报文段里。只有两个的话，监听方的序号得不到确认。
    >> 亲眼看一次：sonde demo。
    # why four | four-way close | close
    v close 1/4, close 2+3/4, half-close, time-wait
    s RFC 9293 section 3.6
    = Why four steps: each direction is closed by a FIN of its own, and each FIN is acknowledged.
    = Between the second and the third step the other side may still send: the connection is half-closed. If it has nothing left
    to send, steps 2 and 3 share a segment, and three suffice.
    > sonde capture --ladder --explain.
    == 为什么是四步：每个方向由各自的 FIN 关闭，每个 FIN 都要得到确认。
    == 第二步与第三步之间，另一方仍可发送：这就是半关闭。若它没有数据要发，第二、三步合在一个报文段里，三个报文段即可。
    >> sonde capture --ladder --explain。
    # SYN queue | half-open queue | syn cookies
    v accept queue, syn-received, backlog
    s Linux tcp(7) tcp_max_syn_backlog, tcp_syncookies, tcp_synack_retries
    = A listener's half-open connections: a SYN arrived, SYN ACK was sent, the third step is missing. The kernel repeats the SYN
    ACK (5 times, so up to about a minute) and then forgets the connection.
    = When there are too many, Linux sends SYN cookies: it keeps nothing and encodes what it needs in its sequence number, so
    that a SYN flood cannot fill the queue.
    ? A SYN flood, or clients whose path loses the SYN ACK.
    > nstat -az TcpExtSyncookiesSent TcpExtTCPReqQFullDoCookies.
    == 监听者的半开连接：已收到 SYN、已发 SYN ACK，还缺第三步。内核会重发 SYN ACK（5 次，最多约一分钟），然后放弃。
    == 数量过多时 Linux 改发 SYN cookie：不保存任何状态，把所需信息编码进序号，SYN 洪泛便无法填满队列。
    ?? SYN 洪泛，或客户端路径上丢失 SYN ACK。
    >> nstat -az TcpExtSyncookiesSent TcpExtTCPReqQFullDoCookies。
    # accept queue | backlog | listen backlog
    v full-queue, SYN queue, no-response
    s listen(2); Linux net.core.somaxconn
    = Connections whose handshake is complete wait here for accept(). Its limit is the smaller one of listen()'s backlog and
    net.core.somaxconn (4096 since Linux 5.4); one more than the limit fits in.
    = When it is full, the kernel drops the third step and new SYNs: the client sends again, then times out. With
    net.ipv4.tcp_abort_on_overflow it gets a RST.
    ? The program does not accept fast enough, or hangs.
    > sonde sockets PORT shows waiting/limit; nstat -az TcpExtListenOverflows counts.
    == 握手完成、等待 accept() 的连接。上限是 listen() 的 backlog 与 net.core.somaxconn（Linux 5.4 起为 4096）中较小者，实际可容
    纳比上限多一个。
    == 满了之后内核丢弃第三步和新的 SYN：客户端重发，最终超时。启用 net.ipv4.tcp_abort_on_overflow 时会得到 RST。
    ?? 程序 accept 不够快，或已卡住。
    >> sonde sockets PORT 显示 等待数/上限；nstat -az TcpExtListenOverflows 为计数。
    # SO_REUSEADDR | reuseaddr
    v time-wait, EADDRINUSE, so_reuseport
    s socket(7); Linux net/ipv4/inet_connection_sock.c
    = Lets bind() take a port although old connections of it are in TIME-WAIT. Without it, a server that closed its connections
    first fails with EADDRINUSE for 60 s after a restart.
    = On Linux it does not let two programs listen at the same address and port; that is SO_REUSEPORT. sonde echo and serve
    always set it.
    > Set it on every listening socket, before bind().
    == 允许 bind() 使用仍有旧连接处于 TIME-WAIT 的端口。没有它，先关闭连接的服务器重启后 60 秒内会得到 EADDRINUSE。
    == 在 Linux 上它不允许两个程序监听同一地址和端口，那是 SO_REUSEPORT 的作用。sonde echo 和 serve 总会设置它。
    >> 每个监听套接字都应在 bind() 之前设置。
    # SO_REUSEPORT | reuseport
    v so_reuseaddr
    s socket(7)
    = Lets several sockets of the same user listen at one address and port; the kernel spreads new connections over them.
    > Each socket must set it before bind(). sonde echo --reuse-port.
    == 允许同一用户的多个套接字监听同一地址和端口，由内核分配新连接。
    >> 每个套接字都要在 bind() 之前设置。sonde echo --reuse-port。
    # keep-alive | keepalive | SO_KEEPALIVE
    v ETIMEDOUT, keep-alive ACK, idle-timeout
    s RFC 9293 section 3.8.4; Linux tcp(7) tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes
    = Probes on an idle connection that ask whether the peer is still there. Off unless the program sets SO_KEEPALIVE. Linux:
    the first after 2 hours (7200 s), then one every 75 s, and after 9 without an answer the connection ends with ETIMEDOUT: 2 h
    11 min 15 s in all.
    = On the wire: an empty segment (or one byte) whose number is one below the next; the peer answers with an ACK.
    ? NATs and firewalls forget idle connections much sooner, often after minutes.
    > TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT set other values per socket: sonde echo --keepalive 60,10,5.
    == 在空闲连接上探测对端是否还在。程序设置 SO_KEEPALIVE 才启用。Linux：空闲 2 小时（7200 秒）后发第一个，之后每 75 秒一个，9 个
    都没有应答则以 ETIMEDOUT 结束，总计 2 小时 11 分 15 秒。
    == 线路上看：一个空报文段（或一字节），序号比下一个小一；对端回 ACK。
    ?? NAT 和防火墙往往几分钟就忘记空闲连接。
    >> 用 TCP_KEEPIDLE、TCP_KEEPINTVL、TCP_KEEPCNT 为单个套接字另设：sonde echo --keepalive 60,10,5。
    # recv returns nothing | recv returns 0 | empty recv | end of stream | EOF
    v FIN, close-wait, half-close
    s recv(2); RFC 9293 section 3.6
    = recv() returned 0 bytes (b'' in Python): the peer sent its FIN, and everything before it has been read. It is the end of
    the stream, not an error, and every further recv() returns 0 again.
    = A loop that ignores it runs at full speed for ever, and a socket that is not closed then stays in CLOSE-WAIT.
    > Stop reading. Send any data that remains, and close the socket. No data yet is another case: a blocking recv() waits, a
    nonblocking one fails with EAGAIN.
    == recv() 返回 0 字节（Python 中是 b''）：对端已发 FIN，且之前的数据都已读完。这是流的结束，不是错误，之后每次 recv() 仍返回 0。
    == 忽略它的循环会空转，占满 CPU；不关闭的套接字会停在 CLOSE-WAIT。
    >> 停止读取；若还有数据就发完，然后关闭套接字。“暂时没有数据”是另一回事：阻塞的 recv() 会等待，非阻塞的返回 EAGAIN。
    # half-close | half-closed
    v FIN, close 2/4, shutdown
    s RFC 9293 section 3.6; shutdown(2)
    = One side has closed its direction with shutdown(SHUT_WR) and still receives.
    ? Wanted: nc, HTTP/1.0 and sonde connect do it at the end of their input. Not wanted: the other program forgot to close.
    > The other side reads 0, sends the rest and closes.
    == 一方用 shutdown(SHUT_WR) 关闭了自己的方向，但仍在接收。
    ?? 有意为之：nc、HTTP/1.0、sonde connect 在输入结束时这样做。并非有意：对方程序忘记关闭。
    >> 另一方读到 0 后发完剩余数据并关闭。
    # self-connect
    v a socket connected to itself, simultaneous open
    s RFC 9293 section 3.5
    = A connection of a socket with itself: connect() to a free port of the ephemeral range on this machine may get that very
    port as its source, and the SYN crosses itself.
    ? Programs that retry a connect to a local server that is down.
    > sonde recognizes it and reports the port as closed.
    == 套接字与自己建立的连接：连接本机临时端口范围内的空闲端口时，内核可能恰好选它作源端口，SYN 与自己交错。
    ?? 程序不断重试连接本机未启动的服务器。
    >> sonde 能识别并把该端口报告为 closed。
    # ephemeral ports | ephemeral port
    v EADDRNOTAVAIL, time-wait
    s Linux net.ipv4.ip_local_port_range
    = The ports that the kernel gives to outgoing connections: 32768 to 60999 on Linux, about 28,000 toward each address and
    port.
    ? TIME-WAIT holds each for 60 s after this side closed first.
    > Keep connections open, or widen net.ipv4.ip_local_port_range.
    == 内核分配给外出连接的端口：Linux 上为 32768 到 60999，对每个目标地址和端口约 28,000 个。
    ?? 本端先关闭时，TIME-WAIT 会占用每个端口 60 秒。
    >> 复用连接，或扩大 net.ipv4.ip_local_port_range。
    # initial sequence number | isn
    v SYN, why three
    s RFC 9293 section 3.4.1; RFC 6528
    = The number at which a side's bytes begin, sent in its SYN. It is chosen so that nobody can guess it and old segments do
    not fit.
    == 一方字节编号的起点，在其 SYN 中发送。选取时保证难以猜测，且旧报文段不会落入范围。
    # delayed ACK | nagle
    v acknowledges
    s RFC 9293 section 3.8.6.3; RFC 1122 section 4.2.3.4; Linux TCP_DELACK_MIN
    = A receiver may hold an ACK back (40 ms on Linux, at most 500 ms) in the hope of sending it with data. Nagle's algorithm
    holds small data back until the earlier data is acknowledged. Together they cost 40 ms per small request.
    > TCP_NODELAY turns Nagle's algorithm off.
    == 接收方可以延迟 ACK（Linux 为 40 毫秒，最多 500 毫秒），以便与数据一起发送。Nagle 算法则会等先前数据得到确认才发送小数据。
    两者叠加，每个小请求多花 40 毫秒。
    >> 用 TCP_NODELAY 关闭 Nagle 算法。
    # why udp is silent | udp
    v open|filtered, port-unreach
    s RFC 768; RFC 1122 section 4.1.3.1; Linux icmp_ratelimit
    = UDP has no handshake: only a closed port answers by itself, with an ICMP port unreachable, and hosts send about one of
    those per second. An open port answers only what it understands.
    > sonde probe -u with --timeout long enough; sonde sockets --udp on the host.
    == UDP 没有握手：只有关闭的端口会自动以 ICMP 端口不可达应答，而主机大约每秒只发一个。打开的端口只应答它看得懂的内容。
    >> sonde probe -u 并给足 --timeout；在主机上用 sonde sockets --udp。
    # checksum offload | offload
    v wrong checksum, all segments have wrong checksums
    s Linux ethtool(8)
    = The NIC fills checksums in, and cuts large segments, after the capture saw the packet. So packets that this machine sends
    look wrong in a capture taken on it.
    > --ignore-checksums; or ethtool -K DEVICE tx off for the capture.
    == 网卡在抓包之后才填写校验和并切分大报文段，所以在发送方本机抓到的包看起来校验和错误。
    >> --ignore-checksums；或抓包时 ethtool -K DEVICE tx off。
    # mtu | path mtu
    v mss, icmp 3/4, icmp6 2/0
    s RFC 1191; RFC 8201
    = The largest packet of a link, in bytes with the IP header: 1500 on Ethernet. The smallest on the way limits the path.
    ? Connections that open and hang with the first large answer: a firewall drops the ICMP errors of path MTU discovery.
    > sonde probe --mtu HOST PORT.
    == 链路能传送的最大包（含 IP 头的字节数）：以太网为 1500。沿途最小者决定路径 MTU。
    ?? 能建立却在第一个大应答处卡住的连接：防火墙丢弃了路径 MTU 发现所需的 ICMP 差错。
    >> sonde probe --mtu HOST PORT。
    # traceroute | path
    v ttl-exceeded, icmp 11/0, ttl
    s sonde-probe(1)
    = Packets with TTL 1, 2, 3 and so on: each router at which one expires reports itself. sonde probe --path does that with the
    SYN of the port in question, so that firewalls treat it alike.
    ? A router that stays silent is not broken, as long as later ones answer.
    > sonde probe --path HOST PORT.
    == 依次发送 TTL 为 1、2、3…… 的包：包在哪台路由器到期，哪台就报告自己。sonde probe --path 用目标端口的 SYN 来做，防火墙便会
    同样对待。
    ?? 只要后面的路由器有应答，中间保持沉默的路由器就没有问题。
    >> sonde probe --path HOST PORT。
    # arp | neighbour discovery | ndp
    v host-unreach, EHOSTUNREACH
    s RFC 826; RFC 4861; Linux arp(7)
    = How a machine finds the MAC address of an IP address on its own link. Without an answer the packet cannot be sent; Linux
    asks three times within 3 s and then reports EHOSTUNREACH.
    > ip neigh: FAILED or INCOMPLETE means that nobody answered.
    == 机器在本链路上由 IP 地址查找 MAC 地址的办法。没有应答就无法发送；Linux 在 3 秒内询问三次，然后报告 EHOSTUNREACH。
    >> ip neigh：FAILED 或 INCOMPLETE 表示无人应答。
    # link-local
    v EINVAL, icmp6 1/2
    s RFC 4291 section 2.5.6
    = An IPv6 address beginning with fe80: is valid on one link only, so the interface must be named: fe80::1%eth0.
    == 以 fe80: 开头的 IPv6 地址只在一条链路上有效，必须指明接口：fe80::1%eth0。
    # 127.0.0.1 | loopback | localhost
    v local, other-address
    s RFC 1122 section 3.2.1.3
    = This machine itself. A server bound to 127.0.0.1 or ::1 cannot be reached from others, which is safe and a frequent cause
    of "connection refused".
    == 本机自己。绑定 127.0.0.1 或 ::1 的服务器无法从外部访问，这样较安全，也是“连接被拒绝”的常见原因。
    # challenge ACK
    v RST, RST with a sequence number other than the next
    s RFC 5961 sections 3, 4
    = An ACK that answers a RST or SYN whose number does not fit exactly. A peer that really reset the connection answers it
    with a RST that fits.
    == 对序号不完全吻合的 RST 或 SYN 的应答。若对端确实已重置，它会再回一个序号吻合的 RST。
    # asymmetric routing
    v originator
    s Zeek history, ^
    = The two directions of a connection take different paths, so that a capture at one place sees only one.
    > Capture on one of the two hosts.
    == 连接的两个方向走不同路径，在一处抓包只能看到一个方向。
    >> 在两端主机之一抓包。
    # originator | responder
    v S, H, SYN
    s Zeek conn.log
    = The originator sent the SYN, the responder answered. Where no SYN was captured, ports decide which is which.
    == 发起方发出 SYN，响应方应答。没抓到 SYN 时按端口判断。
    # community_id | community id
    v history
    s Community ID Flow Hashing, version 1
    = A hash of the addresses, ports and protocol of a connection, the same in Zeek, Suricata and sonde, by which their records
    are joined.
    == 由连接的地址、端口和协议算出的散列值，Zeek、Suricata 与 sonde 结果相同，可据此关联记录。
    # shutdown() | SHUT_WR
    v half-close, FIN
    s shutdown(2)
    = shutdown(SHUT_WR) sends the FIN and leaves reading open; close() gives the socket up altogether, and answers later data
    with a RST.
    == shutdown(SHUT_WR) 发送 FIN 但保留读取；close() 放弃整个套接字，之后到达的数据会得到 RST。
    # history
    v S, H, A, D, F, R
    s Zeek base/protocols/conn/main.zeek, history
    = What happened in a connection, one letter per event in the order of the events: upper case from the originator, lower case
    from the responder.
    > Read one: sonde explain ShADadFf.
    == 连接中发生的事件，每个事件一个字母，按先后排列：大写来自发起方，小写来自响应方。
    >> 读一个试试：sonde explain ShADadFf。
    """#
