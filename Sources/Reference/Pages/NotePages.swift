/// Notes on segments. `PageParser` describes the format.
let notePages = #"""
    k note
    s RFC 9293 sections 3.5 to 3.10
    # wants to connect
    v open 1/3, SYN
    = A SYN: the sender asks for a connection. The brackets list its options.
    == SYN：发送方请求连接，括号内是其选项。
    # SYN retransmission
    v no-response, retransmission, syn-sent
    s RFC 6298; Linux net.ipv4.tcp_syn_retries, tcp_syn_linear_timeouts
    = The same SYN again, since no answer arrived: 1 s after the first, then at growing intervals. Linux 6.5 and later repeats
    it about every second for five times before it doubles the interval. The time counts from the first SYN.
    ? A firewall that drops, a dead host, or a full accept queue.
    == 同一个 SYN 再次发送，因为没有应答：首次间隔 1 秒，之后逐渐加长。Linux 6.5 起先约每秒一次、共五次，再翻倍。时间从第一个 SYN 算起。
    ?? 防火墙丢包、主机不在，或 accept 队列已满。
    # wants to connect too | simultaneous open
    v open 2/4, self-connect
    s RFC 9293 section 3.5, figure 7
    = Both sides sent a SYN before the other's arrived. TCP makes one connection of it, in four segments.
    ? Rare: both programs use fixed ports, or a socket connected to itself.
    == 双方在对方的 SYN 到达之前都发出了 SYN。TCP 用四个报文段建立一条连接。
    ?? 少见：双方程序都用固定端口，或套接字连到了自己。
    # accepts
    v open 2/3, syn-ack
    = SYN ACK: the listener accepts. The time is that since the SYN.
    == SYN ACK：监听方接受。时间从 SYN 算起。
    # SYN-ACK that matches no captured SYN
    v RST, SYN-ACK without a captured SYN
    = A SYN ACK whose acknowledgement fits no SYN in the capture: late, forged, or the SYN was not captured.
    == 该 SYN ACK 的确认号与抓到的 SYN 都不符：迟到、伪造，或 SYN 没有抓到。
    # SYN-ACK with another sequence number than the one before it | SYN-ACK with another sequence number
    v RST, SYN-ACK that matches no captured SYN
    s RFC 9293 section 3.10.7.4
    = A SYN ACK that acknowledges the SYN, with another number of its own than the SYN ACK before it.
    ? Two hosts or middleboxes answer, or one answer is forged.
    == 该 SYN ACK 确认了 SYN，但自己的序号与之前的 SYN ACK 不同。
    ?? 两台主机或中间设备都在应答，或其中一个是伪造的。
    # the SYN of this connection, captured after its answer
    v captured twice
    = The capture stored the SYN behind its answer: several queues or taps deliver in another order.
    == 抓包把 SYN 存在了它的应答之后：多个队列或分流器改变了顺序。
    # established, handshake | established
    v open 3/3, established
    = The third step: both sides are connected. The time is the whole handshake's.
    == 第三步：双方已连接。时间是整个握手所用的时间。
    # bytes | byte
    v data, PSH, ACK
    = A segment with that much data.
    == 携带这么多数据的报文段。
    # in the direction still open | bytes in the direction still open
    v half-close
    = Data after the other side closed its direction: the connection is half-closed.
    == 另一方关闭自己方向之后的数据：连接处于半关闭。
    # acknowledges
    v ACK, delayed ACK
    = A pure acknowledgement: everything before the ack number has arrived.
    == 纯确认：ack 号之前的数据都已收到。
    # neither ACK nor data
    v unexpected flags or sequence numbers
    = A segment without acknowledgement, data or control bits; no working TCP sends it.
    == 既无确认、也无数据和控制位的报文段；正常的 TCP 不会发送。
    # closes its direction
    v close 1/4, FIN
    = The first FIN: this side is done sending.
    == 第一个 FIN：该方发送完毕。
    # acknowledges the FIN; its own direction stays open | acknowledges the FIN
    v close 2/4, close-wait
    = The kernel acknowledged the FIN; the program has not closed its socket yet.
    == 内核确认了 FIN；程序还没有关闭套接字。
    # acknowledges the other side's FIN
    v simultaneous close
    = After a simultaneous close each FIN gets an acknowledgement of its own.
    == 同时关闭之后，每个 FIN 各自得到确认。
    # acknowledges the FIN and closes too
    v close 2+3/4
    = Acknowledgement and second FIN in one segment: this side had nothing left to send.
    == 确认与第二个 FIN 在同一报文段：该方已无数据要发。
    # closes the other direction
    v close 3/4, last-ack
    = The second FIN: now both directions are closed.
    == 第二个 FIN：两个方向都关闭了。
    # closes too | simultaneous close
    v closing, time-wait
    s RFC 9293 section 3.6, figure 13
    = Both sides closed before either got the other's FIN. Both wait in TIME-WAIT in the end.
    == 双方在收到对方 FIN 之前都已关闭，最后都进入 TIME-WAIT。
    # closed in order
    v close 4/4, SF, time-wait
    = The last FIN is acknowledged: an orderly close.
    == 最后一个 FIN 得到确认：正常关闭。
    # refuses
    v rst, REJ, ECONNREFUSED
    = A RST in answer to the SYN.
    ? Nothing listens there, or a firewall resets.
    == 对 SYN 的应答是 RST。
    ?? 无人监听，或防火墙以 RST 拒绝。
    # aborts before the handshake completes
    v RSTOS0, aborted by the originator before an answer
    = The caller sent a RST before the third step.
    ? Its program closed the socket, its timeout ran out, or it is a scanner.
    == 主叫方在第三步之前发了 RST。
    ?? 程序关闭了套接字、超时，或它是扫描器。
    # aborts after its SYN-ACK, before the handshake completes | aborts after its SYN-ACK
    v RSTR, syn-received
    = The side that sent the SYN ACK sent a RST before the third step.
    ? The listener was closed meanwhile, or a proxy found no server behind it.
    == 发出 SYN ACK 的一方在第三步之前发了 RST。
    ?? 监听者此时关闭，或代理后面没有服务器。
    # aborts the established connection | aborts
    v RST, ECONNRESET
    = A RST in the middle of a connection: data in flight is lost, the other program gets ECONNRESET.
    ? Closed with unread data or SO_LINGER 0, an unknown connection after a restart, or a firewall.
    == 连接中途的 RST：途中数据丢失，另一方程序得到 ECONNRESET。
    ?? 带未读数据关闭、SO_LINGER 0、重启后不认识该连接，或防火墙。
    # aborts after its own FIN
    v RST, EPIPE
    = This side had closed its direction and then reset the connection; all data that was captured is acknowledged.
    ? Data that the capture missed arrived for the closed socket, or the program was killed.
    == 该方关闭自己的方向之后又重置连接；抓到的数据都已确认。
    ?? 没抓到的数据到达了已关闭的套接字，或程序被杀死。
    # aborts after its own FIN, probably because data arrived for a closed socket
    v RST, EPIPE
    s RFC 9293 section 3.6.1
    = This side had closed its direction and reset the connection while data of the other side was not acknowledged.
    ? Most likely that data arrived for a socket that its program had closed; the kernel answers with a RST.
    == 该方关闭自己的方向之后，在对方数据尚未确认时重置连接。
    ?? 很可能数据到达时程序已关闭套接字，内核以 RST 应答。
    # aborts after the other side's FIN
    v RST
    = This side did not close in order after the other's FIN, but reset the connection.
    ? Most often its program closed the socket with unread data in it.
    == 对方 FIN 之后，该方没有正常关闭，而是重置连接。
    ?? 通常是程序带未读数据关闭套接字。
    # aborts after both FINs, before both are acknowledged | aborts after both FINs
    v RST, last-ack, time-wait
    = Both sides sent a FIN, and one of them was not acknowledged when this RST was sent.
    ? A program that saves TIME-WAIT by SO_LINGER 0, or whose socket was gone when the other FIN arrived.
    == 双方都已发送 FIN，但发出该 RST 时有一个 FIN 尚未得到确认。
    ?? 程序用 SO_LINGER 0 省去 TIME-WAIT，或对方 FIN 到达时其套接字已不存在。
    # RST after both sides closed
    v time-wait
    s RFC 9293 section 3.10.7.1
    = A RST after both FINs and their acknowledgements.
    ? A segment arrived for a connection that is over, as a late retransmission.
    == 双方 FIN 及其确认之后的 RST。
    ?? 连接结束后又有报文段到达，例如迟到的重传。
    # resets a connection whose start was not captured
    v OTH
    = A RST of a connection that was open before the capture began.
    == 抓包开始之前已存在的连接被 RST。
    # RST that does not acknowledge the SYN
    v RST
    s RFC 9293 section 3.10.7.3
    = A RST that its receiver ignores: in SYN-SENT only one that acknowledges the SYN counts.
    ? Forged, or of an earlier connection.
    == 接收方会忽略的 RST：在 SYN-SENT 状态，只有确认了该 SYN 的 RST 才有效。
    ?? 伪造，或属于先前的连接。
    # RST with a sequence number other than the next
    v RST, challenge ACK
    s RFC 5961 section 3.2
    = A RST that its receiver ignores or answers with a challenge ACK: its number is not the next one expected.
    ? Forged by guessing, or delayed.
    == 序号不是期望的下一个，接收方忽略它或回以 challenge ACK。
    ?? 猜测序号的伪造，或迟到。
    # rejects an ACK of something never sent
    v RST, challenge ACK
    s RFC 9293 sections 3.5.1 and 3.10.7.3
    = A RST that answers the acknowledgement of something that its sender never sent. The attempt to connect continues.
    ? The other side still holds an older connection with the same ports; the RST clears it.
    == 对从未发送过的内容的确认，以 RST 应答。连接尝试继续进行。
    ?? 对方仍保留着使用同样端口的旧连接；该 RST 将其清除。
    # challenge ACK: the connection is still open
    v challenge ACK, SYN
    s RFC 5961 section 4
    = An ACK in place of a SYN-ACK: the side that received the SYN still has an open connection with these ports.
    ? The sender of the SYN restarted and chose the same port, or the SYN is forged or late.
    == 以 ACK 而非 SYN ACK 应答：收到 SYN 的一方仍有使用这些端口的连接。
    ?? SYN 的发送方重启后又选了同一端口，或该 SYN 是伪造的、迟到的。
    # unexpected flags or sequence numbers
    v I, Q
    = Flags that exclude each other, or a FIN or SYN where none is expected.
    ? Scanners that identify systems; a broken device.
    == 标志互相矛盾，或在不该出现处出现 FIN、SYN。
    ?? 识别系统的扫描器；有缺陷的设备。
    # captured twice
    v checksum offload
    = One frame captured at two points: a bridge, a router, or a mirror port that copies both directions. It was sent once.
    == 同一帧在两个位置被抓到：网桥、路由器，或双向镜像的端口。它只发送了一次。
    # wrong checksum, ignored | wrong checksum
    v checksum offload, C
    = The TCP checksum is wrong, so the segment counts for nothing.
    ? Damage on the way, or checksum offload on the capturing machine.
    > --ignore-checksums accepts them.
    == TCP 校验和错误，该报文段不计入。
    ?? 途中损坏，或抓包机启用了校验和卸载。
    >> --ignore-checksums 可接受它们。
    # reuses the ports of an earlier connection
    v time-wait
    s Wireshark tcp.analysis.reused_ports
    = The same addresses and ports were used by an earlier connection of this capture.
    == 相同的地址和端口在本次抓包中已被先前的连接用过。
    k note
    s Wireshark tcp.analysis
    # previous segment not captured
    v acknowledges data not captured, out of order
    = A gap in the sequence numbers before this segment.
    ? Loss on the way, reordering, or the capture missed a packet.
    == 该报文段之前的序号有缺口。
    ?? 途中丢失、乱序，或抓包漏掉。
    # acknowledges data not captured
    v G, previous segment not captured
    = It acknowledges data that the capture does not hold: the data arrived, the capture missed it.
    == 它确认了抓包中没有的数据：数据已到达，只是抓包漏掉了。
    # retransmission
    v fast retransmission, T
    s RFC 6298; Wireshark tcp.analysis.retransmission
    = The same data again, since no acknowledgement arrived before the timer ran out (at least 200 ms on Linux, doubled each
    time).
    ? Loss of the data or of the acknowledgement.
    == 计时器到期仍无确认，再次发送同样的数据（Linux 至少 200 毫秒，每次翻倍）。
    ?? 数据或确认丢失。
    # fast retransmission
    v duplicate ACK, retransmission
    s RFC 5681 section 3.2
    = Sent again after duplicate ACKs, without waiting for the timer.
    ? A single loss with later segments arriving.
    == 收到重复 ACK 后立即重发，不等计时器。
    ?? 个别丢失，后续报文段仍到达。
    # spurious retransmission
    v retransmission
    = Sent again although it had been acknowledged already.
    ? The acknowledgement was late or lost, or the round trip grew.
    == 数据已被确认却又重发。
    ?? 确认迟到或丢失，或往返时间变长。
    # out of order
    v previous segment not captured
    = The segment arrived after a later one.
    ? Several paths, or several queues of a NIC.
    == 该报文段晚于序号更大的报文段到达。
    ?? 多条路径，或网卡的多个队列。
    # keep-alive ACK
    v keep-alive
    = The answer to a keep-alive: the peer is there.
    == 对 keep-alive 的应答：对端仍在。
    # zero-window probe | zero window probe
    v zero window
    s RFC 9293 section 3.8.6.1
    = The window is closed; a small segment asks whether it has opened.
    == 窗口已关闭；用一个小报文段询问是否已打开。
    # zero-window probe ACK
    v zero window
    = The answer to a probe: the window is still closed.
    == 对探测的应答：窗口仍关闭。
    # window update
    v window
    = Nothing but a larger window: the program has read, there is room again.
    == 仅通告更大的窗口：程序已读取，又有空间。
    # duplicate ACK
    v fast retransmission, sack
    s RFC 5681 section 2
    = The same acknowledgement again: a segment arrived, but not the one that is missing.
    ? Loss or reordering. Three of them start a fast retransmission.
    == 同样的确认再次出现：有报文段到达，但不是缺的那个。
    ?? 丢失或乱序。三个重复 ACK 触发快速重传。
    # window full
    v zero window, window
    = The sender has used up the window that the receiver offers, and must wait.
    ? A slow reader, or a window too small for the path.
    == 发送方已用完接收方给出的窗口，必须等待。
    ?? 对方读取慢，或窗口对该路径太小。
    # SYN with data
    v fast open
    s RFC 7413
    = The SYN carries data: TCP Fast Open.
    == SYN 携带数据：TCP 快速打开。
    """#
