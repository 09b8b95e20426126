#define _GNU_SOURCE
#include "CNetworkCommand.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "CNetworkSeccomp.h"

// Both system calls have these numbers on every architecture.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

int cnet_fork(void) { return fork(); }

int cnet_message_sockets(int pair[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair); }

int cnet_pipe(int pair[2]) { return pipe2(pair, O_CLOEXEC); }

int cnet_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int cnet_watch_children(void) {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0) return -1;
    return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

void cnet_take_child_signals(int fd) {
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) > 0) {}
}

void cnet_ignore_ends(void) {
    static const int ends[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
    for (size_t index = 0; index < sizeof ends / sizeof ends[0]; index++) signal(ends[index], SIG_IGN);
}

void cnet_release_standard_streams(void) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return;
    for (int fd = 0; fd <= 2; fd++) dup2(null, fd);
    if (null > 2) close(null);
}

int cnet_reap(int *status) { return waitpid(-1, status, WNOHANG); }

int cnet_exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

int cnet_notice_socket_calls(void) {
    // The low half of an argument, which holds the flags.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    enum { LOW = 0 };
#else
    enum { LOW = 4 };
#endif
    static struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CNET_AUDIT_ARCH, 0, 9),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_connect, 8, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_listen, 7, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendto, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]) + LOW),
        BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3]) + LOW),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MSG_FASTOPEN, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    struct sock_fprog filter = { sizeof program / sizeof program[0], program };
    int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    if (listener >= 0 || errno != EACCES) return listener;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

int cnet_notice_take(int listener, struct cnet_socket_notice *notice) {
    // The kernel may know a longer structure than this header does; it wants the rest to be zero.
    union {
        struct seccomp_notif call;
        char room[512];
    } request;
    memset(&request, 0, sizeof request);
    memset(notice, 0, sizeof *notice);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request.call) < 0) return -1;
    notice->id = request.call.id;
    notice->process = (int32_t)request.call.pid;
    notice->fd = (int32_t)request.call.data.args[0];
    switch (request.call.data.nr) {
    case SYS_connect: notice->call = CNET_CALL_CONNECT; break;
    case SYS_listen: notice->call = CNET_CALL_LISTEN; break;
    default: notice->call = CNET_CALL_SEND; break;
    }
    if (notice->call != CNET_CALL_CONNECT) return 0;
    uint64_t length = request.call.data.args[2] & UINT32_MAX;
    if (length > sizeof notice->address) return 0;
    struct iovec into = { &notice->address, (size_t)length };
    struct iovec from = { (void *)(uintptr_t)request.call.data.args[1], (size_t)length };
    ssize_t count = process_vm_readv(notice->process, &into, 1, &from, 1, 0);
    if (count == (ssize_t)length) notice->address_length = (socklen_t)length;
    return 0;
}

/// The process of a thread, since descriptors of processes are for those alone.
static int process_of(int thread) {
    char path[48], text[512];
    snprintf(path, sizeof path, "/proc/%d/status", thread);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return thread;
    ssize_t count = read(fd, text, sizeof text - 1);
    close(fd);
    if (count <= 0) return thread;
    text[count] = 0;
    const char *field = strstr(text, "\nTgid:");
    return field ? atoi(field + 6) : thread;
}

int cnet_notice_descriptor(int listener, const struct cnet_socket_notice *notice) {
    int process = (int)syscall(SYS_pidfd_open, process_of(notice->process), 0);
    if (process < 0) return -1;
    int fd = -1;
    // The caller still waits, so the number is no other process's.
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notice->id) == 0)
        fd = (int)syscall(SYS_pidfd_getfd, process, notice->fd, 0);
    int error = errno;
    close(process);
    errno = error;
    return fd;
}

void cnet_notice_continue(int listener, uint64_t id) {
    union {
        struct seccomp_notif_resp answer;
        char room[512];
    } response;
    memset(&response, 0, sizeof response);
    response.answer.id = id;
    response.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    // A caller that has gone needs no answer.
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response.answer);
}

int cnet_is_tcp_socket(int fd) {
    int protocol = 0, domain = 0;
    socklen_t length = sizeof protocol;
    if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) < 0) return 0;
    length = sizeof domain;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) < 0) return 0;
    // 262 is IPPROTO_MPTCP.
    return (domain == AF_INET || domain == AF_INET6) && (protocol == IPPROTO_TCP || protocol == 262);
}
