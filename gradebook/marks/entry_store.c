#include "gradebook/marks/entry_store.h"

#include <stdlib.h>
#include <string.h>

static const char sql_find[] = "SELECT body_hash, outcome, school_id FROM mark_entry"
			       " WHERE person_id = ? AND entry_key = ?";
static const char sql_keep[] =
		"INSERT INTO mark_entry (person_id, entry_key, school_id, body_hash, at_ms, outcome)"
		" VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_sweep[] = "DELETE FROM mark_entry WHERE at_ms < ? LIMIT ?";

/* What was asked for, whatever its writing in JSON. */
static void hash_entry(const struct entry *entry, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add_be64(&h, entry->place.class_id);
	hash_add_be64(&h, entry->place.subject_id);
	hash_add_be64(&h, entry->place.term_id);
	for (size_t i = 0; i < entry->count; i++) {
		hash_add_be64(&h, entry->wanted[i].column_id);
		hash_add_be64(&h, entry->wanted[i].student_id);
		hash_add_u8(&h, cell_code(&entry->wanted[i].cell));
		hash_add_be32(&h, entry->wanted[i].version);
		if (entry->exams) {
			hash_add_u8(&h, entry->exams[i].keeps ? 'k' : 't');
		}
	}
	hash_add(&h, entry->actor.why.p, entry->actor.why.n);
	hash_end(&h, out);
}

/* ERR_NOT_FOUND when the key is new. */
static enum err find_before(struct db *db, struct entry *entry, const struct hash *hash) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = entry->has_key ? db_prepare(db, sql_find, &stmt) : ERR_NOT_FOUND;
	if (e) {
		return e;
	}
	struct hash before;
	db_bind_u64(stmt, 0, entry->actor.person_id);
	db_bind_bytes(stmt, 1, entry->key, ENTRY_KEY_BYTES);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 0, before.b, HASH_BYTES);
	if (e) {
		return e;
	}
	if (!hash_equal(&before, hash) || db_col_u64(stmt, 2) != entry->place.school_id) {
		return ERR_EXISTS;
	}
	return entry_parse(db_col_str(stmt, 1), entry->done, ENTRY_CELLS_MAX, &entry->done_count);
}

static enum err keep(struct db *db, const struct entry *entry, const struct hash *hash) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf bytes = buf_make(ENTRY_CELLS_MAX * ENTRY_CELL_BYTES);
	enum err e = entry->has_key ? db_prepare(db, sql_keep, &stmt) : ERR_OK;
	if (e || !entry->has_key) {
		return e;
	}
	for (size_t i = 0; i < entry->done_count; i++) {
		entry_print(&entry->done[i], &bytes);
	}
	if (buf_err(&bytes)) {
		return buf_err(&bytes);
	}
	db_bind_u64(stmt, 0, entry->actor.person_id);
	db_bind_bytes(stmt, 1, entry->key, ENTRY_KEY_BYTES);
	db_bind_u64(stmt, 2, entry->place.school_id);
	db_bind_bytes(stmt, 3, hash->b, HASH_BYTES);
	db_bind_i64(stmt, 4, entry->actor.now_ms);
	db_bind_bytes(stmt, 5, buf_str(&bytes), bytes.len);
	return db_exec(stmt, NULL);
}

static enum entry_fate fate_of(enum mark_refusal refusal) {
	switch (refusal) {
	case MARK_ALLOWED:
		break;
	case MARK_LOCKED:
		return ENTRY_LOCKED;
	case MARK_CLOSED:
		return ENTRY_CLOSED;
	case MARK_EXEMPT:
		return ENTRY_EXEMPT;
	}
	return ENTRY_SAVED;
}

static enum err set_or_keep(
		struct db *db, struct entry *entry, struct mark_desk *desk, size_t index) {
	const struct mark_stored *wanted = &entry->wanted[index];
	const struct entry_exam *exam = entry->exams ? &entry->exams[index] : NULL;
	struct mark_actor actor = entry->actor;
	unsigned version = 0;
	if (!exam) {
		return mark_desk_set(db, desk, wanted, &actor, &version);
	}
	enum err e = mark_desk_check(desk, wanted);
	if (e || exam->is_old) {
		return e ? e : ERR_STALE;
	}
	if (actor.why.n == 0) {
		actor.why = exam->why;
	}
	return exam->keeps ? mark_desk_keep(db, desk, wanted, &actor)
			   : mark_desk_set(db, desk, wanted, &actor, &version);
}

static enum err run_one(struct db *db, struct entry *entry, struct mark_desk *desk, size_t index) {
	const struct mark_stored *wanted = &entry->wanted[index];
	struct entry_cell done = { .column_id = wanted->column_id,
		.student_id = wanted->student_id,
		.fate = ENTRY_SAVED };
	enum err e = set_or_keep(db, entry, desk, index);
	if (e == ERR_STALE) {
		done.fate = ENTRY_CONFLICT;
	} else if (e == ERR_CLOSED) {
		done.fate = fate_of(mark_desk_refusal(desk, wanted->column_id, wanted->student_id));
	} else if (e) {
		return e;
	}
	struct mark_stored now = mark_desk_cell(desk, wanted->column_id, wanted->student_id);
	done.cell = now.cell;
	done.version = now.version;
	done.changed_by = now.changed_by;
	done.changed_at_ms = now.changed_at_ms;
	entry->done[entry->done_count++] = done;
	return ERR_OK;
}

static enum err run(struct db *db, void *ctx) {
	struct entry *entry = ctx;
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	struct hash hash;
	hash_entry(entry, &hash);
	entry->done_count = 0;
	enum err e = mark_desk_open(db, &entry->place, entry->actor.now_ms, &desk);
	if (e) {
		return e;
	}
	e = find_before(db, entry, &hash);
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	if (entry->is_again) {
		return ERR_CONFLICT;
	}
	e = entry->ground.look ? entry->ground.look(db, entry, entry->ground.ctx) : ERR_OK;
	for (size_t i = 0; i < entry->count && !e; i++) {
		e = run_one(db, entry, desk, i);
	}
	return e ? e : keep(db, entry, &hash);
}

enum err entry_store_run(struct db *db, struct entry *entry) {
	return db_transact_with(db, entry->has_key ? DB_TX_IDEMPOTENT : 0, run, entry);
}

enum err entry_store_sweep(struct db *db, int64_t before_ms, uint64_t most, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sweep, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, before_ms);
	db_bind_u64(stmt, 1, most);
	return db_exec(stmt, out_count);
}
