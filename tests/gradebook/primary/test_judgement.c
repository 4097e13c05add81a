#include "gradebook/primary/judgement.h"

#include "tests/check.h"

static const struct primary_pack *pack(void) {
	const struct primary_pack *found = NULL;
	CHECK_INT("pack", pack_primary_by_code(str_from("tt27"), &found), ERR_OK);
	return found;
}

static void check_items(void) {
	static const struct {
		const char *name;
		unsigned grade;
		unsigned moment;
		size_t want;
	} rows[] = {
		{ "five qualities and eight competences", 1, 1, 13 },
		{ "technology and informatics from grade 3", 3, 2, 15 },
		{ "the year's end asks about awards", 5, 4, 17 },
		{ "and so in grade 2", 2, 4, 15 },
	};
	struct judgement_item items[JUDGEMENT_ITEMS_MAX];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name,
				judgement_items(pack(), rows[i].grade, rows[i].moment, items),
				rows[i].want);
	}
	size_t count = judgement_items(pack(), 5, 4, items);
	const struct judgement_item *quality = judgement_find(items, count, str_from("yeu_nuoc"));
	const struct judgement_item *answer = judgement_find(items, count, str_from("recognised"));
	CHECK("found", quality && answer);
	CHECK("not found", !judgement_find(items, count, str_from("toan")));
	CHECK_STR("kind", quality ? quality->kind : "", "quality");
	if (quality && answer) {
		CHECK_INT("T", judgement_check(quality, 2), ERR_OK);
		CHECK_INT("past T", judgement_check(quality, 3), ERR_INVAL);
		CHECK_INT("taken back", judgement_check(quality, JUDGEMENT_NONE), ERR_OK);
		CHECK_INT("below", judgement_check(quality, -2), ERR_INVAL);
		CHECK_INT("yes", judgement_check(answer, 1), ERR_OK);
		CHECK_INT("no third answer", judgement_check(answer, 2), ERR_INVAL);
	}
}

int main(void) {
	check_items();
	static const unsigned terms[] = { 1, 1, 2, 2 };
	for (unsigned m = 1; m <= JUDGEMENT_MOMENTS; m++) {
		CHECK_INT("term", judgement_term(m), terms[m - 1]);
	}
	CHECK_INT("column", judgement_column(4, 102), 4102);
	return check_done();
}
