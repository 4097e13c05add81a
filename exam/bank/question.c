#include "exam/bank/question.h"

static const enum question_kind kinds[] = { QUESTION_SINGLE, QUESTION_MULTIPLE, QUESTION_TRUEFALSE,
	QUESTION_NUMERIC, QUESTION_TEXT, QUESTION_ESSAY };

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

const char *question_kind_name(enum question_kind kind) {
	switch (kind) {
	case QUESTION_SINGLE:
		return "single";
	case QUESTION_MULTIPLE:
		return "multiple";
	case QUESTION_TRUEFALSE:
		return "truefalse";
	case QUESTION_NUMERIC:
		return "numeric";
	case QUESTION_TEXT:
		return "text";
	case QUESTION_ESSAY:
		return "essay";
	}
	return "";
}

enum err question_kind_parse(struct str name, enum question_kind *out) {
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (str_eq_z(name, question_kind_name(kinds[i]))) {
			*out = kinds[i];
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err question_kind_from_db(uint64_t number, enum question_kind *out) {
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (number == (uint64_t)kinds[i]) {
			*out = kinds[i];
			return ERR_OK;
		}
	}
	return ERR_CORRUPT;
}
