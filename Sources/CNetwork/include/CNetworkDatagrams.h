/// recvmmsg and sendmmsg over one block of memory, with the address that each datagram came to (IP_PKTINFO, IPV6_PKTINFO).
#ifndef SONDE_CNETWORK_DATAGRAMS_H
#define SONDE_CNETWORK_DATAGRAMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/// Datagrams with their peers and control messages; its layout is CNetworkDatagrams.c's own.
struct cnet_datagrams;

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

/// Makes a received datagram one to send: back to its peer, `length` bytes, from the address that it was sent to. It takes the
/// place `target` among those to send, which is not behind its own.
void cnet_datagram_turn(struct cnet_datagrams *batch, int index, size_t length, int target);

/// Sends `count` turned datagrams from `first` on: how many went, or -1 with the errno of the first.
int cnet_datagrams_send(struct cnet_datagrams *batch, int fd, int first, int count);

#endif
