/// Sockets of this machine, ends of connections, interfaces. `PageParser` describes the format.
let socketPages = #"""
    k listener
    s Linux NETLINK_SOCK_DIAG (sock_diag(7)); listen(2)
    # full-queue | accept queue full
    v accept queue, no-response, listening
    = The listener's accept queue is full: the kernel drops further handshakes until the program accepts.
    ? The program is stuck, overloaded or stopped, or its backlog is small. The queue holds one connection more than the limit.
    > Look at the program. A larger backlog (listen, net.core.somaxconn) helps against bursts only.
    == 监听者的 accept 队列已满：程序 accept 之前，内核会丢弃后来的握手。
    ?? 程序卡住、过载或被暂停，或者 backlog 太小。队列容纳的连接数比限制多一个。
    >> 检查程序。增大 backlog（listen、net.core.somaxconn）只能应付突发。
    # other-address | bound to another address
    v closed, listening
    = Sockets of this machine have the port, but at other addresses.
    ? The service is bound to 127.0.0.1 or to one address of the machine.
    > Change its bind address (0.0.0.0 or :: for all), or probe the address that it has.
    == 本机有套接字占用该端口，但绑定在别的地址上。
    ?? 服务只绑定了 127.0.0.1 或本机的某一个地址。
    >> 修改其绑定地址（0.0.0.0 或 :: 表示全部），或探测它所在的地址。
    # other-family | IPv6 only
    v closed, listening
    = The socket on this port serves the other family only.
    ? A socket bound to :: with IPV6_V6ONLY, or to 0.0.0.0 where IPv6 was asked for.
    > Let the program listen on both families, or probe with -4 or -6.
    == 该端口上的套接字只服务另一地址族。
    ?? 绑定 :: 且设置了 IPV6_V6ONLY，或绑定 0.0.0.0 而探测的是 IPv6。
    >> 让程序同时监听两个地址族，或用 -4、-6 探测。
    # other-transport
    v closed, listening
    = The port belongs to a socket of the other transport: UDP in place of TCP, or the reverse.
    ? The service speaks the other protocol, as DNS over UDP only.
    > Probe with -u, or without it.
    == 该端口属于另一种传输协议的套接字：是 UDP 而不是 TCP，或相反。
    ?? 服务使用另一种协议，例如只有 UDP 的 DNS。
    >> 加上或去掉 -u 再探测。
    # listening
    v open, full-queue
    = A socket of this machine takes what is sent to the address and port.
    ? If the port does not answer nevertheless, a local firewall is in between.
    > nft list ruleset; sonde sockets PORT.
    == 本机有套接字接收发往该地址和端口的数据。
    ?? 如果端口仍不应答，就是本机防火墙挡在中间。
    >> nft list ruleset；sonde sockets PORT。
    # none | nobody
    v closed, other-address
    = No socket of this machine has the port. As reach: nobody can reach the socket.
    ? The service does not run. As reach: its interface is down, or its address is gone.
    > Start the service; see its log for why it ended.
    == 本机没有套接字占用该端口。作为可达范围：谁也到不了该套接字。
    ?? 服务没有运行。作为可达范围：接口关闭或地址已不存在。
    >> 启动服务；从日志看它为何退出。
    k after
    s sonde-probe(1); RFC 9293 section 3.6
    # fin | FIN after accept
    v open, RST, half-close, FIN
    = After it accepted the connection, the server closed it in order. Of an echo client: it closed its side.
    ? An allow list, a proxy without a backend, or a service that expects no such client (TCP wrappers).
    > Read the server's log and its allow list. --wait does not count such a port as ready.
    == 服务器接受连接后又按正常流程关闭。对 echo 的客户端而言：客户端关闭了自己一侧。
    ?? 白名单限制、没有后端的代理，或服务不接待该客户端（TCP wrappers）。
    >> 查看服务器日志与白名单。--wait 不把这种端口算作就绪。
    # rst after accept | reset after accept
    v rst, RST, fin
    = After it accepted the connection, the server reset it.
    ? A proxy or load balancer without a backend, a program that closes with SO_LINGER 0, or a firewall that ends the
    connection.
    > Read the log of the proxy. Capture it: sonde capture --ladder host HOST and port PORT.
    == 服务器接受连接后又将其重置。
    ?? 没有后端的代理或负载均衡、以 SO_LINGER 0 关闭的程序，或中途切断的防火墙。
    >> 查看代理日志，并抓包：sonde capture --ladder host HOST and port PORT。
    # data
    v open, PSH
    = The server sent data first, without being asked. As a letter of a history it is d; as a note, see bytes.
    ? SSH, SMTP, FTP and others greet the client.
    > --banner shows what it said.
    == 服务器先主动发送了数据。history 中的字母是 d；作为注释见 bytes。
    ?? SSH、SMTP、FTP 等会先向客户端问候。
    >> --banner 显示内容。
    # stalled | zero window | SYN proxy
    v open, window, zero-window probe
    = The connection was accepted, but with a receive window of 0 that never opened. As a note on a segment: the receiver's
    buffer is full.
    ? At the start of a connection: a SYN proxy that has no connection to the server behind it. Later: the receiving program
    does not read.
    > Start: check the server behind the proxy. Later: check the program at the end that announces 0.
    == 连接已被接受，但接收窗口一直为 0。作为报文段注释：接收方缓冲区已满。
    ?? 连接刚建立时：SYN 代理与后端服务器没有连上。之后：接收程序没有读取数据。
    >> 刚建立时：检查代理后面的服务器。之后：检查通告 0 的那一端的程序。
    k socket state
    s RFC 9293 section 3.3.2; Linux include/net/tcp_states.h
    # listen | LISTEN
    v accept queue, SYN queue, backlog
    = The socket waits for connections: bind() and listen() were called.
    > sonde sockets PORT shows from where it is reached.
    == 套接字在等待连接：已经调用 bind() 和 listen()。
    >> sonde sockets PORT 显示从哪里可达。
    # syn-sent | SYN-SENT
    v open 1/3, no-response
    = connect() sent a SYN and waits for the SYN ACK.
    ? Many of them: a peer that drops. The kernel repeats the SYN for about two minutes.
    > sonde probe HOST PORT gives the reason.
    == connect() 已发出 SYN，正在等 SYN ACK。
    ?? 数量很多：对方丢包。内核会重发 SYN 约两分钟。
    >> sonde probe HOST PORT 给出原因。
    # syn-received | SYN-RECEIVED | SYN-RCVD | SYN_RECV | half-open
    v SYN queue, open 2/3, syn cookies
    = A SYN arrived and SYN ACK was sent; the third step is missing.
    ? Many of them: a SYN flood, or clients that never get the SYN ACK.
    > nstat -az TcpExtSyncookiesSent; capture one: sonde capture --handshakes port PORT.
    == 已收到 SYN 并发出 SYN ACK，还缺第三步。
    ?? 数量很多：SYN 洪泛，或客户端收不到 SYN ACK。
    >> nstat -az TcpExtSyncookiesSent；抓包：sonde capture --handshakes port PORT。
    # established | ESTABLISHED
    v why three, keep-alive
    = The handshake is complete and both directions are open. As a note or verdict: nothing has closed the connection so far.
    ? It stays so without traffic for any time, unless keep-alive or a timeout ends it.
    > sonde sockets --connected shows round-trip time and retransmissions.
    == 握手完成，两个方向都打开。作为注释或结论：至今没有任何一方关闭。
    ?? 没有流量也会一直保持，除非 keep-alive 或超时将其结束。
    >> sonde sockets --connected 显示往返时间和重传。
    # fin-wait-1 | FIN-WAIT-1
    v close 1/4, why four
    = This side closed and sent its FIN, which is not acknowledged yet.
    ? Normally gone within a round trip; if it stays, the peer is unreachable or its window is 0.
    > Check the path to the peer.
    == 本端已关闭并发出 FIN，尚未得到确认。
    ?? 正常情况下一个往返就过去；若停留，说明对端不可达或窗口为 0。
    >> 检查到对端的路径。
    # fin-wait-2 | FIN-WAIT-2
    v close 2/4, close-wait, half-close
    = The peer acknowledged our FIN and has not closed its own side yet.
    ? The peer's program keeps its socket open. The kernel drops a socket without an owner after 60 s
    (net.ipv4.tcp_fin_timeout).
    > Look at the peer: its socket is in CLOSE-WAIT.
    == 对端已确认我们的 FIN，但还没有关闭自己一侧。
    ?? 对端程序仍开着套接字。没有属主的套接字 60 秒后被内核丢弃（net.ipv4.tcp_fin_timeout）。
    >> 检查对端：它的套接字处于 CLOSE-WAIT。
    # close-wait | CLOSE-WAIT
    v fin-wait-2, recv returns nothing
    = The peer closed; this machine's program has not closed its socket.
    ? A program that does not react to the end of the stream (recv returned 0) leaks such sockets. No timeout ends this state.
    > Fix the program: close the socket after recv returned 0.
    == 对端已关闭，而本机程序还没有关闭套接字。
    ?? 程序对流结束（recv 返回 0）不作处理，就会积累这种套接字。该状态没有超时。
    >> 修正程序：recv 返回 0 后关闭套接字。
    # last-ack | LAST-ACK
    v close 3/4, close 4/4
    = This side closed second and waits for the last acknowledgement.
    ? Short by nature; if it stays, the last ACK is lost and the FIN is sent again.
    > Nothing, unless there are many: then check the path.
    == 本端后关闭，正在等最后一个确认。
    ?? 本来很短暂；若停留，是最后的 ACK 丢失，FIN 会重发。
    >> 一般不用处理；数量很多时检查路径。
    # closing | CLOSING
    v simultaneous close
    = Both sides closed at the same time; the acknowledgement of our FIN is missing.
    ? The FINs crossed.
    > Nothing: it changes to TIME-WAIT.
    == 双方同时关闭，还缺对我方 FIN 的确认。
    ?? 两个 FIN 在途中交错。
    >> 不用处理：随后进入 TIME-WAIT。
    # time-wait | TIME-WAIT | TIME_WAIT
    v so_reuseaddr, why four, close 4/4
    s RFC 9293 section 3.6.1; RFC 6191; Linux include/net/tcp.h TCP_TIMEWAIT_LEN
    = The side that closed first waits, 60 s on Linux, before the pair of addresses and ports is free again.
    = Two reasons: if the last ACK is lost, the peer repeats its FIN and needs an answer; and old segments must expire before
    the same ports carry a new connection.
    ? Normal for the side that closes first. Many of them at a client use up its ephemeral ports (EADDRNOTAVAIL).
    > A server sets SO_REUSEADDR, so that bind() works at once. Let the client close first, or keep connections open. Do not
    shorten it.
    == 先关闭的一方要等待（Linux 为 60 秒），之后这一对地址和端口才可再用。
    == 原因有二：最后的 ACK 若丢失，对端会重发 FIN，需要有人回答；旧报文段也必须先消失，相同端口才能承载新连接。
    ?? 出现在先关闭的一方，属正常现象。客户端上过多会用尽临时端口（EADDRNOTAVAIL）。
    >> 服务器设置 SO_REUSEADDR，bind() 便可立即成功。尽量让客户端先关闭，或复用连接。不要去缩短它。
    # bound
    v listen, closed
    = The socket has an address and a port, and does not listen: a UDP socket, or a TCP socket before listen() or connect().
    > For UDP this is the normal state of a server.
    == 套接字已绑定地址和端口，但没有 listen：UDP 套接字，或尚未 listen()、connect() 的 TCP 套接字。
    >> 对 UDP 服务器来说这是正常状态。
    k reach
    s sonde-sockets(1); Linux rtnetlink(7)
    # local | this machine only
    v other-address, 127.0.0.1
    = Only programs of this machine reach the socket.
    ? It is bound to 127.0.0.1 or ::1, or it is a Unix socket.
    > To serve others, bind it to 0.0.0.0, :: or one address.
    == 只有本机程序能到达该套接字。
    ?? 绑定在 127.0.0.1 或 ::1，或者是 Unix 套接字。
    >> 要对外服务，请绑定 0.0.0.0、:: 或某个地址。
    # interface | only through an interface
    v local, all
    = The socket is reached through one interface, or from the links of this machine only.
    ? SO_BINDTODEVICE, or a link-local address.
    > Bind it to a global address to serve more.
    == 只能通过某一个接口，或只能从直连链路到达该套接字。
    ?? 使用了 SO_BINDTODEVICE，或绑定链路本地地址。
    >> 需要更大范围时绑定全局地址。
    # all | everywhere
    v local, filtered
    = Every host that has a route to this machine reaches the socket, as far as addresses decide.
    ? Bound to 0.0.0.0, :: or a global address. Firewalls are not examined.
    > From another host: sonde probe ADDRESS PORT.
    == 就地址而言，凡有路由到本机的主机都能到达该套接字。
    ?? 绑定在 0.0.0.0、:: 或全局地址上。防火墙不在检查之列。
    >> 在另一台主机上：sonde probe ADDRESS PORT。
    # interface-down
    v no-carrier, down
    = The interface that has the address is down.
    ? ip link set DEVICE down, or it was never set up.
    > ip link set DEVICE up.
    == 拥有该地址的接口已关闭。
    ?? 执行过 ip link set DEVICE down，或从未启用。
    >> ip link set DEVICE up。
    # no-carrier
    v interface-down, lowerlayerdown
    = The interface is up, but has no carrier.
    ? No cable, a switch port that is off, no Wi-Fi association, or the other end of a veth pair is down.
    > Check the cable and the switch port.
    == 接口已启用，但没有载波。
    ?? 没插网线、交换机端口关闭、Wi-Fi 未关联，或 veth 另一端关闭。
    >> 检查网线和交换机端口。
    # interface-gone
    v interface-down
    = The interface that the socket is bound to does not exist any more.
    ? It was removed (a VPN, a USB adapter) while the socket stayed.
    > Restart the program once the interface is back.
    == 套接字绑定的接口已不存在。
    ?? 接口被移除（VPN、USB 网卡），而套接字还在。
    >> 接口恢复后重启程序。
    # address-gone
    v EADDRNOTAVAIL
    = No interface has the address that the socket is bound to.
    ? The address was removed or changed, as by DHCP.
    > Restart the program, or bind it to 0.0.0.0.
    == 没有接口拥有套接字所绑定的地址。
    ?? 地址被删除或改变，例如 DHCP 更新。
    >> 重启程序，或绑定 0.0.0.0。
    # loopback-down
    v interface-down
    = lo is down: this machine cannot reach itself.
    ? A new network namespace, in which lo starts down.
    > ip link set lo up.
    == lo 已关闭：本机无法访问自己。
    ?? 新建的网络命名空间中 lo 默认关闭。
    >> ip link set lo up。
    # no-other-address
    v local
    = The socket listens on every address, but the machine has only loopback.
    ? No other interface is up with an address.
    > sonde addrs.
    == 套接字监听所有地址，但本机只有环回地址。
    ?? 没有其他启用且有地址的接口。
    >> sonde addrs。
    k ending
    s sonde-echo(1); RFC 9293 section 3.6
    # reset by client
    v RST, ECONNRESET
    = The client reset the connection.
    ? It closed with unread data or SO_LINGER 0, or its program was killed with data pending.
    > Capture it: sonde capture --ladder port PORT.
    == 客户端重置了连接。
    ?? 客户端在有未读数据时关闭、使用 SO_LINGER 0，或带着未读数据被杀死。
    >> 抓包：sonde capture --ladder port PORT。
    # timed-out
    v keep-alive, ETIMEDOUT
    = The client vanished: keep-alive probes or retransmissions had no answer.
    ? Power off, a cable pulled, a NAT or firewall that forgot the connection.
    > --keepalive notices it sooner.
    == 客户端消失：keep-alive 探测或重传没有应答。
    ?? 断电、拔线，或 NAT、防火墙忘记了该连接。
    >> 用 --keepalive 可更早发现。
    # idle-timeout
    v keep-alive
    = The server closed the connection because nothing was sent for --idle-timeout.
    > Raise --idle-timeout, or let the client send now and then.
    == 超过 --idle-timeout 没有数据，服务器关闭了连接。
    >> 增大 --idle-timeout，或让客户端不时发送数据。
    # quit
    v fin
    = The quit word arrived (--quit WORD), so the server closed the connection.
    == 收到退出词（--quit WORD），服务器关闭连接。
    # shutdown
    v exit 130, exit 143
    = The server was stopped by SIGINT or SIGTERM and closed its connections in order.
    == 服务器被 SIGINT 或 SIGTERM 停止，并按正常流程关闭各连接。
    # failed
    v EIO, ENOMEM
    = The system refused to serve the connection any further; the errno says why.
    > Read the page of the errno.
    == 系统拒绝继续服务该连接，原因见 errno。
    >> 阅读该 errno 的页面。
    # local FIN | peer FIN | peer RST
    v FIN, RST, half-close
    = Who ended first, as sonde connect reports it: this side closed, the peer closed, or the peer reset the connection.
    == sonde connect 报告的“谁先结束”：本端关闭、对端关闭，或对端重置。
    # client | server
    v originator, fin
    = Which side ended the connection first.
    == 先结束连接的一方：客户端或服务器。
    k refusal
    s sonde-echo(1); RFC 862; CVE-2024-2169
    # not-allowed
    v max-clients
    = The client's address is in none of the --allow blocks, so it was turned away.
    > Add its network: --allow CIDR.
    == 客户端地址不在任何 --allow 网段内，被拒绝。
    >> 加入其网段：--allow CIDR。
    # max-clients
    v not-allowed
    = The server has as many clients as --max-clients permits.
    > Raise --max-clients, or close idle ones with --idle-timeout.
    == 客户端数已达 --max-clients 上限。
    >> 增大 --max-clients，或用 --idle-timeout 关闭空闲连接。
    # service-port
    v loop
    = The datagram has the source port of a service that would answer the answer, so UDP echo does not reply.
    ? A forged source port: two small services would send to each other for ever.
    == 数据报的源端口属于会再次应答的服务，所以 UDP echo 不回复。
    ?? 伪造的源端口：否则两个小服务会无休止地互相发送。
    # loop
    v service-port
    = The datagram is from this server itself or is the answer of another echo server, so UDP echo does not reply.
    == 数据报来自本服务器自己，或是另一 echo 服务器的应答，所以 UDP echo 不回复。
    # group
    v loop
    = The datagram was sent to a broadcast or multicast address; UDP echo does not answer those.
    == 数据报发往广播或组播地址，UDP echo 不予应答。
    k interface
    s Linux netdevice(7), rtnetlink(7); RFC 2863 section 3.1.14; RFC 4862
    # up | UP
    v RUNNING, down
    = The interface is switched on and can carry traffic (as a flag: IFF_UP, switched on only).
    == 接口已启用并可承载流量（作为标志 IFF_UP：仅表示已启用）。
    # down
    v interface-down, lowerlayerdown
    = The interface is switched off, or its driver reports that it cannot carry traffic.
    > ip link set DEVICE up.
    == 接口已关闭，或驱动报告无法承载流量。
    >> ip link set DEVICE up。
    # lowerlayerdown
    v no-carrier
    = The interface is up, but what it is built on is down: a cable, the parent of a VLAN, the peer of a veth pair.
    == 接口已启用，但其下层关闭：网线、VLAN 的父接口、veth 的另一端。
    # notpresent
    v down
    = The hardware of the interface is absent.
    == 接口的硬件不存在。
    # testing
    v down
    = The interface is in a test mode and passes no packets.
    == 接口处于测试模式，不传送数据包。
    # dormant | DORMANT
    v up
    = The interface is up and waits for an event, such as 802.1X authentication.
    == 接口已启用，正在等待某个事件，例如 802.1X 认证。
    # unknown
    v up
    = The driver reports no state.
    == 驱动没有报告状态。
    # tentative
    v duplicate
    = IPv6 duplicate address detection is in progress: the address cannot be used yet.
    > Wait a second.
    == IPv6 重复地址检测正在进行：地址还不能使用。
    >> 等一秒。
    # duplicate
    v tentative
    = Another host has the address: duplicate address detection failed, so the kernel does not use it.
    > Choose another address, or find the other host by its MAC address.
    == 另一台主机占用该地址：重复地址检测失败，内核不使用它。
    >> 换一个地址，或按 MAC 地址找出另一台主机。
    # deprecated
    v temporary
    = The preferred lifetime of the address has ended: existing connections keep it, new ones do not use it.
    == 地址的首选生存期已过：已有连接继续使用，新连接不再用它。
    # temporary
    v deprecated
    = A privacy address of IPv6: its random part is replaced from time to time.
    s RFC 8981
    == IPv6 隐私地址：其随机部分会定期更换。
    # secondary
    v temporary
    = A further IPv4 address in a network in which the interface already has one.
    == 同一网段内该接口的又一个 IPv4 地址。
    # global | link | host | site
    v link-local
    = The scope of an address: valid everywhere (global), on its link only (link), on this machine only (host), within a site
    (site, obsolete).
    == 地址的范围：处处有效（global）、仅在本链路（link）、仅在本机（host）、站点内（site，已废弃）。
    # RUNNING | LOWER_UP
    v up, no-carrier
    = The interface can carry traffic (RUNNING), and its lower layer has a carrier (LOWER_UP).
    == 接口可以承载流量（RUNNING），其下层有载波（LOWER_UP）。
    # BROADCAST | MULTICAST | LOOPBACK | POINTOPOINT | NOARP | PROMISC | ALLMULTI
    v up
    = Flags of an interface: it can send broadcasts, multicasts; it is the loopback; it has one peer only; it resolves no
    addresses by ARP; it receives frames for others; it receives all multicasts.
    == 接口标志：可发广播、组播；是环回接口；只有一个对端；不用 ARP 解析；接收发给他人的帧；接收所有组播。
    # MASTER | SLAVE | DEBUG | NOTRAILERS | PORTSEL | AUTOMEDIA | DYNAMIC | ECHO
    v up
    = Rare flags of an interface: head or member of a bond (MASTER, SLAVE), debugging, no trailers, media selection, addresses
    lost when it is set down (DYNAMIC), echo of sent packets (CAN).
    == 少见的接口标志：绑定组的主与成员（MASTER、SLAVE）、调试、无尾部封装、介质选择、关闭时丢失地址（DYNAMIC）、回显所发数据包
    （CAN）。
    """#
