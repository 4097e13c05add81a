/* A Word document to questions: lines, recogniser, pictures, questions. */

#include <stdlib.h>
#include <string.h>

#include "core/seal/hash.h"
#include "exam/bank/import/docx.h"
#include "exam/bank/import/import.h"
#include "exam/bank/import/layout.h"
#include "exam/bank/import/settle.h"

static enum err take_picture(const struct docx_picture *from, const struct image_limits *limits,
		struct imported_picture *to) {
	enum err e = image_shrink(from->bytes, from->n, limits, &to->image);
	if (e == ERR_NOMEM) {
		return e;
	}
	to->id[0] = '\0';
	if (!e) {
		struct hash h;
		hash_bytes(NULL, to->image.bytes, to->image.n, &h);
		str_hex(h.b, sizeof(h.b), to->id);
	}
	const char *slash = strrchr(from->name, '/');
	return to->name ? ERR_OK : str_dup(slash ? slash + 1 : from->name, &to->name);
}

static enum err take_pictures(
		const struct docx *d, const struct image_limits *limits, struct imported *out) {
	for (size_t i = 0; i < d->picture_count; i++) {
		image_finish(&out->pictures[i].image);
		enum err e = take_picture(&d->pictures[i], limits, &out->pictures[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static size_t total_bytes(const struct imported *out) {
	size_t total = 0;
	for (size_t i = 0; i < out->picture_count; i++) {
		total += out->pictures[i].image.n;
	}
	return total;
}

/* All pictures of a paper travel together inside the seal: many large ones are made smaller. */
static enum err fit_pictures(const struct docx *d, struct imported *out) {
	static const struct image_limits steps[] = {
		{ IMAGE_WIDTH_DEFAULT, IMAGE_HEIGHT_DEFAULT, IMAGE_BYTES_DEFAULT },
		{ 900, 1200, 120 * 1024 },
		{ 640, 900, 48 * 1024 },
	};
	out->pictures = calloc(d->picture_count + 1, sizeof(*out->pictures));
	if (!out->pictures) {
		return ERR_NOMEM;
	}
	out->picture_count = d->picture_count;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enum err e = take_pictures(d, &steps[i], out);
		if (e || total_bytes(out) <= IMPORT_PICTURES_BYTES_MAX) {
			return e;
		}
	}
	diag_add(&out->problems, DIAG_WARNING, NULL, 0, 0, "reader.pictures_heavy", NULL);
	return ERR_OK;
}

static void note(struct imported *out, bool is_so, const char *code) {
	if (is_so) {
		diag_add(&out->problems, DIAG_WARNING, NULL, 0, 0, code, NULL);
	}
}

enum err import_docx(struct str bytes, struct imported **out) {
	_cleanup_(docx_freep) struct docx *d = NULL;
	_cleanup_(draft_freep) struct draft *draft = NULL;
	_cleanup_(imported_freep) struct imported *made = calloc(1, sizeof(*made));
	if (!made) {
		return ERR_NOMEM;
	}
	enum err e = docx_read(bytes.p, bytes.n, &d);
	e = e ? e : layout_read(&d->flow, &draft);
	e = e ? e : fit_pictures(d, made);
	e = e ? e : settle(&d->flow, draft, made);
	if (e) {
		return e;
	}
	note(made, d->has_hidden_text, "reader.hidden_text");
	note(made, d->has_old_font, "reader.old_font");
	note(made, d->has_fields, "reader.equation_field");
	note(made, draft->has_codes_guessed, "reader.codes_guessed");
	note(made, draft->has_more, "reader.too_many");
	*out = STEAL(made);
	return ERR_OK;
}
