#include "gradebook/rules/pack.h"

#include "tests/check.h"

static void check_find(void) {
	static const struct {
		unsigned grade;
		int year;
		enum err want;
	} rows[] = {
		{ 6, 2020, ERR_UNSUPPORTED },
		{ 6, 2021, ERR_OK },
		{ 7, 2021, ERR_UNSUPPORTED },
		{ 7, 2022, ERR_OK },
		{ 8, 2022, ERR_UNSUPPORTED },
		{ 8, 2023, ERR_OK },
		{ 9, 2023, ERR_UNSUPPORTED },
		{ 9, 2024, ERR_OK },
		{ 10, 2021, ERR_UNSUPPORTED },
		{ 10, 2022, ERR_OK },
		{ 11, 2022, ERR_UNSUPPORTED },
		{ 11, 2023, ERR_OK },
		{ 12, 2023, ERR_UNSUPPORTED },
		{ 12, 2024, ERR_OK },
		{ 12, 2026, ERR_OK },
		{ 5, 2026, ERR_UNSUPPORTED },
		{ 1, 2026, ERR_UNSUPPORTED },
		{ 0, 2026, ERR_INVAL },
		{ 13, 2026, ERR_INVAL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[40];
		(void)snprintf(name, sizeof(name), "grade %u in %d", rows[i].grade, rows[i].year);
		const struct rule_pack *pack = NULL;
		CHECK_INT(name, pack_find(rows[i].grade, rows[i].year, &pack), rows[i].want);
		CHECK_INT(name, pack != NULL, rows[i].want == ERR_OK);
	}
}

static void check_primary(void) {
	static const int first[] = { 2020, 2021, 2022, 2023, 2024 };
	const struct primary_pack *pack = NULL;
	for (unsigned grade = 1; grade <= 5; grade++) {
		CHECK_INT("the year before", pack_find_primary(grade, first[grade - 1] - 1, &pack),
				ERR_UNSUPPORTED);
		CHECK("left alone", !pack);
		CHECK_INT("first year", pack_find_primary(grade, first[grade - 1], &pack), ERR_OK);
		CHECK_STR("pack", pack->code, "tt27");
		pack = NULL;
	}
	CHECK_INT("found", pack_find_primary(4, 2026, &pack), ERR_OK);
	CHECK_INT("traits of grade 2", pack_primary_trait_count(pack, 2), 13);
	CHECK_INT("traits of grade 3", pack_primary_trait_count(pack, 3), 15);
	CHECK("enough of them", 15 >= pack->qualities_least + pack->competences_least);
	CHECK("tested in the middle", pack_primary_tests_midterm(pack, 4, str_from("toan")));
	CHECK("tested in the middle", pack_primary_tests_midterm(pack, 5, str_from("tieng_viet")));
	CHECK("not before grade 4", !pack_primary_tests_midterm(pack, 3, str_from("toan")));
	CHECK("not another subject", !pack_primary_tests_midterm(pack, 4, str_from("khoa_hoc")));
	CHECK_INT("grade 6", pack_find_primary(6, 2026, &pack), ERR_UNSUPPORTED);
	CHECK_INT("grade 0", pack_find_primary(0, 2026, &pack), ERR_INVAL);
	CHECK_INT("grade 13", pack_find_primary(13, 2026, &pack), ERR_INVAL);
}

static void check_codes(void) {
	const struct rule_pack *pack = NULL;
	const struct primary_pack *primary = NULL;
	CHECK_INT("tt22", pack_by_code(str_from("tt22"), &pack), ERR_OK);
	CHECK_STR("tt22", pack->code, "tt22");
	CHECK_INT("tt27", pack_primary_by_code(str_from("tt27"), &primary), ERR_OK);
	CHECK_STR("tt27", primary->code, "tt27");
	CHECK_INT("not of secondary school", pack_by_code(str_from("tt27"), &pack), ERR_NOT_FOUND);
	CHECK_INT("not of primary school", pack_primary_by_code(str_from("tt22"), &primary),
			ERR_NOT_FOUND);
	CHECK_INT("none", pack_by_code(str_from(""), &pack), ERR_NOT_FOUND);
	for (enum pack_level level = PACK_CHUA_DAT; level < PACK_LEVELS; level++) {
		enum pack_level back = PACK_LEVEL_NONE;
		CHECK_INT("level", pack_level_parse(str_from(pack_level_name(level)), &back),
				ERR_OK);
		CHECK_INT("level", back, level);
	}
	enum pack_level level = PACK_KHA;
	CHECK_INT("no level", pack_level_parse(str_from("gioi"), &level), ERR_INVAL);
	CHECK_INT("no level", pack_level_parse(str_from(""), &level), ERR_INVAL);
	CHECK_INT("left alone", level, PACK_KHA);
}

static void check_counts(void) {
	static const struct {
		unsigned lessons;
		size_t want;
	} rows[] = { { 1, 2 }, { 35, 2 }, { 36, 3 }, { 70, 3 }, { 71, 4 }, { 140, 4 }, { ~0U, 4 } };
	const struct rule_pack *pack = NULL;
	CHECK_INT("find", pack_find(10, 2026, &pack), ERR_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT("regular marks", pack_regular_count(pack, rows[i].lessons), rows[i].want);
	}
	CHECK_INT("comment subjects", pack->comment_regular_count, 2);
	CHECK_INT("midterm and final", pack->midterm_count + pack->final_count, 2);
}

static void check_years(void) {
	int year = 0;
	CHECK_INT("year", pack_parse_year(str_from("2026-2027"), &year), ERR_OK);
	CHECK_INT("year", year, 2026);
	static const char *const wrong[] = { "2026-2028", "2026", "2026/2027", "26-27", "2026-202x",
		"2026-20277", "" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK_INT(wrong[i], pack_parse_year(str_from(wrong[i]), &year), ERR_INVAL);
	}
}

int main(void) {
	check_find();
	check_primary();
	check_codes();
	check_counts();
	check_years();
	return check_done();
}
