/// Steps, flags and options. `PageParser` describes the format.
let segmentPages = #"""
    k step
    s RFC 9293 sections 3.5, 3.6
    # open 1/3 | open 1/4 | first step
    v SYN, why three, syn-sent
    = The SYN: the caller wants to connect and sends its initial sequence number. It is in SYN-SENT.
    > No second step? See no-response.
    == SYN：主叫方请求连接，并发送自己的初始序号。它进入 SYN-SENT。
    >> 没有第二步？见 no-response。
    # open 2/3 | second step
    v SYN, ACK, syn-received, accepts
    = SYN ACK: the listener acknowledges the SYN (ack = its number plus one) and sends its own initial number. It is in
    SYN-RECEIVED.
    > The time since step 1 is a round trip from the capture to the listener.
    == SYN ACK：监听方确认该 SYN（ack = 对方序号加一），并发送自己的初始序号。它进入 SYN-RECEIVED。
    >> 与第一步的时间差，是抓包点到监听方的往返时间。
    # open 3/3 | third step
    v ACK, why three, established
    = ACK: the caller acknowledges the listener's number. Both sides are in ESTABLISHED now.
    > Missing? The caller never got step 2, or it is a SYN scanner.
    == ACK：主叫方确认监听方的序号。双方进入 ESTABLISHED。
    >> 缺这一步？主叫方没有收到第二步，或它是 SYN 扫描器。
    # open 2/4 | open 3/4 | open 4/4
    v simultaneous open
    = Steps of a simultaneous open: both sides sent a SYN (1 and 2), and each acknowledges the other's (3 and 4).
    == 同时打开的步骤：双方都发出 SYN（1、2），并各自确认对方的 SYN（3、4）。
    # close 1/4
    v FIN, fin-wait-1, why four
    = The first FIN: this side sends no more data. It still receives.
    == 第一个 FIN：该方不再发送数据，但仍可接收。
    # close 2/4
    v close-wait, half-close
    = The other side's kernel acknowledges the FIN. Its program may go on sending: the connection is half-closed.
    == 对方内核确认该 FIN。对方程序仍可继续发送：连接处于半关闭。
    # close 3/4
    v last-ack
    = The second FIN: the other side closes as well.
    == 第二个 FIN：另一方也关闭。
    # close 4/4
    v time-wait
    = The second FIN is acknowledged. The side that closed first waits in TIME-WAIT, the other is done.
    == 第二个 FIN 得到确认。先关闭的一方进入 TIME-WAIT，另一方结束。
    # close 2+3/4
    v why four
    = The acknowledgement of the first FIN and the second FIN share a segment: four steps in three segments.
    == 对第一个 FIN 的确认与第二个 FIN 合在一个报文段里：四步用了三个报文段。
    k flag
    s RFC 9293 section 3.1
    # SYN
    v open 1/3, why three, initial sequence number
    = Synchronize: the segment carries the sender's initial sequence number. It counts as one in the sequence numbers, so data
    begins at that number plus one.
    == 同步：报文段携带发送方的初始序号。它占用一个序号，所以数据从该序号加一开始。
    # ACK
    v acknowledges, duplicate ACK
    = Acknowledgement: the ack field holds the next number that the sender expects. Set on every segment after the first SYN.
    == 确认：ack 字段是发送方期望收到的下一个序号。除第一个 SYN 外，每个报文段都带它。
    # FIN
    v close 1/4, why four, half-close, recv returns nothing
    = Finish: no more data from this side. It counts as one in the sequence numbers. The reader of the other side gets 0 bytes.
    == 结束：该方不再有数据。它占用一个序号。另一方读取时得到 0 字节。
    # RST
    v ECONNRESET, ECONNREFUSED, rst, RSTO
    s RFC 9293 sections 3.5.2, 3.5.3, 3.10.7; RFC 5961
    = Reset: the connection ends at once, in both directions, without an acknowledgement.
    ? In answer to a SYN: nothing listens. Later: a close with unread data or SO_LINGER 0, a segment for a connection that the
    host does not know, or a firewall.
    == 重置：连接两个方向立即终止，不需要确认。
    ?? 作为对 SYN 的应答：无人监听。之后：带未读数据关闭或 SO_LINGER 0、主机不认识的连接，或防火墙。
    # PSH
    v bytes
    = Push: the sender had no more to send at that moment; the receiver is to hand the data to its program. Set at the end of a
    write.
    == 推送：发送方此刻已发完，接收方应把数据交给程序。通常在一次写入的末尾设置。
    # URG
    v PSH
    = Urgent: the urgent pointer counts. Used by telnet and little else; RFC 6093 advises against it.
    == 紧急：紧急指针有效。除 telnet 外很少使用；RFC 6093 不建议使用。
    # ECE
    v CWR, ecn
    s RFC 3168 section 6.1
    = ECN echo: a router marked a packet for congestion. In a SYN, together with CWR: the sender can do ECN.
    == ECN 回显：有路由器给包打了拥塞标记。SYN 中与 CWR 同时出现表示支持 ECN。
    # CWR
    v ECE, ecn
    s RFC 3168 section 6.1
    = Congestion window reduced: the sender has slowed down after an ECE. In a SYN, together with ECE: the sender can do ECN.
    == 拥塞窗口已减小：发送方收到 ECE 后已降速。SYN 中与 ECE 同时出现表示支持 ECN。
    k option
    s RFC 9293 section 3.2; IANA TCP parameters
    # mss | maximum segment size
    v mtu, 3/4
    s RFC 9293 section 3.7.1; RFC 6691
    = The largest segment that the sender of the SYN accepts, in bytes of data: its MTU minus 40 (IPv4) or 60 (IPv6), so 1460 or
    1440 on Ethernet, 65495 or 65476 on loopback.
    ? A smaller value: a tunnel, PPPoE (1452), or a router that lowers it (clamping).
    > sonde probe --path shows between which hops it is lowered.
    == SYN 发送方能接受的最大报文段（数据字节数）：MTU 减 40（IPv4）或 60（IPv6）。以太网上为 1460 或 1440，环回为 65495 或 65476。
    ?? 更小的值：隧道、PPPoE（1452），或路由器改小（clamping）。
    >> sonde probe --path 显示在哪两跳之间被改小。
    # wscale | window scale
    v window
    s RFC 7323 section 2
    = Window scale: the window of later segments is multiplied by 2 to this power, at most 14. It holds only if both SYNs have
    it.
    ? Missing on one side: windows end at 65,535 bytes, and long fast paths get slow. Some old firewalls remove it.
    == 窗口缩放：之后报文段的窗口要乘以 2 的该次幂，最大 14。只有双方 SYN 都带它才有效。
    ?? 一方缺少：窗口最大 65,535 字节，长距离高速路径会变慢。有些旧防火墙会删去它。
    # sack | sack permitted | sack_permitted
    v duplicate ACK, retransmission
    s RFC 2018
    = Selective acknowledgement: in a SYN, the sender can handle it; later, blocks list what arrived behind a gap, so that only
    the gap is sent again.
    == 选择性确认：SYN 中表示发送方支持；之后的块列出缺口后面已收到的数据，只需重发缺口。
    # timestamps | timestamp | echo
    v wscale
    s RFC 7323 sections 3, 5
    = Timestamps: each segment carries a clock value and echoes the peer's. They measure the round trip and reject old
    duplicates (PAWS).
    == 时间戳：每个报文段带一个时钟值并回显对方的值，用于测量往返时间和拒绝旧的重复段（PAWS）。
    # ecn | explicit congestion notification
    v ECE, CWR
    s RFC 3168
    = Explicit congestion notification: routers mark packets in place of dropping them. A SYN asks for it with ECE and CWR.
    == 显式拥塞通知：路由器以打标记代替丢包。SYN 用 ECE 和 CWR 请求它。
    # fast open | fast_open | fast open cookie | requests a Fast Open cookie
    v SYN with data
    s RFC 7413
    = TCP Fast Open: a cookie from an earlier connection lets the SYN carry data, which saves a round trip. Without one, the SYN
    asks for it.
    == TCP 快速打开：用先前连接得到的 cookie，SYN 便可携带数据，省去一个往返。没有时 SYN 请求一个。
    # mptcp | multipath
    v sack
    s RFC 8684
    = Multipath TCP: one connection over several paths.
    == 多路径 TCP：一条连接同时使用多条路径。
    # md5 signature | authentication
    v RST
    s RFC 2385; RFC 5925
    = A signature over each segment (MD5, or TCP-AO), used by BGP routers. Segments without it are dropped silently.
    == 对每个报文段的签名（MD5 或 TCP-AO），BGP 路由器使用。没有签名的报文段被静默丢弃。
    # user timeout
    v ETIMEDOUT
    s RFC 5482
    = User timeout: how long data may remain unacknowledged before the connection ends.
    == 用户超时：数据多久得不到确认就结束连接。
    # window | win
    v wscale, zero window, window update
    s RFC 9293 section 3.8.6
    = How many bytes the sender of the segment can receive at the moment; in a SYN never scaled.
    == 该报文段的发送方目前还能接收多少字节；SYN 中的值不缩放。
    # ttl | hop limit
    v ttl-exceeded, traceroute
    s RFC 791; RFC 8200
    = Time to live: each router subtracts one. Hosts begin with 64 (Linux, macOS), 128 (Windows) or 255, so 64 - ttl hops lie
    between.
    == 生存时间：每经过一台路由器减一。起始值为 64（Linux、macOS）、128（Windows）或 255，所以相隔 64 - ttl 跳。
    # seq | ack | relative_seq | relative_ack
    v SYN, ACK, initial sequence number
    s RFC 9293 section 3.4
    = Sequence numbers, shown relative to the SYN: seq 0 is the SYN, 1 the first byte; ack is the next byte expected.
    == 序号，以 SYN 为起点显示：seq 0 是 SYN，1 是第一个字节；ack 是期望的下一个字节。
    # dscp | tos
    v ecn
    s RFC 2474
    = Six bits that ask routers for a class of service. Networks often rewrite them.
    == 六位，向路由器请求某类服务。网络常会改写它。
    # options truncated by the capture | unknown option | truncated by the capture | malformed option
    v mss
    = The options could not be read whole: the snapshot length cut them, sonde does not know the kind, or a length is wrong.
    == 选项无法完整读取：被抓取长度截断、sonde 不认识该种类，或长度有误。
    """#
