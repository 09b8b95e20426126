/// Opening below a folder and renaming without replacing: openat2(2), renameat2(2), which glibc has not, or only with _GNU_SOURCE.
#ifndef SONDE_CNETWORK_FILES_H
#define SONDE_CNETWORK_FILES_H

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Opens `path` below the folder `directory`: no `..`, absolute name, symbolic link or magic link leads out of it (EXDEV, ELOOP).
static inline int cnet_open_beneath(int directory, const char *path, int flags) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/// rename(2) that fails with EEXIST where `to` exists.
static inline int cnet_rename_new(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1 /* RENAME_NOREPLACE */);
}

/// An empty file that has no name (memfd_create(2)).
static inline int cnet_memory_file(void) {
    return (int)syscall(SYS_memfd_create, "nothing", 0);
}

/// memfd_create(2), closed on exec.
static inline int cnet_anonymous_file(void) {
    return (int)syscall(SYS_memfd_create, "sonde", 1U /* MFD_CLOEXEC */);
}

/// O_PATH of fcntl.h, which needs _GNU_SOURCE (asm-generic/fcntl.h).
static const int CNET_O_PATH = 010000000;

#endif
