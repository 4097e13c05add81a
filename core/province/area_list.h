#ifndef CORE_PROVINCE_AREA_LIST_H
#define CORE_PROVINCE_AREA_LIST_H

/*
 * A list of communes as a table of text (CSV, UTF-8) with these columns in its first row:
 *
 *     code,name,province,from,to,former
 *     26734,Phường Sài Gòn,79,2025-07-01,,26740 26743
 *
 * from and to are the first and the last day (YYYY-MM-DD; to may be empty); former are the codes
 * of what it was made of on its first day, with a blank between, and may be empty. Former communes
 * stand in the list as rows of their own with their last day. Pure.
 */

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/str.h"

/* The numbers stand in the database. */
enum area_tier {
	AREA_PROVINCE = 1,
	AREA_COMMUNE = 2,
};

enum {
	AREA_LIST_BYTES_MAX = 8 << 20,
	AREA_LIST_ROWS_MAX = 40000, /* 3,321 communes now, about 10,000 before */
	AREA_FORMER_MAX = 64,       /* of one commune */
	AREA_CODE_CHARS_MAX = 8,
	AREA_NAME_CHARS_MAX = 100,
};

struct area_row {
	struct str code;
	struct str name; /* NFC */
	struct str province;
	struct date from;
	struct date to;    /* year 0: still */
	struct str former; /* codes with one blank between */
};

struct area_list {
	struct area_row *items;
	size_t count;
	size_t cap;
	struct arena arena;
};
void area_list_finish(struct area_list *list);

/*
 * Reads a list. Mistakes are items of the list of mistakes, with their row.
 * Errors  ERR_INVAL   there are mistakes
 *         ERR_FORMAT  no table of text, or not these columns
 *         ERR_LIMIT   too long
 *         ERR_NOMEM
 * The caller finishes *out.
 */
enum err area_list_read(struct str text, struct area_list *out, struct diag *mistakes) MUST_CHECK;
/* The next code of `former`, which is cut behind it; false at the end. */
bool area_former_next(struct str *former, struct str *out);

#endif
