#ifndef CORE_NET_ADDRESS_H
#define CORE_NET_ADDRESS_H

/*
 * Where a server that a school's office names may be (docs/operations.md). The program stands inside
 * a network and asks for others, so an address that leads back to this machine, or to where no
 * server of a department can be, is not asked. Pure.
 */

#include <stdbool.h>
#include <sys/socket.h>

#include "core/base/str.h"

enum address_reach {
	ADDRESS_OUTSIDE, /* another machine, private networks too: a department may have one */
	ADDRESS_HERE,    /* loopback */
	ADDRESS_NEVER, /* link-local (a cloud's metadata), unspecified, multicast, other families */
};

/* IPv4 inside IPv6 (mapped, compatible, NAT64) is judged as that IPv4. */
enum address_reach address_reach(const struct sockaddr *at);

/* Whether it may be asked; takes_here: the operator allowed this machine. */
bool address_may(const struct sockaddr *at, bool takes_here);

/*
 * The same of what a person typed: a name, an address, or the path of a Unix socket, which is this
 * machine. A name is taken here; what it stands for is judged when it is asked.
 */
bool address_text_may(struct str host, bool takes_here);

#endif
