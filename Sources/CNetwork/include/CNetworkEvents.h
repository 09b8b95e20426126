/// epoll, eventfd and clocks.
#ifndef SONDE_CNETWORK_EVENTS_H
#define SONDE_CNETWORK_EVENTS_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static inline int cnet_epoll_control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = token;
    return epoll_ctl(epoll, operation, fd, &event);
}

/// epoll_pwait2 with a time in nanoseconds (-1: no limit), epoll_wait in milliseconds where the kernel or glibc lacks it.
static inline int cnet_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds) {
#if __GLIBC_PREREQ(2, 35)
    struct timespec limit = { (time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000) };
    int ready = epoll_pwait2(epoll, events, count, nanoseconds < 0 ? NULL : &limit, NULL);
    if (ready >= 0 || errno != ENOSYS) return ready;
#endif
    int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
    return epoll_wait(epoll, events, count, milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
}

/// ppoll(2), which the C library declares under _GNU_SOURCE alone: poll with a time in nanoseconds (-1: no limit).
int ppoll(struct pollfd *requests, nfds_t count, const struct timespec *limit, const sigset_t *mask);

static inline int cnet_poll(struct pollfd *requests, nfds_t count, int64_t nanoseconds) {
    struct timespec limit = { (time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000) };
    return ppoll(requests, count, nanoseconds < 0 ? NULL : &limit, NULL);
}

/// Nanoseconds of a clock; both clocks used here exist on every Linux, so there is no error to report.
static inline int64_t cnet_clock_nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const uint32_t CNET_EPOLLIN = (uint32_t)EPOLLIN;
static const uint32_t CNET_EPOLLOUT = (uint32_t)EPOLLOUT;
static const uint32_t CNET_EPOLLERR = (uint32_t)EPOLLERR;
static const uint32_t CNET_EPOLLHUP = (uint32_t)EPOLLHUP;
static const uint32_t CNET_EPOLLET = (uint32_t)EPOLLET;
static const uint32_t CNET_EPOLLEXCLUSIVE = (uint32_t)EPOLLEXCLUSIVE;

#endif
