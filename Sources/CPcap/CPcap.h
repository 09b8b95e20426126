#ifndef SONDE_CPCAP_H
#define SONDE_CPCAP_H

#include <pcap/pcap.h>

#endif
