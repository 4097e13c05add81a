#ifndef GRADEBOOK_ONEROSTER_BUNDLE_TABLE_H
#define GRADEBOOK_ONEROSTER_BUNDLE_TABLE_H

/*
 * One CSV file of a bundle, row by row, with its header checked; and what sourcedIds stand for. What
 * is wrong goes into a list of mistakes with file, row and column. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/csv.h"
#include "core/base/diag.h"
#include "core/doc/zip.h"
#include "gradebook/oneroster/table.h"

/* A row that is being read. */
struct bundle_row {
	enum oneroster_file file;
	const char *file_name; /* "users.csv", for mistakes */
	unsigned line;
	const struct csv_row *cells;
	int at[ONEROSTER_COLUMNS_MAX]; /* where each column of ours stands; -1: nowhere */
	struct diag *why;
	bool is_bad;  /* a mistake was found in it */
	bool is_gone; /* its status says that it is deleted */
};

/* The cell of a column by its place in oneroster_column_name(); "" when there is none. */
struct str bundle_cell(const struct bundle_row *row, unsigned column);
/* A mistake in that cell: codes of messages without parameters but {column} and {value}. */
void bundle_fault(struct bundle_row *row, unsigned column, const char *code);

/* Cells of a form; a mistake when they have another, and then nothing (zeros, false). Blank is
 * nothing, too. */
struct date bundle_date(struct bundle_row *row, unsigned column);
unsigned bundle_count(struct bundle_row *row, unsigned column, unsigned most);
bool bundle_bool(struct bundle_row *row, unsigned column);

struct bundle_each {
	/* A row without blanks where a value must be; errors end the reading. */
	enum err (*row)(void *ctx, struct bundle_row *row);
	void *ctx;
	size_t *rows; /* is set to how many the file has */
};
/*
 * Reads a file of the archive. ERR_INVAL when it cannot be read at all (it is not there, is no CSV,
 * or its header is another), which is said; and the errors of `each`.
 */
enum err bundle_table_read(struct zip_in *zip, enum oneroster_file file, struct diag *why,
		const struct bundle_each *each) MUST_CHECK;

/* ---- what the manifest says ---- */

struct bundle_manifest {
	bool has[ONEROSTER_FILES];
};
/* ERR_INVAL when there is none that this program takes, which is said. */
enum err bundle_manifest_read(
		struct zip_in *zip, struct diag *why, struct bundle_manifest *out) MUST_CHECK;

/* ---- sourcedIds ---- */

struct bundle_id {
	struct str id; /* owned by somebody who lives longer */
	uint32_t a;
	uint32_t b;
	unsigned line;
};
struct bundle_ids {
	struct bundle_id *items;
	size_t count;
	size_t cap;
};
void bundle_ids_finish(struct bundle_ids *ids);
enum err bundle_ids_add(struct bundle_ids *ids, const struct bundle_id *id, size_t most) MUST_CHECK;
/* Once all are in; says which stand twice. */
void bundle_ids_sort(struct bundle_ids *ids, enum oneroster_file file, struct diag *why);
/* NULL when there is none. */
const struct bundle_id *bundle_ids_find(const struct bundle_ids *ids, struct str id);
/* The one that the cell names; a mistake and NULL when there is none. */
const struct bundle_id *bundle_refer(
		struct bundle_row *row, unsigned column, const struct bundle_ids *ids);

#endif
