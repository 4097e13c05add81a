#ifndef EXAM_BANK_RICH_H
#define EXAM_BANK_RICH_H

/*
 * The content form of questions ("rich text"): a small HTML that this module alone writes. Text
 * from outside is never filtered; it is taken apart and built anew from an allow-list, so what is
 * stored can be put into a page as it is. Pure.
 *
 * The stored form, in NFC, white space collapsed:
 *     p br b i u sub sup                            no attributes
 *     table tr td                                   td may have colspan and rowspan
 *     <img data-picture="ID" width="W" height="H" alt="…">   ID: 64 hex digits, a picture of the
 *                                                   same school; width and height in pixels
 *     <span class="math">LATEX</span>               a formula: its text is LaTeX, without $ signs
 * Everything outside of these is text with &amp; &lt; &gt; escaped. Formulas written as $…$,
 * $$…$$, \(…\) or \[…\] become the span; LaTeX is the only stored form of a formula.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	RICH_INPUT_BYTES_MAX = 512 * 1024, /* HTML from outside */
	RICH_BYTES_MAX = 64 * 1024,        /* one stored text */
	RICH_PICTURE_ID_BYTES = 64,
	RICH_PICTURE_PIXELS_MAX = 4000, /* of a width or height attribute */
	RICH_SPAN_MAX = 50,             /* of a colspan or rowspan attribute */
	RICH_ALT_BYTES_MAX = 300,
};

/* What a rebuild met. */
struct rich_report {
	size_t pictures;      /* kept */
	size_t lost_pictures; /* without an id that could be one of ours */
	size_t lost_active;   /* script, style, frame and the like, dropped with their content */
};

/*
 * Appends the stored form of HTML from outside. Unknown elements vanish and their text stays;
 * scripts, styles, frames, drawings and comments vanish with their content; attributes outside
 * the list above vanish. The result of a rebuild is rebuilt to itself. report may be NULL.
 *
 * Errors  ERR_LIMIT   longer than RICH_INPUT_BYTES_MAX, or the result than RICH_BYTES_MAX
 *         ERR_FORMAT  not UTF-8
 */
enum err rich_rebuild(struct str html, struct buf *out, struct rich_report *report) MUST_CHECK;

/* Appends plain text for stored rich text: formulas as $LaTeX$, white space as single blanks,
 * pictures as nothing. */
void rich_plain(struct str rich, struct buf *out);
/* True when stored rich text shows nothing: no letter, no formula, no picture. */
bool rich_is_empty(struct str rich);
/* The next picture id in stored rich text at or after *at (moved on); false at the end. */
bool rich_next_picture(struct str rich, size_t *at, struct str *out_id);

/* For readers of other formats, which build rich text themselves. */
void rich_add_text(struct buf *out, struct str text);
/* The same, but formulas between $…$, $$…$$, \(…\), \[…\] become spans. */
void rich_add_text_with_math(struct buf *out, struct str text);
void rich_add_math(struct buf *out, struct str latex);
/* A formula fenced in text: `at` and `n` with its fences, inner_* without. */
struct rich_fenced {
	size_t at;
	size_t n;
	size_t inner_at;
	size_t inner_n;
};

/* The first one that begins at or after `from`; false when there is none. */
bool rich_find_formula(struct str text, size_t from, struct rich_fenced *out);
/* Width and height 0 are left out. */
void rich_add_picture(struct buf *out, const char *id, unsigned width, unsigned height);

#endif
