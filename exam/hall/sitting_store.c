#include "exam/hall/sitting_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/outbox/owe_store.h"
#include "exam/hall/sitting_records_store.h"

enum { ATTEMPTS_A_RUN = 256 };

#define COLUMNS                                                                                     \
	"SELECT s.id, s.school_id, s.paper_id, s.subject_id, s.created_by, s.title, s.lobby_at_ms," \
	" s.starts_at_ms, s.window_end_ms, s.limit_ms, s.grace_ms, s.variant_count, s.seed,"        \
	" s.is_practice, s.outage_policy, s.release_policy, s.released_at_ms, s.term_id,"           \
	" s.mark_kind, s.mark_position, s.state, s.revision, s.sealing,"                            \
	" (SELECT MAX(a.ends_at_ms) FROM attempt a WHERE a.sitting_id = s.id"                       \
	" AND a.school_id = s.school_id) FROM sitting s"

static const char sql_add[] =
		"INSERT INTO sitting (id, school_id, paper_id, subject_id, created_by, title,"
		" lobby_at_ms, starts_at_ms, window_end_ms, limit_ms, grace_ms, variant_count, seed,"
		" is_practice, outage_policy, release_policy, released_at_ms, term_id, mark_kind,"
		" mark_position, state, revision, sealing, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_load[] = COLUMNS " WHERE s.school_id = ? AND s.id = ?";
static const char sql_lock[] = "SELECT 1 FROM sitting WHERE school_id = ? AND id = ? FOR UPDATE";
static const char sql_of_room[] =
		COLUMNS " JOIN room r ON r.sitting_id = s.id AND r.school_id = s.school_id"
			" WHERE s.school_id = ? AND r.id = ?";
static const char sql_list[] = COLUMNS
		" WHERE s.school_id = ? AND (? = 0 OR s.created_by = ? OR EXISTS (SELECT 1 FROM room r"
		" WHERE r.sitting_id = s.id AND r.school_id = s.school_id AND r.invigilator_id = ?))"
		" ORDER BY s.starts_at_ms DESC, s.id LIMIT 1000";
static const char sql_move[] =
		"UPDATE sitting SET lobby_at_ms = ?, starts_at_ms = ?, window_end_ms = ?,"
		" sealing = ?, revision = revision + 1"
		" WHERE school_id = ? AND id = ? AND revision = ? AND state = 2";
static const char sql_state[] =
		"SELECT state, revision FROM sitting WHERE school_id = ? AND id = ?";
static const char sql_key_sent[] =
		"UPDATE sitting SET state = 3"
		" WHERE school_id = ? AND id = ? AND revision = ? AND state IN (2, 3)";
static const char sql_release[] = "UPDATE sitting SET release_policy = ?, released_at_ms = ?"
				  " WHERE school_id = ? AND id = ?";

static const char sql_add_room[] =
		"INSERT INTO room (school_id, sitting_id, class_id, name, invigilator_id)"
		" VALUES (?, ?, ?, ?, ?)";
static const char sql_rooms[] =
		"SELECT r.id, r.class_id, r.invigilator_id, (SELECT COUNT(*) FROM attempt a"
		" WHERE a.room_id = r.id AND a.school_id = r.school_id), r.name, c.name, p.full_name"
		" FROM room r LEFT JOIN class c ON c.id = r.class_id AND c.school_id = r.school_id"
		" LEFT JOIN person p ON p.id = r.invigilator_id"
		" WHERE r.school_id = ? AND r.sitting_id = ? ORDER BY r.id";
static const char sql_watches[] =
		"SELECT s.id FROM room r JOIN sitting s ON s.id = r.sitting_id"
		" AND s.school_id = r.school_id"
		" WHERE r.school_id = ? AND r.id = ? AND (r.invigilator_id = ? OR s.created_by = ?)";

static const char sql_add_attempt[] =
		"INSERT INTO attempt (id, school_id, sitting_id, room_id, student_id, person_id,"
		" variant, salt, state, head, times, delay_ms, extra_ms, personal_limit_ms, ends_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)";
/* State 2 begins in the lobby, with the first lease. */
static const char sql_waiting[] =
		"SELECT id, room_id, student_id, person_id, variant, salt, head, extra_ms, ends_at_ms,"
		" delay_ms, personal_limit_ms"
		" FROM attempt WHERE school_id = ? AND sitting_id = ? AND state IN (1, 2)"
		" AND started_at_ms IS NULL ORDER BY id FOR UPDATE";
static const char sql_set_end[] =
		"UPDATE attempt SET ends_at_ms = ?, ends_revision = ends_revision + 1"
		" WHERE school_id = ? AND id = ? AND state IN (1, 2) AND started_at_ms IS NULL";

void sitting_list_finish(struct sitting_list *list) {
	free(list->items);
	*list = (struct sitting_list){ 0 };
}

void sitting_rooms_finish(struct sitting_rooms *list) {
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].class_name);
		free(list->items[i].invigilator_name);
	}
	free(list->items);
	*list = (struct sitting_rooms){ 0 };
}

void sitting_attempts_finish(struct sitting_attempts *list) {
	free(list->items);
	*list = (struct sitting_attempts){ 0 };
}

static void bind_choices(struct db_stmt *stmt, const struct sitting *s, int64_t now_ms) {
	bool has_column = s->column.kind != 0;
	db_bind_bool(stmt, 13, s->is_practice);
	db_bind_u64(stmt, 14, (uint64_t)s->outage);
	db_bind_u64(stmt, 15, (uint64_t)s->release);
	if (s->released_at_ms) {
		db_bind_i64(stmt, 16, s->released_at_ms);
	} else {
		db_bind_null(stmt, 16);
	}
	db_bind_id_or_null(stmt, 17, has_column ? s->column.term_id : 0);
	db_bind_id_or_null(stmt, 18, has_column ? s->column.kind : 0);
	db_bind_id_or_null(stmt, 19, has_column ? s->column.position : 0);
	db_bind_u64(stmt, 20, (uint64_t)s->state);
	db_bind_u64(stmt, 21, s->revision);
	db_bind_u64(stmt, 22, s->sealing);
	db_bind_i64(stmt, 23, now_ms);
}

static struct outbox_deed owe_sitting(uint64_t school_id, const struct id16 *id) {
	return (struct outbox_deed){ .school_id = school_id,
		.topic = RECORD_OF_SITTING,
		.scope = { .place_id = sitting_record_place(id->b) } };
}

enum err sitting_store_add(struct db *db, const struct sitting *s, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, s->id.b, ID16_BYTES);
	db_bind_u64(stmt, 1, s->school_id);
	db_bind_u64(stmt, 2, s->paper_id);
	db_bind_u64(stmt, 3, s->subject_id);
	db_bind_u64(stmt, 4, s->created_by);
	db_bind_text(stmt, 5, s->title);
	db_bind_i64(stmt, 6, s->lobby_at_ms);
	db_bind_i64(stmt, 7, s->starts_at_ms);
	db_bind_i64(stmt, 8, s->window_end_ms);
	db_bind_i64(stmt, 9, s->limit_ms);
	db_bind_i64(stmt, 10, s->grace_ms);
	db_bind_u64(stmt, 11, s->variant_count);
	db_bind_u64(stmt, 12, s->seed);
	bind_choices(stmt, s, now_ms);
	struct outbox_deed deed = owe_sitting(s->school_id, &s->id);
	return outbox_exec_one(db, stmt, &deed);
}

static bool is_in(uint64_t v, uint64_t first, uint64_t last) {
	return v >= first && v <= last;
}

static enum err read_sitting(const struct db_stmt *stmt, struct sitting *out) {
	struct sitting s = {
		.school_id = db_col_u64(stmt, 1),
		.paper_id = db_col_u64(stmt, 2),
		.subject_id = db_col_u64(stmt, 3),
		.created_by = db_col_u64(stmt, 4),
		.lobby_at_ms = db_col_i64(stmt, 6),
		.starts_at_ms = db_col_i64(stmt, 7),
		.window_end_ms = db_col_i64(stmt, 8),
		.limit_ms = db_col_i64(stmt, 9),
		.grace_ms = db_col_i64(stmt, 10),
		.variant_count = (unsigned)db_col_u64(stmt, 11),
		.seed = db_col_u64(stmt, 12),
		.is_practice = db_col_bool(stmt, 13),
		.outage = (enum sitting_outage)db_col_u64(stmt, 14),
		.release = (enum sitting_release)db_col_u64(stmt, 15),
		.released_at_ms = db_col_i64(stmt, 16),
		.column = { db_col_u64(stmt, 17), (unsigned)db_col_u64(stmt, 18),
				(unsigned)db_col_u64(stmt, 19) },
		.state = (enum sitting_state)db_col_u64(stmt, 20),
		.revision = (uint32_t)db_col_u64(stmt, 21),
		.sealing = (uint32_t)db_col_u64(stmt, 22),
		.last_end_ms = db_col_i64(stmt, 23),
	};
	if (!is_in(db_col_u64(stmt, 14), SITTING_OUTAGE_NOTHING, SITTING_OUTAGE_LOST) ||
			!is_in(db_col_u64(stmt, 15), SITTING_RELEASE_HELD, SITTING_RELEASE_ALL) ||
			!is_in(db_col_u64(stmt, 20), SITTING_DRAFT, SITTING_ENDED)) {
		return ERR_CORRUPT;
	}
	enum err e = db_col_bytes(stmt, 0, s.id.b, ID16_BYTES);
	e = e ? e : db_col_copy(stmt, 5, s.title, sizeof(s.title));
	if (e) {
		return e;
	}
	*out = s;
	return ERR_OK;
}

enum err sitting_store_load(
		struct db *db, uint64_t school_id, const struct id16 *id, struct sitting *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, id->b, ID16_BYTES);
	e = db_next(stmt);
	return e ? e : read_sitting(stmt, out);
}

enum err sitting_store_lock(
		struct db *db, uint64_t school_id, const struct id16 *id, struct sitting *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lock, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, id->b, ID16_BYTES);
	e = db_next(stmt);
	return e ? e : sitting_store_load(db, school_id, id, out);
}

enum err sitting_store_of_room(
		struct db *db, uint64_t school_id, uint64_t room_id, struct sitting *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_of_room, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, room_id);
	e = db_next(stmt);
	return e ? e : read_sitting(stmt, out);
}

enum err sitting_store_list(
		struct db *db, uint64_t school_id, uint64_t person_id, struct sitting_list *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(sitting_list_finish) struct sitting_list list = { 0 };
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	for (unsigned i = 1; i <= 3; i++) {
		db_bind_u64(stmt, i, person_id);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, SITTING_STORE_LIST_MAX);
		e = e ? e : read_sitting(stmt, &list.items[list.count]);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct sitting_list){ 0 };
	return ERR_OK;
}

/* Why a guarded change touched nothing. */
static enum err tell_refusal(
		struct db *db, uint64_t school_id, const struct id16 *id, uint32_t revision) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_state, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, id->b, ID16_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	return db_col_u64(stmt, 1) != revision ? ERR_STALE : ERR_CONFLICT;
}

enum err sitting_store_move(struct db *db, const struct sitting *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_move, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, s->lobby_at_ms);
	db_bind_i64(stmt, 1, s->starts_at_ms);
	db_bind_i64(stmt, 2, s->window_end_ms);
	db_bind_u64(stmt, 3, s->sealing);
	db_bind_u64(stmt, 4, s->school_id);
	db_bind_bytes(stmt, 5, s->id.b, ID16_BYTES);
	db_bind_u64(stmt, 6, s->revision);
	struct outbox_deed deed = owe_sitting(s->school_id, &s->id);
	e = outbox_exec_one(db, stmt, &deed);
	return e == ERR_NOT_FOUND ? tell_refusal(db, s->school_id, &s->id, s->revision) : e;
}

enum err sitting_store_key_sent(
		struct db *db, uint64_t school_id, const struct id16 *id, uint32_t revision) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_key_sent, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, id->b, ID16_BYTES);
	db_bind_u64(stmt, 2, revision);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : ERR_CONFLICT;
}

enum err sitting_store_release(struct db *db, uint64_t school_id, const struct id16 *id,
		enum sitting_release release, int64_t released_at_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_release, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, (uint64_t)release);
	if (released_at_ms) {
		db_bind_i64(stmt, 1, released_at_ms);
	} else {
		db_bind_null(stmt, 1);
	}
	db_bind_u64(stmt, 2, school_id);
	db_bind_bytes(stmt, 3, id->b, ID16_BYTES);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : ERR_NOT_FOUND;
}

enum err sitting_store_add_room(struct db *db, uint64_t school_id, const struct id16 *sitting,
		const struct sitting_room *room, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_room, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	db_bind_id_or_null(stmt, 2, room->class_id);
	db_bind_text(stmt, 3, room->name);
	db_bind_u64(stmt, 4, room->invigilator_id);
	uint64_t id = 0;
	struct outbox_deed deed = owe_sitting(school_id, sitting);
	deed.made = &id; /* no member of the scope: the sitting is the place */
	e = outbox_exec_one(db, stmt, &deed);
	if (e) {
		return e;
	}
	*out_id = id;
	return ERR_OK;
}

static enum err read_room(const struct db_stmt *stmt, struct sitting_room *out) {
	*out = (struct sitting_room){
		.id = db_col_u64(stmt, 0),
		.class_id = db_col_u64(stmt, 1),
		.invigilator_id = db_col_u64(stmt, 2),
		.attempt_count = (unsigned)db_col_u64(stmt, 3),
	};
	enum err e = db_col_dup(stmt, 4, &out->name);
	e = e ? e : db_col_dup(stmt, 5, &out->class_name);
	return e ? e : db_col_dup(stmt, 6, &out->invigilator_name);
}

enum err sitting_store_rooms(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct sitting_rooms *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(sitting_rooms_finish) struct sitting_rooms list = { 0 };
	enum err e = db_prepare(db, sql_rooms, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, SITTING_CLASSES_MAX);
		if (e) {
			return e;
		}
		list.count++; /* what is read of it is freed with the list */
		e = read_room(stmt, &list.items[list.count - 1]);
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct sitting_rooms){ 0 };
	return ERR_OK;
}

enum err sitting_store_watches(struct db *db, uint64_t school_id, uint64_t room_id,
		uint64_t person_id, struct id16 *out_sitting) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_watches, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, room_id);
	db_bind_u64(stmt, 2, person_id);
	db_bind_u64(stmt, 3, person_id);
	e = db_next(stmt);
	return e ? e : db_col_bytes(stmt, 0, out_sitting->b, ID16_BYTES);
}

static void put_attempt(struct db_bulk *bulk, uint64_t school_id, const struct id16 *sitting,
		const struct sitting_attempt *a) {
	static const uint8_t zeros[HASH_BYTES];
	db_bulk_bytes(bulk, 0, a->id.b, ID16_BYTES);
	db_bulk_u64(bulk, 1, school_id);
	db_bulk_bytes(bulk, 2, sitting->b, ID16_BYTES);
	db_bulk_u64(bulk, 3, a->room_id);
	db_bulk_u64(bulk, 4, a->student_id);
	db_bulk_u64(bulk, 5, a->person_id);
	db_bulk_str(bulk, 6, str_from(a->variant));
	db_bulk_bytes(bulk, 7, a->salt, sizeof(a->salt));
	db_bulk_bytes(bulk, 8, a->head.b, HASH_BYTES);
	db_bulk_bytes(bulk, 9, zeros, HASH_BYTES);
	db_bulk_i64(bulk, 10, a->delay_ms);
	db_bulk_i64(bulk, 11, a->extra_ms);
	if (a->personal_limit_ms) {
		db_bulk_i64(bulk, 12, a->personal_limit_ms);
	} else {
		db_bulk_null(bulk, 12);
	}
	db_bulk_i64(bulk, 13, a->ends_at_ms);
	db_bulk_row(bulk);
}

struct adding {
	uint64_t school_id;
	const struct id16 *sitting;
	const struct sitting_attempt *attempts;
	size_t count;
};

static enum err add_attempts_in_tx(struct db *db, void *ctx) {
	const struct adding *adding = ctx;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_add_attempt, ATTEMPTS_A_RUN, &bulk);
	for (size_t i = 0; !e && i < adding->count; i++) {
		put_attempt(bulk, adding->school_id, adding->sitting, &adding->attempts[i]);
		if (db_bulk_is_full(bulk)) {
			e = db_bulk_run(bulk);
		}
	}
	const struct outbox_deed deed = owe_sitting(adding->school_id, adding->sitting);
	e = e ? e : db_bulk_run(bulk);
	return e ? e : outbox_owe(db, deed.school_id, deed.topic, &deed.scope);
}

enum err sitting_store_add_attempts(struct db *db, uint64_t school_id, const struct id16 *sitting,
		const struct sitting_attempt *attempts, size_t count) {
	struct adding adding = { school_id, sitting, attempts, count };
	return db_transact(db, add_attempts_in_tx, &adding);
}

static enum err read_attempt(const struct db_stmt *stmt, struct sitting_attempt *out) {
	out->room_id = db_col_u64(stmt, 1);
	out->student_id = db_col_u64(stmt, 2);
	out->person_id = db_col_u64(stmt, 3);
	out->extra_ms = db_col_i64(stmt, 7);
	out->ends_at_ms = db_col_i64(stmt, 8);
	out->delay_ms = db_col_i64(stmt, 9);
	out->personal_limit_ms = db_col_i64(stmt, 10);
	enum err e = db_col_bytes(stmt, 0, out->id.b, ID16_BYTES);
	e = e ? e : db_col_copy(stmt, 4, out->variant, sizeof(out->variant));
	e = e ? e : db_col_bytes(stmt, 5, out->salt, sizeof(out->salt));
	return e ? e : db_col_bytes(stmt, 6, out->head.b, HASH_BYTES);
}

enum err sitting_store_waiting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct sitting_attempts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(sitting_attempts_finish) struct sitting_attempts list = { 0 };
	enum err e = db_prepare(db, sql_waiting, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, sitting->b, ID16_BYTES);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, SITTING_ATTEMPTS_MAX);
		e = e ? e : read_attempt(stmt, &list.items[list.count]);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct sitting_attempts){ 0 };
	return ERR_OK;
}

enum err sitting_store_set_end(
		struct db *db, uint64_t school_id, const struct id16 *attempt, int64_t ends_at_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_set_end, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, ends_at_ms);
	db_bind_u64(stmt, 1, school_id);
	db_bind_bytes(stmt, 2, attempt->b, ID16_BYTES);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : ERR_CLOSED;
}
