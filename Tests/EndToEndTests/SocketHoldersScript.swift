/// Python programs that hold sockets of every kind, and that try to reach them.
enum SocketScript {
    /// Arguments: one socket each, `KIND ADDRESS PORT OPTION,OPTION…`. Prints `ready`, answers datagrams, and ends with its input.
    ///
    /// Options: `v6only`, `dual`, `device=NAME`, `reuse`, `freebind`, `backlog=N`, `fill=N` (so many connections that nobody accepts), `zone=NAME`.
    static let holder = """
        import select, socket, sys
        held, clients = [], []
        for text in sys.argv[1:]:
            kind, address, port, options = text.split(" ")
            options = dict((o.split("=") + [""])[:2] for o in options.split(",") if o)
            port = int(port)
            if kind.startswith("unix"):
                type = {"unix-stream": socket.SOCK_STREAM, "unix-dgram": socket.SOCK_DGRAM, "unix-seqpacket": socket.SOCK_SEQPACKET}[kind]
                s = socket.socket(socket.AF_UNIX, type)
                s.bind("\\0" + address[1:] if address.startswith("@") else address)
            else:
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
                if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, "v6only" in options)
                if "reuse" in options: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                if "freebind" in options:
                    s.setsockopt(socket.IPPROTO_IP, 15, 1)
                if "device" in options: s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, options["device"].encode())
                zone = socket.if_nametoindex(options["zone"]) if "zone" in options else 0
                s.bind((address, port, 0, zone) if family == socket.AF_INET6 else (address, port))
            if not kind.endswith(("udp", "dgram")):
                s.listen(int(options.get("backlog", "16")))
            for _ in range(int(options.get("fill", "0"))):
                c = socket.socket(s.family, s.type)
                c.setblocking(False)
                c.connect_ex(s.getsockname())
                clients.append(c)
            held.append(s)
        print("ready", flush=True)
        datagrams = [s for s in held if s.type == socket.SOCK_DGRAM and s.family != socket.AF_UNIX]
        while True:
            ready = select.select(datagrams + [sys.stdin], [], [])[0]
            if sys.stdin in ready: break
            for s in ready:
                data, peer = s.recvfrom(2048)
                try: s.sendto(data, peer)
                except OSError: pass
        """

    /// Arguments: `KIND PORT ADDRESS,ADDRESS…`. Prints one line per argument: the addresses that answer.
    static let reacher = """
        import socket, sys
        for text in sys.argv[1:]:
            kind, port, addresses = text.split(" ")
            answered = []
            for address in addresses.split(","):
                try:
                    if kind.startswith("unix"):
                        type = {"unix-stream": socket.SOCK_STREAM, "unix-dgram": socket.SOCK_DGRAM, "unix-seqpacket": socket.SOCK_SEQPACKET}[kind]
                        s = socket.socket(socket.AF_UNIX, type)
                        s.settimeout(2)
                        s.connect("\\0" + address[1:] if address.startswith("@") else address)
                    else:
                        info = socket.getaddrinfo(address, int(port), type=socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)[0]
                        s = socket.socket(info[0], info[1])
                        s.settimeout(2)
                        s.connect(info[4])
                        if kind == "udp":
                            s.send(b"x")
                            s.recv(16)
                    answered.append(address)
                except OSError:
                    pass
                finally:
                    s.close()
            print(",".join(answered) or "-", flush=True)
        """
}
