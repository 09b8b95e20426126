// The least that probing 65,535 loopback ports can cost in one thread: connect(2), SO_ERROR, and nothing else.
//
//   connect_loop fresh   a socket for each port
//   connect_loop reuse   one socket, made usable again by connecting to AF_UNSPEC
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int make_socket(void) {
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int main(int count, char **arguments) {
    int reuse = count > 1 && strcmp(arguments[1], "reuse") == 0;
    struct sockaddr_in target = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr unspecified = { .sa_family = AF_UNSPEC };
    int refused = 0, open_ports = 0, other = 0;
    int fd = make_socket();
    for (int port = 1; port <= 65535; port++) {
        target.sin_port = htons((unsigned short)port);
        int error = connect(fd, (struct sockaddr *)&target, sizeof target) < 0 ? errno : 0;
        if (error == EINPROGRESS) {
            socklen_t length = sizeof error;
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
        }
        if (error == ECONNREFUSED) refused++;
        else if (error == 0) open_ports++;
        else other++;
        if (reuse && error != 0) {
            connect(fd, &unspecified, sizeof unspecified);
        } else {
            close(fd);
            fd = make_socket();
        }
    }
    close(fd);
    printf("refused %d open %d other %d\n", refused, open_ports, other);
    return 0;
}
