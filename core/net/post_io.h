#ifndef CORE_NET_POST_IO_H
#define CORE_NET_POST_IO_H

/*
 * Sending to the outside by libcurl: mail to a relay (SMTP), JSON to a gateway (HTTPS). One struct
 * post is one destination, used by one thread; it keeps its connection. Where it sends is fixed
 * when it is made: nothing that is sent chooses a destination, no redirect is followed, no proxy
 * of the environment is asked. Certificates are verified. Every call ends within the time it is
 * given, and soon after *stop becomes true.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	POST_DETAIL_BYTES = 201,
	POST_ERROR_BYTES = 24,
	POST_SIGNATURE_BYTES = 65,
	POST_REPLY_BYTES_MAX = 64 << 10, /* a gateway that says more is not listened to */
};

/* Texts are copied by nobody: they live as long as the post. */
struct post_settings {
	const char *url;      /* "smtp://host:587", "smtps://host:465", "https://host/path" */
	const char *user;     /* of a relay; "": none */
	const char *password; /* ... */
	const char *secret;   /* of a gateway: signs what is sent */
	const char *ca_path;  /* PEM file, trusted alone; "": the system's authorities */
	bool is_plain;        /* no TLS: a relay or a gateway on this machine */
	int64_t timeout_ms;   /* of a whole delivery; connecting takes at most half of it */
	atomic_bool *stop;
};

struct post;

/* Before the first post, and behind the last one, while no other thread uses libcurl. */
enum err post_begin(void) MUST_CHECK;
void post_end(void);

/* Takes no connection yet. */
enum err post_new(const struct post_settings *settings, struct post **out) MUST_CHECK;
void post_free(struct post *post);
DEFINE_FREEP(struct post *, post_free);

/* What became of a delivery that failed. */
struct post_fault {
	char error[POST_ERROR_BYTES];   /* a code: "refused", "later", "unreachable", "timeout",
					 * "tls", "login", "redirect", "stopped" */
	char detail[POST_DETAIL_BYTES]; /* what the other side said: printable ASCII */
};

/*
 * Errors of both
 *         ERR_UNSUPPORTED  refused for good: this one will never be taken
 *         ERR_BUSY         refused for now: later this one may be taken
 *         ERR_IO           the destination cannot be reached, does not answer in time, is not who
 *                          it says, or does not let us in: nothing can be sent there now
 *         ERR_CLOSED       *stop
 *         ERR_NOMEM
 * On an error *fault says why.
 */
enum err post_mail(struct post *post, const char *from, const char *to, struct str bytes,
		struct post_fault *fault) MUST_CHECK;
/* key: the Idempotency-Key; now_s stands in the signature (docs/protocol.md, "Webhook"). */
enum err post_json(struct post *post, const char *key, int64_t now_s, struct str body,
		struct post_fault *fault) MUST_CHECK;

/* HMAC-SHA256 of "now_s.body" under the secret, lower-case hex. */
void post_signature(
		const char *secret, int64_t now_s, struct str body, char out[POST_SIGNATURE_BYTES]);

#endif
