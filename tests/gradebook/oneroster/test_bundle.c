/* Reading a bundle: what is in a good one, what is wrong with a bad one, and where. */
#include "gradebook/oneroster/bundle.h"

#include "tests/check.h"
#include "tests/gradebook/oneroster/small_bundle.h"

static void test_good(void) {
	_cleanup_(buf_finish) struct buf zip = buf_make(SMALL_BYTES_MAX);
	_cleanup_(bundle_freep) struct bundle *b = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	small_bundle(&zip, ONEROSTER_ORGS, str_from(small_rows[ONEROSTER_ORGS]));
	CHECK_INT("read", bundle_read(zip.data, zip.len, &b, &why), ERR_OK);
	CHECK_INT("no faults", why.errors, 0);
	if (!b) {
		return;
	}
	CHECK("school", str_eq_z(b->school_code, "s1"));
	CHECK_STR("year", b->year.code, "2026-2027");
	/* The end of a session is the first day that is outside. */
	CHECK_INT("last day", b->year.ends_on.day, 30);
	CHECK_INT("of a term", b->year.terms[0].ends_on.day, 15);
	CHECK_INT("subjects", b->subjects.count, 2);
	CHECK("comments", !b->subjects.items[0].is_comment && b->subjects.items[1].is_comment);
	CHECK_INT("lessons", b->lessons.items[0].lessons, 105);
	CHECK_INT("classes", b->classes.count, 1);
	CHECK_INT("homeroom", b->classes.items[0].homeroom, 0);
	CHECK("put together", str_eq_z(b->people.items[0].full_name, "Tran Thi Lan"));
	CHECK("one word", str_eq_z(b->people.items[1].full_name, "Hoa"));
	CHECK_INT("in the class once", b->enrolments.count, 1);
	CHECK_INT("taught", b->teaching.count, 1);
	CHECK_INT("columns, the computed one too", b->columns.count, 3);
	CHECK_INT("marks", b->marks.count, 3);
	CHECK_INT("a mark", b->marks.items[0].value_x10, 85);
	CHECK_INT("missing", b->marks.items[1].state, ONEROSTER_MISSING);
	CHECK_INT("exempt", b->marks.items[2].state, ONEROSTER_EXEMPT);
	CHECK_INT("rows of users", b->rows[ONEROSTER_USERS], 2);
	CHECK_INT("rows of classes, though they are read twice", b->rows[ONEROSTER_CLASSES], 3);
}

/* A bundle of another maker: its line items are not ours, and one person is gone. */
static void test_others(void) {
	_cleanup_(buf_finish) struct buf zip = buf_make(SMALL_BYTES_MAX);
	_cleanup_(bundle_freep) struct bundle *b = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	small_bundle(&zip, ONEROSTER_LINE_ITEMS,
			str_from("l1,,,Quiz,,2026-09-01,2027-01-15,nowhere,q,nowhere,0,100,s,,,,\r\n"
				 "l2,,,GK,,2026-09-01,2027-01-15,cg,gk,t1,,,s,gk,1,2,\r\n"
				 "l3,,,TB,,2026-09-01,2027-01-15,cg,tb,t1,,,s,tb,,,\r\n"));
	CHECK_INT("read", bundle_read(zip.data, zip.len, &b, &why), ERR_OK);
	CHECK_INT("a warning", why.count, 1);
	CHECK("said", why.count && why.items[0].level == DIAG_WARNING);
	CHECK_INT("ours", b ? b->columns.count : 0, 2);
	CHECK_INT("theirs", b ? b->other_columns : 0, 1);
	CHECK_INT("and its results", b ? b->other_marks : 0, 1);
	CHECK_INT("ours have theirs", b ? b->marks.count : 0, 2);
}

static const struct {
	const char *name;
	enum oneroster_file file;
	const char *rows;
	const char *code; /* of the first fault; NULL: none */
	unsigned row;
	unsigned column;
} rows[] = {
	{ "a subject's code of 16", ONEROSTER_COURSES,
			"k,,,y,10,,10,s,,,lop,,\r\nm,,,y,M,abcdefghijklmnop,10,s,M,,diem,,\r\n"
			"g,,,y,Sports,gdtc,10,s,Sports,gdtc,nhanxet,,\r\n",
			NULL, 0, 0 },
	{ "others name the subject, too, and the class's course by no code", ONEROSTER_COURSES,
			"k,,,y,10,,10,s,,,,,\r\nm,,,y,M,M-10,10,s,M,toan,,,\r\n"
			"g,,,y,Sports,G-10,10,s,Sports,gdtc,nhanxet,,\r\n",
			NULL, 0, 0 },
	{ "two subjects in one course", ONEROSTER_COURSES,
			"m,,,y,M,M-10,10,s,\"M,N\",\"toan,ly\",,,\r\n", "oneroster.value", 2, 10 },
	{ "one of 17", ONEROSTER_COURSES, "m,,,y,M,abcdefghijklmnopq,10,s,M,,diem,,\r\n",
			"oneroster.value", 2, 6 },
	{ "more lessons than can be", ONEROSTER_COURSES, "m,,,y,M,toan,10,s,M,,diem,1001,\r\n",
			"oneroster.value", 2, 12 },
	{ "two schools", ONEROSTER_ORGS, "s,,,A,school,s1,,\r\nt,,,B,school,s2,,\r\n",
			"oneroster.several_schools", 3, 5 },
	{ "no school", ONEROSTER_ORGS, "s,,,A,district,s1,,\r\n", "oneroster.no_school", 0, 0 },
	{ "one term", ONEROSTER_ACADEMIC_SESSIONS,
			"y,,,Year,schoolYear,2026-09-01,2027-05-31,,2027\r\n"
			"t1,,,I,semester,2026-09-01,2027-01-15,y,2027\r\n",
			"oneroster.year", 0, 0 },
	{ "a term as long as the year beside the two", ONEROSTER_ACADEMIC_SESSIONS,
			"w,,,All,term,2026-09-01,2027-05-31,y,2027\r\n"
			"t2,,,II,term,2027-01-16,2027-05-31,y,2027\r\n"
			"y,,,Year,schoolYear,2026-09-01,2027-05-31,,2027\r\n"
			"t1,,,I,semester,2026-09-01,2027-01-16,y,2027\r\n",
			NULL, 0, 0 },
	{ "days that there are not", ONEROSTER_ACADEMIC_SESSIONS,
			"y,,,Year,schoolYear,2026-09-01,2027-05-31,,2027\r\n"
			"t1,,,I,term,2026-09-31,2027-01-16,y,2027\r\n"
			"t2,,,II,term,2027-01-16,2027-05-31,y,2027\r\n",
			"oneroster.value", 3, 6 },
	{ "terms without a year", ONEROSTER_ACADEMIC_SESSIONS,
			"t1,,,I,term,2026-09-01,2027-01-16,,2027\r\n"
			"t2,,,II,term,2027-01-16,2027-05-31,,2027\r\n",
			"oneroster.year", 0, 0 },
	{ "three terms", ONEROSTER_ACADEMIC_SESSIONS,
			"y,,,Year,schoolYear,2026-09-01,2027-05-31,,2027\r\n"
			"t1,,,I,term,2026-09-01,2026-12-01,y,2027\r\n"
			"t2,,,II,term,2026-12-01,2027-03-01,y,2027\r\n"
			"t3,,,III,term,2027-03-01,2027-05-31,y,2027\r\n",
			"oneroster.several_terms", 5, 5 },
	{ "a status though it is bulk", ONEROSTER_ORGS,
			"s,active,2026-11-22T01:02:03.004Z,School,school,s1,,thpt\r\n", NULL, 0,
			0 },
	{ "a school that is gone beside ours", ONEROSTER_ORGS,
			"s,,,School,school,s1,,thpt\r\nx,tobedeleted,,Old,school,s0,,\r\n", NULL, 0,
			0 },
	{ "a status of no kind", ONEROSTER_ORGS, "s,there,,School,school,s1,,thpt\r\n",
			"oneroster.value", 2, 2 },
	{ "ends of lines of another kind", ONEROSTER_ORGS, "s,,,School,school,s1,,thpt\n", NULL, 0,
			0 },
	{ "an id twice", ONEROSTER_USERS,
			"u1,,,true,lan,,Lan,Tran,,lan,,,,,,,,,,,,,,\r\n"
			"u1,,,true,hs1,,Hoa,Hoa,,HS1,,,,,,,,,,,,,,\r\n",
			"oneroster.twice", 3, 1 },
	{ "a cell too many", ONEROSTER_ROLES, "r1,,,u1,primary,teacher,,,s,,\r\n",
			"oneroster.cells", 2, 0 },
	{ "a quote that is open", ONEROSTER_ROLES, "\"r1", "oneroster.not_csv", 2, 0 },
	{ "nobody", ONEROSTER_ROLES, "r1,,,u9,primary,teacher,,,s,\r\n", "oneroster.reference", 2,
			4 },
	{ "a mark twice", ONEROSTER_RESULTS,
			"x1,,,l1,u2,fully graded,8.5,2026-10-01,,,,,,,,\r\n"
			"x2,,,l1,u2,fully graded,8.5,2026-10-01,,,,,,,,\r\n",
			"oneroster.mark_twice", 0, 0 },
	{ "a mark of 10", ONEROSTER_RESULTS, "x1,,,l1,u2,fully graded,10.0,2026-10-01,,,,,,,,\r\n",
			NULL, 0, 0 },
	{ "one of 10.1", ONEROSTER_RESULTS, "x1,,,l1,u2,fully graded,10.1,2026-10-01,,,,,,,,\r\n",
			"oneroster.value", 2, 7 },
	{ "a mark of a teacher", ONEROSTER_RESULTS,
			"x1,,,l1,u1,fully graded,8.5,2026-10-01,,,,,,,,\r\n",
			"oneroster.other_role", 2, 5 },
	{ "a column at a place too far", ONEROSTER_LINE_ITEMS,
			"l1,,,TX,,2026-09-01,2027-01-15,cm,tx,t1,0,10,s,tx,5,1,\r\n",
			"oneroster.value", 2, 15 },
	{ "another version", ONEROSTER_FILES, "oneroster.version,1.1\r\n", "oneroster.version", 0,
			0 },
};

static void test_rows(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf zip = buf_make(SMALL_BYTES_MAX);
		_cleanup_(bundle_freep) struct bundle *b = NULL;
		_cleanup_(diag_finish) struct diag why = { 0 };
		small_bundle(&zip, rows[i].file, str_from(rows[i].rows));
		enum err e = bundle_read(zip.data, zip.len, &b, &why);
		CHECK_INT(rows[i].name, e, rows[i].code ? ERR_INVAL : ERR_OK);
		if (rows[i].code && why.count) {
			CHECK_STR(rows[i].name, why.items[0].code, rows[i].code);
			CHECK_INT(rows[i].name, why.items[0].row, rows[i].row);
			CHECK_INT(rows[i].name, why.items[0].column, rows[i].column);
		}
		CHECK(rows[i].name, (why.errors > 0) == (rows[i].code != NULL));
	}
}

int main(void) {
	test_good();
	test_others();
	test_rows();
	return check_done();
}
