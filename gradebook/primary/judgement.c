#include "gradebook/primary/judgement.h"

#include <assert.h>

enum { MOMENTS_A_TERM = 2, MOMENT_STEP = 1000 };

static const char *kind_of(enum pack_trait_group group) {
	switch (group) {
	case PACK_QUALITY:
		return "quality";
	case PACK_GENERAL:
		return "general";
	case PACK_SPECIFIC:
		return "specific";
	}
	return "";
}

size_t judgement_items(const struct primary_pack *pack, unsigned grade, unsigned moment,
		struct judgement_item out[JUDGEMENT_ITEMS_MAX]) {
	static const struct judgement_item award[] = {
		{ JUDGEMENT_OUTSTANDING, "outstanding", "Nổi bật hoặc tiến bộ rõ rệt", "award",
				true },
		{ JUDGEMENT_RECOGNISED, "recognised", "Tập thể lớp công nhận", "award", true },
	};
	size_t count = 0;
	assert(pack->trait_count <= PACK_TRAITS_MAX);
	for (size_t i = 0; i < pack->trait_count; i++) {
		const struct pack_trait *t = &pack->traits[i];
		if (grade >= t->first_grade) {
			out[count++] = (struct judgement_item){ t->number, t->code, t->name,
				kind_of(t->group), false };
		}
	}
	for (size_t i = 0; moment == JUDGEMENT_MOMENTS && i < sizeof(award) / sizeof(award[0]);
			i++) {
		out[count++] = award[i];
	}
	return count;
}

const struct judgement_item *judgement_find(
		const struct judgement_item *items, size_t count, struct str code) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq_z(code, items[i].code)) {
			return &items[i];
		}
	}
	return NULL;
}

enum err judgement_check(const struct judgement_item *item, int value) {
	int most = item->is_answer ? 1 : PACK_PRIMARY_T;
	return value >= JUDGEMENT_NONE && value <= most ? ERR_OK : ERR_INVAL;
}

unsigned judgement_term(unsigned moment) {
	return (moment + 1) / MOMENTS_A_TERM;
}

uint64_t judgement_column(unsigned moment, unsigned item) {
	return (uint64_t)moment * MOMENT_STEP + item;
}
