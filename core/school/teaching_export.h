#ifndef CORE_SCHOOL_TEACHING_EXPORT_H
#define CORE_SCHOOL_TEACHING_EXPORT_H

/*
 * Who teaches what as an Excel file, in the forms that the import reads: importing what was exported
 * changes nothing.
 */

#include "core/base/buf.h"
#include "core/school/staff.h"

enum teaching_form {
	TEACHING_LIST,   /* a row for each teacher and subject, with the classes */
	TEACHING_MATRIX, /* subjects down, classes across, sign-in names and names in the cells */
};

/* Appends a workbook. Errors as xlsx_write.h. */
enum err teaching_export(const struct staff_known *known, enum teaching_form form,
		int64_t created_ms, struct buf *out) MUST_CHECK;

#endif
