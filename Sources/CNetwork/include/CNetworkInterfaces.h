/// Notifications of changed interfaces, addresses and routes (netlink(7), rtnetlink(7)).
#ifndef SONDE_CNETWORK_INTERFACES_H
#define SONDE_CNETWORK_INTERFACES_H

#include <stdint.h>

/// Binds a netlink socket to groups of notifications (`RTMGRP_*`) and enlarges its receive buffer.
int cnet_join_netlink_groups(int fd, uint32_t groups);

#endif
