/// Link-layer addresses, which Swift's Glibc module lacks: struct sockaddr_ll (packet(7)).
#ifndef SONDE_CNETWORK_INTERFACES_H
#define SONDE_CNETWORK_INTERFACES_H

#include <netpacket/packet.h>

#endif
