#ifndef EXAM_BANK_IMPORT_LAYOUT_PART_H
#define EXAM_BANK_IMPORT_LAYOUT_PART_H

/* What the files layout*.c share. */

#include "exam/bank/import/layout.h"

enum layout_state {
	LAYOUT_TOP,     /* before everything */
	LAYOUT_INTRO,   /* behind a part's heading */
	LAYOUT_PASSAGE, /* in a passage for several questions */
	LAYOUT_STEM,
	LAYOUT_OPTION,
	LAYOUT_STATEMENT,
	LAYOUT_SOLUTION,
	LAYOUT_KEYS, /* behind "HẾT" or a heading of keys, in no question */
};

struct layout {
	const struct flow *f;
	struct draft *d;
	enum layout_state state;
	struct draft_question *q; /* the open question, or NULL */
	bool takes_colon;         /* options are written "A:"; else that is somebody speaking */
	bool is_bare;             /* questions are numbered "1." without a word */
	bool is_behind_end;
	size_t part;          /* index of the part that new questions belong to */
	unsigned key_part;    /* number of the part whose keys are being listed, 0 unknown */
	size_t passage;       /* index + 1 of the open passage */
	unsigned last_number; /* of the last question, in its part */
	bool in_table;        /* the line stands in a table taken cell by cell */
	unsigned code; /* of this variant (mã đề), as the paper names it; 0 when it does not */
	bool is_other_code; /* the keys at hand are another variant's */
	enum err err;       /* the first failure; then everything stops */
};

/* The line's text. */
struct str layout_text(const struct layout *l, size_t line);
bool layout_is_blank(const struct layout *l, size_t line);
/* The next line that is not blank, or the line count. */
size_t layout_next(const struct layout *l, size_t line);
/* The style of the byte at `at`. */
struct flow_style layout_style(const struct layout *l, size_t line, size_t at);
/* True when the line shows pictures or drawings and nothing else. */
bool layout_is_picture(const struct layout *l, size_t line);

/* Adds bytes from..to of a line, trimmed. */
void layout_add(struct layout *l, struct pieces *to, size_t line, size_t from, size_t end);

/* Handles one line by itself. */
void layout_line(struct layout *l, size_t line);
/* Takes the content of an open question from byte `from` of a line on: stem text, options,
 * statements, whichever come. */
void layout_content(struct layout *l, size_t line, size_t from);
/* scan_option() by the document's own habit: "A:" only where options are written so. */
bool layout_scan_option(const struct layout *l, struct str s, size_t at, struct scan_label *out);
/* True when a label of the next option (or of any, 'A' … when `letter` is 0) begins the line. */
bool layout_begins_option(const struct layout *l, size_t line, char letter);
/* True for a heading or note behind a complete question, which belongs to none. */
bool layout_is_note(const struct layout *l, size_t line);
/* True when the line begins a question; *out is its label. */
bool layout_begins_question(const struct layout *l, size_t line, struct scan_label *out);

/* Behind the end: from here on come keys and solutions. */
void layout_begin_keys(struct layout *l);
/* True for a line that begins them. */
bool layout_begins_keys(struct layout *l, size_t line);
/* Lines of keys, in no question or in one that only lists its key; *line becomes the last used. */
bool layout_take_key_line(struct layout *l, size_t *line);
/* "Phần II: 1-A 2-C …": keys on the line of the part's heading. */
void layout_take_keys_of_part(struct layout *l, struct str s);

/* Index behind pictures and blanks at the line's beginning; 0 without a picture there. */
size_t layout_lead(const struct layout *l, size_t line);

/* Opens a question whose label bears the number; l->q is NULL when there are too many. */
void layout_begin_question(struct layout *l, size_t line, unsigned number);
/* Adds what was said about a key to what is known: what was said first stays. */
void layout_hear_key(struct draft_key *k, const struct draft_key *more);

/* True for a question with two options or statements at least. */
bool layout_is_complete(const struct draft_question *q);

/* Takes a whole table. */
void layout_table(struct layout *l, size_t table);

#endif
