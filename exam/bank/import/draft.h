#ifndef EXAM_BANK_IMPORT_DRAFT_H
#define EXAM_BANK_IMPORT_DRAFT_H

/*
 * Questions as the recogniser sees them while it reads: where in the lines each part of a
 * question stands, and what was said about its key. exam/bank/import/settle.h turns them into
 * questions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "exam/bank/import/flow.h"
#include "exam/bank/import/scan.h"
#include "exam/bank/question.h"

enum {
	DRAFT_QUESTIONS_MAX = 500,
	DRAFT_PARTS_MAX = 50,
	DRAFT_PASSAGES_MAX = 200,
	DRAFT_KEYS_MAX = 2000,
	DRAFT_VALUE_BYTES = 200,
};

/* A stretch of one line, or a whole table. */
struct piece {
	size_t line;
	size_t from; /* bytes of the line's text */
	size_t to;
	size_t table; /* index + 1: the whole table instead of a stretch */
	bool is_new_paragraph;
};

struct pieces {
	struct piece *items;
	size_t count;
	size_t cap;
};

/* ERR_NOMEM; an empty stretch is not added. */
enum err pieces_add(struct pieces *p, struct piece piece) MUST_CHECK;
enum err pieces_add_all(struct pieces *p, const struct pieces *more) MUST_CHECK;
void pieces_finish(struct pieces *p);

/* An option or statement. */
struct draft_choice {
	struct pieces pieces;
	size_t label_line;
	size_t label_from; /* where the label begins, star included */
	size_t letter_at;
	bool is_starred;
};

/* What an explicit word, a solution or a table of keys says about one question. */
struct draft_key {
	unsigned strength;             /* 0 nothing was said */
	uint32_t letters;              /* options */
	bool is_split;                 /* equally strong words named different letters */
	uint32_t told;                 /* statements: bit i is known … */
	uint32_t truths;               /* … and true */
	char value[DRAFT_VALUE_BYTES]; /* a number or text, "" for none */
};

struct draft_question {
	unsigned number; /* as printed, 0 for none */
	unsigned level;  /* 1 nhận biết … 4 vận dụng cao, 0 not said */
	size_t part;     /* index into parts */
	size_t passage;  /* index + 1 into passages, 0 for none */
	size_t first_line;
	size_t line_count;
	bool is_behind_end; /* stands behind "HẾT" or a heading of keys */
	struct pieces stem;
	struct draft_choice options[QUESTION_OPTIONS_MAX];
	size_t option_count;
	struct draft_choice statements[QUESTION_STATEMENTS_MAX];
	size_t statement_count;
	struct pieces solution;
	struct draft_key said;  /* in the question itself or its solution */
	struct draft_key table; /* in a list of keys */
	bool has_letter_twice;  /* an option's label bore the letter of the one before */
	bool has_late_text;     /* text behind the last option, counted to it */
	bool has_late_picture;  /* a picture behind the last option, counted to the stem */
};

struct draft_part {
	unsigned number; /* as the heading says, else counted */
	enum scan_part_kind kind;
	struct pieces title;
	struct pieces instructions;
};

struct draft_passage {
	unsigned from; /* of the questions it serves, 0 when it did not say */
	unsigned to;
	size_t part;
	struct pieces pieces;
};

/* One entry of a list of keys. */
struct draft_key_entry {
	unsigned part; /* number of the part, 0 when the list names none */
	unsigned number;
	struct draft_key key;
};

struct draft {
	struct draft_question *questions;
	size_t question_count;
	struct draft_part *parts; /* parts[0] is what stands before any heading */
	size_t part_count;
	struct draft_passage *passages;
	size_t passage_count;
	struct draft_key_entry *keys;
	size_t key_count;
	struct pieces unassigned;
	bool has_end;
	bool has_codes_guessed; /* keys of several variants, and the paper names none */
	bool has_more;          /* questions past DRAFT_QUESTIONS_MAX were left out */
};

/* Empty, with room for everything; ERR_NOMEM. */
enum err draft_new(struct draft **out) MUST_CHECK;
void draft_free(struct draft *d);
DEFINE_FREEP(struct draft *, draft_free);

/* Adds an entry of a list of keys; one past the limit is dropped (and cannot match anything). */
void draft_add_key(struct draft *d, unsigned part, unsigned number, const struct draft_key *key);
/* What a cell or word says as a key: a letter, letters, truths or a short value. False when it
 * says nothing. Values that are no letter and no truth count only when takes_values. */
bool draft_key_read(struct str s, bool takes_values, struct draft_key *out);

#endif
