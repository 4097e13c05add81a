#include "core/base/date.h"

#include "tests/check.h"

static void check_days(void) {
	static const struct {
		struct date date;
		int64_t days;
	} rows[] = {
		{ { 1970, 1, 1 }, 0 },
		{ { 1969, 12, 31 }, -1 },
		{ { 2000, 2, 29 }, 11016 },
		{ { 2000, 3, 1 }, 11017 },
		{ { 2010, 9, 5 }, 14857 },
		{ { 1900, 3, 1 }, -25508 },
		{ { 1, 1, 1 }, -719162 },
		{ { 9999, 12, 31 }, 2932896 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT("to days", date_to_days(rows[i].date), rows[i].days);
		struct date back = { 0 };
		CHECK_INT("from days", date_from_days(rows[i].days, &back), ERR_OK);
		CHECK_INT("same day", date_compare(back, rows[i].date), 0);
	}
	struct date d = { 7, 7, 7 };
	CHECK_INT("before year 1", date_from_days(-719163, &d), ERR_INVAL);
	CHECK_INT("after year 9999", date_from_days(2932897, &d), ERR_INVAL);
	CHECK_INT("untouched", d.year, 7);
	int64_t wrong = 0;
	for (int64_t day = -800 * 365; day < 800 * 365; day++) {
		struct date one = { 0 };
		enum err e = date_from_days(day, &one);
		wrong += e || !date_is_valid(one) || date_to_days(one) != day;
	}
	CHECK_INT("there and back", wrong, 0);
}

static void check_parse(void) {
	static const struct {
		const char *text;
		enum err want;
		struct date date;
	} rows[] = {
		{ "05/09/2010", ERR_OK, { 2010, 9, 5 } },
		{ "5/9/2010", ERR_OK, { 2010, 9, 5 } },
		{ " 05-09-2010 ", ERR_OK, { 2010, 9, 5 } },
		{ "5.9.2010", ERR_OK, { 2010, 9, 5 } },
		{ "05 / 09 / 2010", ERR_OK, { 2010, 9, 5 } },
		{ "5 9 2010", ERR_OK, { 2010, 9, 5 } },
		{ "2010-09-05", ERR_OK, { 2010, 9, 5 } },
		{ "2010/9/5", ERR_OK, { 2010, 9, 5 } },
		{ "29/02/2012", ERR_OK, { 2012, 2, 29 } },
		{ "29/02/2011", ERR_INVAL, { 0 } },
		{ "31/04/2010", ERR_INVAL, { 0 } },
		{ "09/13/2010", ERR_INVAL, { 0 } },
		{ "05/09/10", ERR_INVAL, { 0 } },
		{ "05/09/20100", ERR_INVAL, { 0 } },
		{ "005/09/2010", ERR_INVAL, { 0 } },
		{ "2010-09-2010", ERR_INVAL, { 0 } },
		{ "05092010", ERR_INVAL, { 0 } },
		{ "05//09/2010", ERR_INVAL, { 0 } },
		{ "05/09/2010x", ERR_INVAL, { 0 } },
		{ "0/09/2010", ERR_INVAL, { 0 } },
		{ "", ERR_INVAL, { 0 } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct date got = { 1, 1, 1 };
		enum err e = date_parse_vi(str_from(rows[i].text), &got);
		CHECK_INT(rows[i].text, e, rows[i].want);
		struct date want = e ? (struct date){ 1, 1, 1 } : rows[i].date;
		CHECK_INT(rows[i].text, date_compare(got, want), 0);
	}
	struct date d = { 1, 1, 1 };
	CHECK_INT("iso", date_parse_iso(str_from("2010-09-05"), &d), ERR_OK);
	char text[DATE_ISO_BYTES];
	date_print_iso(d, text);
	CHECK_STR("iso back", text, "2010-09-05");
	date_print_vi(d, text);
	CHECK_STR("vi back", text, "05/09/2010");
	CHECK_INT("iso only", date_parse_iso(str_from("2010-9-05"), &d), ERR_INVAL);
	CHECK_INT("iso longer", date_parse_iso(str_from("2010-09-050"), &d), ERR_INVAL);
	CHECK_INT("iso no such day", date_parse_iso(str_from("2010-02-30"), &d), ERR_INVAL);
}

static void check_vietnam(void) {
	struct date d = { 0 };
	CHECK_INT("evening in UTC", date_in_vietnam(INT64_C(1757005200000), &d), ERR_OK);
	char text[DATE_ISO_BYTES];
	date_print_iso(d, text);
	CHECK_STR("is the next day", text, "2025-09-05"); /* 17:00 UTC is 0:00 */
	CHECK_INT("a moment before", date_in_vietnam(INT64_C(1757005199999), &d), ERR_OK);
	date_print_iso(d, text);
	CHECK_STR("still the day before", text, "2025-09-04");
	CHECK_INT("before 1970", date_in_vietnam(-25200001, &d), ERR_OK);
	date_print_iso(d, text);
	CHECK_STR("before 1970", text, "1969-12-31");
	CHECK_INT("far away", date_in_vietnam(INT64_MAX, &d), ERR_INVAL);
}

int main(void) {
	check_days();
	check_parse();
	check_vietnam();
	return check_done();
}
