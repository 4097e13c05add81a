#ifndef CORE_EXCHANGE_EXCHANGE_LINE_H
#define CORE_EXCHANGE_EXCHANGE_LINE_H

/*
 * One record as it travels and is kept for ever: a line of JSON that the school made once and
 * nobody prints again. This file reads it, strictly, and hashes it; core/outbox makes it. Pure.
 *
 *     {"bang":"diem","idbanghi":"…","sukien":"UPDATE","phienban":3,"thoigiancapnhat":…,
 *      "lop":"2026-2027/10A1","hocky":1,"hocsinh":"HS001","dulieu":{…}}
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/json.h"
#include "core/base/str.h"
#include "core/exchange/exchange_batch.h"
#include "core/seal/hash.h"

enum {
	EXCHANGE_ID_BYTES_MAX = 255,      /* idbanghi */
	EXCHANGE_KIND_BYTES_MAX = 16,     /* bang */
	EXCHANGE_CLASS_BYTES_MAX = 255,   /* lop */
	EXCHANGE_STUDENT_BYTES_MAX = 128, /* hocsinh */
	EXCHANGE_TERM_MAX = 3,            /* hocky: 0 none or the year, 1, 2, 3 summer */
};

enum exchange_event {
	EXCHANGE_NEW = 1,
	EXCHANGE_UPDATE = 2,
	EXCHANGE_CANCEL = 3,
};
const char *exchange_event_name(enum exchange_event event);

/* Texts point into `root`. */
struct exchange_line {
	struct json *root; /* owned */
	struct str kind;   /* bang */
	struct str id;     /* idbanghi */
	enum exchange_event event;
	uint32_t version;        /* phienban, 1.. */
	int64_t at_ms;           /* thoigiancapnhat */
	struct str class_id;     /* lop: "namhoc/malop", or "" */
	unsigned term;           /* hocky */
	struct str student;      /* hocsinh, or "" */
	const struct json *data; /* dulieu, an object */
};
void exchange_line_finish(struct exchange_line *line);

/*
 * Reads a line: exactly these members, each of its kind and within its limit; idbanghi has at
 * least a school's code, and behind it the kind unless there are only these two. What dulieu holds
 * is not looked at.
 *
 * Errors  ERR_LIMIT   longer than EXCHANGE_LINE_BYTES_MAX
 *         ERR_FORMAT  anything else that is wrong with it
 *         ERR_NOMEM
 * The caller finishes *out.
 */
enum err exchange_line_parse(struct str text, struct exchange_line *out) MUST_CHECK;

/* Whether its idbanghi says that it is this school's, and of the kind that `bang` says. */
bool exchange_line_is_of(const struct exchange_line *line, struct str school);

/*
 * The parts of an idbanghi or a lop, between its "/", unescaped: the part of that index is
 * appended. ERR_NOT_FOUND when there are fewer, ERR_FORMAT when an escape is none.
 */
enum err exchange_id_part(struct str id, size_t index, struct buf *out) MUST_CHECK;
/* Appends one part, with "%" and "/" as %25 and %2F, behind a "/" unless `out` is empty. */
void exchange_id_add(struct buf *out, struct str part);

/* H("TTXO" || line). */
void exchange_line_hash(struct str text, struct hash *out);

#endif
