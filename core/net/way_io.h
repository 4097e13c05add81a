#ifndef CORE_NET_WAY_IO_H
#define CORE_NET_WAY_IO_H

/*
 * What every transfer by libcurl has in common: where it may go and how it ends. Only core/net
 * includes this. No redirect is followed, no proxy of the environment is asked, certificates are
 * verified, by one authority alone when one is given; a transfer ends within its time, and soon
 * after *stop becomes true.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "core/base/err.h"

/* For an address that a school's office named: which of those that it stands for may be asked. */
struct way_guard {
	bool takes_here;  /* this machine, too */
	bool has_refused; /* set when one was not asked */
};
struct way {
	const char *url;
	const char *protocols;   /* as libcurl names them: "https" */
	const char *ca_path;     /* PEM file, trusted alone; "" or NULL: not given */
	const char *ca_pem;      /* PEM text, trusted alone; NULL: not given */
	int64_t timeout_ms;      /* of the whole transfer; connecting takes at most half of it */
	atomic_bool *stop;       /* NULL: nobody stops it */
	struct way_guard *guard; /* NULL: whoever runs the program named the address */
};

/* Forgets the options of the last transfer (the connection is kept) and sets these. The texts live
 * until the transfer is over. */
CURLcode way_set(CURL *c, const struct way *way);

/* What a transfer that came to nothing comes to: ERR_CLOSED, ERR_NOMEM or ERR_IO, with a code:
 * "stopped", "timeout", "login", "tls", "unreachable". */
enum err way_fault(CURLcode r, const char **out_error);

#endif
