// Writes the captures that are measured to standard output, so that a large one need not be stored.
//
//     make_capture sessions CONNECTIONS EXCHANGES REPLY AT_ONCE
//         whole connections: three segments to open, four per exchange (request, acknowledgement, a reply of REPLY bytes,
//         acknowledgement), three to close; AT_ONCE of them run at the same time, segment by segment in turn
//     make_capture flood SYNS
//         one SYN from an address of its own each
//     make_capture one
//         a single frame, for a capture that costs nothing to read
//
// Ethernet, IPv4, TCP; all checksums are right.
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };
enum { ETHERNET = 14, IP = 20, TCP = 20, LARGEST = 1460 };

static const unsigned char syn_options[8] = {2, 4, 5, 180, 1, 3, 3, 7};
static const char request[] = "GET / HTTP/1.1\r\n\r\n";
static const uint32_t request_size = sizeof request - 1;
static unsigned char reply[LARGEST];
static uint32_t reply_sum;
static uint64_t clock_us = 1700000000000000;

static uint32_t sum(const unsigned char *bytes, size_t count) {
    uint32_t total = 0;
    for (size_t index = 0; index + 1 < count; index += 2) total += (uint32_t)bytes[index] << 8 | bytes[index + 1];
    return count % 2 ? total + ((uint32_t)bytes[count - 1] << 8) : total;
}

static void put16(unsigned char *place, uint32_t value) {
    place[0] = (unsigned char)(value >> 8);
    place[1] = (unsigned char)value;
}

static void put32(unsigned char *place, uint32_t value) {
    put16(place, value >> 16);
    put16(place + 2, value);
}

static uint32_t folded(uint32_t total) {
    while (total >> 16) total = (total & 0xFFFF) + (total >> 16);
    return 0xFFFF - total;
}

struct ends {
    uint32_t source, destination;
    uint16_t source_port, destination_port;
};

static void write_frame(struct ends ends, uint32_t sequence, uint32_t acknowledgement, int flags, const void *payload, size_t size) {
    unsigned char record[16 + ETHERNET + IP + TCP + sizeof syn_options + LARGEST] = {0};
    unsigned char *ethernet = record + 16, *ip = ethernet + ETHERNET, *tcp = ip + IP;
    size_t options = flags & SYN ? sizeof syn_options : 0, length = TCP + options + size;
    uint32_t frame = (uint32_t)(ETHERNET + IP + length), header[4];
    clock_us += 5;
    header[0] = (uint32_t)(clock_us / 1000000);
    header[1] = (uint32_t)(clock_us % 1000000);
    header[2] = header[3] = frame;
    memcpy(record, header, sizeof header);
    memcpy(ethernet, "\2\0\0\0\0\1\2\0\0\0\0\2\x8\0", ETHERNET);
    memcpy(ip, "\x45\0\0\0\0\0\x40\0\x40\6", 10);
    put16(ip + 2, (uint32_t)(IP + length));
    put32(ip + 12, ends.source);
    put32(ip + 16, ends.destination);
    put16(ip + 10, folded(sum(ip, IP)));
    put16(tcp, ends.source_port);
    put16(tcp + 2, ends.destination_port);
    put32(tcp + 4, sequence);
    put32(tcp + 8, acknowledgement);
    tcp[12] = (unsigned char)((TCP + options) / 4 << 4);
    tcp[13] = (unsigned char)flags;
    put16(tcp + 14, 64240);
    memcpy(tcp + TCP, syn_options, options);
    memcpy(tcp + TCP + options, payload, size);
    uint32_t data = payload == reply ? reply_sum : sum(payload, size);
    put16(tcp + 16, folded(sum(ip + 12, 8) + 6 + (uint32_t)length + sum(tcp, TCP + options) + data));
    if (fwrite(record, 16 + frame, 1, stdout) != 1) {
        // Who reads has read enough.
        exit(0);
    }
}

// One segment of a connection. Everything follows from the two numbers, so no connection needs memory.
static void write_step(uint32_t connection, uint32_t step, uint32_t exchanges, uint32_t reply_size) {
    struct ends forth = {0x0A000000 + connection % 50000, 0xC0A80000 + connection % 251,
                         (uint16_t)(1024 + connection / 50000 * 7 + connection % 7), 80};
    struct ends back = {forth.destination, forth.source, forth.destination_port, forth.source_port};
    uint32_t client = ((connection * 2654435761u) & 0x7FFFFFFF) + 1, server = ((connection * 40503u) & 0x7FFFFFFF) + 1;
    if (step == 0) return write_frame(forth, client - 1, 0, SYN, "", 0);
    if (step == 1) return write_frame(back, server - 1, client, SYN | ACK, "", 0);
    if (step == 2) return write_frame(forth, client, server, ACK, "", 0);
    uint32_t turn = (step - 3) / 4, part = (step - 3) % 4;
    client += turn * request_size;
    server += turn * reply_size;
    if (turn < exchanges) {
        if (part == 0) return write_frame(forth, client, server, PSH | ACK, request, request_size);
        client += request_size;
        if (part == 1) return write_frame(back, server, client, ACK, "", 0);
        if (part == 2) return write_frame(back, server, client, PSH | ACK, reply, reply_size);
        return write_frame(forth, client, server + reply_size, ACK, "", 0);
    }
    if (part == 0) return write_frame(forth, client, server, FIN | ACK, "", 0);
    if (part == 1) return write_frame(back, server, client + 1, FIN | ACK, "", 0);
    write_frame(forth, client + 1, server + 1, ACK, "", 0);
}

int main(int count, char **words) {
    static const uint32_t head[6] = {0xA1B2C3D4, 2 | 4 << 16, 0, 0, 262144, 1};
    const char *kind = count > 1 ? words[1] : "";
    setvbuf(stdout, NULL, _IOFBF, 1 << 20);
    if (strcmp(kind, "sessions") == 0 && count == 6) {
        uint32_t connections = (uint32_t)atol(words[2]), exchanges = (uint32_t)atol(words[3]), size = (uint32_t)atol(words[4]);
        uint32_t at_once = (uint32_t)atol(words[5]);
        if (size > LARGEST || at_once == 0) return 64;
        for (uint32_t index = 0; index < size; index++) reply[index] = (unsigned char)("HTTP/1.1 200 OK\r\n\r\n"[index % 19]);
        reply_sum = sum(reply, size);
        fwrite(head, sizeof head, 1, stdout);
        for (uint32_t first = 0; first < connections; first += at_once) {
            uint32_t end = connections - first < at_once ? connections : first + at_once;
            for (uint32_t step = 0; step < 6 + 4 * exchanges; step++) {
                for (uint32_t connection = first; connection < end; connection++) write_step(connection, step, exchanges, size);
            }
        }
    } else if (strcmp(kind, "flood") == 0 && count == 3) {
        fwrite(head, sizeof head, 1, stdout);
        for (uint32_t index = 0, syns = (uint32_t)atol(words[2]); index < syns; index++) {
            struct ends ends = {0x0B000000 + index, 0xC0A80001, (uint16_t)(1024 + index % 60000), 80};
            write_frame(ends, index * 7919, 0, SYN, "", 0);
        }
    } else if (strcmp(kind, "one") == 0) {
        fwrite(head, sizeof head, 1, stdout);
        write_step(0, 0, 1, 0);
    } else {
        fprintf(stderr, "usage: make_capture sessions CONNECTIONS EXCHANGES REPLY AT_ONCE | flood SYNS | one\n");
        return 64;
    }
    return fflush(stdout) == 0 ? 0 : 74;
}
