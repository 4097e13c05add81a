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
			"k,,,y,10,,10,s,,,lop,\r\nm,,,y,M,abcdefghijklmnop,10,s,M,,diem,\r\n"
			"g,,,y,Sports,gdtc,10,s,Sports,gdtc,nhanxet,\r\n",
			NULL, 0, 0 },
	{ "one of 17", ONEROSTER_COURSES, "m,,,y,M,abcdefghijklmnopq,10,s,M,,diem,\r\n",
			"oneroster.value", 2, 6 },
	{ "more lessons than can be", ONEROSTER_COURSES, "m,,,y,M,toan,10,s,M,,diem,1001\r\n",
			"oneroster.value", 2, 12 },
	{ "two schools", ONEROSTER_ORGS, "s,,,A,school,s1,,\r\nt,,,B,school,s2,,\r\n",
			"oneroster.several_schools", 3, 5 },
	{ "no school", ONEROSTER_ORGS, "s,,,A,district,s1,,\r\n", "oneroster.no_school", 0, 0 },
	{ "one term", ONEROSTER_ACADEMIC_SESSIONS,
			"y,,,Year,schoolYear,2026-09-01,2027-05-31,,2027\r\n"
			"t1,,,I,semester,2026-09-01,2027-01-15,y,2027\r\n",
			"oneroster.year", 0, 0 },
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
	test_rows();
	return check_done();
}
