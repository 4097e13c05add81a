#ifndef CORE_NET_ADDRESS_IO_H
#define CORE_NET_ADDRESS_IO_H

/* What a name stands for now (core/net/address.h judges). Waits for the resolver. */

#include <stdbool.h>

/* Whether every address of the host may be asked. A name that stands for nothing may: whoever asks
 * it finds that out. */
bool address_host_may(const char *host, bool takes_here);

#endif
