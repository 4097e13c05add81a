#include "exam/bank/import/import.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/bank/import/gift_text.h"

enum {
	LESS_ERROR = 40,
	LESS_WARNING = 5,
};

static void question_free(struct imported_question *q) {
	question_finish(&q->q);
	diag_finish(&q->problems);
	free(q->title);
	free(q->topic);
	free(q->solution);
	free(q->source);
	free(q->pictures);
}

void imported_free(struct imported *i) {
	if (!i) {
		return;
	}
	for (size_t k = 0; k < i->count; k++) {
		question_free(&i->questions[k]);
	}
	for (size_t k = 0; k < i->part_count; k++) {
		free(i->parts[k].title);
		free(i->parts[k].instructions);
	}
	for (size_t k = 0; k < i->passage_count; k++) {
		free(i->passages[k].html);
	}
	for (size_t k = 0; k < i->picture_count; k++) {
		free(i->pictures[k].name);
		image_finish(&i->pictures[k].image);
	}
	for (size_t k = 0; k < i->unassigned_count; k++) {
		free(i->unassigned[k]);
	}
	free(i->questions);
	free(i->parts);
	free(i->passages);
	free(i->pictures);
	free(i->unassigned);
	diag_finish(&i->problems);
	free(i);
}

static void lower_confidence(struct imported_question *q, unsigned less) {
	q->confidence = q->confidence > less ? q->confidence - less : 0;
}

void imported_doubt(
		struct imported_question *q, const char *code, const char *value, unsigned less) {
	if (value) {
		diag_add(&q->problems, DIAG_WARNING, NULL, 0, 0, code, "name", value, NULL);
	} else {
		diag_add(&q->problems, DIAG_WARNING, NULL, 0, 0, code, NULL);
	}
	lower_confidence(q, less);
}

void imported_check(struct imported_question *q) {
	size_t errors = q->problems.errors;
	size_t items = q->problems.count;
	question_check(&q->q, &q->problems);
	size_t new_errors = q->problems.errors - errors;
	size_t new_items = q->problems.count - items;
	lower_confidence(q, new_errors ? LESS_ERROR : 0);
	lower_confidence(q, new_items > new_errors ? LESS_WARNING : 0);
}

/* The kinds of files that people bring by mistake, by their first bytes. */
static const char *wrong_kind(struct str bytes) {
	if (str_starts(bytes, "\xD0\xCF\x11\xE0")) {
		return "reader.old_word";
	}
	if (str_starts(bytes, "%PDF")) {
		return "reader.pdf";
	}
	if (str_starts(bytes, "{\\rtf")) {
		return "reader.rtf";
	}
	return NULL;
}

static enum err fail(struct diag *why, const char *code, enum err e) {
	diag_add(why, DIAG_ERROR, NULL, 0, 0, code, NULL);
	return e;
}

static const char *code_of(enum err e) {
	if (e == ERR_LIMIT) {
		return "reader.too_large";
	}
	if (e == ERR_UNSUPPORTED) {
		return "reader.encrypted";
	}
	return "reader.damaged";
}

static enum err read_text(struct str bytes, struct imported **out) {
	if (str_starts(bytes, "\xEF\xBB\xBF")) {
		bytes = (struct str){ bytes.p + 3, bytes.n - 3 };
	}
	if (import_looks_like_aiken(bytes)) {
		return import_aiken(bytes, out);
	}
	size_t open = gift_find(bytes, 0, "{");
	bool has_braces = open < bytes.n && gift_find(bytes, open, "}") < bytes.n;
	return has_braces ? import_gift(bytes, out) : import_plain(bytes, out);
}

enum err import_read(struct str bytes, struct imported **out, struct diag *why) {
	assert(out && why);
	const char *wrong = wrong_kind(bytes);
	bool is_archive = str_starts(bytes, "PK\x03\x04");
	if (bytes.n > IMPORT_FILE_BYTES_MAX) {
		return fail(why, "reader.too_large", ERR_LIMIT);
	}
	if (wrong) {
		return fail(why, wrong, ERR_UNSUPPORTED);
	}
	if (!is_archive && (!str_is_utf8(bytes) || memchr(bytes.p, '\0', bytes.n))) {
		return fail(why, "reader.unknown", ERR_UNSUPPORTED);
	}
	_cleanup_(imported_freep) struct imported *read = NULL;
	enum err e = is_archive ? import_docx(bytes, &read) : read_text(bytes, &read);
	if (e) {
		return fail(why, code_of(e), e);
	}
	if (read->count == 0) {
		return fail(why, "reader.no_questions", ERR_MISSING);
	}
	*out = STEAL(read);
	return ERR_OK;
}
