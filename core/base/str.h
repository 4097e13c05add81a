#ifndef CORE_BASE_STR_H
#define CORE_BASE_STR_H

/*
 * Text from outside: spans (pointer plus length), bounded number parsing, UTF-8 and NFC,
 * hex and base64url. Nothing here allocates except str_dup() and what fills a struct buf.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"

/* Bytes owned by someone else, not '\0'-terminated. */
struct str {
	const char *p;
	size_t n;
};

struct str str_from(const char *z); /* NULL gives an empty span */
bool str_eq(struct str a, struct str b);
bool str_eq_z(struct str a, const char *z);
bool str_eq_nocase(struct str a, const char *z); /* ASCII letters only */
bool str_starts(struct str s, const char *prefix);
/* Without leading and trailing white space; no-break and other Unicode spaces count. */
struct str str_trim(struct str s);

/* A copy in memory of its own, which the caller frees. ERR_NOMEM */
enum err str_dup(const char *z, char **out) MUST_CHECK;

/* Decimal digits only (a leading '-' for i64), the whole span. ERR_INVAL, or ERR_LIMIT when too
 * large for the type. */
enum err str_parse_u64(struct str s, uint64_t *out) MUST_CHECK;
enum err str_parse_i64(struct str s, int64_t *out) MUST_CHECK;
/* A decimal number with ',' or '.' into an integer of 10^-places: ("7,5", 1) gives 75. A digit
 * past the places that is not 0 is ERR_INVAL: nothing is rounded silently. */
enum err str_parse_decimal(struct str s, int places, int64_t *out) MUST_CHECK;

/* Valid UTF-8 by RFC 3629: no surrogates, no overlong forms, nothing past U+10FFFF. */
bool str_is_utf8(struct str s);
/* Number of code points of valid UTF-8. */
size_t str_utf8_count(struct str s);
/* Next code point of valid UTF-8 at *at (moved on), or -1 at the end or on a bad byte. */
int32_t str_utf8_next(struct str s, size_t *at);
void str_utf8_add(struct buf *b, int32_t codepoint);
/*
 * Whether it holds a character nobody sees that turns the direction of writing (U+061C, U+200E,
 * U+200F, U+202A to U+202E, U+2066 to U+2069): with one a name reads as another on a screen than in
 * a list. Bytes that are no UTF-8 hold none.
 */
bool str_has_bidi(struct str s);
/* The capital or the small letter of a code point; itself when it has none. */
int32_t str_utf8_upper(int32_t codepoint);
int32_t str_utf8_lower(int32_t codepoint);

/* Appends s in NFC. ERR_FORMAT when s is not UTF-8. */
enum err str_nfc(struct str s, struct buf *out) MUST_CHECK;
/* Appends s folded for matching: NFC, lower case, Vietnamese marks removed (đ gives d), runs of
 * white space as one blank, trimmed. ERR_FORMAT when s is not UTF-8. */
enum err str_fold(struct str s, struct buf *out) MUST_CHECK;
/* The same with the marks kept: "HÀ  Nội" gives "hà nội". ERR_FORMAT when s is not UTF-8. */
enum err str_fold_case(struct str s, struct buf *out) MUST_CHECK;

/* One code point folded as str_fold() folds: lower case without marks; 0 when nothing is left of it
 * (a combining mark), the first one when it becomes several. */
int32_t str_fold_cp(int32_t codepoint);

/* Lower-case hex, '\0'-terminated; out holds 2 * n + 1 bytes. */
void str_hex(const void *bytes, size_t n, char *out);
/* ERR_INVAL unless s is exactly 2 * n hex digits. */
enum err str_unhex(struct str s, void *out, size_t n) MUST_CHECK;
/* base64url without padding. */
void str_b64_add(struct buf *b, const void *bytes, size_t n);
/* ERR_INVAL unless s decodes to exactly n bytes (canonical: unused bits are zero). */
enum err str_unb64(struct str s, void *out, size_t n) MUST_CHECK;
/* The same for a length that is not known before; appends. */
enum err str_unb64_add(struct str s, struct buf *out) MUST_CHECK;

#endif
