#ifndef EXAM_BANK_IMPORT_GIFT_TEXT_H
#define EXAM_BANK_IMPORT_GIFT_TEXT_H

/* Text of GIFT files: escapes, and stretches between them. For gift*.c only. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/str.h"

enum gift_format {
	GIFT_MOODLE, /* HTML, line ends are breaks */
	GIFT_HTML,
	GIFT_PLAIN,
	GIFT_MARKDOWN,
};

/* Index of the first unescaped character of `set` in s at or after `from`, or s.n. */
size_t gift_find(struct str s, size_t from, const char *set);
/* The last unescaped c, or s.n. */
size_t gift_find_last(struct str s, char c);
/* Index of an unescaped "->" or "####", or s.n. */
size_t gift_find_word(struct str s, size_t from, const char *word);
/* Appends s without its escapes: \~ \= \# \{ \} \: \\ and \n. */
void gift_unescape(struct str s, struct buf *out);
/* Appends s as stored HTML. ERR_LIMIT when it is too long. */
enum err gift_html(struct str s, enum gift_format format, struct buf *out) MUST_CHECK;

#endif
