#ifndef CORE_SCHOOL_SHEET_HEAD_H
#define CORE_SCHOOL_SHEET_HEAD_H

/*
 * Where the list of a sheet begins, and what its columns hold: office lists have titles above, heads
 * of one row or two, merged cells, and their columns in any order. What a heading means is said by
 * the caller. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/grid.h"
#include "core/base/str.h"

enum {
	SHEET_COLUMNS_MAX = 100, /* of a sheet that are looked at */
	SHEET_FIELDS_MAX = 64,   /* that a list may know */
};

/* What a list's headings mean. Fields are numbers below `none`, which is at most
 * SHEET_FIELDS_MAX. */
struct sheet_words {
	unsigned none; /* of a heading that is none of the list's */
	/* A heading merged over two columns is name and given name; `none` where there is no such pair. */
	unsigned name;
	unsigned given;
	/* The field of a heading's plain texts, of two rows or (below empty) one. */
	unsigned (*heading)(struct str above, struct str below);
	/* Whether a row with these fields, so many, is a head. */
	bool (*is_head)(const bool *has, size_t count);
};

/* How a column was understood. */
struct sheet_column {
	unsigned column;
	struct str title;
	unsigned field; /* or none: not read */
};

struct sheet_head {
	unsigned row_first; /* 0: no list */
	unsigned row_last;  /* the list begins below */
	struct sheet_column columns[SHEET_COLUMNS_MAX];
	size_t column_count;
};

/* The first head of the sheet. Titles go into the arena. */
enum err sheet_head_find(const struct grid *grid, const struct sheet_words *words,
		struct arena *arena, struct sheet_head *out) MUST_CHECK;
/* Where a field stands: the index in columns, or column_count. */
size_t sheet_head_index(const struct sheet_head *head, unsigned field);

#endif
