/// Running a command and seeing its sockets: fork, and the notifications of seccomp(2) before each connect(2) and listen(2).
#ifndef SONDE_CNETWORK_COMMAND_H
#define SONDE_CNETWORK_COMMAND_H

#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/// fork(2), for a process with one thread.
int cnet_fork(void);

/// A pair of connected sockets that keep the borders of messages, neither blocking nor inherited by programs.
int cnet_message_sockets(int pair[2]);

/// A pipe that no program inherits.
int cnet_pipe(int pair[2]);

/// Makes descendants whose parent ends children of this process (PR_SET_CHILD_SUBREAPER).
int cnet_adopt_orphans(void);

/// Blocks SIGCHLD and returns a descriptor that is readable once a child has ended; -1 with errno.
int cnet_watch_children(void);
/// Takes what made the descriptor readable.
void cnet_take_child_signals(int fd);

/// getpid(2).
static inline int cnet_own_process(void) { return getpid(); }

/// kill(2).
static inline int cnet_kill(int process, int number) { return kill(process, number); }

/// Ignores the signals by which a terminal or another process ends a program.
void cnet_ignore_ends(void);

/// Makes descriptors 0 to 2 /dev/null, so that no reader waits for this process.
void cnet_release_standard_streams(void);

/// Reaps a child (waitpid(2)) without waiting: its number, 0 where all still run, -1 with errno.
int cnet_reap(int *status);
/// The exit code that a shell gives a status: 128 + number for a signal.
int cnet_exit_code(int status);

enum cnet_socket_call { CNET_CALL_CONNECT = 1, CNET_CALL_LISTEN = 2, CNET_CALL_SEND = 3 };

/// A call that waits for `cnet_notice_continue`.
struct cnet_socket_notice {
    uint64_t id;
    int32_t process;
    int32_t call;
    /// The caller's descriptor.
    int32_t fd;
    /// Of a connect: the address that the caller gives.
    socklen_t address_length;
    struct sockaddr_storage address;
};

/// Has the kernel stop each connect, listen and send with MSG_FASTOPEN of this process and its later children until it is continued.
/// Needs CAP_SYS_ADMIN, or sets no_new_privs. A descriptor that is readable when a call waits; -1 with errno.
int cnet_notice_socket_calls(void);

/// Takes one notice: 0, or -1 with errno (ENOENT where the caller has gone).
int cnet_notice_take(int listener, struct cnet_socket_notice *notice);

/// A copy of the caller's descriptor; -1 with errno where the process may not be looked into. Call it before the notice is continued.
int cnet_notice_descriptor(int listener, const struct cnet_socket_notice *notice);

/// Lets the caller go on.
void cnet_notice_continue(int listener, uint64_t id);

/// Whether a descriptor is a TCP or MPTCP socket over IP.
int cnet_is_tcp_socket(int fd);

#endif
