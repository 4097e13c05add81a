#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

/*
 * Reading JSON from outside, on top of cJSON. What reaches cJSON has passed a scan of our own
 * first, since cJSON 1.7.15 cuts strings at \u0000, takes lone surrogates, invalid UTF-8, raw
 * control characters and numbers such as 01, and keeps the first of two equal keys where
 * JavaScript keeps the last. All of these are refused here. Names are compared case-sensitively.
 * Writing is in json_out.h, which this header brings along.
 *
 * Numbers are doubles in cJSON, so ids travel as decimal strings. Every text that a getter gives
 * points into the document and lives as long as it; it holds no NUL byte.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/json_out.h"
#include "core/base/str.h"

enum {
	JSON_DEPTH_MAX = 32,          /* objects and arrays open at once */
	JSON_VALUES_MAX = 200000,     /* values in one document: each takes 64 bytes in memory */
	JSON_NUMBER_BYTES_MAX = 40,   /* cJSON fails past 63; JavaScript writes at most 25 */
	JSON_CANONICAL_DEPTH_MAX = 3, /* arrays open at once in an answer's value */
};

/* The largest integer a JavaScript number holds together with both its neighbours. */
#define JSON_INT_MAX INT64_C(9007199254740991)

/* A node of a document. Only the root is freed. */
struct json;

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/*
 * Reads one whole document.
 *
 * Errors  ERR_LIMIT   longer than max_bytes, deeper than JSON_DEPTH_MAX, more values than
 *                     JSON_VALUES_MAX, or a number of more than JSON_NUMBER_BYTES_MAX bytes
 *         ERR_FORMAT  not JSON by RFC 8259, invalid UTF-8, \u0000, a lone surrogate, the same
 *                     name twice in an object, anything behind the document
 *         ERR_NOMEM
 * The caller frees *out with json_free.
 */
enum err json_parse(struct str text, size_t max_bytes, struct json **out) MUST_CHECK;
void json_free(struct json *root);
DEFINE_FREEP(struct json *, json_free);

enum json_kind json_kind(const struct json *node);

/*
 * The value of a node. ERR_MISSING when node is NULL or null, ERR_INVAL when it is of another
 * kind or outside the range: an id is a string of decimal digits, an i64 a whole number of at
 * most JSON_INT_MAX on either side of 0.
 */
enum err json_as_str(const struct json *node, struct str *out) MUST_CHECK;
enum err json_as_id(const struct json *node, uint64_t *out) MUST_CHECK;
enum err json_as_i64(const struct json *node, int64_t *out) MUST_CHECK;
enum err json_as_bool(const struct json *node, bool *out) MUST_CHECK;

/* The member of that name; NULL when there is none or node is no object. */
const struct json *json_get(const struct json *node, const char *name);

/* A required member: ERR_MISSING when it is not there or null, ERR_INVAL when it is wrong. */
enum err json_get_str(const struct json *node, const char *name, struct str *out) MUST_CHECK;
enum err json_get_id(const struct json *node, const char *name, uint64_t *out) MUST_CHECK;
enum err json_get_i64(const struct json *node, const char *name, int64_t *out) MUST_CHECK;
enum err json_get_bool(const struct json *node, const char *name, bool *out) MUST_CHECK;
enum err json_get_array(
		const struct json *node, const char *name, const struct json **out) MUST_CHECK;
enum err json_get_object(
		const struct json *node, const char *name, const struct json **out) MUST_CHECK;

/* An optional member: the fallback when it is not there or null, ERR_INVAL when it is wrong. */
enum err json_opt_str(const struct json *node, const char *name, struct str fallback,
		struct str *out) MUST_CHECK;
enum err json_opt_id(const struct json *node, const char *name, uint64_t fallback,
		uint64_t *out) MUST_CHECK;
enum err json_opt_i64(const struct json *node, const char *name, int64_t fallback,
		int64_t *out) MUST_CHECK;
enum err json_opt_bool(
		const struct json *node, const char *name, bool fallback, bool *out) MUST_CHECK;

/*
 * The elements of an array or the members of an object, in their order:
 *     for (const struct json *it = json_first(list); it; it = json_next(it))
 * json_first gives NULL for NULL and for other kinds.
 */
const struct json *json_first(const struct json *node);
const struct json *json_next(const struct json *item);
size_t json_count(const struct json *node);
/* The name of a member; an empty span for an element of an array and for the root. */
struct str json_name(const struct json *item);

/*
 * Appends the node's bytes exactly as JavaScript's JSON.stringify writes them: the form in which
 * answers are hashed and stored (docs/protocol.md, "Bytes"). ERR_INVAL for a number, an object,
 * or arrays deeper than JSON_CANONICAL_DEPTH_MAX; then `out` may hold a part.
 */
enum err json_value_canonical(const struct json *node, struct buf *out) MUST_CHECK;

#endif
