#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "gradebook/rules/tt22.h"
#include "tests/check.h"

/* The means of tests/fixtures/mean_vectors.json, which the web client is checked against, too. */

enum { FILE_BYTES_MAX = 1 << 20, ROWS_LEAST = 40 };

static const struct rule_pack *pack; /* set by main */

static int number(const struct json *row, const char *name) {
	int64_t n = -1;
	CHECK(name, json_get_i64(row, name, &n) == ERR_OK);
	return (int)n;
}

static void check_terms(const struct json *list) {
	int count = 0;
	for (const struct json *row = json_first(list); row; row = json_next(row)) {
		struct tt22_term term = { .midterm_x10 = number(row, "midterm"),
			.final_x10 = number(row, "final") };
		const struct json *regular = NULL;
		int mean = -1;
		CHECK("regular", json_get_array(row, "regular", &regular) == ERR_OK);
		for (const struct json *one = json_first(regular);
				one && term.regular_count < TT22_REGULAR_MAX;
				one = json_next(one)) {
			int64_t x10 = -1;
			CHECK("a mark", json_as_i64(one, &x10) == ERR_OK);
			term.regular_x10[term.regular_count++] = (int)x10;
		}
		CHECK("a mean", tt22_term_mean(pack, &term, &mean) == ERR_OK);
		CHECK_INT("term", mean, number(row, "mean"));
		count++;
	}
	CHECK("there are terms", count >= ROWS_LEAST);
}

static void check_years(const struct json *list) {
	int count = 0;
	for (const struct json *row = json_first(list); row; row = json_next(row)) {
		int mean = -1;
		CHECK("a mean",
				tt22_year_mean(pack, number(row, "term1"), number(row, "term2"),
						&mean) == ERR_OK);
		CHECK_INT("year", mean, number(row, "mean"));
		count++;
	}
	CHECK("there are years", count >= ROWS_LEAST);
}

int main(int argc, char **argv) {
	static char text[FILE_BYTES_MAX];
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *terms = NULL;
	const struct json *years = NULL;
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	if (!file) {
		fprintf(stderr, "usage: test_means mean_vectors.json\n");
		return 1;
	}
	size_t n = fread(text, 1, sizeof(text), file);
	CHECK("closed", fclose(file) == 0);
	CHECK("the pack", pack_by_code(str_from("tt22"), &pack) == ERR_OK);
	CHECK("the file", json_parse((struct str){ text, n }, sizeof(text), &root) == ERR_OK);
	CHECK("terms", json_get_array(root, "terms", &terms) == ERR_OK);
	CHECK("years", json_get_array(root, "years", &years) == ERR_OK);
	if (terms && years) {
		check_terms(terms);
		check_years(years);
	}
	return check_done();
}
