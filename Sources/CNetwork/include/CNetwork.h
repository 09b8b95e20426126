#ifndef SONDE_CNETWORK_H
#define SONDE_CNETWORK_H

#endif
