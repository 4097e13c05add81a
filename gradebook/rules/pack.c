#include "gradebook/rules/pack.h"

#include <assert.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define NO_GRADE PACK_YEAR_NONE

/*
 * Circular 22/2021/TT-BGDDT. It came into force grade by grade, from 2021 (grade 6) to 2024 (9 and
 * 12). Articles: 5 and 6 assessments, 8 conduct, 9 learning, 12 promotion, 13 training in summer,
 * 14 assessment again, 15 awards. Two readings are ours: the exception of article 9, clause 3, says
 * "one subject", and a comment subject may be it; article 14 asks for conduct of at least Dat, and
 * article 13, clause 3, lets the result after training take the place of the year's, so a student
 * whose conduct and learning are both Chua dat trains first and is then assessed again.
 */
static const struct rule_pack packs[] = {
	{
			.code = "tt22",
			.circular = "22/2021/TT-BGDĐT",
			.dates = { .first_year = { NO_GRADE, NO_GRADE, NO_GRADE, NO_GRADE, NO_GRADE,
						   NO_GRADE, 2021, 2022, 2023, 2024, 2022, 2023,
						   2024 },
					.last_year = PACK_YEAR_NONE },
			.steps = { { 35, 2 }, { 70, 3 }, { ~0U, 4 } },
			.step_count = 3,
			.comment_regular_count = 2,
			.midterm_count = 1,
			.final_count = 1,
			.midterm_weight = 2,
			.final_weight = 3,
			.term_2_weight = 2,
			.mean_article = { 9, 1, "b" },
			.comment_article = { 9, 1, "a" },
			.learning = {
					/* level, every, so many, with, comment fails */
					{ PACK_TOT, 65, 6, 80, 0, { 9, 2, "a" } },
					{ PACK_KHA, 50, 6, 65, 0, { 9, 2, "b" } },
					{ PACK_DAT, 35, 6, 50, 1, { 9, 2, "c" } },
			},
			.learning_rest = { 9, 2, "d" },
			.exception = { 2, PACK_KHA, true, { 9, 3, "" } },
			.conduct = {
					/* term I:     chua_dat       dat            kha            tot */
					[PACK_CHUA_DAT] = { PACK_CHUA_DAT, PACK_CHUA_DAT,
							PACK_CHUA_DAT, PACK_CHUA_DAT },
					[PACK_DAT] = { PACK_DAT, PACK_DAT, PACK_DAT, PACK_KHA },
					[PACK_KHA] = { PACK_DAT, PACK_KHA, PACK_KHA, PACK_KHA },
					[PACK_TOT] = { PACK_KHA, PACK_KHA, PACK_TOT, PACK_TOT },
			},
			.conduct_article = { 8, 2, "b" },
			.promotion_conduct = PACK_DAT,
			.promotion_learning = PACK_DAT,
			.absences_most = 45,
			.promotion_article = { 12, 1, "" },
			.summer_below = PACK_DAT,
			.summer_article = { 13, 1, "" },
			.retest_conduct = PACK_DAT,
			.retest_after_training = true,
			.retest_below = PACK_DAT,
			.retest_below_x10 = 50,
			.retest_article = { 14, 0, "" },
			.awards = {
					{ "xuat_sac", PACK_TOT, PACK_TOT, 6, 90 },
					{ "gioi", PACK_TOT, PACK_TOT, 0, 0 },
			},
			.award_count = 2,
			.award_article = { 15, 1, "a" },
	},
};

/*
 * Circular 27/2020/TT-BGDDT: from 2020 (grade 1) to 2024 (grade 5). Articles: 4 what is judged, 7
 * tests and the four moments, 9 the year's result, 11 completing the grade, 13 awards. Grades 1 and
 * 2 have eight competences, the others ten: technology and informatics are learnt from grade 3 on.
 * Assessment again (article 11, clause 1, point b) is there "to consider completing the grade": we
 * read it so that it may complete the grade and changes neither the year's result nor awards.
 */
static const struct primary_pack primary_packs[] = {
	{
			.code = "tt27",
			.circular = "27/2020/TT-BGDĐT",
			.dates = { .first_year = { NO_GRADE, 2020, 2021, 2022, 2023, 2024, NO_GRADE,
						   NO_GRADE, NO_GRADE, NO_GRADE, NO_GRADE, NO_GRADE,
						   NO_GRADE },
					.last_year = PACK_YEAR_NONE },
			.traits = {
					{ 1, "yeu_nuoc", "Yêu nước", PACK_QUALITY, 1 },
					{ 2, "nhan_ai", "Nhân ái", PACK_QUALITY, 1 },
					{ 3, "cham_chi", "Chăm chỉ", PACK_QUALITY, 1 },
					{ 4, "trung_thuc", "Trung thực", PACK_QUALITY, 1 },
					{ 5, "trach_nhiem", "Trách nhiệm", PACK_QUALITY, 1 },
					{ 6, "tu_chu", "Tự chủ và tự học", PACK_GENERAL, 1 },
					{ 7, "giao_tiep", "Giao tiếp và hợp tác", PACK_GENERAL, 1 },
					{ 8, "giai_quyet", "Giải quyết vấn đề và sáng tạo",
							PACK_GENERAL, 1 },
					{ 9, "ngon_ngu", "Ngôn ngữ", PACK_SPECIFIC, 1 },
					{ 10, "tinh_toan", "Tính toán", PACK_SPECIFIC, 1 },
					{ 11, "khoa_hoc", "Khoa học", PACK_SPECIFIC, 1 },
					{ 12, "cong_nghe", "Công nghệ", PACK_SPECIFIC, 3 },
					{ 13, "tin_hoc", "Tin học", PACK_SPECIFIC, 3 },
					{ 14, "tham_mi", "Thẩm mĩ", PACK_SPECIFIC, 1 },
					{ 15, "the_chat", "Thể chất", PACK_SPECIFIC, 1 },
			},
			.trait_count = 15,
			.midterm_subjects = { "toan", "tieng_viet" },
			.midterm_first_grade = 4,
			.rows = {
					{ "htxs", PACK_PRIMARY_T, PACK_PRIMARY_T, 90, "xuat_sac",
							false },
					{ "htt", PACK_PRIMARY_T, PACK_PRIMARY_T, 70, "tieu_bieu",
							true },
					{ "ht", PACK_PRIMARY_MIDDLE, PACK_PRIMARY_MIDDLE, 50, NULL,
							false },
			},
			.rest_code = "cht",
			.test_step_x10 = 10,
			.qualities_least = 5,
			.competences_least = 8,
			.year_article = { 9, 2, "a" },
			.promotion_article = { 11, 1, "a" },
			.again_article = { 11, 1, "b" },
			.decision_article = { 11, 1, "c" },
			.award_article = { 13, 1, "a" },
	},
};

static bool is_in_force(const struct pack_dates *dates, unsigned grade, int year) {
	return year >= dates->first_year[grade] && year <= dates->last_year;
}

enum err pack_find(unsigned grade, int year, const struct rule_pack **out) {
	assert(out);
	if (grade < 1 || grade > PACK_GRADES_MAX) {
		return ERR_INVAL;
	}
	for (size_t i = 0; i < COUNT(packs); i++) {
		if (is_in_force(&packs[i].dates, grade, year)) {
			*out = &packs[i];
			return ERR_OK;
		}
	}
	return ERR_UNSUPPORTED;
}

enum err pack_find_primary(unsigned grade, int year, const struct primary_pack **out) {
	assert(out);
	if (grade < 1 || grade > PACK_GRADES_MAX) {
		return ERR_INVAL;
	}
	for (size_t i = 0; i < COUNT(primary_packs); i++) {
		if (is_in_force(&primary_packs[i].dates, grade, year)) {
			*out = &primary_packs[i];
			return ERR_OK;
		}
	}
	return ERR_UNSUPPORTED;
}

enum err pack_by_code(struct str code, const struct rule_pack **out) {
	for (size_t i = 0; i < COUNT(packs); i++) {
		if (str_eq_z(code, packs[i].code)) {
			*out = &packs[i];
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

enum err pack_primary_by_code(struct str code, const struct primary_pack **out) {
	for (size_t i = 0; i < COUNT(primary_packs); i++) {
		if (str_eq_z(code, primary_packs[i].code)) {
			*out = &primary_packs[i];
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
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

bool pack_primary_tests_midterm(const struct primary_pack *pack, unsigned grade, struct str code) {
	bool is_one = false;
	for (size_t i = 0; i < PACK_MIDTERM_SUBJECTS_MAX && pack->midterm_subjects[i]; i++) {
		is_one = is_one || str_eq_z(code, pack->midterm_subjects[i]);
	}
	return is_one && grade >= pack->midterm_first_grade;
}

size_t pack_primary_trait_count(const struct primary_pack *pack, unsigned grade) {
	size_t count = 0;
	for (size_t i = 0; i < pack->trait_count; i++) {
		count += grade >= pack->traits[i].first_grade;
	}
	return count;
}

const char *pack_promotion_name(enum pack_promotion promotion) {
	switch (promotion) {
	case PACK_PROMOTION_OPEN:
		break;
	case PACK_PROMOTED:
		return "promoted";
	case PACK_CONDITIONAL:
		return "conditional";
	case PACK_HELD:
		return "held";
	}
	return NULL;
}

const char *pack_level_name(enum pack_level level) {
	switch (level) {
	case PACK_CHUA_DAT:
		return "chua_dat";
	case PACK_DAT:
		return "dat";
	case PACK_KHA:
		return "kha";
	case PACK_TOT:
		return "tot";
	case PACK_LEVEL_NONE:
	case PACK_LEVELS:
		break;
	}
	return "";
}

enum err pack_level_parse(struct str s, enum pack_level *out) {
	for (enum pack_level level = PACK_CHUA_DAT; level < PACK_LEVELS; level++) {
		if (str_eq_z(s, pack_level_name(level))) {
			*out = level;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}
