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
    struct iovec vector;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
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
    }
    return count;
}

size_t cnet_datagram_length(const struct cnet_datagrams *batch, int index) { return batch->datagrams[index].length; }

int cnet_datagram_is_truncated(const struct cnet_datagrams *batch, int index) { return batch->datagrams[index].is_truncated; }

uint8_t *cnet_datagram_bytes(struct cnet_datagrams *batch, int index) { return batch->bytes + (size_t)index * batch->room; }

const struct sockaddr_storage *cnet_datagram_peer(const struct cnet_datagrams *batch, int index, socklen_t *length) {
    *length = batch->datagrams[index].peer_length;
    return &batch->datagrams[index].peer;
}

/// Leaves in the control data what makes the answer leave from the address that the question came to; 0 where nothing does.
static size_t answer_from_same_address(struct msghdr *header) {
    struct cmsghdr *control = header->msg_controllen == 0 ? NULL : CMSG_FIRSTHDR(header);
    if (control && control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
        // The route decides which interface it leaves by; ipi_spec_dst becomes the source address (ip(7)).
        struct in_pktinfo local;
        memcpy(&local, CMSG_DATA(control), sizeof local);
        local.ipi_ifindex = 0;
        memcpy(CMSG_DATA(control), &local, sizeof local);
        return CMSG_SPACE(sizeof local);
    }
    if (control && control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo local;
        memcpy(&local, CMSG_DATA(control), sizeof local);
        if (IN6_IS_ADDR_MULTICAST(&local.ipi6_addr)) return 0;
        if (!IN6_IS_ADDR_LINKLOCAL(&local.ipi6_addr)) local.ipi6_ifindex = 0;
        memcpy(CMSG_DATA(control), &local, sizeof local);
        return CMSG_SPACE(sizeof local);
    }
    return 0;
}

void cnet_datagram_turn(struct cnet_datagrams *batch, int index, size_t length, int target) {
    struct msghdr *header = &batch->headers[index].msg_hdr;
    header->msg_iov->iov_len = length;
    header->msg_flags = 0;
    header->msg_controllen = answer_from_same_address(header);
    if (header->msg_controllen == 0) header->msg_control = NULL;
    if (target != index) batch->headers[target] = batch->headers[index];
}

int cnet_datagrams_send(struct cnet_datagrams *batch, int fd, int first, int count) {
    return sendmmsg(fd, batch->headers + first, (unsigned)count, MSG_DONTWAIT | MSG_NOSIGNAL);
}
