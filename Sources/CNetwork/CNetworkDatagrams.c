#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "CNetworkDatagrams.h"

struct datagram {
    struct sockaddr_storage peer;
    socklen_t peer_length;
    size_t length;
    int is_truncated;
    struct cnet_arrival arrival;
    struct iovec vector;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

struct cnet_datagrams {
    int capacity;
    size_t room;
    struct mmsghdr *headers;
    struct datagram *datagrams;
    uint8_t *bytes;
};

struct cnet_datagrams *cnet_datagrams_make(int capacity, size_t room) {
    struct cnet_datagrams *batch = calloc(1, sizeof *batch);
    if (!batch) return NULL;
    batch->capacity = capacity;
    batch->room = room;
    batch->headers = calloc((size_t)capacity, sizeof *batch->headers);
    batch->datagrams = calloc((size_t)capacity, sizeof *batch->datagrams);
    batch->bytes = malloc((size_t)capacity * room);
    if (batch->headers && batch->datagrams && batch->bytes) return batch;
    cnet_datagrams_free(batch);
    return NULL;
}

void cnet_datagrams_free(struct cnet_datagrams *batch) {
    free(batch->headers);
    free(batch->datagrams);
    free(batch->bytes);
    free(batch);
}

static void note_arrival(struct cnet_arrival *arrival, struct cmsghdr *control);

int cnet_datagrams_receive(struct cnet_datagrams *batch, int fd) {
    for (int index = 0; index < batch->capacity; index++) {
        struct datagram *datagram = &batch->datagrams[index];
        datagram->vector.iov_base = batch->bytes + (size_t)index * batch->room;
        datagram->vector.iov_len = batch->room;
        batch->headers[index].msg_hdr = (struct msghdr) {
            .msg_name = &datagram->peer,
            .msg_namelen = sizeof datagram->peer,
            .msg_iov = &datagram->vector,
            .msg_iovlen = 1,
            .msg_control = datagram->control,
            .msg_controllen = sizeof datagram->control,
        };
    }
    int count = recvmmsg(fd, batch->headers, (unsigned)batch->capacity, MSG_DONTWAIT, NULL);
    for (int index = 0; index < count; index++) {
        batch->datagrams[index].length = batch->headers[index].msg_len;
        batch->datagrams[index].is_truncated = (batch->headers[index].msg_hdr.msg_flags & MSG_TRUNC) != 0;
        batch->datagrams[index].peer_length = batch->headers[index].msg_hdr.msg_namelen;
        batch->datagrams[index].arrival = (struct cnet_arrival) {0};
        struct msghdr *header = &batch->headers[index].msg_hdr;
        for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control))
            note_arrival(&batch->datagrams[index].arrival, control);
    }
    return count;
}

size_t cnet_datagram_length(const struct cnet_datagrams *batch, int index) { return batch->datagrams[index].length; }

int cnet_datagram_is_truncated(const struct cnet_datagrams *batch, int index) { return batch->datagrams[index].is_truncated; }

uint8_t *cnet_datagram_bytes(struct cnet_datagrams *batch, int index) { return batch->bytes + (size_t)index * batch->room; }

struct cnet_arrival cnet_datagram_arrival(const struct cnet_datagrams *batch, int index) { return batch->datagrams[index].arrival; }

const struct sockaddr_storage *cnet_datagram_peer(const struct cnet_datagrams *batch, int index, socklen_t *length) {
    *length = batch->datagrams[index].peer_length;
    return &batch->datagrams[index].peer;
}

/// Adds what one control message says of how a datagram arrived.
static void note_arrival(struct cnet_arrival *arrival, struct cmsghdr *control) {
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo local;
        memcpy(&local, CMSG_DATA(control), sizeof local);
        arrival->family = 4;
        // The kernel gives a datagram to one address that very address as the local one; a group has another (fib_compute_spec_dst).
        arrival->is_group = local.ipi_spec_dst.s_addr != local.ipi_addr.s_addr;
        memcpy(arrival->address, &local.ipi_spec_dst, sizeof local.ipi_spec_dst);
    } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo local;
        memcpy(&local, CMSG_DATA(control), sizeof local);
        arrival->family = 6;
        arrival->is_group = IN6_IS_ADDR_MULTICAST(&local.ipi6_addr);
        arrival->interface = local.ipi6_ifindex;
        memcpy(arrival->address, &local.ipi6_addr, sizeof local.ipi6_addr);
    } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_TOS) {
        arrival->traffic_class = *(const uint8_t *)CMSG_DATA(control);
    } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_TCLASS) {
        int class;
        memcpy(&class, CMSG_DATA(control), sizeof class);
        arrival->traffic_class = (uint8_t)class;
    }
}

/// Writes the control message that makes a datagram leave from where one arrived; returns its length, 0 where nothing is known.
static size_t leave_from(const struct cnet_arrival *arrival, char *room) {
    struct msghdr header = {.msg_control = room, .msg_controllen = CMSG_SPACE(sizeof(struct in6_pktinfo))};
    struct cmsghdr *control = CMSG_FIRSTHDR(&header);
    if (arrival->family == 4) {
        // The route decides which interface it leaves by; ipi_spec_dst becomes the source address (ip(7)).
        struct in_pktinfo local = {0};
        memcpy(&local.ipi_spec_dst, arrival->address, sizeof local.ipi_spec_dst);
        *control = (struct cmsghdr) {.cmsg_len = CMSG_LEN(sizeof local), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
        memcpy(CMSG_DATA(control), &local, sizeof local);
        return CMSG_SPACE(sizeof local);
    }
    if (arrival->family == 6) {
        struct in6_pktinfo local = {0};
        memcpy(&local.ipi6_addr, arrival->address, sizeof local.ipi6_addr);
        if (IN6_IS_ADDR_LINKLOCAL(&local.ipi6_addr)) local.ipi6_ifindex = arrival->interface;
        *control = (struct cmsghdr) {.cmsg_len = CMSG_LEN(sizeof local), .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO};
        memcpy(CMSG_DATA(control), &local, sizeof local);
        return CMSG_SPACE(sizeof local);
    }
    return 0;
}

void cnet_datagram_turn(struct cnet_datagrams *batch, int index, size_t length, int target) {
    struct msghdr *header = &batch->headers[index].msg_hdr;
    struct datagram *datagram = &batch->datagrams[index];
    header->msg_iov->iov_len = length;
    header->msg_flags = 0;
    header->msg_controllen = leave_from(&datagram->arrival, datagram->control);
    header->msg_control = header->msg_controllen == 0 ? NULL : datagram->control;
    if (target != index) batch->headers[target] = batch->headers[index];
}

ssize_t cnet_datagram_send(
    int fd,
    const void *bytes,
    size_t length,
    const struct sockaddr *peer,
    socklen_t peer_length,
    const struct cnet_arrival *arrival
) {
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr header = {
        .msg_name = (void *)peer, .msg_namelen = peer_length, .msg_iov = &vector, .msg_iovlen = 1,
    };
    header.msg_controllen = leave_from(arrival, room);
    if (header.msg_controllen > 0) header.msg_control = room;
    return sendmsg(fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int cnet_datagrams_send(struct cnet_datagrams *batch, int fd, int first, int count) {
    return sendmmsg(fd, batch->headers + first, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
}
