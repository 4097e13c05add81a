#ifndef EXAM_BANK_IMPORT_FLOW_H
#define EXAM_BANK_IMPORT_FLOW_H

/*
 * What a document says, between the file format and the recogniser of questions: lines of styled
 * text in reading order, with formulas and pictures as objects inside the text, and tables as
 * ranges of lines. Text is NFC; every kind of blank but the tab is U+0020; what cannot be seen
 * (soft hyphens, zero-width and direction marks) is gone. Knows neither Word nor questions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	FLOW_TEXT_BYTES_MAX = 8 * 1024 * 1024,
	FLOW_LINES_MAX = 100 * 1000,
	FLOW_RUNS_MAX = 400 * 1000,
	FLOW_OBJECTS_MAX = 20 * 1000,
	FLOW_CELLS_MAX = 50 * 1000,
	FLOW_LINE_BYTES_MAX = 256 * 1024,
	FLOW_LATEX_BYTES_MAX = 16 * 1024, /* one formula */
};

/* Stands in a line's text for an object. */
#define FLOW_OBJECT_TEXT "\xEF\xBF\xBC"

enum flow_flag {
	FLOW_BOLD = 1 << 0,
	FLOW_ITALIC = 1 << 1,
	FLOW_UNDERLINE = 1 << 2,
	FLOW_STRIKE = 1 << 3,
	FLOW_SUB = 1 << 4,
	FLOW_SUP = 1 << 5,
	FLOW_AUTO = 1 << 6,     /* the label of an automatic list, not typed by anyone */
	FLOW_UNKNOWN = 1 << 7,  /* a symbol that could not be read; shown as U+25A1 */
	FLOW_OLD_FONT = 1 << 8, /* in a font of an old encoding: its letters may be others */
};

struct flow_style {
	unsigned flags;
	uint32_t color; /* 0xRRGGBB; 0 for black, automatic and nearly black */
	uint32_t mark;  /* highlight or shading behind the text; 0 for none and white */
};

enum flow_object_kind {
	FLOW_FORMULA, /* latex */
	FLOW_PICTURE, /* picture: its number in the reader's list */
	FLOW_LOST,    /* a drawing, chart or linked picture that could not be taken */
};

struct flow_object {
	enum flow_object_kind kind;
	size_t latex_at; /* in flow.latex */
	size_t latex_n;
	size_t picture;
	unsigned width; /* shown size in pixels of 1/96 inch, 0 when not said */
	unsigned height;
	bool is_equation; /* the preview picture of an equation editor's object */
};

/* A stretch of equal style inside a line, or one object. */
struct flow_run {
	size_t end; /* offset in the line's text where it ends; it begins where the one before ends */
	struct flow_style style;
	size_t object; /* index + 1 into flow.objects, 0 for text */
};

enum flow_line_flag {
	FLOW_LINE_BREAK = 1 << 0, /* goes on in the paragraph of the line before it */
	FLOW_LINE_CENTER = 1 << 1,
	FLOW_LINE_BOX = 1 << 2,  /* stood in a text box */
	FLOW_LINE_LIST = 1 << 3, /* begins with an automatic label */
};

struct flow_line {
	size_t text_at; /* in flow.text */
	size_t n;
	size_t first_run;
	size_t run_count;
	unsigned flags;
	size_t cell; /* index + 1 into flow.cells, 0 outside tables */
};

struct flow_cell {
	size_t table; /* index into flow.tables */
	unsigned row;
	unsigned column; /* in the grid */
	unsigned colspan;
	unsigned rowspan; /* 0: goes on the cell above */
	size_t first_line;
	size_t line_count;
};

struct flow_table {
	size_t first_cell;
	size_t cell_count;
	unsigned row_count;
	size_t first_line;
	size_t line_count;
};

struct flow {
	struct buf text;  /* all lines, one behind the other */
	struct buf latex; /* all formulas */
	struct flow_line *lines;
	size_t line_count;
	size_t line_cap;
	struct flow_run *runs;
	size_t run_count;
	size_t run_cap;
	struct flow_object *objects;
	size_t object_count;
	size_t object_cap;
	struct flow_cell *cells;
	size_t cell_count;
	size_t cell_cap;
	struct flow_table *tables;
	size_t table_count;
	size_t table_cap;
	/* The line being written. */
	struct buf raw;
	struct flow_run *raw_runs;
	size_t raw_count;
	size_t raw_cap;
	unsigned raw_flags;
	size_t open_cell;
	enum err err; /* the first failure; later calls do nothing */
};

struct flow flow_make(void);
void flow_finish(struct flow *f);
enum err flow_err(const struct flow *f) MUST_CHECK;

/* Writing a line: begin, any number of additions, end. */
void flow_begin_line(struct flow *f, unsigned flags);
/* Text in UTF-8, in any normal form; '\n' has no place in it. */
void flow_add_text(struct flow *f, struct str text, struct flow_style style);
void flow_add_formula(struct flow *f, struct str latex, struct flow_style style);
/* A picture or a lost drawing; latex members are ignored. */
void flow_add_object(struct flow *f, const struct flow_object *object, struct flow_style style);
/* Formulas that are fenced in the text ($…$, \(…\) and so on) become objects here. */
void flow_end_line(struct flow *f);

/* Lines written between belong to a table's cell. Tables do not nest: the reader writes the lines
 * of an inner table into the outer cell. */
void flow_begin_table(struct flow *f);
void flow_begin_cell(struct flow *f, unsigned row, unsigned column, unsigned colspan);
void flow_end_cell(struct flow *f);
/* The last cell goes on the one above it in the same column: that one grows. */
void flow_merge_cell_up(struct flow *f);
void flow_end_table(struct flow *f);

/* The line's text; owned by the flow. */
struct str flow_line_text(const struct flow *f, const struct flow_line *line);
struct str flow_latex(const struct flow *f, const struct flow_object *object);
/* The run that covers byte `at` of a line's text. */
const struct flow_run *flow_run_at(const struct flow *f, const struct flow_line *line, size_t at);
/* Appends the line's bytes from..to as plain text: formulas as $…$, other objects as nothing. */
void flow_plain(const struct flow *f, const struct flow_line *line, size_t from, size_t to,
		struct buf *out);

#endif
