#ifndef EXAM_BANK_IMPORT_PREVIEW_H
#define EXAM_BANK_IMPORT_PREVIEW_H

/*
 * An import of questions between preview and commit, as bytes: exactly what was shown and what the
 * commit will add. One line of JSON for the file as a whole, then one line a question, so that one
 * question can be mended without touching the others. Pure; kept by core/school/plan_store.h.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/json.h"
#include "core/base/messages.h"
#include "exam/bank/import/import.h"
#include "exam/bank/question.h"

enum {
	IMPORT_PREVIEW_BYTES_MAX = 30 << 20,
	IMPORT_PREVIEW_LINE_BYTES_MAX = 2 << 20,
};

/* Appends the bytes of a preview of what was read. */
enum err import_preview_make(const struct imported *from, struct buf *out) MUST_CHECK;

/* Writes the member "parts" from part `first` on: number, title, instructions. */
void import_preview_print_parts(const struct imported *from, size_t first, struct json_out *w);

/* The lines of a preview; they point into its bytes. */
struct import_preview {
	struct str head;
	struct str lines[IMPORT_QUESTIONS_MAX];
	size_t count;
};

/* ERR_CORRUPT for more lines than there can be. */
enum err import_preview_open(struct str bytes, struct import_preview *out) MUST_CHECK;

/* A question of a preview. Finish it. Texts point into `root`. */
struct import_preview_question {
	struct json *root;
	struct question q;
	unsigned number; /* as printed, 0 for none */
	unsigned part;
	unsigned difficulty; /* 1 nhận biết … 4 vận dụng cao, 0 not said */
	size_t passage;      /* index + 1, 0 for none */
	unsigned confidence;
	struct str topic;
	struct str source;
	const struct json *problems;
};
void import_preview_question_finish(struct import_preview_question *q);
/* ERR_CORRUPT when the line is not one of import_preview_make(). */
enum err import_preview_read(struct str line, struct import_preview_question *out) MUST_CHECK;

/* The question counts as sure: read with confidence and nothing in it must be mended. */
bool import_preview_is_sure(const struct import_preview_question *q);

/*
 * Appends the bytes of a preview in which question `index` is as a person wants it; its number,
 * part, passage and source stay, and a person's word is sure. ERR_NOT_FOUND when there is none.
 */
enum err import_preview_mend(const struct import_preview *preview, size_t index,
		const struct question *q, struct str topic, struct buf *out) MUST_CHECK;

/* Writes the members of the answer: counts, questions, parts, passages, unassigned, problems. */
enum err import_preview_show(const struct import_preview *preview, enum lang lang,
		struct json_out *w) MUST_CHECK;

/* The HTML of a passage of the head (its index), "" when there is none. Points into `head`. */
struct str import_preview_passage(const struct json *head, size_t index);

/* What the reader doubted, as the bank keeps it: the list without what question_check() finds
 * again at any time. */
void import_preview_doubts(const struct json *problems, struct json_out *w);

#endif
