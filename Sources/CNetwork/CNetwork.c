// What headers can't include: linux/tcp.h redefines what netinet/tcp.h defines, and the structures of pwd.h are Glibc's to Swift.
#include <grp.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <net/if.h>
#include <pwd.h>

#include "CNetwork.h"

// The arguments as the loader passes them to a constructor (glibc: argc, argv, envp). Swift's runtime looks for them through
// /proc/self/maps and finds none where /proc is absent; the override makes CommandLine right there too.
static int argument_count;
static char **arguments;

void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);

__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
    argument_count = argc;
    arguments = argv;
    if (argc > 0) _swift_stdlib_overrideUnsafeArgvArgc(argv, argc);
}

const char *cnet_argument(int index) { return index < argument_count ? arguments[index] : NULL; }

int cnet_tcp_statistics(int fd, struct cnet_tcp_statistics *statistics) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    memset(&info, 0, sizeof info);
    memset(statistics, 0, sizeof *statistics);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) return -1;
    statistics->state = info.tcpi_state;
    statistics->send_window_scale = info.tcpi_snd_wscale;
    statistics->receive_window_scale = info.tcpi_rcv_wscale;
    statistics->options = info.tcpi_options;
    statistics->retransmits = info.tcpi_retransmits;
    statistics->send_mss = info.tcpi_snd_mss;
    statistics->receive_mss = info.tcpi_rcv_mss;
    statistics->rtt_us = info.tcpi_rtt;
    statistics->rtt_variance_us = info.tcpi_rttvar;
    statistics->min_rtt_us = info.tcpi_min_rtt;
    statistics->congestion_window = info.tcpi_snd_cwnd;
    statistics->total_retransmits = info.tcpi_total_retrans;
    int has_window = length >= offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd;
    statistics->send_window = has_window ? info.tcpi_snd_wnd : UINT32_MAX;
    statistics->bytes_acked = info.tcpi_bytes_acked;
    statistics->bytes_received = info.tcpi_bytes_received;
    return 0;
}

int cnet_join_netlink_groups(int fd, uint32_t groups) {
    struct sockaddr_nl address;
    int size = 1 << 20;
    memset(&address, 0, sizeof address);
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    // The first needs CAP_NET_ADMIN; the second stops at net.core.rmem_max.
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return bind(fd, (const struct sockaddr *)&address, sizeof address);
}

int cnet_set_groups_of(uint32_t user, uint32_t group) {
    const struct passwd *entry = getpwuid(user);
    return entry ? initgroups(entry->pw_name, group) : setgroups(0, NULL);
}

int cnet_interface_is_up(const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    // Any socket answers for interfaces.
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int result = ioctl(fd, SIOCGIFFLAGS, &request);
    close(fd);
    return result < 0 ? -1 : (request.ifr_flags & IFF_UP) != 0;
}
