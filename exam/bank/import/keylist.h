#ifndef EXAM_BANK_IMPORT_KEYLIST_H
#define EXAM_BANK_IMPORT_KEYLIST_H

/*
 * Lists of keys: "1-A 2-C …" in lines, and tables in the layouts that schools use (cells "1.A",
 * a row of numbers over a row of letters, columns "Câu | Đáp án", statements a to d over or beside
 * the numbers). Found entries go into the draft.
 */

#include <stdbool.h>
#include <stddef.h>

#include "exam/bank/import/draft.h"

enum {
	KEYLIST_COLUMNS_MAX = 64,
	KEYLIST_ROWS_MAX = 120,
};

/* Where entries go. */
struct keylist {
	struct draft *draft; /* NULL: entries are only counted */
	unsigned part;       /* number of the part whose keys these are, 0 unknown */
	bool takes_values;   /* numbers and words count as keys, not only letters and truths */
	unsigned code;       /* of the paper's variant (mã đề), 0 unknown */
	bool is_guess;       /* out: several variants are listed and the code did not decide */
	size_t count;        /* entries found until now */
};

/* Takes a line that is nothing but keys; false (and nothing taken) for any other line. */
bool keylist_line(struct keylist *k, struct str line);

/* Takes a table; the number of entries found, 0 for a table that is no list of keys. */
size_t keylist_table(struct keylist *k, const struct flow *f, size_t table);

/* Takes a line of numbers and the line of keys under it, split at tabs and wide blanks. */
size_t keylist_two_lines(struct keylist *k, struct str numbers, struct str keys);

#endif
