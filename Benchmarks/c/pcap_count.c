/// The yardstick for reading captures: a bare pcap_loop(3pcap) that counts packets and bytes, and looks at none of them.
///
///     cc -O2 -o pcap_count pcap_count.c -lpcap && ./pcap_count FILE
#include <pcap/pcap.h>
#include <stdio.h>

struct count {
    unsigned long packets;
    unsigned long bytes;
};

static void take(u_char *context, const struct pcap_pkthdr *header, const u_char *bytes) {
    struct count *count = (struct count *)context;
    (void)bytes;
    count->packets++;
    count->bytes += header->caplen;
}

int main(int argc, char **argv) {
    char message[PCAP_ERRBUF_SIZE];
    struct count count = {0, 0};

    if (argc != 2) {
        fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return 64;
    }
    pcap_t *capture = pcap_open_offline(argv[1], message);
    if (!capture) {
        fprintf(stderr, "%s: %s\n", argv[0], message);
        return 66;
    }
    if (pcap_loop(capture, -1, take, (u_char *)&count) < 0) {
        fprintf(stderr, "%s: %s\n", argv[0], pcap_geterr(capture));
        return 65;
    }
    printf("%lu packets, %lu bytes\n", count.packets, count.bytes);
    pcap_close(capture);
    return 0;
}
