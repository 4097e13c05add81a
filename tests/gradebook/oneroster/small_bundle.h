#ifndef TESTS_GRADEBOOK_ONEROSTER_SMALL_BUNDLE_H
#define TESTS_GRADEBOOK_ONEROSTER_SMALL_BUNDLE_H

/* A good bundle of a class with a teacher, a student, two subjects and a mark, in which a test puts
 * other rows into one file. */

#include <assert.h>

#include "core/base/csv.h"
#include "core/doc/zip_out.h"
#include "gradebook/oneroster/table.h"

#define SMALL_AT_MS INT64_C(1790000000000)

enum { SMALL_BYTES_MAX = 4 << 20 };

static const char *const small_rows[ONEROSTER_FILES] = {
	[ONEROSTER_ORGS] = "s,,,School,school,s1,,thpt\r\n",
	[ONEROSTER_ACADEMIC_SESSIONS] = "y,,,Year,schoolYear,2026-09-01,2027-05-31,,2027\r\n"
					"t1,,,I,semester,2026-09-01,2027-01-16,y,2027\r\n"
					"t2,,,II,term,2027-01-16,2027-05-31,y,2027\r\n",
	[ONEROSTER_COURSES] = "k,,,y,10,,10,s,,,lop,,\r\n"
			      "m,,,y,Maths,toan,10,s,Maths,toan,diem,105,\r\n"
			      "g,,,y,Sports,gdtc,10,s,Sports,gdtc,nhanxet,,\r\n",
	[ONEROSTER_CLASSES] = "c,,,10A1,10,k,10A1,homeroom,,s,t1,,,,10A1\r\n"
			      "cm,,,Maths,10,m,10A1,scheduled,,s,t1,,,,10A1\r\n"
			      "cg,,,Sports,10,g,10A1,scheduled,,s,t1,,,,10A1\r\n",
	[ONEROSTER_USERS] = "u1,,,true,lan,,Lan,Tran,Thi,lan,,,,,,,,,,,,,,toan\r\n"
			    "u2,,,true,hs1,,Hoa,Hoa,,HS1,,,,,,,,,,,,,,\r\n",
	[ONEROSTER_ROLES] = "r1,,,u1,primary,teacher,,,s,\r\nr2,,,u2,primary,student,,,s,\r\n",
	[ONEROSTER_DEMOGRAPHICS] = "u2,,,2010-01-02,female,,,,,,,,,,Hue,,Kinh\r\n",
	[ONEROSTER_ENROLLMENTS] = "e1,,,c,s,u1,teacher,true,,,\r\ne2,,,cm,s,u1,teacher,false,,,\r\n"
				  "e3,,,c,s,u2,student,,2026-09-01,,1\r\n"
				  "e4,,,cm,s,u2,student,,,,\r\n",
	[ONEROSTER_LINE_ITEMS] = "l1,,,TX1,,2026-09-01,2027-01-15,cm,tx,t1,0,10,s,tx,1,1,\r\n"
				 "l2,,,GK,,2026-09-01,2027-01-15,cg,gk,t1,,,s,gk,1,2,"
				 "2026-11-22T01:02:03.004Z\r\n"
				 "l3,,,TB,,2026-09-01,2027-01-15,cg,tb,t1,,,s,tb,,,\r\n",
	[ONEROSTER_RESULTS] = "x1,,,l1,u2,fully graded,8.5,2026-10-01,,,cm,,,,,\r\n"
			      "x2,,,l2,u2,not submitted,,2026-10-01,,,cg,,,,true,\r\n"
			      "x3,,,l3,u2,exempt,,2026-10-01,,,cg,,,,,\r\n",
};

/* The heading row of a file. */
static void small_header(struct buf *out, enum oneroster_file file) {
	struct csv_writer w;
	csv_begin(&w, out, CSV_FOR_PROGRAMS);
	for (size_t i = 0; i < oneroster_column_count(file); i++) {
		csv_textz(&w, oneroster_column_name(file, i));
	}
	csv_end_row(&w);
}

/* `text` stands in the place of a file's rows, or (ONEROSTER_FILES) of the whole manifest. */
static void small_bundle(struct buf *out, enum oneroster_file changed, struct str text) {
	struct zip_out *z = NULL;
	const struct zip_sink sink = zip_sink_buf(out);
	_cleanup_(buf_finish) struct buf csv = buf_make(SMALL_BYTES_MAX);
	enum err e = zip_out_new(&sink, SMALL_AT_MS, &z);
	assert(!e);
	buf_add_str(&csv, "propertyName,value\r\noneroster.version,1.2\r\n");
	for (unsigned i = 0; i < ONEROSTER_FILES; i++) {
		buf_addf(&csv, "file.%s,%s\r\n", oneroster_file_name(i),
				small_rows[i] ? "bulk" : "absent");
	}
	bool is_manifest = changed == ONEROSTER_FILES;
	e = zip_out_entry(z, oneroster_manifest_name);
	assert(!e);
	e = is_manifest ? zip_out_add(z, text.p, text.n) : zip_out_add(z, csv.data, csv.len);
	assert(!e);
	for (unsigned i = 0; i < ONEROSTER_FILES; i++) {
		if (!small_rows[i]) {
			continue;
		}
		struct str rows = i == changed ? text : str_from(small_rows[i]);
		buf_clear(&csv);
		small_header(&csv, i);
		buf_add(&csv, rows.p, rows.n);
		e = zip_out_entry(z, oneroster_csv_name(i));
		assert(!e);
		e = zip_out_add(z, csv.data, csv.len);
		assert(!e);
	}
	e = zip_out_end(z);
	assert(!e);
	(void)e; /* asserts are on in every build of the tests */
	zip_out_free(z);
}

#endif
