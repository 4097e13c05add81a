#ifndef EXAM_BANK_IMPORT_IMPORT_H
#define EXAM_BANK_IMPORT_IMPORT_H

/*
 * Reads a file of questions: Word (.docx), GIFT, Aiken or a paper as plain text, told apart
 * by content. What was read
 * goes before a person, with its source, a confidence and what is doubtful; nothing is stored
 * here and nothing of the file is dropped silently.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cleanup.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/json_out.h"
#include "core/base/str.h"
#include "core/doc/image.h"
#include "exam/bank/question.h"
#include "exam/bank/rich.h"

enum {
	IMPORT_FILE_BYTES_MAX = 16 * 1024 * 1024,
	IMPORT_QUESTIONS_MAX = 500,
	IMPORT_SOURCE_BYTES_MAX = 16 * 1024,         /* text shown beside one question */
	IMPORT_PICTURES_BYTES_MAX = 2 * 1024 * 1024, /* all pictures of a paper together */
	IMPORT_SURE = 90, /* from this confidence on a question counts as sure */
};

struct imported_picture {
	char id[RICH_PICTURE_ID_BYTES +
			1]; /* hash of the bytes in hex; "" when it cannot be shown */
	char *name;         /* inside the file */
	struct image image; /* empty when it cannot be shown */
};

struct imported_part {
	unsigned number;
	char *title;        /* plain text, "" for what stands before the first heading */
	char *instructions; /* plain text */
};

struct imported_passage {
	char *html;
	unsigned from; /* numbers of the questions it serves, 0 when it did not say */
	unsigned to;
};

struct imported_question {
	unsigned number;     /* as printed, 0 for none */
	unsigned difficulty; /* 1 nhận biết … 4 vận dụng cao, 0 not said */
	size_t part;         /* index into parts */
	size_t passage;      /* index + 1 into passages, 0 for none */
	struct question q;
	char *title;      /* GIFT's ::title::, or NULL */
	char *topic;      /* GIFT's category, or NULL */
	char *solution;   /* HTML of the worked solution in the file, or NULL */
	char *source;     /* the text it was read from */
	size_t *pictures; /* indexes of its pictures, in order, each once */
	size_t picture_count;
	unsigned confidence;  /* 0..100 */
	struct diag problems; /* codes "reader.…" and "question.…" of the message catalogue */
};

struct imported {
	struct imported_question *questions;
	size_t count;
	struct imported_part *parts;
	size_t part_count;
	struct imported_passage *passages;
	size_t passage_count;
	struct imported_picture *pictures;
	size_t picture_count;
	char **unassigned; /* lines that belong to no question */
	size_t unassigned_count;
	struct diag problems; /* about the whole file */
};

/*
 * Reads a file. `why` says in the catalogue's words what is wrong when it fails.
 *
 * Errors  ERR_UNSUPPORTED  a kind that is not read (an old .doc, a PDF …) or an encrypted one
 *         ERR_FORMAT       damaged
 *         ERR_LIMIT        too large
 *         ERR_MISSING      nothing in it looks like a question
 */
enum err import_read(struct str bytes, struct imported **out, struct diag *why) MUST_CHECK;
void imported_free(struct imported *i);
DEFINE_FREEP(struct imported *, imported_free);

/* One reader each; `text` is UTF-8 in any normal form. */
enum err import_docx(struct str bytes, struct imported **out) MUST_CHECK;
enum err import_gift(struct str text, struct imported **out) MUST_CHECK;
enum err import_aiken(struct str text, struct imported **out) MUST_CHECK;
/* A paper typed as plain text, laid out as in Word. */
enum err import_plain(struct str text, struct imported **out) MUST_CHECK;
/* True when a line begins "ANSWER:". */
bool import_looks_like_aiken(struct str text);

/*
 * Notes a problem of a question: a code with at most one parameter ("name"), and how much less
 * sure it makes the whole. value NULL for a code without one.
 */
void imported_doubt(
		struct imported_question *q, const char *code, const char *value, unsigned less);
/* Adds what question_check() finds, and takes its errors off the confidence. */
void imported_check(struct imported_question *q);

#endif
