#ifndef CORE_SCHOOL_ROSTER_EXPORT_H
#define CORE_SCHOOL_ROSTER_EXPORT_H

/*
 * A class list as an Excel file, in the form that the import reads: importing what was exported
 * changes nothing. Personal ids are not in it.
 */

#include "core/school/roster.h"

/* One class and its students, in the order of the list. */
struct roster_export_class {
	struct str name;
	const struct roster_known_student *students;
	const unsigned *positions; /* numbers in the list, 0: the place in the array */
	size_t count;
};

/*
 * Appends a workbook with a sheet for each class.
 * Errors  ERR_MISSING  no class;  others as xlsx_write.h
 */
enum err roster_export(const struct roster_export_class *classes, size_t class_count,
		int64_t created_ms, struct buf *out) MUST_CHECK;

#endif
