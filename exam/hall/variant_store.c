#include "exam/hall/variant_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"

static const char sql_add[] =
		"INSERT INTO variant (school_id, sitting_id, code, layout) VALUES (?, ?, ?, ?)";
static const char sql_list[] = "SELECT code, layout FROM variant"
			       " WHERE school_id = ? AND sitting_id = ? ORDER BY code";
static const char sql_add_key[] =
		"INSERT INTO sealed_key (school_id, sitting_id, variant, section, rev, key_box)"
		" VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_keys[] =
		"SELECT k.variant, k.section, k.rev, k.key_box FROM sealed_key k"
		" JOIN sitting s ON s.id = k.sitting_id AND s.school_id = k.school_id"
		" AND s.sealing = k.rev"
		" WHERE k.school_id = ? AND k.sitting_id = ? ORDER BY k.variant, k.section";
static const char sql_add_part[] =
		"INSERT INTO sealed_part (school_id, sitting_id, variant, section, part, rev, bytes)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_part[] =
		"SELECT bytes FROM sealed_part WHERE school_id = ? AND sitting_id = ? AND variant = ?"
		" AND section = ? AND part = ? AND rev = ?";
static const char sql_part_rows[] =
		"SELECT p.section, p.part, p.rev, LENGTH(p.bytes) FROM sealed_part p"
		" JOIN sitting s ON s.id = p.sitting_id AND s.school_id = p.school_id"
		" AND s.sealing = p.rev"
		" WHERE p.school_id = ? AND p.sitting_id = ? AND p.variant = ?"
		" ORDER BY p.section, p.part";
static const char sql_drop_keys[] =
		"DELETE FROM sealed_key WHERE school_id = ? AND sitting_id = ? AND rev < ?";
static const char sql_drop_parts[] =
		"DELETE FROM sealed_part WHERE school_id = ? AND sitting_id = ? AND rev < ?";

void variants_finish(struct variants *list) {
	for (size_t i = 0; i < list->count; i++) {
		paper_layout_free(list->items[i].layout);
	}
	free(list->items);
	*list = (struct variants){ 0 };
}

void variant_keys_finish(struct variant_keys *list) {
	free(list->items);
	*list = (struct variant_keys){ 0 };
}

void variant_part_rows_finish(struct variant_part_rows *list) {
	free(list->items);
	*list = (struct variant_part_rows){ 0 };
}

enum err variant_store_add(struct db *db, uint64_t school_id, const struct id16 *sitting,
		const char *code, const struct paper_layout *layout) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf text = buf_make(PAPER_LAYOUT_BYTES_MAX);
	paper_layout_print(layout, &text);
	enum err e = buf_err(&text);
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	db_bind_text(stmt, 2, code);
	db_bind_str(stmt, 3, (struct str){ buf_str(&text), text.len });
	return db_exec(stmt, NULL);
}

enum err variant_store_list(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct variants *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(variants_finish) struct variants list = { 0 };
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, VARIANT_STORE_MAX);
		if (e) {
			return e;
		}
		struct variant *variant = &list.items[list.count];
		e = db_col_copy(stmt, 0, variant->code, sizeof(variant->code));
		e = e ? e : paper_layout_parse(db_col_str(stmt, 1), &variant->layout);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct variants){ 0 };
	return ERR_OK;
}

enum err variant_store_add_key(struct db *db, const struct variant_part *which, struct str box) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_key, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, which->school_id);
	db_bind_bytes(stmt, 1, which->sitting.b, ID16_BYTES);
	db_bind_str(stmt, 2, which->variant);
	db_bind_u64(stmt, 3, which->section);
	db_bind_u64(stmt, 4, which->rev);
	db_bind_bytes(stmt, 5, box.p, box.n);
	return db_exec(stmt, NULL);
}

static enum err read_key(const struct db_stmt *stmt, struct variant_key *out) {
	struct str box = db_col_str(stmt, 3);
	if (box.n > sizeof(out->box)) {
		return ERR_CORRUPT;
	}
	memcpy(out->box, box.p, box.n);
	out->box_bytes = box.n;
	out->section = (uint16_t)db_col_u64(stmt, 1);
	out->rev = (uint32_t)db_col_u64(stmt, 2);
	return db_col_copy(stmt, 0, out->variant, sizeof(out->variant));
}

enum err variant_store_keys(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct variant_keys *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(variant_keys_finish) struct variant_keys list = { 0 };
	enum err e = db_prepare(db, sql_keys, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, VARIANT_STORE_KEYS_MAX);
		e = e ? e : read_key(stmt, &list.items[list.count]);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct variant_keys){ 0 };
	return ERR_OK;
}

static void bind_part(struct db_stmt *stmt, const struct variant_part *which) {
	db_bind_u64(stmt, 0, which->school_id);
	db_bind_bytes(stmt, 1, which->sitting.b, ID16_BYTES);
	db_bind_str(stmt, 2, which->variant);
	db_bind_u64(stmt, 3, which->section);
	db_bind_u64(stmt, 4, which->part);
	db_bind_u64(stmt, 5, which->rev);
}

enum err variant_store_add_part(struct db *db, const struct variant_part *which, struct str bytes) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_part, &stmt);
	if (e) {
		return e;
	}
	bind_part(stmt, which);
	db_bind_bytes(stmt, 6, bytes.p, bytes.n);
	return db_exec(stmt, NULL);
}

enum err variant_store_part(struct db *db, const struct variant_part *which, struct buf *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_part, &stmt);
	if (e) {
		return e;
	}
	bind_part(stmt, which);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct str bytes = db_col_str(stmt, 0);
	buf_add(out, bytes.p, bytes.n);
	return buf_err(out);
}

enum err variant_store_part_rows(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct str variant, struct variant_part_rows *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(variant_part_rows_finish) struct variant_part_rows list = { 0 };
	enum err e = db_prepare(db, sql_part_rows, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	db_bind_str(stmt, 2, variant);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, VARIANT_STORE_PARTS_MAX);
		if (e) {
			return e;
		}
		list.items[list.count++] = (struct variant_part_row){
			.section = (uint16_t)db_col_u64(stmt, 0),
			.part = (uint16_t)db_col_u64(stmt, 1),
			.rev = (uint32_t)db_col_u64(stmt, 2),
			.bytes = db_col_u64(stmt, 3),
		};
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct variant_part_rows){ 0 };
	return ERR_OK;
}

static enum err drop(struct db *db, const char *sql, uint64_t school_id, const struct id16 *sitting,
		uint32_t rev) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 2, rev);
	return db_exec(stmt, NULL);
}

enum err variant_store_drop_sealings(
		struct db *db, uint64_t school_id, const struct id16 *sitting, uint32_t rev) {
	enum err e = drop(db, sql_drop_keys, school_id, sitting, rev);
	return e ? e : drop(db, sql_drop_parts, school_id, sitting, rev);
}
