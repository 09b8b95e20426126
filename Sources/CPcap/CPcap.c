#include "CPcap.h"

#if __has_include(<pcap/pcap.h>)

#include <pcap/pcap.h>
#include <stddef.h>

#define SAME_SIZE(ours, theirs) _Static_assert(sizeof(struct ours) == sizeof(struct theirs), #theirs)
#define SAME_FIELD(ours, our, theirs, their) \
    _Static_assert(offsetof(struct ours, our) == offsetof(struct theirs, their), #theirs "." #their)
#define SAME_NUMBER(ours, theirs) _Static_assert((int)ours == (int)theirs, #theirs)

SAME_SIZE(cpcap_packet_header, pcap_pkthdr);
SAME_FIELD(cpcap_packet_header, fraction, pcap_pkthdr, ts.tv_usec);
SAME_FIELD(cpcap_packet_header, captured, pcap_pkthdr, caplen);
SAME_FIELD(cpcap_packet_header, wire, pcap_pkthdr, len);
SAME_SIZE(cpcap_program, bpf_program);
SAME_FIELD(cpcap_program, instructions, bpf_program, bf_insns);
SAME_SIZE(cpcap_statistics, pcap_stat);
SAME_FIELD(cpcap_statistics, dropped, pcap_stat, ps_drop);
SAME_FIELD(cpcap_statistics, dropped_by_interface, pcap_stat, ps_ifdrop);
SAME_SIZE(cpcap_device, pcap_if);
SAME_FIELD(cpcap_device, name, pcap_if, name);
SAME_FIELD(cpcap_device, description, pcap_if, description);
SAME_FIELD(cpcap_device, flags, pcap_if, flags);
SAME_NUMBER(CPCAP_DEVICE_LOOPBACK, PCAP_IF_LOOPBACK);
SAME_NUMBER(CPCAP_DEVICE_UP, PCAP_IF_UP);
SAME_NUMBER(CPCAP_ERRBUF_SIZE, PCAP_ERRBUF_SIZE);
SAME_NUMBER(CPCAP_ERROR_BREAK, PCAP_ERROR_BREAK);
SAME_NUMBER(CPCAP_ERROR_NO_SUCH_DEVICE, PCAP_ERROR_NO_SUCH_DEVICE);
SAME_NUMBER(CPCAP_ERROR_PERM_DENIED, PCAP_ERROR_PERM_DENIED);
SAME_NUMBER(CPCAP_ERROR_IFACE_NOT_UP, PCAP_ERROR_IFACE_NOT_UP);
SAME_NUMBER(CPCAP_ERROR_PROMISC_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED);
SAME_NUMBER(CPCAP_PRECISION_NANO, PCAP_TSTAMP_PRECISION_NANO);

#endif
