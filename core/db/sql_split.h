#ifndef CORE_DB_SQL_SPLIT_H
#define CORE_DB_SQL_SPLIT_H

/*
 * Cuts the text of a migration into its statements at each ";" that is neither in quotes nor in
 * a comment. Pure. Compound statements (BEGIN ... END) and DELIMITER are not known.
 */

#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * The statement at *at (a byte index, moved behind it) without the ";" and without white space
 * and comments around it; text with nothing but comments gives none.
 *
 * Errors  ERR_NOT_FOUND  nothing is left
 *         ERR_FORMAT     a quote or a comment is not closed
 */
enum err sql_split_next(struct str sql, size_t *at, struct str *out) MUST_CHECK;

/* Number of statements. ERR_FORMAT as above. */
enum err sql_split_count(struct str sql, size_t *out) MUST_CHECK;

#endif
