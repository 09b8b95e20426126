#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "CNetwork.h"

// A handler may use lock-free atomics alone.
_Static_assert(ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_POINTER_LOCK_FREE == 2, "atomics of a signal handler must be lock-free");

struct cnet_stop {
    atomic_int level;
    atomic_int signal;
    atomic_int last_sent;
    int drain;
    int abort;
};

static const int signals[] = { SIGINT, SIGTERM };
enum { SIGNAL_COUNT = sizeof signals / sizeof signals[0] };

/// The stop whose level the signals raise. Actions are process-wide, so there is one at most.
static _Atomic(struct cnet_stop *) caught;
static struct sigaction actions_before[SIGNAL_COUNT];
static sigset_t mask_before;

struct cnet_stop *cnet_stop_make(void) {
    struct cnet_stop *stop = calloc(1, sizeof *stop);
    if (!stop) return NULL;
    stop->drain = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    stop->abort = stop->drain < 0 ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stop->abort >= 0) return stop;
    int error = errno;
    if (stop->drain >= 0) close(stop->drain);
    free(stop);
    errno = error;
    return NULL;
}

void cnet_stop_free(struct cnet_stop *stop) {
    close(stop->drain);
    close(stop->abort);
    free(stop);
}

void cnet_stop_raise(struct cnet_stop *stop, int level) {
    int before = atomic_load(&stop->level);
    while (before < level && !atomic_compare_exchange_weak(&stop->level, &before, level)) {}
    // Raise the level first: a thread that finds a descriptor readable must see the raised level.
    if (level >= CNET_STOP_DRAIN) eventfd_write(stop->drain, 1);
    if (level >= CNET_STOP_ABORT) eventfd_write(stop->abort, 1);
}

int cnet_stop_level(const struct cnet_stop *stop) { return atomic_load_explicit(&stop->level, memory_order_acquire); }

int cnet_stop_signal(const struct cnet_stop *stop) { return atomic_load_explicit(&stop->signal, memory_order_acquire); }

int cnet_stop_take_sent(struct cnet_stop *stop) { return atomic_exchange(&stop->last_sent, 0); }

int cnet_stop_descriptor(const struct cnet_stop *stop, int level) { return level >= CNET_STOP_ABORT ? stop->abort : stop->drain; }

static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    int error = errno;
    struct cnet_stop *stop = atomic_load(&caught);
    if (stop) {
        int none = 0;
        // SI_USER and its kind are not above zero; the kernel's own, as for a key of the terminal, are.
        if (info && info->si_code <= 0) atomic_store(&stop->last_sent, number);
        atomic_compare_exchange_strong(&stop->signal, &none, number);
        // The two signals may be handled in two threads at once: each raises the level by one.
        int level = atomic_load(&stop->level);
        while (level < CNET_STOP_ABORT && !atomic_compare_exchange_weak(&stop->level, &level, level + 1)) {}
        if (level < CNET_STOP_ABORT) level++;
        cnet_stop_raise(stop, level);
        if (level == CNET_STOP_ABORT) {
            struct sigaction standard = { .sa_handler = SIG_DFL };
            for (int index = 0; index < SIGNAL_COUNT; index++) sigaction(signals[index], &standard, NULL);
        }
    }
    errno = error;
}

int cnet_stop_catch(struct cnet_stop *stop) {
    struct cnet_stop *nobody = NULL;
    if (!atomic_compare_exchange_strong(&caught, &nobody, stop)) {
        errno = EBUSY;
        return -1;
    }
    struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };
    sigset_t mask;
    sigemptyset(&mask);
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < SIGNAL_COUNT; index++) sigaddset(&mask, signals[index]);
    for (int index = 0; index < SIGNAL_COUNT; index++) sigaction(signals[index], &action, &actions_before[index]);
    pthread_sigmask(SIG_UNBLOCK, &mask, &mask_before);
    return 0;
}

void cnet_stop_release(void) {
    if (!atomic_load(&caught)) return;
    for (int index = 0; index < SIGNAL_COUNT; index++) sigaction(signals[index], &actions_before[index], NULL);
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
    atomic_store(&caught, NULL);
}

/// The one signal that is watched, 0 where none is, and what it did before.
static atomic_int watched;
static atomic_int watcher = -1;
static struct sigaction watched_before;

static void note(int number) {
    (void)number;
    int error = errno;
    eventfd_write(atomic_load(&watcher), 1);
    errno = error;
}

int cnet_signal_watch(int number) {
    int nobody = 0;
    if (!atomic_compare_exchange_strong(&watched, &nobody, number)) {
        errno = EBUSY;
        return -1;
    }
    if (atomic_load(&watcher) < 0) atomic_store(&watcher, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    if (atomic_load(&watcher) < 0 || sigaction(number, &action, &watched_before) < 0) {
        atomic_store(&watched, 0);
        return -1;
    }
    return atomic_load(&watcher);
}

void cnet_signal_unwatch(void) {
    int number = atomic_exchange(&watched, 0);
    if (number) sigaction(number, &watched_before, NULL);
}
