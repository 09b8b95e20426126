/// C declarations that Swift's Glibc module lacks on Linux, one header a theme.
#ifndef SONDE_CNETWORK_H
#define SONDE_CNETWORK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "CNetworkEvents.h"
#include "CNetworkInterfaces.h"
#include "CNetworkSockets.h"

#endif
