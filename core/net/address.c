#include "core/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static enum address_reach reach_of_v4(uint32_t a) {
	if (a >> 24 == 127) {
		return ADDRESS_HERE;
	}
	bool is_link_local = a >> 16 == 0xa9fe;
	bool is_high = a >> 28 >= 0xe; /* multicast, reserved, broadcast */
	return a >> 24 == 0 || is_link_local || is_high ? ADDRESS_NEVER : ADDRESS_OUTSIDE;
}

/* The IPv4 address that stands inside; false: there is none. */
static bool find_v4(const uint8_t b[16], uint32_t *out) {
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	static const uint8_t zeros[12] = { 0 };
	uint32_t v4 = (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15];
	*out = v4;
	return memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0 ||
			(memcmp(b, zeros, 12) == 0 && v4 > 1);
}

static enum address_reach reach_of_v6(const uint8_t b[16]) {
	static const uint8_t loopback[16] = { [15] = 1 };
	static const uint8_t unspecified[16] = { 0 };
	uint32_t v4 = 0;
	if (find_v4(b, &v4)) {
		return reach_of_v4(v4);
	}
	if (memcmp(b, loopback, 16) == 0) {
		return ADDRESS_HERE;
	}
	bool is_link_local = b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
	bool is_multicast = b[0] == 0xff;
	bool is_nothing = memcmp(b, unspecified, 16) == 0;
	return is_link_local || is_multicast || is_nothing ? ADDRESS_NEVER : ADDRESS_OUTSIDE;
}

enum address_reach address_reach(const struct sockaddr *at) {
	if (at->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)at;
		return reach_of_v4(ntohl(v4->sin_addr.s_addr));
	}
	if (at->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)at;
		return reach_of_v6(v6->sin6_addr.s6_addr);
	}
	return ADDRESS_NEVER;
}

bool address_may(const struct sockaddr *at, bool takes_here) {
	switch (address_reach(at)) {
	case ADDRESS_OUTSIDE:
		return true;
	case ADDRESS_HERE:
		return takes_here;
	case ADDRESS_NEVER:
		break;
	}
	return false;
}

bool address_text_may(struct str host, bool takes_here) {
	char text[INET6_ADDRSTRLEN];
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	bool is_here = host.n == 0 || host.p[0] == '/' || str_eq_z(host, "localhost");
	if (is_here || host.n >= sizeof(text)) {
		return !is_here || takes_here;
	}
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		return address_may((const void *)&v4, takes_here);
	}
	if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1) {
		return address_may((const void *)&v6, takes_here);
	}
	return true;
}
