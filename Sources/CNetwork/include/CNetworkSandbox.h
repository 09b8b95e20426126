/// Taking from this process what it needs no more: Landlock (landlock(7)) for files and connections, seccomp(2) for system calls.
#ifndef SONDE_CNETWORK_SANDBOX_H
#define SONDE_CNETWORK_SANDBOX_H

enum cnet_file_right {
    /// Read a file, or all below a folder.
    CNET_FILE_READ = 1,
    /// Write to a file that exists.
    CNET_FILE_WRITE = 2,
    /// Create and write files in a folder.
    CNET_FOLDER_WRITE = 3,
};

/// A set of rules that allows nothing yet; -1 with errno where the kernel has no Landlock.
int cnet_landlock_make(void);
/// Adds what is at `path` to the set: 0, or -1 with errno.
int cnet_landlock_allow(int rules, const char *path, int right);
/// Makes the set hold for this thread and those that it starts, for good. Needs no_new_privs.
int cnet_landlock_enforce(int rules);

/// Allows from now on only the system calls that reading, decoding and writing need; every other fails with EPERM. Holds for all threads.
/// Needs no_new_privs. 0, or -1 with errno.
int cnet_restrict_system_calls(void);

#endif
