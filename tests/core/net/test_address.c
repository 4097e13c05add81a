#include "core/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "tests/check.h"

/* First and last of each range, and one past it on either side. */
static const struct {
	const char *address;
	enum address_reach want;
} rows[] = {
	{ "126.255.255.255", ADDRESS_OUTSIDE },
	{ "127.0.0.0", ADDRESS_HERE },
	{ "127.0.0.1", ADDRESS_HERE },
	{ "127.255.255.255", ADDRESS_HERE },
	{ "128.0.0.0", ADDRESS_OUTSIDE },
	{ "0.0.0.0", ADDRESS_NEVER },
	{ "0.255.255.255", ADDRESS_NEVER },
	{ "1.0.0.0", ADDRESS_OUTSIDE },
	{ "169.253.255.255", ADDRESS_OUTSIDE },
	{ "169.254.0.0", ADDRESS_NEVER },
	{ "169.254.169.254", ADDRESS_NEVER },
	{ "169.254.255.255", ADDRESS_NEVER },
	{ "169.255.0.0", ADDRESS_OUTSIDE },
	{ "223.255.255.255", ADDRESS_OUTSIDE },
	{ "224.0.0.0", ADDRESS_NEVER },
	{ "255.255.255.255", ADDRESS_NEVER },
	{ "10.0.0.1", ADDRESS_OUTSIDE },
	{ "192.168.1.1", ADDRESS_OUTSIDE },
	{ "::", ADDRESS_NEVER },
	{ "::1", ADDRESS_HERE },
	{ "::127.0.0.1", ADDRESS_HERE },
	{ "::ffff:127.0.0.1", ADDRESS_HERE },
	{ "::ffff:169.254.169.254", ADDRESS_NEVER },
	{ "::ffff:203.0.113.1", ADDRESS_OUTSIDE },
	{ "64:ff9b::127.0.0.1", ADDRESS_HERE },
	{ "64:ff9b::203.0.113.1", ADDRESS_OUTSIDE },
	{ "fe7f:ffff::1", ADDRESS_OUTSIDE },
	{ "fe80::1", ADDRESS_NEVER },
	{ "febf:ffff::1", ADDRESS_NEVER },
	{ "fec0::1", ADDRESS_OUTSIDE },
	{ "ff02::1", ADDRESS_NEVER },
	{ "fd00::1", ADDRESS_OUTSIDE },
	{ "2001:db8::1", ADDRESS_OUTSIDE },
};

static void test_reach(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *address = rows[i].address;
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
		CHECK(address, is_v4 || inet_pton(AF_INET6, address, &v6.sin6_addr) == 1);
		const struct sockaddr *at = is_v4 ? (const void *)&v4 : (const void *)&v6;
		CHECK_INT(address, address_reach(at), rows[i].want);
		bool is_out = rows[i].want == ADDRESS_OUTSIDE;
		bool is_here = rows[i].want == ADDRESS_HERE;
		CHECK(address, address_may(at, false) == is_out);
		CHECK(address, address_may(at, true) == (is_out || is_here));
		CHECK(address, address_text_may(str_from(address), false) == is_out);
		CHECK(address, address_text_may(str_from(address), true) == (is_out || is_here));
	}
	struct sockaddr_un other = { .sun_family = AF_UNIX };
	CHECK("another family", !address_may((const void *)&other, true));
}

static void test_words(void) {
	CHECK("a name", address_text_may(str_from("so.example.vn"), false));
	CHECK("this machine", !address_text_may(str_from("localhost"), false));
	CHECK("this machine, allowed", address_text_may(str_from("localhost"), true));
	CHECK("a socket", !address_text_may(str_from("/run/mysqld/mysqld.sock"), false));
	CHECK("a socket, allowed", address_text_may(str_from("/run/mysqld/mysqld.sock"), true));
	CHECK("nothing is this machine", !address_text_may(str_from(""), false));
}

int main(void) {
	test_reach();
	test_words();
	return check_failures != 0;
}
