#include "CNetworkProcess.h"

static int argument_count;
static char **arguments;

// The C library hands main's arguments to constructors, too.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

int cnet_argument_count(void) { return argument_count; }

const char *cnet_argument(int index) { return index >= 0 && index < argument_count ? arguments[index] : 0; }
