/// Socket calls, options and structures: accept4, the error queue, TCP_INFO, TCP_SAVED_SYN.
#ifndef SONDE_CNETWORK_SOCKETS_H
#define SONDE_CNETWORK_SOCKETS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

/// accept4(2), which the C library declares under _GNU_SOURCE alone.
int accept4(int listener, struct sockaddr *peer, socklen_t *length, int flags);

// linux/tcp.h and netinet/tcp.h exclude each other, and Glibc's module has the latter: the numbers that only the former names.
#define CNET_TCP_SAVE_SYN 27
#define CNET_TCP_SAVED_SYN 28

/// Fields of struct tcp_info (linux/tcp.h), in its units: microseconds, segments, bytes.
struct cnet_tcp_statistics {
    uint8_t state;
    uint8_t send_window_scale;
    uint8_t receive_window_scale;
    uint8_t options;            ///< TCPI_OPT_*: 1 timestamps, 2 SACK, 4 window scale, 8 ECN, 32 SYN data acknowledged
    uint8_t retransmits;        ///< of the segment (SYN included) that waits for its ACK now
    uint32_t send_mss;
    uint32_t receive_mss;
    uint32_t rtt_us;
    uint32_t rtt_variance_us;
    uint32_t min_rtt_us;        ///< UINT32_MAX before the first sample
    uint32_t congestion_window; ///< segments
    uint32_t total_retransmits; ///< segments over the connection's life, SYN included
    uint32_t send_window;       ///< bytes that the peer takes, scaled; UINT32_MAX on a kernel older than 5.4
    uint64_t bytes_acked;
    uint64_t bytes_received;
};

/// getsockopt(TCP_INFO): 0, or -1 with errno.
int cnet_tcp_statistics(int fd, struct cnet_tcp_statistics *statistics);

static inline int cnet_accept(int listener, struct sockaddr_storage *peer, socklen_t *length) {
    return accept4(listener, (struct sockaddr *)peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// One entry of a socket's error queue, without its control-message layout.
struct cnet_queued_error {
    uint32_t error;       ///< errno value
    uint8_t origin;       ///< SO_EE_ORIGIN_*
    uint8_t icmp_type;
    uint8_t icmp_code;
    uint8_t has_offender; ///< whether `offender` was filled in
    uint8_t quote_length; ///< bytes of `quote`
    uint32_t information; ///< ee_info: the MTU of ICMP 3/4, ICMPv6 2/0 and EMSGSIZE, in bytes; else 0
    struct sockaddr_storage offender;
    uint8_t quote[64];    ///< the packet that the ICMP error is about, from its transport header on, in network byte order
};

/// Takes one entry from the error queue (IP_RECVERR, IPV6_RECVERR: ip(7), ipv6(7)).
///
/// Returns 1 with `entry` filled, 0 where the message held no extended error, -1 with errno (EAGAIN: the queue is empty).
static inline int cnet_take_queued_error(int fd, struct cnet_queued_error *entry) {
    _Alignas(struct cmsghdr) char control[512];
    struct sockaddr_storage destination;
    struct iovec vector = { entry->quote, sizeof entry->quote };
    struct msghdr message;
    memset(&message, 0, sizeof message);
    memset(entry, 0, sizeof *entry);
    message.msg_name = &destination;
    message.msg_namelen = sizeof destination;
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t length = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (length < 0) return -1;
    entry->quote_length = (uint8_t)length;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        int is_v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
        int is_v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
        if (!is_v4 && !is_v6) continue;
        size_t room = header->cmsg_len - CMSG_LEN(0);
        if (room < sizeof(struct sock_extended_err)) continue;
        struct sock_extended_err extended;
        memcpy(&extended, CMSG_DATA(header), sizeof extended);
        entry->error = extended.ee_errno;
        entry->origin = extended.ee_origin;
        entry->icmp_type = extended.ee_type;
        entry->icmp_code = extended.ee_code;
        entry->information = extended.ee_info;
        size_t size = is_v4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        if (room >= sizeof extended + size) {
            memcpy(&entry->offender, CMSG_DATA(header) + sizeof extended, size);
            entry->has_offender = entry->offender.ss_family == AF_INET || entry->offender.ss_family == AF_INET6;
        }
        return 1;
    }
    return 0;
}

#endif
