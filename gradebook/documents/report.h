#ifndef GRADEBOOK_DOCUMENTS_REPORT_H
#define GRADEBOOK_DOCUMENTS_REPORT_H

/*
 * The gradebook's printed documents: report cards, pages of the transcript, the class mark book.
 * They are official papers of Vietnamese schools and are written in Vietnamese, whatever the
 * reader's language. A4, the fonts of core/doc/pdf.h. Pure: data in, bytes out.
 */

#include "core/base/buf.h"
#include "gradebook/documents/statement.h"
#include "gradebook/results/class_year.h"

enum {
	REPORT_HOMEROOM =
			TT22_SUBJECTS_MAX, /* in place of a subject: the homeroom teacher's remark */
	REPORT_YEARS_MAX = 12,             /* of one transcript */
};

/* What teachers wrote about one student. */
struct report_remarks {
	struct str text[TT22_SUBJECTS_MAX + 1][PACK_TERMS]; /* "" when there is none */
};

/* A class's year with what was written in it. */
struct report_year {
	struct class_year year;
	struct report_remarks *remarks; /* by student */
	/* When the part was closed that is printed from what was kept then; 0: from the present. */
	int64_t closed_at_ms;
};

void report_year_init(struct report_year *p);
void report_year_finish(struct report_year *p);

/*
 * Appends the facts that a document about that student shows, in a fixed form, for its hash: who,
 * the class, the marks (the line of docs/compute.md), absences and remarks of that part.
 */
enum err report_facts(const struct report_year *p, size_t student, enum class_scope scope,
		struct buf *out) MUST_CHECK;

/* One document: a student of one year, or of several (a transcript of all, the oldest first). */
struct report_of {
	const struct report_year *years[REPORT_YEARS_MAX];
	size_t students[REPORT_YEARS_MAX]; /* which student of each */
	size_t year_count;
	struct str code; /* of the QR: an address with the signed statement behind '#' */
};

struct report_file {
	enum document_kind kind;
	enum class_scope scope;
	struct str title; /* of the file */
	int64_t issued_at_ms;
	const struct report_of *items;
	size_t count;
};

/* Report cards and transcripts, each on pages of its own. Errors of core/doc/pdf.h and qr.h. */
enum err report_print(const struct report_file *file, struct buf *out) MUST_CHECK;
/* The class's book, landscape: every subject of the one year; of a primary class every moment. */
enum err report_print_book(const struct report_file *file, struct buf *out) MUST_CHECK;

#endif
