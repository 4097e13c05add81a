#ifndef CORE_BASE_DIAG_H
#define CORE_BASE_DIAG_H

/*
 * Mistakes that a person must fix, found in a person's file: where (file or sheet, row, column)
 * and what (a message code of core/base/messages with its parameters). A list has a hard limit;
 * what does not fit is counted, never silently dropped.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

enum {
	DIAG_ITEMS_MAX = 500,
	DIAG_PARAMS_MAX = 4,
	DIAG_TEXT_BYTES = 160,
};

enum diag_level {
	DIAG_ERROR,   /* the row or file cannot be taken as it is */
	DIAG_WARNING, /* taken, but a person should look */
};

struct diag_item {
	enum diag_level level;
	char where[DIAG_TEXT_BYTES];        /* sheet or file name, "" when there is only one */
	unsigned row;                       /* 1-based, 0 when it concerns the whole file */
	unsigned column;                    /* 1-based, 0 when it concerns the whole row */
	const char *code;                   /* a message code, static storage */
	const char *names[DIAG_PARAMS_MAX]; /* parameter names, static storage; NULL ends */
	char values[DIAG_PARAMS_MAX][DIAG_TEXT_BYTES];
};

struct diag {
	struct diag_item *items;
	size_t count;
	size_t cap;
	size_t dropped; /* items past DIAG_ITEMS_MAX */
	size_t errors;  /* DIAG_ERROR items, dropped ones included */
};

void diag_finish(struct diag *d);

/*
 * Adds an item; names and values come in pairs and end with NULL:
 *     diag_add(d, DIAG_ERROR, sheet, row, col, "import.birth_date", "value", text, NULL);
 * Out of memory counts as dropped.
 */
void diag_add(struct diag *d, enum diag_level level, const char *where, unsigned row,
		unsigned column, const char *code, ...) __attribute__((sentinel));

#endif
