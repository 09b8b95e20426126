/// ICMP errors, type and code. `PageParser` describes the format.
let icmpPages = #"""
    k icmp
    s RFC 792; RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1; Linux net/ipv4/icmp.c
    # icmp 3/0 | 3/0 | icmp network unreachable
    v net-unreach, ENETUNREACH
    = Destination unreachable, network unreachable: the router that sent it has no route to the network.
    ? A missing or withdrawn route. connect() fails with ENETUNREACH (101).
    > Ask who runs the router at the offender address, or check your own route: sonde addrs --to HOST.
    == 目的不可达，网络不可达：发出它的路由器没有通往该网络的路由。
    ?? 缺少路由或路由已撤销。connect() 以 ENETUNREACH（101）失败。
    >> 联系 offender 地址上路由器的管理者，或检查本机路由：sonde addrs --to HOST。
    # icmp 3/1 | 3/1 | icmp host unreachable
    v host-unreach, EHOSTUNREACH, arp
    = Destination unreachable, host unreachable: the last router found nobody at that address.
    ? No answer to ARP: the host is down or the address is unused. connect() fails with EHOSTUNREACH (113).
    > Is the host on and the address right? Look at the neighbour table of that router.
    == 目的不可达，主机不可达：最后一跳路由器在该地址找不到主机。
    ?? ARP 没有应答：主机关机或地址未使用。connect() 以 EHOSTUNREACH（113）失败。
    >> 主机开着吗？地址对吗？查看那台路由器的邻居表。
    # icmp 3/2 | 3/2 | icmp protocol unreachable
    v proto-unreach, ENOPROTOOPT
    = Destination unreachable, protocol unreachable: the host does not handle that protocol above IP.
    ? A host without TCP or UDP, or a firewall that rejects with this code. Linux returns ENOPROTOOPT (92).
    > Check the firewall of the offender.
    == 目的不可达，协议不可达：主机不处理 IP 之上的该协议。
    ?? 主机没有 TCP 或 UDP，或防火墙以此代码拒绝。Linux 返回 ENOPROTOOPT（92）。
    >> 检查 offender 的防火墙。
    # icmp 3/3 | 3/3 | icmp port unreachable
    v port-unreach, ECONNREFUSED, closed
    = Destination unreachable, port unreachable: for UDP, no socket has the port; for TCP, a firewall rejects.
    ? UDP: the answer of a closed port. iptables -j REJECT sends it by default, also for TCP. connect() fails with ECONNREFUSED
    (111), just as after a RST; the error queue of the socket shows which of the two it was.
    > UDP: start the service. TCP: look for the firewall at the offender.
    == 目的不可达，端口不可达：UDP 表示没有套接字占用该端口；TCP 表示防火墙拒绝。
    ?? UDP：关闭端口的应答。iptables -j REJECT 默认就发它，TCP 也不例外。connect() 以 ECONNREFUSED（111）失败，与收到 RST 相同；
    sonde 依据错误队列区分二者。
    >> UDP：启动服务。TCP：检查 offender 处的防火墙。
    # icmp 3/4 | 3/4 | fragmentation needed
    v mtu, EMSGSIZE, icmp6 2/0
    s RFC 792; RFC 1191
    = Fragmentation needed and DF set: the packet is larger than the next link carries; the error holds that link's MTU.
    ? Path MTU discovery at work. It refuses nothing: the sender is to send smaller packets. Firewalls that drop this error
    cause connections that open and then hang.
    > sonde probe --mtu HOST PORT finds the largest packet. Let ICMP type 3 code 4 pass in firewalls.
    == 需要分片但设置了 DF：包大于下一段链路的 MTU，差错里带有该 MTU。
    ?? 路径 MTU 发现在起作用。它不代表拒绝，只要求发送方发小一点的包。丢弃此差错的防火墙会造成“能连上却卡住”的连接。
    >> sonde probe --mtu HOST PORT 可找出能通过的最大包。防火墙应放行 ICMP 类型 3 代码 4。
    # icmp 3/5 | 3/5 | source route failed
    v host-unreach
    = Source route failed: a router could not follow the route that the packet's options ask for.
    ? Only packets with a source route option, which nearly everybody filters.
    > Send without source routing.
    == 源路由失败：路由器无法按照包中选项要求的路由转发。
    ?? 只有带源路由选项的包才会遇到，这种包几乎都会被过滤。
    >> 不要使用源路由。
    # icmp 3/6 | 3/6 | destination network unknown
    v net-unreach
    = Destination network unknown: the router does not know that network.
    ? Hardly used; RFC 1812 has routers send 3/0 in its place.
    > As for 3/0: check the routes.
    == 目的网络未知：路由器不认识该网络。
    ?? 很少使用；RFC 1812 要求路由器改用 3/0。
    >> 同 3/0：检查路由。
    # icmp 3/7 | 3/7 | destination host unknown
    v host-unreach
    = Destination host unknown: the link layer says that there is no such host.
    ? Rare: the link itself reports that the host does not exist.
    > As for 3/1: check the address and whether the host is on.
    == 目的主机未知：链路层报告没有这台主机。
    ?? 少见：链路自身报告主机不存在。
    >> 同 3/1：检查地址以及主机是否开机。
    # icmp 3/8 | 3/8 | source host isolated
    v host-unreach
    = Source host isolated: obsolete; routers are not to send it.
    ? A very old router.
    > Treat it as 3/1.
    == 源主机被隔离：已废弃，路由器不应再发送。
    ?? 非常旧的路由器。
    >> 按 3/1 处理。
    # icmp 3/9 | 3/9 | network administratively prohibited
    v admin-prohibited, ENETUNREACH
    = Communication with the destination network is administratively prohibited.
    ? A firewall rule that rejects with this code (nft: reject with icmp type net-prohibited). connect() fails with ENETUNREACH
    (101).
    > Check the firewall at the offender.
    == 与目的网络的通信被管理策略禁止。
    ?? 防火墙以此代码拒绝（nft：reject with icmp type net-prohibited）。connect() 以 ENETUNREACH（101）失败。
    >> 检查 offender 处的防火墙。
    # icmp 3/10 | 3/10 | host administratively prohibited
    v admin-prohibited, EHOSTUNREACH
    = Communication with the destination host is administratively prohibited.
    ? A firewall rule that rejects with this code, as older versions of firewalld do (icmp-host-prohibited). connect() fails
    with EHOSTUNREACH (113).
    > Open the port in the firewall of the offender: firewall-cmd --add-port=PORT/tcp on systems with firewalld.
    == 与目的主机的通信被管理策略禁止。
    ?? 防火墙以此代码拒绝，例如旧版 firewalld（icmp-host-prohibited）。connect() 以 EHOSTUNREACH（113）失败。
    >> 在 offender 的防火墙上开放端口；使用 firewalld 的系统：firewall-cmd --add-port=PORT/tcp。
    # icmp 3/11 | 3/11 | network unreachable for type of service
    v net-unreach
    = The network is unreachable for the requested type of service.
    ? Routing by type of service, which is hardly used.
    > Send without a DSCP or TOS value; check the routes of the offender.
    == 以所要求的服务类型无法到达该网络。
    ?? 按服务类型选路，如今极少使用。
    >> 不设置 DSCP 或 TOS；检查 offender 的路由。
    # icmp 3/12 | 3/12 | host unreachable for type of service
    v host-unreach
    = The host is unreachable for the requested type of service.
    ? Routing by type of service, which is hardly used.
    > Send without a DSCP or TOS value; check the routes of the offender.
    == 以所要求的服务类型无法到达该主机。
    ?? 按服务类型选路，如今极少使用。
    >> 不设置 DSCP 或 TOS；检查 offender 的路由。
    # icmp 3/13 | 3/13 | communication administratively prohibited
    v admin-prohibited, EHOSTUNREACH
    = Communication administratively prohibited: a filter on a router or host rejects the packet.
    ? A firewall rule (nft: reject with icmp type admin-prohibited), as firewalld has by default, or an access list of a router.
    connect() fails with EHOSTUNREACH (113).
    > Check the rules of the offender.
    == 通信被管理策略禁止：路由器或主机上的过滤规则拒绝了数据包。
    ?? 防火墙规则（nft：reject with icmp type admin-prohibited，firewalld 默认如此），或路由器的访问列表。connect() 以 EHOSTUNREACH
    （113）失败。
    >> 检查 offender 的规则。
    # icmp 3/14 | 3/14 | host precedence violation
    v admin-prohibited
    = Host precedence violation: the first router does not permit the packet's IP precedence.
    ? A policy on the IP precedence field; rare.
    > Send without a DSCP or TOS value.
    == 主机优先级违规：第一跳路由器不允许该 IP 优先级。
    ?? 针对 IP 优先级字段的策略，少见。
    >> 不设置 DSCP 或 TOS。
    # icmp 3/15 | 3/15 | precedence cutoff
    v admin-prohibited
    = Precedence cutoff in effect: the network demands a higher IP precedence than the packet has.
    ? A policy on the IP precedence field; rare.
    > Ask who runs the network.
    == 优先级门限生效：网络要求的 IP 优先级高于该包。
    ?? 针对 IP 优先级字段的策略，少见。
    >> 询问网络管理者。
    # icmp 11/0 | 11/0 | icmp 11 | time exceeded in transit
    v ttl-exceeded, traceroute, icmp6 3/0
    s RFC 792; RFC 1812 section 5.3.1
    = Time exceeded in transit: the TTL reached 0 at a router.
    ? Sent on purpose by --path and traceroute, which raise the TTL step by step. Otherwise a routing loop.
    > sonde probe --path HOST PORT shows the hops.
    == 传输中超时：TTL 在某路由器减到 0。
    ?? --path 和 traceroute 有意为之，逐步增大 TTL。除此之外就是路由环路。
    >> sonde probe --path HOST PORT 显示各跳。
    # icmp 11/1 | 11/1 | fragment reassembly time exceeded
    v ttl-exceeded
    s RFC 792; RFC 1122 section 3.3.2
    = Fragment reassembly time exceeded: a host did not get all fragments of a datagram in time.
    ? A fragment was lost or filtered. Firewalls often drop fragments.
    > Avoid fragments: sonde probe --mtu HOST PORT finds the size that needs none.
    == 分片重组超时：主机未能及时收齐一个数据报的所有分片。
    ?? 有分片丢失或被过滤。防火墙常丢弃分片。
    >> 避免分片：sonde probe --mtu HOST PORT 找出无需分片的大小。
    # icmp 12 | 12/0 | 12/1 | 12/2 | icmp 12/0 | icmp 12/1 | icmp 12/2 | parameter problem
    v proto-unreach, icmp6 4/1
    s RFC 792; RFC 1122 section 3.2.2.5
    = Parameter problem: a router or host found a mistake in the IP header (0: at the pointer, 1: a required option is missing,
    2: bad length).
    ? Damaged or unusual IP options.
    > Send without IP options; check the device at the offender.
    == 参数问题：路由器或主机在 IP 头中发现错误（0：指针所指处，1：缺少必需选项，2：长度错误）。
    ?? 损坏或少见的 IP 选项。
    >> 不带 IP 选项发送；检查 offender 处的设备。
    k icmp
    s RFC 4443; Linux net/ipv6/icmp.c
    # icmp6 1/0 | 1/0 | icmpv6 no route
    v net-unreach, ENETUNREACH
    = No route to destination: the router that sent it has no route for the address.
    ? A missing IPv6 route. connect() fails with ENETUNREACH (101).
    > sonde addrs --to HOST for this machine; otherwise ask who runs the offender.
    == 没有到目的地的路由：发出它的路由器没有该地址的路由。
    ?? 缺少 IPv6 路由。connect() 以 ENETUNREACH（101）失败。
    >> 本机用 sonde addrs --to HOST 检查；否则联系 offender 的管理者。
    # icmp6 1/1 | 1/1 | icmpv6 administratively prohibited
    v admin-prohibited, EACCES
    = Communication with the destination is administratively prohibited: a firewall rejects.
    ? A firewall rule. connect() fails with EACCES (13) on Linux.
    > Check the firewall at the offender.
    == 与目的地的通信被管理策略禁止：防火墙拒绝。
    ?? 防火墙规则。Linux 上 connect() 以 EACCES（13）失败。
    >> 检查 offender 处的防火墙。
    # icmp6 1/2 | 1/2 | beyond scope of source address
    v host-unreach
    = Beyond the scope of the source address: a link-local source cannot reach an address beyond its link.
    ? The packet left with a link-local source address and had to be forwarded.
    > Give this machine a global IPv6 address, or name the source: --source ADDRESS.
    == 超出源地址的范围：链路本地源地址无法到达链路以外的地址。
    ?? 包以链路本地源地址发出，却需要转发。
    >> 给本机配置全局 IPv6 地址，或指定源地址：--source ADDRESS。
    # icmp6 1/3 | 1/3 | icmpv6 address unreachable
    v host-unreach, EHOSTUNREACH, arp
    = Address unreachable: the last router found nobody at the address.
    ? Neighbour discovery had no answer: the host is down or the address is unused. connect() fails with EHOSTUNREACH (113).
    > Is the host on and the address right?
    == 地址不可达：最后一跳路由器在该地址找不到主机。
    ?? 邻居发现没有应答：主机关机或地址未使用。connect() 以 EHOSTUNREACH（113）失败。
    >> 主机开着吗？地址对吗？
    # icmp6 1/4 | 1/4 | icmpv6 port unreachable
    v port-unreach, ECONNREFUSED
    = Port unreachable: for UDP, no socket has the port; for TCP, a firewall rejects.
    ? The IPv6 counterpart of ICMP 3/3. connect() fails with ECONNREFUSED (111).
    > UDP: start the service. TCP: look for the firewall at the offender.
    == 端口不可达：UDP 表示没有套接字占用该端口；TCP 表示防火墙拒绝。
    ?? 相当于 IPv4 的 ICMP 3/3。connect() 以 ECONNREFUSED（111）失败。
    >> UDP：启动服务。TCP：检查 offender 处的防火墙。
    # icmp6 1/5 | 1/5 | source address failed policy
    v admin-prohibited, EACCES
    = Source address failed ingress/egress policy: the router does not accept packets from that source address.
    ? Filtering against forged sources (BCP 38): the address does not belong to that link, as with two providers.
    > Choose the source address that belongs to the route: --source ADDRESS.
    == 源地址不符合进出策略：路由器不接受该源地址的包。
    ?? 防伪造源地址的过滤（BCP 38）：地址不属于该链路，例如有两家运营商时。
    >> 选择与路由相符的源地址：--source ADDRESS。
    # icmp6 1/6 | 1/6 | reject route
    v admin-prohibited, EACCES
    = Reject route to destination: the router has a route that rejects on purpose.
    ? A reject route configured by the administrator.
    > Ask who runs the offender.
    == 到目的地的路由是拒绝路由：路由器有意拒绝。
    ?? 管理员配置的拒绝路由。
    >> 联系 offender 的管理者。
    # icmp6 2/0 | 2/0 | packet too big
    v mtu, EMSGSIZE, icmp 3/4
    s RFC 4443 section 3.2; RFC 8201
    = Packet too big: the packet exceeds the MTU of the next link; the error holds that MTU.
    ? Path MTU discovery at work. IPv6 routers never fragment, so a firewall that drops this error breaks connections.
    > sonde probe --mtu HOST PORT finds the largest packet. Let ICMPv6 type 2 pass.
    == 包过大：包超过下一段链路的 MTU，差错里带有该 MTU。
    ?? 路径 MTU 发现在起作用。IPv6 路由器从不分片，丢弃此差错的防火墙会让连接卡死。
    >> sonde probe --mtu HOST PORT 可找出能通过的最大包。放行 ICMPv6 类型 2。
    # icmp6 3/0 | 3/0 | icmpv6 time exceeded | icmp6 3
    v ttl-exceeded, traceroute, icmp 11/0
    s RFC 4443 section 3.3
    = Hop limit exceeded in transit: the IPv6 counterpart of TTL exceeded.
    ? Sent on purpose by --path and traceroute; otherwise a routing loop.
    > sonde probe --path HOST PORT shows the hops.
    == 传输中跳数超限：相当于 IPv4 的 TTL 超时。
    ?? --path 和 traceroute 有意为之；否则是路由环路。
    >> sonde probe --path HOST PORT 显示各跳。
    # icmp6 3/1 | 3/1 | icmpv6 fragment reassembly time exceeded
    v ttl-exceeded
    s RFC 4443 section 3.3; RFC 8200 section 4.5
    = Fragment reassembly time exceeded: a host did not get all fragments in time.
    ? A fragment was lost or filtered.
    > Avoid fragments: sonde probe --mtu HOST PORT.
    == 分片重组超时：主机未能及时收齐所有分片。
    ?? 有分片丢失或被过滤。
    >> 避免分片：sonde probe --mtu HOST PORT。
    # icmp6 4/1 | 4/0 | 4/1 | 4/2 | icmp6 4 | icmp6 4/0 | icmp6 4/2 | icmpv6 parameter problem
    v proto-unreach, icmp 12
    s RFC 4443 section 3.4
    = Parameter problem: 0 is a wrong header field, 1 an unknown next header, 2 an unknown option.
    ? Code 1: the host does not handle the protocol, the IPv6 counterpart of protocol unreachable. Otherwise an extension header
    that somebody rejects.
    > Send without extension headers; check the device at the offender.
    == 参数问题：0 表示头部字段错误，1 表示未知的下一头部，2 表示未知选项。
    ?? 代码 1：主机不处理该协议，相当于 IPv4 的协议不可达。其余是扩展头被拒绝。
    >> 不带扩展头发送；检查 offender 处的设备。
    """#
