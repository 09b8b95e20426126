/// Giving privilege up: identity, capabilities, no_new_privs (credentials(7), capabilities(7)).
#ifndef SONDE_CNETWORK_PRIVILEGE_H
#define SONDE_CNETWORK_PRIVILEGE_H

#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// setresgid(2) and setresuid(2), which the C library declares under _GNU_SOURCE alone.
int setresgid(gid_t real, gid_t effective, gid_t saved);
int setresuid(uid_t real, uid_t effective, uid_t saved);

/// Makes the supplementary groups those of the user (initgroups(3)), so that it can write where its groups may; none where the user
/// database has no such user. Not thread-safe.
int cnet_set_groups_of(uint32_t user, uint32_t group);

/// Sets the real, effective and saved group.
static inline int cnet_set_group(uint32_t group) { return setresgid(group, group, group); }

/// Sets the real, effective and saved user.
static inline int cnet_set_user(uint32_t user) { return setresuid(user, user, user); }

/// Empties the calling thread's effective, permitted and inheritable sets.
static inline int cnet_drop_capabilities(void) {
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct sets[2];
    memset(sets, 0, sizeof sets);
    return (int)syscall(SYS_capset, &header, sets);
}

/// Whether a capability is in the calling thread's permitted set.
static inline int cnet_holds_capability(int number) {
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct sets[2];
    memset(sets, 0, sizeof sets);
    if (syscall(SYS_capget, &header, sets) != 0) return 0;
    return (int)(sets[number / 32].permitted >> (number % 32) & 1);
}

/// No execve(2) from here on can gain privilege.
static inline int cnet_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

#endif
