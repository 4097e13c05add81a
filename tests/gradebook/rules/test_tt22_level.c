#include "gradebook/rules/tt22_level.h"

#include "gradebook/rules/tt22.h"
#include "tests/check.h"

enum { RESULTS_MAX = 16, END = -9 };

static const struct rule_pack *pack; /* set by main */

/* Means up to END, then comment results up to END. */
static size_t build(const int *means, const int *comments, struct tt22_result out[RESULTS_MAX]) {
	size_t n = 0;
	for (; *means != END; means++) {
		out[n++] = (struct tt22_result){ .value = *means };
	}
	for (; *comments != END; comments++) {
		out[n++] = (struct tt22_result){ .value = *comments, .is_comment = true };
	}
	return n;
}

/* Each limit from both sides. "Table" is clause 2 alone, "level" after clause 3. */
static const struct {
	const char *name;
	int means[12];
	int comments[5];
	enum pack_level table;
	enum pack_level level;
} rows[] = {
	{ "six at 8.0, the rest at 6.5", { 80, 80, 80, 80, 80, 80, 65, 65, END }, { 1, 1, END },
			PACK_TOT, PACK_TOT },
	{ "one of the six at 7.9", { 80, 80, 80, 80, 80, 79, 65, 65, END }, { 1, 1, END }, PACK_KHA,
			PACK_KHA },
	{ "one at 6.4", { 80, 80, 80, 80, 80, 80, 65, 64, END }, { 1, 1, END }, PACK_KHA,
			PACK_KHA },
	{ "exactly six subjects", { 80, 80, 80, 80, 80, 80, END }, { END }, PACK_TOT, PACK_TOT },
	{ "five subjects are never enough", { 100, 100, 100, 100, 100, END }, { 1, END },
			PACK_CHUA_DAT, PACK_CHUA_DAT },
	{ "six at 6.5, the rest at 5.0", { 65, 65, 65, 65, 65, 65, 50, 50, END }, { 1, END },
			PACK_KHA, PACK_KHA },
	{ "one of the six at 6.4", { 65, 65, 65, 65, 65, 64, 50, 50, END }, { 1, END }, PACK_DAT,
			PACK_DAT },
	{ "Kha, but one at 4.9", { 65, 65, 65, 65, 65, 65, 50, 49, END }, { 1, END }, PACK_DAT,
			PACK_DAT },
	{ "six at 5.0, the rest at 3.5", { 50, 50, 50, 50, 50, 50, 35, 35, END }, { 1, END },
			PACK_DAT, PACK_DAT },
	{ "one of the six at 4.9", { 50, 50, 50, 50, 50, 49, 35, 35, END }, { 1, END },
			PACK_CHUA_DAT, PACK_CHUA_DAT },
	{ "Dat, but one at 3.4", { 50, 50, 50, 50, 50, 50, 35, 34, END }, { 1, END }, PACK_CHUA_DAT,
			PACK_CHUA_DAT },
	{ "Dat with one comment subject", { 50, 50, 50, 50, 50, 50, END }, { 0, 1, END }, PACK_DAT,
			PACK_DAT },
	{ "two comment subjects", { 90, 90, 90, 90, 90, 90, END }, { 0, 0, 1, END }, PACK_CHUA_DAT,
			PACK_CHUA_DAT },
	{ "Kha but for one comment subject: one level", { 65, 65, 65, 65, 65, 65, END },
			{ 0, 1, END }, PACK_DAT, PACK_DAT },

	{ "clause 3: Tot but for 4.9", { 80, 80, 80, 80, 80, 80, 49, END }, { 1, END }, PACK_DAT,
			PACK_KHA },
	{ "Tot but for 5.0: one level", { 80, 80, 80, 80, 80, 80, 50, END }, { 1, END }, PACK_KHA,
			PACK_KHA },
	{ "clause 3: Tot but for 3.5", { 80, 80, 80, 80, 80, 80, 35, END }, { 1, END }, PACK_DAT,
			PACK_KHA },
	{ "clause 3: Tot but for 3.4", { 80, 80, 80, 80, 80, 80, 34, END }, { 1, END },
			PACK_CHUA_DAT, PACK_DAT },
	{ "clause 3: Kha but for 3.4", { 65, 65, 65, 65, 65, 65, 34, END }, { 1, END },
			PACK_CHUA_DAT, PACK_DAT },
	{ "clause 3: Tot but for a comment subject", { 80, 80, 80, 80, 80, 80, 65, END },
			{ 0, 1, END }, PACK_DAT, PACK_KHA },
	{ "a comment subject and a mark are two", { 80, 80, 80, 80, 80, 80, 49, END }, { 0, END },
			PACK_DAT, PACK_DAT },
	{ "two marks", { 80, 80, 80, 80, 80, 80, 49, 49, END }, { 1, END }, PACK_DAT, PACK_DAT },
	{ "a mark of 4.9 and one of 6.4: Kha but for one", { 80, 80, 80, 80, 80, 80, 64, 49, END },
			{ 1, END }, PACK_DAT, PACK_DAT },
	{ "Dat but for 3.4: not below Kha", { 50, 50, 50, 50, 50, 50, 34, END }, { 1, END },
			PACK_CHUA_DAT, PACK_CHUA_DAT },
	{ "clause 3: the one would be the sixth at 8.0", { 80, 80, 80, 80, 80, 64, END },
			{ 1, END }, PACK_DAT, PACK_KHA },
	{ "the one at 6.5 leaves six at 6.5", { 80, 80, 80, 80, 80, 65, END }, { 1, END }, PACK_KHA,
			PACK_KHA },
	{ "clause 3: the one would be the sixth at 6.5", { 65, 65, 65, 65, 65, 49, END },
			{ 1, END }, PACK_CHUA_DAT, PACK_DAT },
	{ "the sixth at 5.0 keeps Dat: one level", { 65, 65, 65, 65, 65, 50, END }, { 1, END },
			PACK_DAT, PACK_DAT },

	{ "a missing mean", { 80, 80, 80, 80, 80, 80, TT22_MARK_NONE, END }, { 1, END },
			PACK_LEVEL_NONE, PACK_LEVEL_NONE },
	{ "a missing comment", { 80, 80, 80, 80, 80, 80, END }, { TT22_MARK_NONE, END },
			PACK_LEVEL_NONE, PACK_LEVEL_NONE },
	{ "no subject", { END }, { END }, PACK_LEVEL_NONE, PACK_LEVEL_NONE },
};

static void check_rows(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tt22_result results[RESULTS_MAX];
		size_t n = build(rows[i].means, rows[i].comments, results);
		struct tt22_learning l = tt22_learning(pack, results, n);
		CHECK_INT(rows[i].name, l.table_level, rows[i].table);
		CHECK_INT(rows[i].name, l.level, rows[i].level);
		CHECK_INT(rows[i].name, l.is_raised, rows[i].table != rows[i].level);
	}
}

/* Clause 3 with each subject in turn as the one, and what is said of it. */
static void check_each_one(void) {
	static const struct {
		int mark;
		enum pack_level table;
	} ones[] = { { 0, PACK_CHUA_DAT }, { 34, PACK_CHUA_DAT }, { 35, PACK_DAT },
		{ 49, PACK_DAT } };
	for (size_t i = 0; i < 10; i++) {
		for (size_t k = 0; k < sizeof(ones) / sizeof(ones[0]); k++) {
			struct tt22_result results[RESULTS_MAX];
			for (size_t n = 0; n < 10; n++) {
				bool is_comment = n >= 7;
				results[n] = (struct tt22_result){ .is_comment = is_comment,
					.value = is_comment ? TT22_PASSED : 85 };
			}
			results[i].value = results[i].is_comment ? TT22_NOT_PASSED : ones[k].mark;
			enum pack_level table = results[i].is_comment ? PACK_DAT : ones[k].table;
			struct tt22_learning l = tt22_learning(pack, results, 10);
			CHECK_INT("table", l.table_level, table);
			CHECK_INT("raised by one", l.level, table + 1);
			CHECK_INT("which", l.one, i);
			CHECK_INT("from where", l.without, PACK_TOT);
		}
	}
}

/* An exempt subject counts nowhere, whatever stands in it. */
static void check_exempt(void) {
	for (int value = TT22_MARK_NONE; value <= 100; value += 101) {
		struct tt22_result results[] = { { .value = 80 }, { .value = 80 }, { .value = 80 },
			{ .value = 80 }, { .value = 80 }, { .value = 80 },
			{ .is_exempt = true, .value = value },
			{ .is_comment = true, .is_exempt = true, .value = TT22_NOT_PASSED } };
		CHECK_INT("left out", tt22_learning(pack, results, 8).level, PACK_TOT);
		results[5].is_exempt = true;
		CHECK_INT("five are left", tt22_learning(pack, results, 8).level, PACK_CHUA_DAT);
	}
	const struct tt22_result all[] = { { .is_exempt = true, .value = 80 } };
	CHECK_INT("none is left", tt22_learning(pack, all, 1).level, PACK_LEVEL_NONE);
}

/* The other reading of clause 3 is one number away. */
static void check_without_comments(void) {
	struct rule_pack other = *pack;
	other.exception.takes_comment = false;
	struct tt22_result results[RESULTS_MAX];
	size_t n = build((const int[]){ 80, 80, 80, 80, 80, 80, END }, (const int[]){ 0, END },
			results);
	CHECK_INT("comment subjects as the one", tt22_learning(pack, results, n).level, PACK_KHA);
	CHECK_INT("never", tt22_learning(&other, results, n).level, PACK_DAT);
}

int main(void) {
	CHECK_INT("pack", pack_by_code(str_from("tt22"), &pack), ERR_OK);
	check_rows();
	check_each_one();
	check_exempt();
	check_without_comments();
	return check_done();
}
