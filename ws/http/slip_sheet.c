#include "ws/http/slip_sheet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/guardian_store.h"
#include "core/school/place_store.h"
#include "ws/app.h"
#include "ws/http/activation_code.h"

void slips_finish(struct slips *s) {
	free(s->items);
	free(s->codes);
	if (s->texts) {
		explicit_bzero(s->texts, s->room * sizeof(*s->texts));
	}
	free(s->texts);
}

enum err slips_begin(struct slips *s, size_t most) {
	s->room = most + 1;
	s->items = calloc(s->room, sizeof(*s->items));
	s->codes = calloc(s->room, sizeof(*s->codes));
	s->texts = calloc(s->room, sizeof(*s->texts));
	return s->items && s->codes && s->texts ? ERR_OK : ERR_NOMEM;
}

void slips_add(struct slips *s, uint64_t person_id, struct slip slip) {
	assert(s->count < s->room);
	struct ticket code;
	struct hash hash;
	ticket_make(TICKET_ACTIVATION, &code);
	ticket_print(&code, s->texts[s->count]);
	ticket_hash(&code, request_app(s->req)->ticket_key, &hash);
	ticket_wipe(&code);
	memcpy(s->codes[s->count].code_hash, hash.b, sizeof(s->codes[0].code_hash));
	s->codes[s->count].person_id = person_id;
	slip.code = str_from(s->texts[s->count]);
	s->items[s->count++] = slip;
}

enum err slips_print(const struct slips *s, struct buf *out) {
	struct school school;
	enum err e = place_store_school(request_db(s->req), request_school_id(s->req), &school);
	if (e) {
		return e;
	}
	struct slip_sheet sheet = { .school_name = str_from(school.name),
		.school_code = str_from(school.code),
		.address = request_origin(s->req),
		.created_ms = request_now_ms(s->req),
		.expires_ms = activation_code_ends_ms(s->req),
		.lang = LANG_VI };
	return slip_print(&sheet, s->items, s->count, out);
}

enum err slips_store(struct db *db, void *ctx) {
	const struct slips *s = ctx;
	struct activation_batch batch = { .school_id = request_school_id(s->req),
		.codes = s->codes,
		.count = s->count,
		.created_by = request_person_id(s->req),
		.now_ms = request_now_ms(s->req),
		.expires_at_ms = activation_code_ends_ms(s->req),
		.class_id = s->class_id,
		.keeps_live = s->keeps_live };
	return activation_store_add(db, &batch);
}

/* The names of a guardian's children at one school. */
struct children {
	struct buf *text;
	bool is_cut;
};

static enum err name_child(const struct guardian_child *child, void *ctx) {
	static const char more[] = ", …";
	struct children *c = ctx;
	size_t wanted = child->full_name.n + child->class_name.n + strlen(",  ()");
	if (c->is_cut) {
		return ERR_OK;
	}
	c->is_cut = c->text->len + wanted + strlen(more) > SLIP_TEXT_BYTES_MAX;
	if (c->is_cut) {
		buf_add_str(c->text, more);
		return buf_err(c->text);
	}
	buf_add_str(c->text, c->text->len ? ", " : "");
	buf_add(c->text, child->full_name.p, child->full_name.n);
	if (child->class_name.n > 0) {
		buf_add_str(c->text, " (");
		buf_add(c->text, child->class_name.p, child->class_name.n);
		buf_add_char(c->text, ')');
	}
	return buf_err(c->text);
}

enum err slips_children(const struct request *req, uint64_t person_id, struct arena *arena,
		struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(SLIP_TEXT_BYTES_MAX);
	struct children c = { &text, false };
	enum err e = guardian_store_children_at(
			request_db(req), request_school_id(req), person_id, name_child, &c);
	return e ? e : arena_copy(arena, (struct str){ buf_str(&text), text.len }, out);
}

enum err slips_phone(struct arena *arena, struct str phone, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(ACCOUNT_PHONE_BYTES + 1);
	bool is_vn = str_starts(phone, "+84");
	buf_add_str(&text, is_vn ? "0" : "");
	buf_add(&text, phone.p + (is_vn ? 3 : 0), phone.n - (is_vn ? 3 : 0));
	return buf_err(&text) ? buf_err(&text)
			      : arena_copy(arena, (struct str){ buf_str(&text), text.len }, out);
}
