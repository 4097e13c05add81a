#ifndef CORE_BASE_JSON_OUT_H
#define CORE_BASE_JSON_OUT_H

/*
 * Writing JSON into a buffer, in order, without a tree. Commas are placed by the writer; a wrong
 * order of calls (a value where a name is due, an end without its begin) is our own mistake and
 * asserts. Failures stick to the buffer: ask buf_err() once at the end. Text that is not UTF-8
 * makes the buffer fail with ERR_FORMAT, so that nothing unreadable is ever sent.
 *
 * Escapes are those of JSON.stringify: \" \\ \b \f \n \r \t, \u00xx for the other control
 * characters, everything else as it is. The text is for JSON only; inside HTML it would have to
 * be escaped again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/str.h"

enum { JSON_OUT_DEPTH_MAX = 32 };

struct json_out {
	struct buf *buf;
	unsigned depth;     /* containers open now */
	uint32_t is_object; /* bit n: the container at depth n + 1 is an object */
	uint32_t has_items; /* bit n: it has an item already */
	bool is_after_name;
	bool is_done; /* a whole value stands at depth 0 */
};

/* Starts a document behind what the buffer holds. The buffer must outlive the writer. */
void jo_begin(struct json_out *w, struct buf *buf);
/* True when exactly one whole value was written: for asserts and tests. */
bool jo_is_whole(const struct json_out *w);

void jo_obj(struct json_out *w);
void jo_end_obj(struct json_out *w);
void jo_arr(struct json_out *w);
void jo_end_arr(struct json_out *w);
void jo_key(struct json_out *w, const char *name);

void jo_str(struct json_out *w, struct str s);
void jo_strz(struct json_out *w, const char *z); /* NULL gives null */
void jo_id(struct json_out *w, uint64_t id);     /* as a decimal string */
void jo_i64(struct json_out *w, int64_t v); /* asserts |v| <= 2^53 - 1, as JavaScript reads it */
void jo_bool(struct json_out *w, bool v);
void jo_null(struct json_out *w);
/* One whole value that is JSON already. */
void jo_raw(struct json_out *w, struct str json);

/* A name and its value. */
void jo_kstr(struct json_out *w, const char *name, struct str s);
void jo_kstrz(struct json_out *w, const char *name, const char *z);
void jo_kid(struct json_out *w, const char *name, uint64_t id);
void jo_ki64(struct json_out *w, const char *name, int64_t v);
void jo_kbool(struct json_out *w, const char *name, bool v);
void jo_knull(struct json_out *w, const char *name);
void jo_kraw(struct json_out *w, const char *name, struct str json);
void jo_kobj(struct json_out *w, const char *name);
void jo_karr(struct json_out *w, const char *name);

/* Appends s as a JSON string, quotes included. For callers without a writer. */
void json_out_quote(struct buf *out, struct str s);

#endif
