#ifndef EXAM_BANK_RICH_TOKEN_H
#define EXAM_BANK_RICH_TOKEN_H

/*
 * Takes HTML from outside apart, for exam/bank/rich_rebuild.c only. Never fails: what is no tag
 * is text, as in a browser.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/str.h"

enum { RICH_TAG_NAME_BYTES = 16 };

enum rich_token_kind {
	RICH_TOKEN_TEXT,   /* text, entities decoded */
	RICH_TOKEN_TAG,    /* name, is_end, attributes */
	RICH_TOKEN_MATH,   /* text is the LaTeX of a whole <span class="math">…</span> */
	RICH_TOKEN_ACTIVE, /* a script, style, frame …: skipped with its content */
};

struct rich_token {
	enum rich_token_kind kind;
	struct str text;                /* in *decoded, until the next token */
	char name[RICH_TAG_NAME_BYTES]; /* lower case; "" when longer */
	bool is_end;
	struct str attrs;    /* the raw text between name and '>' */
	struct buf *decoded; /* room that the caller lends */
};

/* The token at *at (moved on); false at the end. html is valid UTF-8. */
bool rich_token_next(struct str html, size_t *at, struct rich_token *t);

/* A numeric attribute from 1 to max, or 0. */
unsigned rich_token_number(const struct rich_token *t, const char *name, unsigned max);
/* The picture id (RICH_PICTURE_ID_BYTES lower-case hex digits and '\0'); false without one. */
bool rich_token_picture(const struct rich_token *t, char *out_id);
/* Appends the alt text, cut to RICH_ALT_BYTES_MAX and escaped for an attribute. */
void rich_token_alt(const struct rich_token *t, struct buf *out);

#endif
