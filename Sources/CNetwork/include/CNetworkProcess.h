/// What concerns the process as a whole: its arguments, names of errors, the cores it may use, its terminal.
#ifndef SONDE_CNETWORK_PROCESS_H
#define SONDE_CNETWORK_PROCESS_H

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// strerrorname_np(3), which the C library declares under _GNU_SOURCE alone (glibc 2.32).
const char *strerrorname_np(int number);

/// Argument `index` of this process, 0 being the program; NULL behind the last one.
const char *cnet_argument(int index);

/// How many cores the calling thread may run on (sched_getaffinity(2)), 0 where the kernel does not say.
static inline int cnet_available_cores(void) {
    // Room for 8192 cores, the most that Linux can be built for.
    unsigned long mask[8192 / (8 * sizeof(unsigned long))];
    long size = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    for (long index = 0; index < size / (long)sizeof *mask; index++) count += __builtin_popcountl(mask[index]);
    return count;
}

/// The columns of the terminal behind a descriptor (TIOCGWINSZ), 0 where it does not say.
static inline int cnet_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

#endif
