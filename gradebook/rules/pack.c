#include "gradebook/rules/pack.h"

#include <assert.h>

/*
 * Circular 22/2021/TT-BGDDT: regular marks by the lessons of a year, one midterm and one final
 * assessment a term. It came into force grade by grade, from 2021 (grade 6) to 2024 (9 and 12).
 */
static const struct rule_pack packs[] = {
	{
			.code = "tt22",
			.circular = "Thông tư 22/2021/TT-BGDĐT",
			.first_year = { PACK_YEAR_NONE, PACK_YEAR_NONE, PACK_YEAR_NONE,
					PACK_YEAR_NONE, PACK_YEAR_NONE, PACK_YEAR_NONE, 2021, 2022,
					2023, 2024, 2022, 2023, 2024 },
			.last_year = PACK_YEAR_NONE,
			.steps = { { 35, 2 }, { 70, 3 }, { ~0U, 4 } },
			.step_count = 3,
			.comment_regular_count = 2,
			.midterm_count = 1,
			.final_count = 1,
	},
};

enum err pack_find(unsigned grade, int year, const struct rule_pack **out) {
	assert(out);
	if (grade < 1 || grade > PACK_GRADES_MAX) {
		return ERR_INVAL;
	}
	for (size_t i = 0; i < sizeof(packs) / sizeof(packs[0]); i++) {
		if (year >= packs[i].first_year[grade] && year <= packs[i].last_year) {
			*out = &packs[i];
			return ERR_OK;
		}
	}
	return ERR_UNSUPPORTED;
}

enum err pack_parse_year(struct str code, int *out) {
	uint64_t first = 0;
	uint64_t second = 0;
	if (code.n != 9 || code.p[4] != '-' || str_parse_u64((struct str){ code.p, 4 }, &first) ||
			str_parse_u64((struct str){ code.p + 5, 4 }, &second) ||
			second != first + 1) {
		return ERR_INVAL;
	}
	*out = (int)first;
	return ERR_OK;
}

size_t pack_regular_count(const struct rule_pack *pack, unsigned lessons_a_year) {
	for (size_t i = 0; i < pack->step_count; i++) {
		if (lessons_a_year <= pack->steps[i].lessons_max) {
			return pack->steps[i].regular_count;
		}
	}
	return pack->steps[pack->step_count - 1].regular_count;
}
