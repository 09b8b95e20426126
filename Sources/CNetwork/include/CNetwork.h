/// C declarations that Swift's Glibc module lacks on Linux, one header a theme.
///
/// No header here defines _GNU_SOURCE: Swift's Glibc module is built without it, and the C library's types (fd_set, enum __rusage_who) look different
/// with it, which the compiler refuses wherever both modules meet. What needs it is declared by hand.
#ifndef SONDE_CNETWORK_H
#define SONDE_CNETWORK_H

#include "CNetworkCommand.h"
#include "CNetworkDatagrams.h"
#include "CNetworkEvents.h"
#include "CNetworkFiles.h"
#include "CNetworkInterfaces.h"
#include "CNetworkPrivilege.h"
#include "CNetworkProcess.h"
#include "CNetworkSandbox.h"
#include "CNetworkSignals.h"
#include "CNetworkSockets.h"

#endif
