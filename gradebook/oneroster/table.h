#ifndef GRADEBOOK_ONEROSTER_TABLE_H
#define GRADEBOOK_ONEROSTER_TABLE_H

/*
 * The files of a OneRoster 1.2 bundle in CSV and the columns of those that this program writes and
 * reads, in the order of the specification, with our own behind them. Pure: facts alone.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

/* In the order of the manifest. */
enum oneroster_file {
	ONEROSTER_ACADEMIC_SESSIONS,
	ONEROSTER_CATEGORIES,
	ONEROSTER_CLASSES,
	ONEROSTER_CLASS_RESOURCES,
	ONEROSTER_COURSES,
	ONEROSTER_COURSE_RESOURCES,
	ONEROSTER_DEMOGRAPHICS,
	ONEROSTER_ENROLLMENTS,
	ONEROSTER_LINE_ITEM_LEARNING_OBJECTIVE_IDS,
	ONEROSTER_LINE_ITEMS,
	ONEROSTER_LINE_ITEM_SCORE_SCALES,
	ONEROSTER_ORGS,
	ONEROSTER_RESOURCES,
	ONEROSTER_RESULT_LEARNING_OBJECTIVE_IDS,
	ONEROSTER_RESULTS,
	ONEROSTER_RESULT_SCORE_SCALES,
	ONEROSTER_ROLES,
	ONEROSTER_SCORE_SCALES,
	ONEROSTER_USER_PROFILES,
	ONEROSTER_USER_RESOURCES,
	ONEROSTER_USERS,
	ONEROSTER_FILES,
};

enum {
	ONEROSTER_COLUMNS_MAX = 26,
	ONEROSTER_ID_MAX = 255, /* bytes of a sourcedId */
};

/* "academicSessions", as in the manifest; and as the file is called in the archive, with ".csv". */
const char *oneroster_file_name(enum oneroster_file file);
const char *oneroster_csv_name(enum oneroster_file file);
extern const char oneroster_manifest_name[];
/* How many columns the file has here; 0 for one that this program neither writes nor reads. */
size_t oneroster_column_count(enum oneroster_file file);
const char *oneroster_column_name(enum oneroster_file file, size_t column);
/* Whether every row has a value there. Not of status and dateLastModified: they are blank in bulk
 * and needed in a delta. */
bool oneroster_column_is_required(enum oneroster_file file, size_t column);

/* ---- sourcedIds ---- */

/*
 * Joins natural keys into a sourcedId: parts with "." between them, every byte of a part that is
 * no letter of ASCII, digit or "-" as "_" and two hex digits. What would be longer than
 * ONEROSTER_ID_MAX is the first part, "h" and a hash of the whole. The same keys always give the
 * same id, and other keys another one. out holds ONEROSTER_ID_MAX + 1 bytes.
 */
void oneroster_id(char *out, const struct str *parts, size_t count);

#endif
