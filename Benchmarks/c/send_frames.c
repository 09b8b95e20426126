// Sends the frames of a capture on an interface, again and again, at a steady rate, and prints how many it sent. Needs CAP_NET_RAW.
//
//     send_frames INTERFACE PER_SECOND SECONDS <CAPTURE
//
// The capture is a pcap file of at most 64 MiB in this machine's byte order, as make_capture writes it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, MOST = 64 << 20 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: send_frames INTERFACE PER_SECOND SECONDS <CAPTURE\n");
        return 64;
    }
    double rate = atof(words[2]), seconds = atof(words[3]);
    char *capture = malloc(MOST);
    size_t size = fread(capture, 1, MOST, stdin), frames = 0, place = 24;
    struct iovec *parts = malloc(MOST / 16 * sizeof *parts);
    while (place + 16 <= size) {
        uint32_t length;
        memcpy(&length, capture + place + 8, sizeof length);
        if (length > size - place - 16) break;
        parts[frames++] = (struct iovec){ .iov_base = capture + place + 16, .iov_len = length };
        place += 16 + length;
    }
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(words[1]) };
    if (frames == 0 || fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("send_frames");
        return 71;
    }
    struct mmsghdr messages[BATCH] = {0};
    double start = now(), elapsed;
    uint64_t sent = 0;
    while ((elapsed = now() - start) < seconds) {
        uint64_t due = (uint64_t)(elapsed * rate);
        if (due <= sent) {
            nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
            continue;
        }
        unsigned batch = due - sent < BATCH ? (unsigned)(due - sent) : BATCH;
        for (unsigned index = 0; index < batch; index++) {
            messages[index].msg_hdr.msg_iov = &parts[(sent + index) % frames];
            messages[index].msg_hdr.msg_iovlen = 1;
        }
        int taken = sendmmsg(fd, messages, batch, 0);
        if (taken < 0 && errno != ENOBUFS && errno != EAGAIN) {
            perror("send_frames: sendmmsg");
            return 71;
        }
        if (taken > 0) sent += (uint64_t)taken;
    }
    printf("%llu %.0f\n", (unsigned long long)sent, (double)sent / elapsed);
    return 0;
}
