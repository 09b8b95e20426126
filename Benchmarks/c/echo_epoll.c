// The yardstick of sonde echo: a plain single-threaded epoll loop that sends back what it reads. Level-triggered, one read and one
// write a turn, a buffer a client only while its socket does not take what it is owed.
//
//     echo_epoll [PORT]        prints the port that it listens on
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 65536, BATCH = 256 };

struct client {
    int fd;
    size_t owed, sent;
    char *backlog;
};

static int loop;

static void watch(struct client *client, int operation, uint32_t events) {
    struct epoll_event event = { .events = events, .data.ptr = client };
    epoll_ctl(loop, operation, client->fd, &event);
}

static void drop(struct client *client) {
    close(client->fd);
    free(client->backlog);
    free(client);
}

static void flush(struct client *client) {
    ssize_t count = send(client->fd, client->backlog + client->sent, client->owed - client->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) {
        if (errno != EAGAIN) drop(client);
        return;
    }
    client->sent += (size_t)count;
    if (client->sent < client->owed) return;
    free(client->backlog);
    client->backlog = NULL;
    watch(client, EPOLL_CTL_MOD, EPOLLIN);
}

static void serve(struct client *client) {
    static char buffer[READ_SIZE];
    if (client->backlog) return flush(client);
    ssize_t count = recv(client->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return drop(client);
    ssize_t sent = send(client->fd, buffer, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == count) return;
    if (sent < 0 && errno != EAGAIN) return drop(client);
    if (sent < 0) sent = 0;
    client->owed = (size_t)(count - sent);
    client->sent = 0;
    client->backlog = malloc(client->owed);
    memcpy(client->backlog, buffer + sent, client->owed);
    watch(client, EPOLL_CTL_MOD, EPOLLOUT);
}

int main(int argc, char **argv) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    address.sin_port = htons(argc > 1 ? (uint16_t)atoi(argv[1]) : 0);
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) {
        perror("listen");
        return 71;
    }
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("listening %u\n", ntohs(address.sin_port));
    fflush(stdout);
    loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[BATCH] = { { .events = EPOLLIN, .data.ptr = NULL } };
    epoll_ctl(loop, EPOLL_CTL_ADD, listener, &events[0]);
    for (;;) {
        int count = epoll_wait(loop, events, BATCH, -1);
        for (int index = 0; index < count; index++) {
            if (events[index].data.ptr) {
                serve(events[index].data.ptr);
                continue;
            }
            int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) continue;
            struct client *client = calloc(1, sizeof *client);
            client->fd = fd;
            watch(client, EPOLL_CTL_ADD, EPOLLIN);
        }
    }
}
