/// The machine's own system calls as a filter of seccomp(2) sees them.
#ifndef SONDE_CNETWORK_SECCOMP_H
#define SONDE_CNETWORK_SECCOMP_H

#include <linux/audit.h>

#if defined(__x86_64__)
#define CNET_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CNET_AUDIT_ARCH AUDIT_ARCH_AARCH64
#else
#error "seccomp: this architecture's number is missing (linux/audit.h)"
#endif

#endif
