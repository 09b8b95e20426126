#define _GNU_SOURCE
#include "CNetworkSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "CNetworkSeccomp.h"

// The numbers of Landlock are the same on every architecture; the headers may be older than the kernel.
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_MAKE_REG = 1 << 8,
    FS_TRUNCATE = 1 << 14,
};

/// struct landlock_ruleset_attr as of version 6.
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

/// Every right over files that a version of Landlock knows.
static uint64_t all_file_rights(int version) {
    int count = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
    return ((uint64_t)1 << count) - 1;
}

static int version(void) { return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION); }

int cnet_landlock_make(void) {
    int known = version();
    if (known < 0) return -1;
    struct ruleset rules = { all_file_rights(known), 0, 0 };
    size_t size = sizeof rules.files;
    if (known >= 4) {
        // Binding and connecting of TCP.
        rules.network = 3;
        size += sizeof rules.network;
    }
    if (known >= 6) {
        // Abstract Unix sockets and signals.
        rules.scoped = 3;
        size += sizeof rules.scoped;
    }
    return (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
}

int cnet_landlock_allow(int rules, const char *path, int right) {
    struct landlock_path_beneath_attr rule;
    memset(&rule, 0, sizeof rule);
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) return -1;
    struct stat status;
    int is_folder = fstat(rule.parent_fd, &status) == 0 && S_ISDIR(status.st_mode);
    switch (right) {
    case CNET_FILE_READ: rule.allowed_access = FS_READ_FILE | (is_folder ? FS_READ_DIR : 0); break;
    case CNET_FILE_WRITE: rule.allowed_access = FS_WRITE_FILE | FS_TRUNCATE; break;
    default: rule.allowed_access = FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG; break;
    }
    rule.allowed_access &= all_file_rights(version());
    int result = (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int error = errno;
    close(rule.parent_fd);
    errno = error;
    return result;
}

int cnet_landlock_enforce(int rules) { return (int)syscall(SYS_landlock_restrict_self, rules, 0); }

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW(argument) (offsetof(struct seccomp_data, args[argument]))
#define HIGH(argument) (offsetof(struct seccomp_data, args[argument]) + 4)
#else
#define LOW(argument) (offsetof(struct seccomp_data, args[argument]) + 4)
#define HIGH(argument) (offsetof(struct seccomp_data, args[argument]))
#endif

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define END(action) BPF_STMT(BPF_RET | BPF_K, action)
#define REFUSE END(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW END(SECCOMP_RET_ALLOW)
/// Allows a system call whatever its arguments.
#define CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), ALLOW
/// Begins what holds for one system call and has `count` instructions; each way through them ends.
#define OF_CALL(name, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, count)
/// Allows a value that was loaded.
#define VALUE(value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1), ALLOW

int cnet_restrict_system_calls(void) {
    static struct sock_filter program[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CNET_AUDIT_ARCH, 1, 0),
        REFUSE,
        LOAD(offsetof(struct seccomp_data, nr)),
        // Frames, files and streams that are open, most frequent first.
        CALL(futex), CALL(ppoll), CALL(write), CALL(read), CALL(pread64), CALL(pwrite64), CALL(readv), CALL(writev), CALL(lseek),
        CALL(close), CALL(fstat), CALL(newfstatat), CALL(statx), CALL(ftruncate), CALL(fsync), CALL(fadvise64), CALL(fcntl),
        CALL(recvfrom), CALL(recvmsg), CALL(getsockopt), CALL(getsockname), CALL(dup), CALL(eventfd2),
        // Files that Landlock allows.
        CALL(openat), CALL(readlinkat), CALL(faccessat), CALL(faccessat2),
#ifdef SYS_open
        CALL(open), CALL(stat), CALL(lstat), CALL(access), CALL(readlink), CALL(poll), CALL(dup2),
#endif
        // Memory, but no code.
        CALL(munmap), CALL(mremap), CALL(madvise), CALL(brk),
        OF_CALL(mmap, 4), LOAD(LOW(2)), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), REFUSE, ALLOW,
        OF_CALL(mprotect, 4), LOAD(LOW(2)), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1), REFUSE, ALLOW,
        // Threads, but no processes. clone3 has its flags where no filter sees them; without it, the C library calls clone.
        OF_CALL(clone, 4), LOAD(LOW(0)), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0), REFUSE, ALLOW,
        OF_CALL(clone3, 1), END(SECCOMP_RET_ERRNO | ENOSYS),
        CALL(set_robust_list), CALL(rseq), CALL(gettid), CALL(getpid), CALL(getppid), CALL(sched_yield), CALL(sched_getaffinity),
        CALL(exit), CALL(exit_group), CALL(wait4), CALL(tgkill),
        CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid),
        CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sigaltstack), CALL(restart_syscall),
        // Clocks and random numbers.
        CALL(clock_gettime), CALL(clock_nanosleep), CALL(nanosleep), CALL(gettimeofday), CALL(getrandom),
        // To who is connected already: no address.
        OF_CALL(sendto, 7), LOAD(LOW(4)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3), LOAD(HIGH(4)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), ALLOW,
        REFUSE, REFUSE,
        // A socket that asks for the state of interfaces; it can't be connected.
        OF_CALL(socket, 4), LOAD(LOW(0)), VALUE(AF_UNIX), REFUSE,
        // Sizes of terminals, the state of interfaces.
        OF_CALL(ioctl, 16), LOAD(LOW(1)), VALUE(TCGETS), VALUE(TIOCGWINSZ), VALUE(FIONREAD), VALUE(FIONBIO),
        VALUE(0x8933 /* SIOCGIFINDEX */), VALUE(0x8913 /* SIOCGIFFLAGS */), VALUE(0x8910 /* SIOCGIFNAME */), REFUSE,
        REFUSE,
    };
    struct sock_fprog filter = { sizeof program / sizeof program[0], program };
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0 ? 0 : -1;
}
