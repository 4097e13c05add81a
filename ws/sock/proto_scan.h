#ifndef WS_SOCK_PROTO_SCAN_H
#define WS_SOCK_PROTO_SCAN_H

/*
 * The JSON grammar as far as frames need it, for proto.c alone: splits an object or array into
 * spans without building a tree. Syntax is checked to the letter of RFC 8259; the escapes inside
 * strings are checked by form only (their meaning is the value's own check).
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	PROTO_DEPTH_MAX = 8,    /* containers open at once */
	PROTO_MEMBERS_MAX = 12, /* of one object */
};

struct proto_member {
	struct str name;  /* without quotes; a name with an escape is refused */
	struct str value; /* without white space around it */
};

/* Splits an object, white space around it allowed, nothing behind it. ERR_FORMAT, also for a
 * name that comes twice; ERR_LIMIT past PROTO_MEMBERS_MAX. */
enum err proto_scan_object(
		struct str text, struct proto_member *out_members, size_t *out_count) MUST_CHECK;

/* The next element of an array: *at is 0 at first. ERR_NOT_FOUND at the end, ERR_FORMAT. */
enum err proto_scan_element(struct str array, size_t *at, struct str *out_value) MUST_CHECK;

/* A string without escapes, without its quotes. ERR_FORMAT when it is none. */
enum err proto_scan_text(struct str value, struct str *out) MUST_CHECK;
/* A number without sign, fraction and exponent. ERR_FORMAT otherwise or when above `most`. */
enum err proto_scan_uint(struct str value, uint64_t most, uint64_t *out) MUST_CHECK;

#endif
