/// A stop level that code and signal handlers raise, and descriptors that show it.
#ifndef SONDE_CNETWORK_SIGNALS_H
#define SONDE_CNETWORK_SIGNALS_H

/// Levels of a stop. A level only rises.
enum {
    CNET_STOP_RUN = 0,
    CNET_STOP_DRAIN = 1,
    CNET_STOP_ABORT = 2,
};

/// Its layout belongs to CNetworkSignals.c.
struct cnet_stop;

/// A stop at level 0 with two eventfds; NULL with errno.
struct cnet_stop *cnet_stop_make(void);

/// Closes the eventfds and frees the stop. It must not be the one that catches signals.
void cnet_stop_free(struct cnet_stop *stop);

/// Raises the level to `level` at least. Safe in a signal handler and from any thread.
void cnet_stop_raise(struct cnet_stop *stop, int level);

int cnet_stop_level(const struct cnet_stop *stop);

/// The first signal caught, 0 before.
int cnet_stop_signal(const struct cnet_stop *stop);

/// The last signal that a process sent, unlike one of the terminal, since this was asked before; 0 for none.
int cnet_stop_take_sent(struct cnet_stop *stop);

/// The eventfd that is readable at `level` and above, for ever: nothing reads it.
int cnet_stop_descriptor(const struct cnet_stop *stop, int level);

/// Makes SIGINT and SIGTERM raise the level of `stop` by one each, unblocked in the calling thread and without SA_RESTART, and remembers what
/// they did before. A signal at the last level restores the default action, so that the next one ends the process. 0, or -1 with errno
/// (EBUSY where another stop catches them).
int cnet_stop_catch(struct cnet_stop *stop);

/// Restores the actions and the signal mask of before `cnet_stop_catch`.
void cnet_stop_release(void);

/// Catches one signal from now on and returns an eventfd that is readable once it has arrived; -1 with errno, EBUSY where one is caught
/// already. Calls that it interrupts are restarted.
int cnet_signal_watch(int number);

/// Restores what the signal did before `cnet_signal_watch`. The eventfd stays open: a handler may still run in another thread.
void cnet_signal_unwatch(void);

#endif
