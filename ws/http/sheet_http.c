#include "ws/http/sheet_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/doc/xlsx_read.h"
#include "core/seal/hash.h"

enum { FILE_MIB_MAX = 8 };

/* ---- the workbook ---- */

void sheets_free(struct sheets *s) {
	for (size_t i = 0; s && i < s->count; i++) {
		grid_free(s->grids[i]);
	}
	free(s);
}

static enum err read_sheets(struct str bytes, struct sheets *out) {
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	enum err e = xlsx_read_new(bytes.p, bytes.n, &book);
	for (size_t i = 0; !e && i < xlsx_read_sheet_count(book) && i < ROSTER_SHEETS_MAX; i++) {
		e = xlsx_read_grid(book, i, &out->grids[i]);
		out->count += !e;
	}
	return e;
}

enum err sheets_refuse(struct reply *reply, enum err e) {
	char max[16];
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(reply, 422, "import.file_kind", NULL);
	}
	if (e == ERR_FORMAT) {
		return reply_problem(reply, 422, "import.file_damaged", NULL);
	}
	if (e == ERR_LIMIT) {
		(void)snprintf(max, sizeof(max), "%d", ROSTER_ROWS_MAX); /* a short number */
		return reply_problem(reply, 422, "import.file_large", "max", max, NULL);
	}
	return e;
}

enum err sheets_take(const struct request *req, struct reply *reply, struct sheets **out) {
	const struct request_part *part = request_part(req, "file");
	if (!part) {
		return reply_field(reply, "file", "form.required", NULL);
	}
	if (part->bytes.n > (size_t)FILE_MIB_MAX << 20) {
		return reply_file_large(reply, FILE_MIB_MAX);
	}
	_cleanup_(sheets_freep) struct sheets *sheets = calloc(1, sizeof(*sheets));
	if (!sheets) {
		return ERR_NOMEM;
	}
	enum err e = read_sheets(part->bytes, sheets);
	if (e) {
		return sheets_refuse(reply, e);
	}
	*out = STEAL(sheets);
	return ERR_OK;
}

/* ---- the preview ---- */

static enum err reply_plan(
		const struct request *req, struct reply *reply, enum plan_kind kind, uint64_t id) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	enum err e = plan_store_load(request_db(req), request_school_id(req), kind, id, &plan);
	if (e) {
		return e;
	}
	struct str preview = roster_plan_preview((struct str){ plan.plan, plan.plan_n });
	if (preview.n < 2) {
		return ERR_CORRUPT;
	}
	char hex[2 * PLAN_HASH_BYTES + 1];
	str_hex(plan.hash, PLAN_HASH_BYTES, hex);
	_cleanup_(buf_finish) struct buf whole = buf_make(PLAN_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &whole);
	jo_obj(&w);
	jo_kid(&w, "plan", id);
	jo_kstrz(&w, "fileName", plan.file_name);
	jo_kstrz(&w, "hash", hex);
	jo_kbool(&w, "isCommitted", plan.state == PLAN_COMMITTED);
	/* The kept preview is an object: its members go on behind these. */
	buf_add_char(&whole, ',');
	buf_add(&whole, preview.p + 1, preview.n - 1);
	if (buf_err(&whole)) {
		return buf_err(&whole);
	}
	jo_raw(reply_json_value(reply, 200), (struct str){ whole.data, whole.len });
	return ERR_OK;
}

enum err sheets_keep(const struct request *req, struct reply *reply, enum plan_kind kind,
		uint64_t target_id, struct str saved) {
	struct hash hash;
	uint64_t id = 0;
	hash_bytes(NULL, saved.p, saved.n, &hash);
	struct plan_new row = { request_school_id(req), kind, target_id, request_person_id(req),
		request_now_ms(req), request_part(req, "file")->file_name, saved, hash.b };
	enum err e = plan_store_add(request_db(req), &row, &id);
	return e ? e : reply_plan(req, reply, kind, id);
}

enum err sheets_reply(const struct request *req, struct reply *reply, enum plan_kind kind) {
	return reply_plan(req, reply, kind, request_path_id(req, 0));
}

enum err sheets_drop(const struct request *req, struct reply *reply, enum plan_kind kind) {
	enum err e = plan_store_drop(
			request_db(req), request_school_id(req), kind, request_path_id(req, 0));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* ---- the commit ---- */

enum err sheets_named(const struct request *req, struct reply *reply, enum plan_kind kind,
		struct plan *out, bool *out_is_answered) {
	struct str hex;
	uint8_t hash[PLAN_HASH_BYTES];
	*out_is_answered = json_get_str(request_json(req), "hash", &hex) != ERR_OK ||
			str_unhex(hex, hash, sizeof(hash)) != ERR_OK;
	if (*out_is_answered) {
		return reply_field(reply, "hash", "form.required", NULL);
	}
	enum err e = plan_store_load(request_db(req), request_school_id(req), kind,
			request_path_id(req, 0), out);
	return e || memcmp(hash, out->hash, sizeof(hash)) == 0 ? e : ERR_STALE;
}
