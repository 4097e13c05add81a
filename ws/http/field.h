#ifndef WS_HTTP_FIELD_H
#define WS_HTTP_FIELD_H

/*
 * Reading the fields of a request's head: what browsers send, and what attackers do. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	FIELD_PROXIES_MAX = 16,
	FIELD_ADDRESS_BYTES = 46, /* text of an IPv6 address and its '\0' */
	FIELD_FORWARDED_MAX = 32, /* addresses looked at in one X-Forwarded-For */
};

/* Content-Length as one run of digits. ERR_FORMAT for anything else ("1,1", "+1", "0x1"),
 * ERR_LIMIT when it is past what fits into 63 bits. */
enum err field_length(struct str s, uint64_t *out) MUST_CHECK;

/* The value of one cookie; an empty span with p == NULL when it is not there. A name that comes
 * twice counts as not there: somebody planted one. */
struct str field_cookie(struct str header, const char *name);

/* The token behind "Bearer "; an empty span with p == NULL otherwise. */
struct str field_bearer(struct str header);

/* True when Accept-Encoding names this coding with a weight above 0. */
bool field_accepts(struct str header, const char *coding);

/* True when If-None-Match holds this entity tag (quoted, weak or strong) or "*". */
bool field_etag_is(struct str header, const char *etag);

/* True when Content-Type is this media type, whatever its parameters. */
bool field_type_is(struct str header, const char *type);
/* A parameter of Content-Type or Content-Disposition, its quotes taken away; an empty span with
 * p == NULL when it is not there. Backslash escapes are left as they are. */
struct str field_param(struct str header, const char *name);

/* A Host that names a host: letters, digits, '.', '-', '_', a bracketed IPv6 address, a port. */
bool field_host_is_valid(struct str host);

/* True when Origin is a page of this very host: the same host and port, and https when the request
 * came by TLS. One that came without may be either: a proxy may have ended TLS before us. */
bool field_origin_is_own(struct str origin, struct str host, bool is_secure);

/* One range of bytes. */
struct field_range {
	uint64_t first;
	uint64_t last; /* included */
};

enum field_range_kind {
	FIELD_RANGE_NONE,  /* no header, another unit, or several ranges: send the whole */
	FIELD_RANGE_ONE,   /* *out is set */
	FIELD_RANGE_BEYOND /* nothing of it is there: 416 */
};

enum field_range_kind field_range_parse(struct str header, uint64_t size, struct field_range *out);

/* Addresses of the proxies before us, as numbers or as networks: "10.0.0.0/8", "::1". */
struct field_proxies {
	struct field_network {
		uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
		unsigned bits;       /* 0..128 that must be the same */
	} rows[FIELD_PROXIES_MAX];
	size_t count;
};

/* Reads a list divided by commas or white space. ERR_FORMAT, ERR_LIMIT. */
enum err field_proxies_parse(struct str list, struct field_proxies *out) MUST_CHECK;
bool field_is_proxy(const struct field_proxies *p, struct str address);

/*
 * The client's address: the peer's, or, when the peer is one of our proxies, the last address
 * in X-Forwarded-For that is not. What stands left of it was written by the client.
 */
void field_client_address(const struct field_proxies *p, struct str peer, struct str forwarded,
		char out[FIELD_ADDRESS_BYTES]);

/* Appends s with %XX taken back. ERR_FORMAT on a broken escape or a NUL. */
enum err field_percent_decode(struct str s, struct buf *out) MUST_CHECK;
/* Appends s with everything but letters, digits, '-', '.', '_', '~' as %XX. */
void field_percent_encode(struct str s, struct buf *out);

/* A file's name as somebody sent it, made harmless: NFC, the last part of a path, no control
 * characters, cut at 200 bytes between characters. ERR_FORMAT when it is not UTF-8. */
enum err field_file_name(struct str raw, struct buf *out) MUST_CHECK;

#endif
