// Load for echo servers on loopback, checked byte for byte.
//
//     echo_load turns PORT CLIENTS SIZE SECONDS    each client sends SIZE bytes, reads them back, and begins anew
//     echo_load hold  PORT CLIENTS SIZE SECONDS    each client does so once a second and is otherwise silent
//
// A number after SECONDS opens and closes that many further connections per second beside the clients.
// Prints one line: round trips a second, bytes a second each way, clients lost (refused, closed, or answered wrongly or too late).
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 256 };

struct client {
    int fd;
    int is_lost;
    size_t sent, received;   // of the present turn
    double next;             // hold: when the next turn begins
    int is_waiting_to_write;
};

static int loop;
static size_t size;
static int is_hold;
static char *pattern, *buffer;
static uint64_t turns;
static int lost;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void lose(struct client *client, const char *why) {
    if (lost++ < 3) fprintf(stderr, "echo_load: lost a client: %s (errno %d)\n", why, errno);
    client->is_lost = 1;
    close(client->fd);
}

static void watch(struct client *client, int operation, uint32_t events) {
    struct epoll_event event = { .events = events, .data.ptr = client };
    epoll_ctl(loop, operation, client->fd, &event);
}

static void write_turn(struct client *client) {
    ssize_t count = send(client->fd, pattern + client->sent, size - client->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return lose(client, "send");
    if (count > 0) client->sent += (size_t)count;
    int waits = client->sent < size;
    if (waits != client->is_waiting_to_write) {
        client->is_waiting_to_write = waits;
        watch(client, EPOLL_CTL_MOD, waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

static void read_turn(struct client *client) {
    ssize_t count = recv(client->fd, buffer, size - client->received, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return lose(client, count == 0 ? "closed" : "recv");
    if (memcmp(buffer, pattern + client->received, (size_t)count) != 0) return lose(client, "other bytes came back");
    client->received += (size_t)count;
    if (client->received < size) return;
    turns++;
    client->received = 0;
    client->sent = 0;
    if (!is_hold) write_turn(client);
}

/// Opens a connection and closes it; a reset in place of FIN keeps no port in TIME_WAIT.
static void visit(struct sockaddr_in address) {
    struct linger reset = { .l_onoff = 1 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) lost++;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
}

int main(int argc, char **argv) {
    if (argc != 6 && argc != 7) {
        fprintf(stderr, "usage: echo_load turns|hold PORT CLIENTS SIZE SECONDS [VISITS]\n");
        return 64;
    }
    is_hold = strcmp(argv[1], "hold") == 0;
    int count = atoi(argv[3]);
    size = (size_t)atol(argv[4]);
    double seconds = atof(argv[5]), visits_per_second = argc > 6 ? atof(argv[6]) : 0, visits = 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    pattern = malloc(size);
    buffer = malloc(size);
    for (size_t index = 0; index < size; index++) pattern[index] = (char)(index * 131 + index / 251);
    loop = epoll_create1(EPOLL_CLOEXEC);
    struct client *clients = calloc((size_t)count, sizeof *clients);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    address.sin_port = htons((uint16_t)atoi(argv[2]));
    int one = 1;
    double connecting = now();
    for (int index = 0; index < count; index++) {
        clients[index].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(clients[index].fd, (struct sockaddr *)&address, sizeof address) < 0) {
            lose(&clients[index], "connect");
            continue;
        }
        setsockopt(clients[index].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(&clients[index], EPOLL_CTL_ADD, EPOLLIN);
    }
    double start = now(), end = start + seconds;
    for (int index = 0; index < count; index++) {
        if (clients[index].is_lost) continue;
        if (is_hold) clients[index].next = start + (double)index / count; else write_turn(&clients[index]);
    }
    struct epoll_event events[BATCH];
    int next = 0;   // hold: clients take turns in their order
    double moment = start;
    while ((moment = now()) < end) {
        int timeout = visits_per_second > 0 ? 1 : 1000;
        for (; visits < (moment - start) * visits_per_second; visits++) visit(address);
        if (is_hold) {
            while (clients[next].next <= moment) {
                struct client *client = &clients[next];
                if (!client->is_lost && client->sent > 0) lose(client, "no whole answer within a second");
                if (!client->is_lost) write_turn(client);
                client->next += 1;
                next = (next + 1) % count;
            }
            timeout = 1;
        }
        int ready = epoll_wait(loop, events, BATCH, timeout);
        for (int index = 0; index < ready; index++) {
            struct client *client = events[index].data.ptr;
            if (!client->is_lost && events[index].events & EPOLLOUT) write_turn(client);
            if (!client->is_lost && events[index].events & ~(uint32_t)EPOLLOUT) read_turn(client);
        }
    }
    double elapsed = moment - start;
    printf("%.0f turns/s  %.1f MB/s  %d lost  set up in %.3f s\n", (double)turns / elapsed,
           (double)turns * (double)size / elapsed / 1e6, lost, start - connecting);
    return lost ? 1 : 0;
}
