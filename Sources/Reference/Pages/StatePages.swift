/// States of ports and the reasons for them. `PageParser` describes the format.
let statePages = #"""
    k state
    s nmap's port states; RFC 9293 section 3.5
    # open
    v syn-ack, udp-response, accepted, open|filtered
    = A program listens at the port and the connection was accepted. For UDP: a datagram was answered.
    ? The host completed the handshake. A proxy, load balancer or SYN proxy in front of it can do so as well.
    > Talk to it: sonde connect HOST PORT. Where nearly every port of a host is open, --banner shows which ones speak.
    == 该端口有程序监听，连接已被接受。对 UDP 而言：数据报得到了应答。
    ?? 对端主机完成了握手。前面的代理、负载均衡或 SYN 代理也可能代为完成。
    >> 试着通信：sonde connect HOST PORT。若某主机几乎所有端口都是 open，用 --banner 看哪些端口真正有响应。
    # closed
    v rst, port-unreach, filtered
    = The host answered that the port is not available: a RST for TCP, a port unreachable of the host itself for UDP.
    ? Nothing listens at that address and port: the service is stopped, or bound to 127.0.0.1, another address or the other
    family only. A firewall that resets looks the same.
    > On the host: sonde sockets PORT shows who listens and from where it is reached. Then check the firewall.
    == 主机明确回答该端口不可用：TCP 回 RST，UDP 由主机自己回“端口不可达”。
    ?? 该地址和端口没有程序监听：服务没启动，或只绑定在 127.0.0.1、别的地址或另一地址族上。会回 RST 的防火墙看起来也一样。
    >> 在该主机上运行 sonde sockets PORT，看谁在监听、从哪里可达；再检查防火墙。
    # filtered
    v no-response, admin-prohibited, host-unreach, net-unreach, port-unreach, closed
    = It is unknown whether anything listens: the packets were dropped or rejected before the port could answer.
    ? A firewall that drops or rejects, a missing route, a host that is down, or a listener whose accept queue is full. The
    reason shows which.
    > Read the page of the reason. To find the place where packets are lost: sonde probe --path HOST PORT.
    == 不知道端口上有没有程序：数据包在端口应答之前就被丢弃或拒绝。
    ?? 防火墙丢弃或拒绝、缺少路由、主机关机，或监听者的 accept 队列已满。具体看 reason 一列。
    >> 阅读该 reason 的页面。要找出包在哪里丢失：sonde probe --path HOST PORT。
    # open|filtered
    v no-response, why-udp-is-silent, open
    = UDP: nothing came back. A service that does not answer this datagram and a firewall that drops it look the same.
    ? UDP has no handshake. A listener that does not understand the datagram stays silent, and so does a firewall.
    > Send what the service expects (sonde sends a fitting request for well-known ports), or ask on the host: sonde sockets
    --udp PORT.
    == UDP：没有任何回应。服务不理会这个数据报，与防火墙把它丢弃，看起来是一样的。
    ?? UDP 没有握手。监听者看不懂数据报时会保持沉默，防火墙丢包时也是如此。
    >> 发送该服务能识别的请求（sonde 对知名端口会发送合适的请求），或在主机上查看：sonde sockets --udp PORT。
    # error
    v EMFILE, EADDRNOTAVAIL, exit 71
    = This machine failed to send the probe. It says nothing of the port.
    ? Descriptors, ephemeral ports or memory used up; no address of the target's family; a source address that cannot reach the
    target.
    > Read the page of the errno. Usually: lower --concurrency, raise ulimit -n, or use the other family (-4, -6).
    == 本机没能发出探测，结果与该端口无关。
    ?? 文件描述符、临时端口或内存用尽；本机没有目标地址族的地址；所选源地址无法到达目标。
    >> 阅读相应 errno 的页面。通常可以：降低 --concurrency，提高 ulimit -n，或改用另一地址族（-4、-6）。
    k reason
    s RFC 9293 section 3.10.7; Linux ip(7) IP_RECVERR
    # syn-ack
    v open, open 2/3, rst after accept
    = The port answered the SYN with SYN ACK, and the connection was established.
    ? A listener, or something that accepts in its name: a proxy, a load balancer, a SYN proxy.
    > Watch what the server does next: --settle 1s reports a port that accepts and drops at once.
    == 端口用 SYN ACK 回应了 SYN，连接已建立。
    ?? 有程序监听，或有别的设备代它接受：代理、负载均衡、SYN 代理。
    >> 看服务器随后做什么：--settle 1s 会报告“接受后立刻断开”的端口。
    # rst | reset | connection refused
    v closed, ECONNREFUSED, RST, none
    = The SYN was answered with a RST: connect() fails with ECONNREFUSED (111).
    ? Nothing listens at that address and port, or a firewall rejects with a TCP reset. Both look alike from outside.
    > On the host: sonde sockets PORT. If it listens there, look for a firewall rule that rejects with tcp reset.
    == SYN 得到 RST 应答：connect() 以 ECONNREFUSED（111）失败。
    ?? 该地址和端口无人监听，或防火墙以 TCP reset 拒绝。从外面看两者相同。
    >> 在主机上运行 sonde sockets PORT。若确有监听，就找以 tcp reset 拒绝的防火墙规则。
    # no-response | timeout
    v filtered, open|filtered, ETIMEDOUT, SYN queue, accept queue, retransmission
    = No answer before the deadline, although the SYN (or the datagram) was sent again in the meantime.
    ? A firewall that drops; a host that is down or does not exist; a route that loses packets; a listener whose accept queue is
    full; for UDP also a service that does not answer.
    > Probe another port of the host (a port that answers rules out the host), then sonde probe --path HOST PORT. A longer
    --timeout rules out a slow one.
    == 到期限为止没有应答，尽管期间 SYN（或数据报）已经重发。
    ?? 防火墙丢包；主机关机或不存在；路径丢包；监听者的 accept 队列已满；UDP 还可能是服务不应答。
    >> 探测该主机的另一端口（有应答就排除主机故障），再用 sonde probe --path HOST PORT。更长的 --timeout 可排除对方只是慢。
    # port-unreach | port unreachable
    v closed, filtered, icmp 3/3, icmp6 1/4
    s RFC 792; RFC 1122 section 3.2.2.1; RFC 4443 section 3.1
    = An ICMP error says that the port is unreachable. From the target itself over UDP it means closed; for TCP, or from another
    sender, a firewall rejects.
    ? UDP: no socket has the port. TCP: a firewall rule such as iptables -j REJECT, whose default answer this is.
    > The offender in the output is the machine that sent the error: check its firewall.
    == ICMP 差错报告端口不可达。UDP 且由目标自己发出时，表示端口关闭；TCP 或由别的机器发出时，是防火墙拒绝。
    ?? UDP：没有套接字占用该端口。TCP：防火墙规则，例如 iptables -j REJECT（默认就回这个差错）。
    >> 输出中的 offender 就是发出差错的机器：检查它的防火墙。
    # host-unreach | host unreachable
    v filtered, EHOSTUNREACH, icmp 3/1, icmp6 1/3, arp
    s RFC 792; RFC 1812 section 5.2.7.1; Linux net/ipv4/arp.c
    = The last router, or this machine, cannot reach the host.
    ? No answer to ARP or neighbour discovery: the host is down, or the address is not in use. The kernel gives up after three
    attempts, about 3 s. A router reports the same as ICMP 3/1.
    > On the same network: is the host on, is the address right, is the VLAN right? ip neigh show ADDRESS shows the entry.
    == 最后一跳路由器或本机无法到达该主机。
    ?? ARP 或邻居发现没有应答：主机关机，或该地址无人使用。内核尝试三次、约 3 秒后放弃。路由器则以 ICMP 3/1 报告。
    >> 同一网络内：主机开着吗？地址对吗？VLAN 对吗？ip neigh show ADDRESS 可看邻居表项。
    # net-unreach | network unreachable
    v filtered, ENETUNREACH, icmp 3/0, icmp6 1/0
    s RFC 1812 section 5.2.7.1; Linux ip-route(8)
    = There is no route to the network: on this machine, or at the router that sent the error.
    ? No default route, the interface is down, or an unreachable or blackhole route. IPv6 on a machine with a link-local address
    only.
    > sonde addrs --to HOST shows the route that this machine would take. For another offender, ask who runs that router.
    == 没有通往该网络的路由：可能在本机，也可能在发出差错的路由器上。
    ?? 没有默认路由、接口已关闭，或存在 unreachable、blackhole 路由。也可能是只有链路本地地址的机器访问 IPv6。
    >> sonde addrs --to HOST 显示本机会走的路由。若 offender 是别的路由器，联系它的管理者。
    # admin-prohibited | administratively prohibited
    v filtered, icmp 3/13, icmp6 1/1, EACCES
    s RFC 1812 section 5.2.7.1; RFC 4443 section 3.1
    = A firewall rejected the packet and said so.
    ? A rule that rejects with an ICMP error: 3/9, 3/10 or 3/13, ICMPv6 1/1, 1/5 or 1/6; a prohibit route; or a rule of this
    machine's own firewall. For a Unix socket: permission denied.
    > The offender is the machine whose rule it is. On it, list the rules: nft list ruleset. If the offender is this machine,
    the rule is here.
    == 防火墙拒绝了数据包，并明确告知。
    ?? 规则以 ICMP 差错拒绝：3/9、3/10、3/13，ICMPv6 1/1、1/5、1/6；或 prohibit 路由；或本机防火墙的规则。对 Unix 套接字：权限不
    足。
    >> offender 就是持有该规则的机器，在它上面查看规则：nft list ruleset。若 offender 是本机，规则就在这里。
    # proto-unreach | protocol unreachable
    v filtered, icmp 3/2, icmp 12, icmp6 4/1
    s RFC 792; RFC 1122 section 3.2.2.1; RFC 4443 section 3.4
    = The host or a router does not handle the protocol: TCP or UDP itself is refused, not the port.
    ? A firewall that rejects with this code, a device that speaks no TCP, or a header that somebody on the way considers wrong.
    > Check the device at the offender. No port of that host will answer over this protocol.
    == 主机或路由器不处理该协议：被拒绝的是 TCP 或 UDP 本身，而不是端口。
    ?? 防火墙以此代码拒绝、设备不支持 TCP，或途中有设备认为包头有误。
    >> 检查 offender 所指的设备。该主机的任何端口都不会以此协议应答。
    # ttl-exceeded | time to live exceeded
    v filtered, icmp 11/0, icmp6 3/0, traceroute
    s RFC 792; RFC 4443 section 3.3
    = A router discarded the packet because its TTL reached 0.
    ? A routing loop, as a rule: two routers send the packet to each other. Rarely a path of more than 64 hops.
    > sonde probe --path HOST PORT shows where the addresses repeat; the loop is between those two.
    == 因 TTL 减到 0，路由器丢弃了数据包。
    ?? 通常是路由环路：两台路由器互相转发。极少数情况是路径超过 64 跳。
    >> sonde probe --path HOST PORT 会显示地址从哪里开始重复，环路就在这两者之间。
    # udp-response
    v open, open|filtered
    s RFC 768
    = The port sent a datagram back: something answers there.
    ? A service that understood the datagram, or a protocol error message of that service.
    > sonde connect --udp HOST PORT to talk to it.
    == 端口回了一个数据报：那里有程序在应答。
    ?? 服务看懂了请求，或者回了该协议的错误消息。
    >> 与之通信：sonde connect --udp HOST PORT。
    # accepted
    v open, no-listener
    s Linux unix(7)
    = Unix socket: a listener took the connection.
    ? A program listens at the path.
    > Talk to it: sonde connect --unix PATH.
    == Unix 套接字：监听者接受了连接。
    ?? 有程序在该路径监听。
    >> 与之通信：sonde connect --unix PATH。
    # no-listener
    v closed, ECONNREFUSED, ENOENT
    s Linux unix(7)
    = Unix socket: nothing listens at the path, or there is no such path.
    ? The program ended and left the file behind (ECONNREFUSED), was never started (ENOENT), or uses another path.
    > sonde sockets --unix lists the paths that have a listener.
    == Unix 套接字：该路径无人监听，或路径不存在。
    ?? 程序退出后留下了套接字文件（ECONNREFUSED），程序没有启动（ENOENT），或使用了别的路径。
    >> sonde sockets --unix 列出有人监听的路径。
    """#
