/// Notifications over netlink (netlink(7)) and network namespaces (network_namespaces(7)).
#ifndef SONDE_CNETWORK_INTERFACES_H
#define SONDE_CNETWORK_INTERFACES_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Binds a netlink socket to groups of notifications (`RTMGRP_*`) and enlarges its receive buffer.
int cnet_join_netlink_groups(int fd, uint32_t groups);

/// setns(2) into the network namespace (CLONE_NEWNET of linux/sched.h) that the descriptor refers to.
static inline int cnet_enter_network_namespace(int fd) {
    return (int)syscall(SYS_setns, fd, 0x40000000);
}

/// Whether an interface is up: 1 or 0, -1 with errno.
int cnet_interface_is_up(const char *name);

#endif
