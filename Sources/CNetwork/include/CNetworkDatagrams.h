/// recvmmsg and sendmmsg over one block of memory, with the address that each datagram came to (IP_PKTINFO, IPV6_PKTINFO).
#ifndef SONDE_CNETWORK_DATAGRAMS_H
#define SONDE_CNETWORK_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/// Datagrams with their peers and control messages; its layout is CNetworkDatagrams.c's own.
struct cnet_datagrams;

/// How a datagram arrived, as far as the socket's options ask for it: its destination (IP_PKTINFO, IPV6_PKTINFO) and its traffic class
/// (IP_RECVTOS, IPV6_RECVTCLASS).
struct cnet_arrival {
    /// 4 or 6; 0 where the address is not known.
    uint8_t family;
    /// Whether it was sent to a broadcast or multicast address. `address` is then the one that an answer would leave from, or the group.
    uint8_t is_group;
    uint8_t traffic_class;
    /// 4 or 16 bytes in network order.
    uint8_t address[16];
    uint32_t interface;
};

/// Room for `capacity` datagrams of at most `room` bytes; NULL where there is no memory.
struct cnet_datagrams *cnet_datagrams_make(int capacity, size_t room);
void cnet_datagrams_free(struct cnet_datagrams *batch);

/// Takes what waits at a socket: how many datagrams, or -1 with errno.
int cnet_datagrams_receive(struct cnet_datagrams *batch, int fd);

/// Of the datagram at an index below what was received: its length, whether it was longer than `room`, its bytes (`room` of them), its peer.
size_t cnet_datagram_length(const struct cnet_datagrams *batch, int index);
int cnet_datagram_is_truncated(const struct cnet_datagrams *batch, int index);
uint8_t *cnet_datagram_bytes(struct cnet_datagrams *batch, int index);
const struct sockaddr_storage *cnet_datagram_peer(const struct cnet_datagrams *batch, int index, socklen_t *length);

struct cnet_arrival cnet_datagram_arrival(const struct cnet_datagrams *batch, int index);

/// Makes a received datagram one to send: back to its peer, `length` bytes, from the address that it was sent to. It takes the
/// place `target` among those to send, which is not behind its own.
void cnet_datagram_turn(struct cnet_datagrams *batch, int index, size_t length, int target);

/// Sends `count` turned datagrams from `first` on: how many went, or -1 with the errno of the first.
int cnet_datagrams_send(struct cnet_datagrams *batch, int fd, int first, int count);

/// Sends one datagram from the address at which another arrived: its length, or -1 with errno.
ssize_t cnet_datagram_send(
    int fd,
    const void *bytes,
    size_t length,
    const struct sockaddr *peer,
    socklen_t peer_length,
    const struct cnet_arrival *arrival
);

#endif
