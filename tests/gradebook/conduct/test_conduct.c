#include "gradebook/conduct/conduct.h"

#include <string.h>

#include "tests/check.h"

#define T PACK_TOT
#define K PACK_KHA
#define D PACK_DAT
#define C PACK_CHUA_DAT
#define N PACK_LEVEL_NONE

/* Article 8.2 as the circular writes it: rows of term II, each from Tốt down to Chưa đạt of term I. */
static const enum pack_level years[4][4] = {
	{ T, T, K, K },
	{ K, K, K, D },
	{ K, D, D, D },
	{ C, C, C, C },
};
static const enum pack_level down[4] = { T, K, D, C };

static const struct rule_pack *pack;

static void check_year(void) {
	for (int two = 0; two < 4; two++) {
		for (int one = 0; one < 4; one++) {
			struct conduct_outcome o;
			const struct conduct_year y = { { down[one], down[two] }, N };
			CHECK_INT("works out", conduct_work_out(pack, &y, &o), ERR_OK);
			CHECK_INT("the year", o.year, years[two][one]);
			CHECK_INT("training only below Dat", o.summer,
					years[two][one] == C ? PACK_YES : PACK_NO);
			CHECK_INT("after it", o.after, o.year);
		}
	}
}

static const struct {
	const char *name;
	struct conduct_year year;
	enum pack_level want;
	enum pack_answer summer;
	enum pack_level after;
} summers[] = {
	{ "nothing yet", { { N, N }, N }, N, PACK_OPEN, N },
	{ "term I alone", { { T, N }, N }, N, PACK_OPEN, N },
	{ "term II alone", { { N, T }, N }, N, PACK_OPEN, N },
	{ "trained", { { T, C }, D }, C, PACK_YES, D },
	{ "trained in vain", { { T, C }, C }, C, PACK_YES, C },
	{ "not asked to train", { { T, D }, T }, K, PACK_NO, K },
	{ "a summer of no year", { { N, C }, D }, N, PACK_OPEN, N },
};

static void check_summer(void) {
	for (size_t i = 0; i < sizeof(summers) / sizeof(summers[0]); i++) {
		struct conduct_outcome o;
		CHECK_INT(summers[i].name, conduct_work_out(pack, &summers[i].year, &o), ERR_OK);
		CHECK_INT(summers[i].name, o.year, summers[i].want);
		CHECK_INT(summers[i].name, o.summer, summers[i].summer);
		CHECK_INT(summers[i].name, o.after, summers[i].after);
	}
}

static enum err take_code(const struct tt22_why *why, void *ctx) {
	char *text = ctx;
	strcat(text, why->x.code); /* room for a few codes */
	strcat(text, " ");
	return ERR_OK;
}

static void check_why(void) {
	char text[512] = "";
	struct tt22_why_sink sink = { take_code, text };
	CHECK_INT("why", conduct_why(pack, &(struct conduct_year){ { T, C }, N }, &sink), ERR_OK);
	CHECK_STR("year and summer", text, "rule.conduct_year rule.summer ");
	text[0] = '\0';
	CHECK_INT("why", conduct_why(pack, &(struct conduct_year){ { T, K }, N }, &sink), ERR_OK);
	CHECK_STR("no summer", text, "rule.conduct_year ");
	text[0] = '\0';
	CHECK_INT("why", conduct_why(pack, &(struct conduct_year){ { T, N }, N }, &sink), ERR_OK);
	CHECK_STR("what is missing", text, "rule.conduct_missing ");
}

/* What the chained history has, read back. */
static void check_ledger(void) {
	static const struct {
		unsigned code;
		enum err err;
		unsigned term;
		enum conduct_stage stage;
		enum pack_level level;
	} rows[] = {
		{ 11, ERR_OK, 1, CONDUCT_TERM, T },
		{ 20, ERR_OK, 2, CONDUCT_TERM, N },
		{ 33, ERR_OK, 2, CONDUCT_SUMMER, D },
		{ 4, ERR_CORRUPT, 77, CONDUCT_TERM, N },
		{ 15, ERR_CORRUPT, 77, CONDUCT_TERM, N },
		{ 40, ERR_CORRUPT, 77, CONDUCT_TERM, N },
		{ 255, ERR_CORRUPT, 77, CONDUCT_TERM, N },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned term = 77; /* stays on a failure */
		enum conduct_stage stage = CONDUCT_TERM;
		enum pack_level level = N;
		CHECK_INT("read back", conduct_from_ledger(rows[i].code, &term, &stage, &level),
				rows[i].err);
		CHECK_INT("its term", term, rows[i].term);
		CHECK_INT("its stage", stage, rows[i].stage);
		CHECK_INT("its level", level, rows[i].level);
	}
}

static void check_numbers(void) {
	enum pack_level level = N;
	for (unsigned v = 0; v <= 4; v++) {
		CHECK_INT("from the database", conduct_level_from_db(v, &level), ERR_OK);
		CHECK_INT("and back", conduct_level_to_db(level), v);
	}
	CHECK_INT("Tot is 1", conduct_level_to_db(T), 1);
	CHECK_INT("Chua dat is 4", conduct_level_to_db(C), 4);
	CHECK_INT("past the last", conduct_level_from_db(5, &level), ERR_CORRUPT);
	CHECK_INT("term I", conduct_ledger_code(1, CONDUCT_TERM, T), 11);
	CHECK_INT("term II taken back", conduct_ledger_code(2, CONDUCT_TERM, N), 20);
	CHECK_INT("summer", conduct_ledger_code(2, CONDUCT_SUMMER, D), 33);
	enum conduct_stage stage = CONDUCT_TERM;
	CHECK_INT("summer", conduct_stage_parse(str_from("summer"), &stage), ERR_OK);
	CHECK_INT("summer", stage, CONDUCT_SUMMER);
	CHECK_INT("nonsense", conduct_stage_parse(str_from("Term"), &stage), ERR_INVAL);
}

int main(void) {
	CHECK_INT("pack", pack_by_code(str_from("tt22"), &pack), ERR_OK);
	check_year();
	check_summer();
	check_why();
	check_numbers();
	check_ledger();
	return check_done();
}
