#include "core/province/area_list.h"

#include <string.h>

#include "tests/check.h"

#define HEAD "code,name,province,from,to,former\n"

static enum err read(const char *text, struct area_list *out, struct diag *mistakes) {
	*out = (struct area_list){ .items = NULL };
	*mistakes = (struct diag){ 0 };
	return area_list_read(str_from(text), out, mistakes);
}

static void test_good(void) {
	struct area_list list;
	struct diag mistakes;
	enum err e = read("\xEF\xBB\xBF" HEAD "26734,Phường Sài Gòn,79,2025-07-01,,26740  26743\n\n"
			  "26740,\"Phường Bến Nghé\",79,2004-01-01,2025-06-30,\n",
			&list, &mistakes);
	CHECK_INT("read", e, ERR_OK);
	CHECK_INT("two rows", list.count, 2);
	if (list.count == 2) {
		struct str former = list.items[0].former;
		struct str code;
		CHECK("the name", str_eq_z(list.items[0].name, "Phường Sài Gòn"));
		CHECK_INT("still there", list.items[0].to.year, 0);
		CHECK("the first", area_former_next(&former, &code) && str_eq_z(code, "26740"));
		CHECK("the second", area_former_next(&former, &code) && str_eq_z(code, "26743"));
		CHECK("no more", !area_former_next(&former, &code));
		CHECK_INT("the last day", list.items[1].to.day, 30);
	}
	area_list_finish(&list);
	diag_finish(&mistakes);
}

static void test_bad(void) {
	static const struct {
		const char *name;
		const char *row;
		unsigned column; /* 0: the row is good */
	} rows[] = {
		{ "good", "1,A,79,2025-07-01,,", 0 },
		{ "eight digits", "12345678,A,79,2025-07-01,,", 0 },
		{ "nine digits", "123456789,A,79,2025-07-01,,", 1 },
		{ "a letter", "12a,A,79,2025-07-01,,", 1 },
		{ "no name", "1,,79,2025-07-01,,", 2 },
		{ "no province", "1,A,,2025-07-01,,", 3 },
		{ "no such day", "1,A,79,2025-02-30,,", 4 },
		{ "ended before it began", "1,A,79,2025-07-01,2025-06-30,", 5 },
		{ "one day", "1,A,79,2025-07-01,2025-07-01,", 0 },
		{ "former is no code", "1,A,79,2025-07-01,,2 x", 6 },
		{ "a column too few", "1,A,79,2025-07-01,", 6 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256] = HEAD;
		struct area_list list;
		struct diag mistakes;
		strncat(text, rows[i].row, sizeof(text) - strlen(text) - 1);
		enum err e = read(text, &list, &mistakes);
		CHECK_INT(rows[i].name, e, rows[i].column ? ERR_INVAL : ERR_OK);
		CHECK_INT(rows[i].name, mistakes.count ? mistakes.items[0].column : 0,
				rows[i].column);
		area_list_finish(&list);
		diag_finish(&mistakes);
	}
	struct area_list list;
	struct diag mistakes;
	CHECK_INT("another head", read("code;name\n", &list, &mistakes), ERR_FORMAT);
	CHECK_INT("nothing", read("", &list, &mistakes), ERR_FORMAT);
	CHECK_INT("no UTF-8", read(HEAD "1,\xFF,79,2025-07-01,,\n", &list, &mistakes), ERR_FORMAT);
	diag_finish(&mistakes);
}

int main(void) {
	test_good();
	test_bad();
	return check_done();
}
