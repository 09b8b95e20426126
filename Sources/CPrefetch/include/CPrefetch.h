/// An instruction of the processor that Swift has no name for.
#ifndef SONDE_CPREFETCH_H
#define SONDE_CPREFETCH_H

/// Begins to read the cache line of an address, which need not be mapped. Nothing waits for it.
static inline void cprefetch(const void *address) { __builtin_prefetch(address, 1); }

#endif
