#ifndef CORE_OUTBOX_ENVELOPE_H
#define CORE_OUTBOX_ENVELOPE_H

/*
 * A record's key and its line, made: the national envelope (idbanghi, sukien, phienban,
 * thoigiancapnhat) around the data of one thing, as one line of JSON that is made once in the school
 * and never printed again. Members stand in one order without blanks, so that the same record is the
 * same bytes. Lines are read, and hashed, by core/exchange/exchange_line.h. Pure.
 */

#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/exchange/exchange_line.h"

/*
 * idbanghi: parts joined by "/", in each of which "%" and "/" are written %25 and %2F. The first is
 * the school's code, the second the kind. One that would pass EXCHANGE_ID_BYTES_MAX is cut behind
 * the kind and goes on with "#" and the hash of the whole in hex: the data has the parts anyway.
 * Begin, add the parts, end; failures stick to the buffer, which holds nothing else.
 */
void record_id_begin(struct buf *id, struct str school, const char *kind);
void record_id_add(struct buf *id, struct str part);
void record_id_end(struct buf *id);

/* One line's values. Texts belong to others. */
struct record_line {
	struct str kind; /* bang */
	struct str id;   /* idbanghi */
	enum exchange_event event;
	uint32_t version;    /* phienban, 1.. */
	int64_t at_ms;       /* thoigiancapnhat */
	struct str class_id; /* lop: year and class as parts of an id; "" for none */
	unsigned term;       /* hocky */
	struct str student;  /* hocsinh: the code; "" for none */
	struct str data;     /* dulieu: a JSON object */
};

/* Appends the line, without a line feed. Values are those that exchange_line_parse() would take. */
void record_line_print(struct buf *out, const struct record_line *line);

/*
 * The bytes of dulieu in a line that record_line_print() made and exchange_line_parse() has read.
 * ERR_FORMAT when the line is written in another way.
 */
enum err record_line_data(
		struct str text, const struct exchange_line *line, struct str *out) MUST_CHECK;

#endif
