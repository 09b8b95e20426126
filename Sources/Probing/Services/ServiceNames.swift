package import Addresses
import SondeSystem

/// Names of services by port, as IANA's registry gives them: a short list of our own for the ports that people meet, so that a
/// result says `postgresql` on a machine that has no /etc/services.
package enum ServiceNames {
    /// The service's name; `nil` where the list has none.
    package static func name(of port: UInt16, over transport: Transport) -> String? {
        (transport == .udp ? udpNames[port] : nil) ?? names[port]
    }

    /// The port of a service by name or alias, first from this list, then from the system's (getservbyname(3), services(5)).
    package static func port(named name: String, over transport: Transport) -> UInt16? {
        let name = name.lowercased()
        if transport == .udp, let port = udpPorts[name] { return port }
        return ports[name] ?? systemPort(named: name, over: transport)
    }

    /// The port that a URL without one means: of a scheme, or of the service of that name.
    package static func port(ofScheme scheme: String, over transport: Transport) -> UInt16? {
        schemes[scheme] ?? port(named: scheme, over: transport)
    }

    /// Every service of the list by its registered name or an alias, by port.
    package static var all: [(port: UInt16, name: String)] {
        (names.map { (port: $0, name: $1) } + aliases.map { (port: $1, name: $0) }).sorted {
            ($0.port, $0.name) < ($1.port, $1.name)
        }
    }

    /// Schemes that are no service's name.
    private static let schemes: [String: UInt16] = [
        "ws": 80, "wss": 443, "rediss": 6379, "mongodb": 27017, "postgres": 5432, "mysqlx": 33060, "mqtt": 1883, "mqtts": 8883,
        "amqps": 5671, "ldapi": 389, "git+ssh": 22, "sftp": 22, "h2": 443, "grpc": 443, "nats": 4222, "kafka": 9092,
        "clickhouse": 9000, "etcd": 2379, "rtmp": 1935, "stun": 3478, "turn": 3478, "dav": 80, "davs": 443, "doh": 443,
    ]

    private static func systemPort(named name: String, over transport: Transport) -> UInt16? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        return NetworkDatabase.port(ofService: name, protocolName: transport == .udp ? "udp" : "tcp")
    }

    private static let names: [UInt16: String] = [
        7: "echo", 9: "discard", 13: "daytime", 17: "qotd", 19: "chargen", 20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet",
        25: "smtp", 37: "time", 43: "whois", 49: "tacacs", 53: "domain", 67: "bootps", 68: "bootpc", 69: "tftp", 70: "gopher",
        79: "finger", 80: "http", 88: "kerberos", 102: "iso-tsap", 106: "poppassd", 110: "pop3", 111: "sunrpc", 113: "ident",
        119: "nntp", 123: "ntp", 135: "epmap", 137: "netbios-ns", 138: "netbios-dgm", 139: "netbios-ssn", 143: "imap",
        161: "snmp", 162: "snmptrap", 179: "bgp", 194: "irc", 199: "smux", 220: "imap3", 264: "bgmp", 389: "ldap", 427: "svrloc",
        443: "https", 444: "snpp", 445: "microsoft-ds", 464: "kpasswd", 465: "submissions", 500: "isakmp", 502: "mbap",
        512: "exec", 513: "login", 514: "shell", 515: "printer", 520: "efs", 540: "uucp", 543: "klogin", 544: "kshell",
        546: "dhcpv6-client", 547: "dhcpv6-server", 548: "afpovertcp", 554: "rtsp", 587: "submission", 593: "http-rpc-epmap",
        623: "asf-rmcp", 631: "ipp", 636: "ldaps", 646: "ldp", 647: "dhcp-failover", 666: "doom", 749: "kerberos-adm",
        830: "netconf-ssh", 853: "domain-s", 860: "iscsi", 873: "rsync", 902: "ideafarm-door", 989: "ftps-data", 990: "ftps",
        992: "telnets", 993: "imaps", 995: "pop3s", 1080: "socks", 1194: "openvpn", 1241: "nessus", 1433: "ms-sql-s",
        1434: "ms-sql-m", 1521: "ncube-lm", 1645: "radius-old", 1701: "l2tp", 1719: "h323gatestat", 1720: "h323hostcall",
        1723: "pptp", 1812: "radius", 1813: "radius-acct", 1883: "mqtt", 1900: "ssdp", 1935: "macromedia-fcs",
        2000: "cisco-sccp", 2049: "nfs", 2082: "infowave", 2083: "radsec", 2086: "gnunet", 2121: "scientia-ssdb", 2181: "eforward",
        2222: "EtherNet-IP-1", 2375: "docker", 2376: "docker-s", 2377: "swarm", 2379: "etcd-client", 2380: "etcd-server",
        3000: "hbci", 3128: "ndl-aas", 3260: "iscsi-target", 3268: "msft-gc", 3269: "msft-gc-ssl", 3306: "mysql",
        3389: "ms-wbt-server", 3478: "stun", 3632: "distcc", 3690: "svn", 4000: "terabase", 4222: "nats", 4369: "epmd",
        4500: "ipsec-nat-t", 4646: "nomad", 4789: "vxlan", 4840: "opcua-tcp", 4899: "radmin-port", 5000: "commplex-main",
        5004: "avt-profile-1", 5005: "avt-profile-2", 5060: "sip", 5061: "sips", 5222: "xmpp-client", 5269: "xmpp-server",
        5353: "mdns", 5355: "llmnr", 5432: "postgresql", 5500: "fcp-addr-srvr1", 5601: "esmagent", 5666: "nrpe", 5671: "amqps",
        5672: "amqp", 5683: "coap", 5684: "coaps", 5900: "rfb", 5938: "teamviewer", 5984: "couchdb", 5985: "wsman",
        5986: "wsmans", 6000: "x11", 6379: "redis", 6443: "sun-sr-https", 6514: "syslog-tls", 6667: "ircu", 6697: "ircs-u",
        6881: "bittorrent", 7000: "afs3-fileserver", 7001: "afs3-callback", 7474: "neo4j", 7687: "bolt", 8000: "irdmi",
        8008: "http-alt", 8009: "ajp13", 8080: "http-alt", 8081: "sunproxyadmin", 8086: "influxdb",
        8088: "radan-http", 8123: "clickhouse", 8140: "puppet", 8200: "trivnet1", 8300: "tmi", 8301: "serf", 8443: "pcsync-https",
        8500: "fmtp", 8834: "nessus-web", 8883: "secure-mqtt", 8888: "ddi-tcp-1", 9000: "cslistener", 9042: "cassandra",
        9090: "websm", 9091: "xmltec-xmlmail", 9092: "kafka", 9093: "alertmanager", 9100: "pdl-datastream", 9160: "apani1",
        9200: "wap-wsp", 9300: "vrace", 9418: "git", 9443: "tungsten-https", 9999: "distinct", 10000: "ndmp", 10050: "zabbix-agent",
        10051: "zabbix-trapper", 10250: "kubelet", 11211: "memcache", 11434: "ollama", 15672: "rabbitmq-mgmt", 25565: "minecraft",
        25672: "rabbitmq-dist", 26257: "cockroach", 27017: "mongodb", 28015: "rethinkdb", 32400: "plex", 47808: "bacnet",
        50000: "ibm-db2", 51820: "wireguard", 61613: "stomp", 61616: "activemq", 64738: "murmur",
    ]

    /// Where UDP's registered name is another one.
    private static let udpNames: [UInt16: String] = [
        443: "quic", 512: "biff", 513: "who", 514: "syslog", 520: "rip", 623: "asf-rmcp", 853: "dns-over-quic",
    ]

    private static let aliases: [String: UInt16] = [
        "dns": 53, "www": 80, "web": 80, "mail": 25, "submit": 587, "smtps": 465, "imap2": 143, "samba": 445, "cifs": 445,
        "rdp": 3389,
        "vnc": 5900, "postgres": 5432, "mssql": 1433, "oracle": 1521, "elasticsearch": 9200, "prometheus": 9090, "zookeeper": 2181,
        "memcached": 11211, "mongo": 27017, "proxy": 3128, "squid": 3128, "http-proxy": 8080, "mdns": 5353, "wireguard": 51820,
    ]

    private static let ports: [String: UInt16] = aliases.merging(
        // Several ports may share a name: the lowest is the one that was registered for it.
        names.map { ($1.lowercased(), $0) }.sorted { $0.1 < $1.1 },
        uniquingKeysWith: { first, _ in first }
    )

    private static let udpPorts: [String: UInt16] = Dictionary(udpNames.map { ($1, $0) }, uniquingKeysWith: min)
}
