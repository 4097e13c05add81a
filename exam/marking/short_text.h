#ifndef EXAM_MARKING_SHORT_TEXT_H
#define EXAM_MARKING_SHORT_TEXT_H

/*
 * When two short texts are the same answer: the same letters with the same marks, whatever the
 * case, the Unicode form, the runs of white space, a full stop at the end, and where the tone is
 * written in oa, oe, uy ("hoà" and "hòa" are one word in two spellings). Marks count: "ma" is not
 * "má"; a teacher who accepts both lists both. Pure.
 */

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

/* Appends the form in which short texts are compared. ERR_FORMAT when s is not UTF-8. */
enum err short_text_fold(struct str s, struct buf *out) MUST_CHECK;

#endif
