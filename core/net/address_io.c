#include "core/net/address_io.h"

#include <netdb.h>
#include <stddef.h>

#include "core/net/address.h"

bool address_host_may(const char *host, bool takes_here) {
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	bool may = address_text_may(str_from(host), takes_here);
	if (!may || host[0] == '/' || getaddrinfo(host, NULL, &hints, &found)) {
		return may;
	}
	for (const struct addrinfo *a = found; a && may; a = a->ai_next) {
		may = address_may(a->ai_addr, takes_here);
	}
	freeaddrinfo(found);
	return may;
}
