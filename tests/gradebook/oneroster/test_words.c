/* sourcedIds, times and names of a OneRoster bundle. */
#include "gradebook/oneroster/words.h"

#include "gradebook/oneroster/table.h"
#include "tests/check.h"

static void test_ids(void) {
	static const struct {
		const char *parts[3];
		const char *want;
	} rows[] = {
		{ { "79000001", "hs", "HS001" }, "79000001.hs.HS001" },
		{ { "a.b", "hs", "x_y" }, "a_2Eb.hs.x_5Fy" },
		{ { "a", "lớp", "10 A1" }, "a.l_E1_BB_9Bp.10_20A1" },
	};
	char out[ONEROSTER_ID_MAX + 1];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str parts[3];
		for (size_t k = 0; k < 3; k++) {
			parts[k] = str_from(rows[i].parts[k]);
		}
		oneroster_id(out, parts, 3);
		CHECK_STR("id", out, rows[i].want);
	}
}

static void test_long_ids(void) {
	char text[ONEROSTER_ID_MAX + 1];
	char at_limit[ONEROSTER_ID_MAX + 1];
	char past[ONEROSTER_ID_MAX + 1];
	char other[ONEROSTER_ID_MAX + 1];
	memset(text, 'x', sizeof(text));
	struct str parts[] = { str_from("s"), { text, ONEROSTER_ID_MAX - 2 } };
	oneroster_id(at_limit, parts, 2);
	CHECK_INT("at the limit", strlen(at_limit), ONEROSTER_ID_MAX);
	parts[1].n++;
	oneroster_id(past, parts, 2);
	CHECK_INT("past it: a hash", strlen(past), 2 + 1 + 64);
	CHECK("which begins with the school", strncmp(past, "s.h", 3) == 0);
	text[0] = 'y';
	oneroster_id(other, parts, 2);
	CHECK("another key, another id", strcmp(past, other) != 0);
	text[0] = 'x';
	oneroster_id(other, parts, 2);
	CHECK_STR("the same key, the same id", other, past);
}

static void test_times(void) {
	static const struct {
		const char *text;
		int64_t ms; /* -1: no time */
	} rows[] = {
		{ "1970-01-01T00:00:00.000Z", 0 },
		{ "2026-11-22T01:02:03.004Z", INT64_C(1795309323004) },
		{ "2026-11-22T24:00:00.000Z", -1 },
		{ "2026-11-22T01:60:00.000Z", -1 },
		{ "2026-02-30T01:00:00.000Z", -1 },
		{ "2026-11-22T01:02:03Z", -1 },
		{ "2026-11-22 01:02:03.004Z", -1 },
		{ "2026-11-22T01:02:03.004+", -1 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t ms = -1;
		char text[ONEROSTER_TIME_BYTES];
		enum err e = oneroster_parse_time(str_from(rows[i].text), &ms);
		CHECK_INT(rows[i].text, e, rows[i].ms < 0 ? ERR_INVAL : ERR_OK);
		CHECK_INT(rows[i].text, ms, rows[i].ms);
		if (!e) {
			oneroster_print_time(ms, text);
			CHECK_STR("printed", text, rows[i].text);
		}
	}
}

static void check_name(
		const char *full, const char *family, const char *middle, const char *given) {
	struct oneroster_name name;
	oneroster_split_name(str_from(full), &name);
	CHECK(full, str_eq_z(name.family, family));
	CHECK(full, str_eq_z(name.middle, middle));
	CHECK(full, str_eq_z(name.given, given));
}

static void test_columns(void) {
	for (unsigned f = 0; f < ONEROSTER_FILES; f++) {
		size_t count = oneroster_column_count(f);
		CHECK("within the limit", count <= ONEROSTER_COLUMNS_MAX);
		CHECK("has at least an id", count == 0 || count > 3);
		if (count) {
			CHECK_STR("the first", oneroster_column_name(f, 0), "sourcedId");
			CHECK("is required", oneroster_column_is_required(f, 0));
			CHECK("the status is not", !oneroster_column_is_required(f, 1));
		}
	}
}

int main(void) {
	test_ids();
	test_long_ids();
	test_times();
	check_name("Nguyễn Thị Hoà", "Nguyễn", "Thị", "Hoà");
	check_name("Nguyễn Hoà", "Nguyễn", "", "Hoà");
	check_name("Hoà", "Hoà", "", "Hoà");
	test_columns();
	return check_done();
}
