/// Zeek's conn_state and history, Wireshark's completeness. `PageParser` describes the format.
let historyPages = #"""
    k conn_state
    s Zeek scripts/base/protocols/conn/main.zeek, conn_state
    # S0
    v no answer, no-response, S
    = A SYN without any answer.
    ? A firewall that drops, a host that is down, a full accept queue, or a scan.
    > Probe it: sonde probe HOST PORT. Is the responder's side part of the capture at all?
    == 只有 SYN，没有任何应答。
    ?? 防火墙丢包、主机关机、accept 队列已满，或有人扫描。
    >> 探测：sonde probe HOST PORT。抓包点能看到响应方吗？
    # S1
    v established, SF
    = Established and not closed: the connection was still open when the capture ended.
    ? A long connection, or a capture that stopped early.
    > Capture longer, or --until-closed.
    == 已建立且未关闭：抓包结束时连接仍打开。
    ?? 长连接，或抓包结束过早。
    >> 抓更长时间，或用 --until-closed。
    # SF
    v why four, closed in order
    = Established, and closed by both sides with FIN: the normal life of a connection.
    ? Nothing is wrong. Zeek also counts a close whose last ACK is missing.
    > Nothing to do.
    == 已建立，并由双方以 FIN 关闭：连接的正常一生。
    ?? 没有问题。缺最后一个 ACK 时 Zeek 也记为 SF。
    >> 无需处理。
    # REJ
    v refused, rst
    = The attempt was refused: the responder answered the SYN with a RST.
    ? Nothing listens at the port, or a firewall resets.
    > sonde sockets PORT on the responder.
    == 连接请求被拒绝：响应方以 RST 应答 SYN。
    ?? 端口无人监听，或防火墙以 RST 拒绝。
    >> 在响应方运行 sonde sockets PORT。
    # S2
    v half-close, S3
    = Established; the originator closed its side, and no close of the responder was seen.
    ? The responder still sends, its program leaks the socket (CLOSE-WAIT), or the capture ended.
    > On the responder: sonde sockets --connected.
    == 已建立；发起方关闭了自己一侧，没有看到响应方关闭。
    ?? 响应方还在发送、程序泄漏套接字（CLOSE-WAIT），或抓包已结束。
    >> 在响应方运行 sonde sockets --connected。
    # S3
    v half-close, S2
    = Established; the responder closed its side, and no close of the originator was seen.
    ? The client's program keeps its socket open, or the capture ended.
    > On the originator: sonde sockets --connected.
    == 已建立；响应方关闭了自己一侧，没有看到发起方关闭。
    ?? 客户端程序仍开着套接字，或抓包已结束。
    >> 在发起方运行 sonde sockets --connected。
    # RSTO
    v RST, RSTR
    = Established; the originator reset it.
    ? The client closed with unread data or SO_LINGER 0, or gave up.
    > Look at the client; sonde capture --ladder shows what was before the RST.
    == 已建立；发起方重置了连接。
    ?? 客户端在有未读数据时关闭、用了 SO_LINGER 0，或放弃。
    >> 检查客户端；sonde capture --ladder 显示 RST 之前发生了什么。
    # RSTR
    v RST, RSTO
    = The responder reset the connection.
    ? The server's program closed with unread data, or the server or a firewall no longer knew the connection.
    > Look at the server's log at that time. Compare the TTL of the RST with that of the SYN ACK: if they differ, another
    machine sent it.
    == 响应方重置了连接。
    ?? 服务器程序带着未读数据关闭，或服务器、防火墙已不认识该连接。
    >> 查看当时的服务器日志。比较 RST 与 SYN ACK 的 TTL：不同则 RST 来自另一台机器。
    # RSTOS0
    v S0, aborted by the originator before an answer
    = The originator sent a SYN and then a RST; no answer was seen.
    ? A SYN scanner, a client that gave up, or a capture without the responder's side.
    > Check that the capture sees both directions.
    == 发起方发出 SYN 后又发 RST；没有看到应答。
    ?? SYN 扫描器、客户端放弃，或抓包点看不到响应方。
    >> 确认抓包点能看到两个方向。
    # RSTRH
    v SYN-ACK without a captured SYN
    = The responder sent a SYN ACK and then a RST; no SYN was seen.
    ? One direction is missing from the capture, or the SYN ACK answers a forged SYN (backscatter).
    > Check that the capture sees both directions.
    == 响应方发出 SYN ACK 后又发 RST；没有看到 SYN。
    ?? 抓包缺了一个方向，或这是对伪造 SYN 的应答（反向散射）。
    >> 确认抓包点能看到两个方向。
    # SH
    v S0, F
    = The originator sent a SYN and then a FIN; the responder was not seen: half open.
    ? One direction is missing from the capture, or a scan.
    > Check that the capture sees both directions. The history of the same letters is another word: sonde explain Sh.
    == 发起方发出 SYN 后又发 FIN；没有看到响应方。
    ?? 抓包缺了一个方向，或有人扫描。
    >> 确认抓包点能看到两个方向。同字母的 history 是另一个词：sonde explain Sh。
    # SHR
    v SYN-ACK without a captured SYN
    = The responder sent a SYN ACK and then a FIN; no SYN was seen.
    ? One direction is missing from the capture.
    > Check that the capture sees both directions.
    == 响应方发出 SYN ACK 后又发 FIN；没有看到 SYN。
    ?? 抓包缺了一个方向。
    >> 确认抓包点能看到两个方向。
    # OTH
    v neither start nor end captured
    = No SYN was seen, and no end either: a part of a connection.
    ? The capture began in the middle of the connection.
    > Start the capture before the connection.
    == 既没有看到 SYN，也没有看到结束：只是连接的一段。
    ?? 抓包开始时连接已经存在。
    >> 在连接之前开始抓包。
    k history
    s Zeek base/protocols/conn/main.zeek, history
    # S | s
    v SYN, open 1/3
    = A SYN without ACK. Upper case is the originator, lower case the responder, as with every letter.
    ? It opens a connection. A second S: another sequence number.
    == 没有 ACK 的 SYN。与所有字母一样，大写是发起方，小写是响应方。
    ?? 打开连接。第二个 S：序号不同的又一个 SYN。
    # H | h
    v SYN, ACK, open 2/3
    = A SYN with ACK, the answer to a SYN (handshake).
    == 带 ACK 的 SYN，即对 SYN 的应答（握手）。
    # A | a
    v ACK, acknowledges
    = A pure acknowledgement without data.
    == 不带数据的纯确认。
    # D | d
    v data, bytes, PSH
    = A segment with data. Noted once per side, whatever the amount.
    == 带数据的报文段。每方只记一次，与数据量无关。
    # F | f
    v FIN, close 1/4
    = A FIN: this side closes its direction.
    == FIN：该方关闭自己的方向。
    # R | r
    v RST
    = A RST: this side ends the connection at once.
    == RST：该方立即终止连接。
    # C | c
    v checksum offload
    = A segment with a bad checksum, at the 1st, 10th, 100th time.
    ? Damage on the way, or a capture on the sending machine before the NIC filled the checksum in.
    == 校验和错误的报文段，在第 1、10、100 次时记录。
    ?? 途中损坏，或在发送方本机抓包、网卡尚未填写校验和。
    # T | t
    v retransmission
    = A retransmitted payload, at the 1st, 10th, 100th time.
    ? Loss, or an acknowledgement that was late.
    == 重传的数据，在第 1、10、100 次时记录。
    ?? 丢包，或确认迟到。
    # W | w
    v zero window
    = A zero window: this side's buffer is full, at the 1st, 10th, 100th time.
    ? Its program does not read.
    == 零窗口：该方缓冲区已满，在第 1、10、100 次时记录。
    ?? 该方程序没有读取数据。
    # G | g
    v acknowledges data not captured
    = A gap: data was acknowledged that the capture does not hold, at the 1st, 10th, 100th time.
    ? The capture dropped packets, or it sees only part of the traffic.
    == 缺口：被确认的数据不在抓包中，在第 1、10、100 次时记录。
    ?? 抓包丢包，或只看到部分流量。
    # I | i
    v FIN, RST
    = An inconsistent segment: FIN and RST at once.
    ? No working TCP sends it; scanners do.
    == 矛盾的报文段：FIN 与 RST 同时出现。
    ?? 正常的 TCP 不会发送；扫描器会。
    # Q | q
    v SYN, FIN, RST
    = A segment with several flags that exclude each other: SYN with FIN or RST.
    ? No working TCP sends it; scanners do.
    == 含互斥标志的报文段：SYN 与 FIN 或 RST 同时出现。
    ?? 正常的 TCP 不会发送；扫描器会。
    # ^
    v originator, OTH
    = Originator and responder were swapped: the first packet captured was an answer, so the direction is a guess from the
    ports.
    == 发起方与响应方已对调：抓到的第一个包像是应答，方向由端口推断。
    k completeness
    s Wireshark tcp.completeness
    # completeness | conversation completeness
    v SF, S1
    = A sum of what a capture holds of a connection: 1 SYN, 2 SYN ACK, 4 ACK, 8 data, 16 FIN, 32 RST.
    = 7 is a handshake alone, 15 with data, 31 with an orderly close, 47 handshake, data and reset, 63 all of them.
    > tcp.completeness in Wireshark's filters, as in: tcp.completeness==31.
    == 抓包中包含了连接哪些部分，按位求和：1 SYN，2 SYN ACK，4 ACK，8 数据，16 FIN，32 RST。
    == 7 是只有握手，15 加上数据，31 再加正常关闭，47 是握手、数据与重置，63 全有。
    >> Wireshark 过滤器中写 tcp.completeness，例如 tcp.completeness==31。
    """#
