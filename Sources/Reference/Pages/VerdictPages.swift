/// Verdicts on connections. `PageParser` describes the format.
let verdictPages = #"""
    k verdict
    s sonde-capture(1); RFC 9293 sections 3.5 to 3.10
    # all segments have wrong checksums
    v checksum offload
    = Every segment of the connection has a wrong checksum, so nothing is known of it.
    ? Checksum offload: the capture saw the segments before the NIC filled them in.
    > --ignore-checksums.
    == 该连接的所有报文段校验和都错误，因此无从判断。
    ?? 校验和卸载：抓包时网卡尚未填写校验和。
    >> 使用 --ignore-checksums。
    # a socket connected to itself
    v self-connect
    = Both ends are the same address and port: a simultaneous open of one socket with itself.
    ? A program connects repeatedly to a port of the ephemeral range on this machine, until the kernel picks that same port as
    its source.
    > Let the server listen outside of net.ipv4.ip_local_port_range.
    == 两端是同一地址和端口：一个套接字与自己同时打开。
    ?? 程序反复连接本机临时端口范围内的端口，直到内核恰好选它作源端口。
    >> 让服务器监听 net.ipv4.ip_local_port_range 之外的端口。
    # no answer
    v S0, no-response
    = The SYN was not answered, or a scanner's FIN in place of one.
    ? A firewall that drops, a dead host, a full accept queue, or a capture that sees one direction only.
    > sonde probe HOST PORT.
    == SYN，或扫描器代之以发的 FIN，没有得到应答。
    ?? 防火墙丢包、主机不在、accept 队列已满，或抓包只看到一个方向。
    >> sonde probe HOST PORT。
    # no answer, SYN retransmitted
    v S0, no-response, SYN retransmission
    = The SYN was sent several times and never answered.
    ? As for no answer; a single lost packet is ruled out.
    > sonde probe --path HOST PORT.
    == SYN 多次发送，始终没有应答。
    ?? 同 no answer；可以排除个别丢包。
    >> sonde probe --path HOST PORT。
    # aborted by the originator before an answer
    v RSTOS0
    = The originator sent a SYN and then a RST, without an answer between.
    ? A scanner, or a program that gave up.
    > Look at the originator.
    == 发起方发出 SYN 后又发 RST，中间没有应答。
    ?? 扫描器，或程序放弃。
    >> 检查发起方。
    # refused
    v REJ, rst, ECONNREFUSED
    = The SYN was answered with a RST.
    ? Nothing listens at that address and port, or a firewall resets.
    > sonde sockets PORT on the responder.
    == SYN 得到 RST 应答。
    ?? 该地址和端口无人监听，或防火墙以 RST 拒绝。
    >> 在响应方运行 sonde sockets PORT。
    # no answer but a RST that does not acknowledge the SYN
    v RST that does not acknowledge the SYN
    = The only answer was a RST that its receiver ignores.
    ? A forged or late RST; a broken firewall.
    > Compare the TTL with that of other packets of the host.
    == 唯一的应答是会被接收方忽略的 RST。
    ?? 伪造或迟到的 RST；有缺陷的防火墙。
    >> 与该主机其他包的 TTL 比较。
    # answered, but not by a SYN-ACK
    v challenge ACK, time-wait
    = Something answered the SYN, but no SYN ACK: as a challenge ACK of an old connection.
    ? The ports are those of a connection that the responder still holds.
    > The originator resets it and tries again by itself.
    == SYN 得到了应答，但不是 SYN ACK，例如旧连接的 challenge ACK。
    ?? 响应方仍保留着使用同样端口的旧连接。
    >> 发起方会自行重置并重试。
    # answered by a SYN-ACK that does not acknowledge the SYN
    v SYN-ACK that matches no captured SYN
    = The only SYN ACK acknowledges another number than the SYN's, so that the originator rejects it.
    ? The answer to an old duplicate of a SYN, a forged one, or a middlebox that changes numbers.
    > Capture on both sides.
    == 唯一的 SYN ACK 确认的不是该 SYN 的序号，发起方会拒绝它。
    ?? 对旧的重复 SYN 的应答、伪造的应答，或改写序号的中间设备。
    >> 在两端抓包。
    # accepted, handshake not completed
    v open 3/3, syn-received
    = The SYN ACK was sent, and no third step seen.
    ? The SYN ACK got lost, the client is a scanner, or the capture ended.
    > Does the capture see the originator's side?
    == 已发出 SYN ACK，没有看到第三步。
    ?? SYN ACK 丢失、客户端是扫描器，或抓包已结束。
    >> 抓包点能看到发起方吗？
    # accepted, then reset by the originator before the handshake completed
    v aborts before the handshake completes
    = The originator answered the SYN ACK with a RST.
    ? A SYN scanner (its kernel knows no such connection), or a program that had given up.
    > Normal for scans such as nmap -sS.
    == 发起方以 RST 回应 SYN ACK。
    ?? SYN 扫描器（其内核不认识该连接），或程序已放弃。
    >> nmap -sS 一类扫描的正常现象。
    # accepted, then reset by the responder before the handshake completed
    v RSTR, SYN queue
    = The responder sent a SYN ACK and then a RST.
    ? The listener was closed meanwhile, its queue overflowed with tcp_abort_on_overflow, or a SYN proxy found no server.
    > Look at the responder's program.
    == 响应方发出 SYN ACK 后又发 RST。
    ?? 监听者此时关闭、队列溢出且启用 tcp_abort_on_overflow，或 SYN 代理后面没有服务器。
    >> 检查响应方的程序。
    # established, still open
    v S1
    = The handshake was complete, and nothing closed the connection before the capture ended.
    ? A long connection.
    > Capture longer, or --until-closed.
    == 握手完成，抓包结束前没有关闭。
    ?? 长连接。
    >> 抓更长时间，或用 --until-closed。
    # half-closed: closed by the originator only
    v S2, half-close
    = The originator closed its direction, the responder did not.
    ? The responder still sends, or its program leaks the socket.
    > sonde sockets --connected on the responder: CLOSE-WAIT is a leak.
    == 发起方关闭了自己的方向，响应方没有。
    ?? 响应方仍在发送，或其程序泄漏套接字。
    >> 在响应方运行 sonde sockets --connected：CLOSE-WAIT 即泄漏。
    # half-closed: closed by the responder only
    v S3, half-close
    = The responder closed its direction, the originator did not.
    ? The originator still sends, or its program leaks the socket.
    > sonde sockets --connected on the originator.
    == 响应方关闭了自己的方向，发起方没有。
    ?? 发起方仍在发送，或其程序泄漏套接字。
    >> 在发起方运行 sonde sockets --connected。
    # opened and closed in order, originator first
    v SF, why four, time-wait
    = The normal life of a connection; the originator closed first and keeps TIME-WAIT.
    ? Nothing is wrong.
    > Nothing to do.
    == 连接的正常一生；发起方先关闭，由它保留 TIME-WAIT。
    ?? 没有问题。
    >> 无需处理。
    # opened and closed in order, responder first
    v SF, why four, time-wait
    = The normal life of a connection; the responder closed first and keeps TIME-WAIT.
    ? Many HTTP servers close first. Then the server needs SO_REUSEADDR to restart at once.
    > Nothing to do.
    == 连接的正常一生；响应方先关闭，由它保留 TIME-WAIT。
    ?? 许多 HTTP 服务器会先关闭。服务器要立即重启就需要 SO_REUSEADDR。
    >> 无需处理。
    # closed by both, originator first; a FIN was not acknowledged
    v SF, close 4/4
    = Both sides sent a FIN, the originator first, and one FIN has no acknowledgement.
    ? The last ACK was lost or not captured, or the capture ended.
    > Nothing, unless it is frequent.
    == 双方都发了 FIN，发起方在先，其中一个没有得到确认。
    ?? 最后的 ACK 丢失或没抓到，或抓包已结束。
    >> 除非经常出现，无需处理。
    # closed by both, responder first; a FIN was not acknowledged
    v SF, close 4/4
    = Both sides sent a FIN, the responder first, and one FIN has no acknowledgement.
    ? The last ACK was lost or not captured, or the capture ended.
    > Nothing, unless it is frequent.
    == 双方都发了 FIN，响应方在先，其中一个没有得到确认。
    ?? 最后的 ACK 丢失或没抓到，或抓包已结束。
    >> 除非经常出现，无需处理。
    # closed by both, originator first
    v SF, close 2+3/4
    = Both sides sent a FIN, the originator first. The capture leaves out what acknowledges the last one.
    ? --handshakes keeps SYN, FIN and RST only.
    > Capture without --handshakes to see the acknowledgements.
    == 双方都发了 FIN，发起方在先。抓包没有保留对最后一个 FIN 的确认。
    ?? --handshakes 只保留 SYN、FIN 和 RST。
    >> 不用 --handshakes 抓包即可看到确认。
    # closed by both, responder first
    v SF, close 2+3/4
    = Both sides sent a FIN, the responder first. The capture leaves out what acknowledges the last one.
    ? --handshakes keeps SYN, FIN and RST only.
    > Capture without --handshakes to see the acknowledgements.
    == 双方都发了 FIN，响应方在先。抓包没有保留对最后一个 FIN 的确认。
    ?? --handshakes 只保留 SYN、FIN 和 RST。
    >> 不用 --handshakes 抓包即可看到确认。
    # simultaneous open, not established
    v simultaneous open
    = Both sides sent a SYN, and the handshake was not completed.
    ? Two programs with fixed ports, and a firewall or NAT between them.
    > Capture on both sides.
    == 双方都发了 SYN，握手没有完成。
    ?? 两个使用固定端口的程序，中间有防火墙或 NAT。
    >> 在两端抓包。
    # simultaneous open, still open
    v simultaneous open
    = Both sides sent a SYN; the connection is established and open.
    ? Two programs with fixed ports, or a socket connected to itself.
    > Nothing, if that was wanted.
    == 双方都发了 SYN；连接已建立并打开。
    ?? 两个使用固定端口的程序，或套接字连到自己。
    >> 若是有意为之，无需处理。
    # simultaneous open, closed in order
    v simultaneous open, SF
    = Both sides sent a SYN; the connection was established and closed in order.
    ? Two programs with fixed ports.
    > Nothing, if that was wanted.
    == 双方都发了 SYN；连接建立后正常关闭。
    ?? 两个使用固定端口的程序。
    >> 若是有意为之，无需处理。
    # reset by the originator
    v RSTO, RST
    = The originator ended the established connection with a RST.
    ? Closed with unread data or SO_LINGER 0, a timeout of its program, or it was killed with data pending.
    > Look at the client's program.
    == 发起方以 RST 终止已建立的连接。
    ?? 带未读数据关闭、SO_LINGER 0、程序超时，或带着未读数据被杀死。
    >> 检查客户端程序。
    # reset by the originator after the responder's close
    v RSTO, aborts after the other side's FIN
    = The responder closed, and the originator answered with a RST in place of a FIN.
    ? The client closed its socket with unread data.
    > Usually harmless; the client skipped the end of the data.
    == 响应方关闭后，发起方以 RST 而不是 FIN 结束。
    ?? 客户端带未读数据关闭套接字。
    >> 通常无害；客户端没有读完数据。
    # reset by the originator after its own close
    v RSTO, aborts after its own FIN
    = The originator closed its direction and then reset the connection.
    ? Most often the server still sent when the client had gone: its kernel answers data for a closed socket with a RST.
    > Usually harmless: a cancelled download.
    == 发起方关闭自己的方向之后又重置连接。
    ?? 通常是客户端离开时服务器仍在发送：内核对发往已关闭套接字的数据回 RST。
    >> 通常无害：例如取消下载。
    # closed by both, then reset by the originator before every FIN was acknowledged
    v RSTO, SF
    = Both sides sent a FIN; then the originator sent a RST before the last acknowledgement.
    ? A client that shortens its close, or late data.
    > Usually harmless.
    == 双方都发了 FIN；最后的确认之前发起方又发了 RST。
    ?? 客户端缩短关闭过程，或有迟到的数据。
    >> 通常无害。
    # reset by the responder
    v RSTR, RST
    = The responder ended the established connection with a RST.
    ? The server closed with unread data, crashed and restarted, or a firewall or load balancer ended the connection.
    > Read the server's log; compare the TTL of the RST with the SYN ACK's.
    == 响应方以 RST 终止已建立的连接。
    ?? 服务器带未读数据关闭、崩溃后重启，或防火墙、负载均衡切断。
    >> 查看服务器日志；比较 RST 与 SYN ACK 的 TTL。
    # reset by the responder after the originator's close
    v RSTR
    = The originator closed, and the responder answered with a RST in place of a FIN.
    ? The server closed its socket with unread data, or with SO_LINGER 0.
    > Usually harmless, if the request was complete.
    == 发起方关闭后，响应方以 RST 而不是 FIN 结束。
    ?? 服务器带未读数据关闭，或用了 SO_LINGER 0。
    >> 请求若已完成，通常无害。
    # reset by the responder after its own close
    v RSTR, aborts after its own FIN
    = The responder closed its direction and then reset the connection.
    ? Most often the client sent more than the server wanted, as an upload that was rejected.
    > The server should read to the end before it closes.
    == 响应方关闭自己的方向之后又重置连接。
    ?? 通常是客户端发送的多于服务器所需，例如被拒绝的上传。
    >> 服务器应先读完再关闭。
    # closed by both, then reset by the responder before every FIN was acknowledged
    v RSTR, SF
    = Both sides sent a FIN; then the responder sent a RST before the last acknowledgement.
    ? A server that shortens its close, or late data.
    > Usually harmless.
    == 双方都发了 FIN；最后的确认之前响应方又发了 RST。
    ?? 服务器缩短关闭过程，或有迟到的数据。
    >> 通常无害。
    # SYN-ACK without a captured SYN
    v RSTRH, SHR, OTH
    = The first segment captured was a SYN ACK.
    ? The capture sees one direction only, or the SYN ACK answers a SYN with a forged source (backscatter).
    > Capture where both directions pass.
    == 抓到的第一个报文段是 SYN ACK。
    ?? 抓包只看到一个方向，或它应答的是伪造源地址的 SYN（反向散射）。
    >> 在两个方向都经过的地方抓包。
    # SYN not captured; still open
    v OTH, S1
    = The connection began before the capture, or its SYN was missed; it is still open.
    ? The capture began in the middle, or behind the SYN.
    > Start the capture first.
    == 连接早于抓包，或没抓到 SYN；仍然打开。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # start not captured; closed by the originator only
    v OTH, half-close
    = The beginning is missing; the originator closed its direction, the responder did not.
    ? The capture began in the middle.
    > Start the capture first.
    == 缺少开头；发起方关闭了自己的方向，响应方没有。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # start not captured; closed by the responder only
    v OTH, half-close
    = The beginning is missing; the responder closed its direction, the originator did not.
    ? The capture began in the middle.
    > Start the capture first.
    == 缺少开头；响应方关闭了自己的方向，发起方没有。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # start not captured; closed by both, originator first
    v OTH, SF
    = The beginning is missing; both sides closed, the originator first.
    ? The capture began in the middle.
    > Start the capture first.
    == 缺少开头；双方都已关闭，发起方在先。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # start not captured; closed by both, responder first
    v OTH, SF
    = The beginning is missing; both sides closed, the responder first.
    ? The capture began in the middle.
    > Start the capture first.
    == 缺少开头；双方都已关闭，响应方在先。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # start not captured; reset by the originator
    v OTH, RST
    = The beginning is missing; the originator reset the connection.
    ? The capture began in the middle.
    > Start the capture first.
    == 缺少开头；发起方重置了连接。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # start not captured; reset by the responder
    v OTH, RST
    = The beginning is missing; the responder reset the connection.
    ? The capture began in the middle.
    > Start the capture first.
    == 缺少开头；响应方重置了连接。
    ?? 抓包从中途开始。
    >> 先开始抓包。
    # reset without a connection
    v RST, OTH
    = Nothing but RSTs was captured.
    ? A late answer to a connection that is over, or backscatter of forged packets.
    > Start the capture earlier.
    == 只抓到 RST。
    ?? 对已结束连接的迟到应答，或伪造包的反向散射。
    >> 更早开始抓包。
    # neither start nor end captured
    v OTH
    = A part of a connection: its beginning and its end are missing.
    ? The capture began in the middle and ended before the connection did.
    > Capture longer.
    == 只是连接的一段：既缺开头也缺结尾。
    ?? 抓包从中途开始，又在连接结束之前停止。
    >> 抓更长时间。
    # still open; responder not captured
    v S1, asymmetric routing
    = Only the originator's packets were captured; the connection is open.
    ? Answers take another path or interface (asymmetric routing), or a filter leaves them out.
    > Capture on the host itself, or -i any.
    == 只抓到发起方的包；连接仍打开。
    ?? 应答走了另一条路径或接口（非对称路由），或被过滤表达式排除。
    >> 在主机上抓包，或用 -i any。
    # reset by the originator; responder not captured
    v RSTO, asymmetric routing
    = Only the originator's packets were captured; it reset the connection.
    ? Asymmetric routing, or a filter.
    > Capture on the host itself, or -i any.
    == 只抓到发起方的包；它重置了连接。
    ?? 非对称路由，或过滤表达式。
    >> 在主机上抓包，或用 -i any。
    # reset by the responder; originator not captured
    v RSTR, asymmetric routing
    = Only the responder's packets were captured; it reset the connection.
    ? Asymmetric routing, or a filter.
    > Capture on the host itself, or -i any.
    == 只抓到响应方的包；它重置了连接。
    ?? 非对称路由，或过滤表达式。
    >> 在主机上抓包，或用 -i any。
    # closed by the originator; responder not captured
    v SH, asymmetric routing
    = Only the originator's packets were captured; it closed the connection.
    ? Asymmetric routing, or a filter.
    > Capture on the host itself, or -i any.
    == 只抓到发起方的包；它关闭了连接。
    ?? 非对称路由，或过滤表达式。
    >> 在主机上抓包，或用 -i any。
    # closed by the responder; originator not captured
    v SHR, asymmetric routing
    = Only the responder's packets were captured; it closed the connection.
    ? Asymmetric routing, or a filter.
    > Capture on the host itself, or -i any.
    == 只抓到响应方的包；它关闭了连接。
    ?? 非对称路由，或过滤表达式。
    >> 在主机上抓包，或用 -i any。
    """#
