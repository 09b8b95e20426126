/// What sonde uses of libpcap's binary interface, stable since libpcap 1.0.
///
/// The library is loaded when a capture needs it (docs/decisions/0002-libpcap-at-run-time.md), so its own header is not needed to build, and must not be
/// included here: it brings definitions of the C library along that differ from those of Swift's Glibc module. Where it is installed, CPcap.c checks every
/// declaration below against it.
#ifndef SONDE_CPCAP_H
#define SONDE_CPCAP_H

#include <stdint.h>

/// struct pcap_pkthdr; the fraction is in micro- or nanoseconds as the capture was asked to.
struct cpcap_packet_header {
    long seconds;
    long fraction;
    uint32_t captured;
    uint32_t wire;
};

/// struct bpf_program
struct cpcap_program {
    unsigned int count;
    void *instructions;
};

/// struct pcap_stat
struct cpcap_statistics {
    unsigned int received;
    unsigned int dropped;
    unsigned int dropped_by_interface;
};

/// struct pcap_if
struct cpcap_device {
    struct cpcap_device *next;
    char *name;
    char *description;
    void *addresses;
    uint32_t flags;
};

/// pcap_handler
typedef void (*cpcap_handler)(uint8_t *context, const struct cpcap_packet_header *header, const uint8_t *bytes);

enum {
    CPCAP_DEVICE_LOOPBACK = 0x1,
    CPCAP_DEVICE_UP = 0x2,
    CPCAP_ERRBUF_SIZE = 256,
    CPCAP_ERROR_BREAK = -2,
    CPCAP_ERROR_NO_SUCH_DEVICE = -5,
    CPCAP_ERROR_PERM_DENIED = -8,
    CPCAP_ERROR_IFACE_NOT_UP = -9,
    CPCAP_ERROR_PROMISC_PERM_DENIED = -11,
    CPCAP_PRECISION_NANO = 1,
};

#endif
