/*
 * Checkpoints on a real database: the walk comes to every open attempt in steps, signs those that
 * have moved and are not signed too recently, leaves closed and prepared ones alone, and what it
 * signs says what the events come to.
 */
#include "exam/hall/checkpoint_store.h"

#include <stdio.h>
#include <string.h>

#include "core/seal/sign.h"
#include "exam/hall/event_store.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

enum { SCHOOL = 7, OPEN = 5, PREPARED = 5, CLOSED = 6, ATTEMPTS = 7, NOW = 1000000 };

static struct testdb db;
static struct keys *keys;
static const uint8_t salt[EVENT_SALT_BYTES] = { 4, 5 };
static const struct id16 sitting = { { 9 } };

static struct id16 id_of(int i) {
	return (struct id16){ { 8, (uint8_t)i } };
}

/* The ends of the open ones differ in pairs: the walk goes by end, then by id. */
static void insert_attempt(int i) {
	static const char sql[] =
			"INSERT INTO attempt (id, school_id, sitting_id, room_id, student_id, person_id,"
			" variant, salt, state, lease, head, times, ends_at_ms)"
			" VALUES (?, 7, ?, 3, ?, 1, '101', ?, ?, 1, REPEAT('a', 32), REPEAT('b', 32), ?)";
	struct id16 id = id_of(i);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db.db, sql, &stmt), ERR_OK);
	db_bind_bytes(stmt, 0, id.b, ID16_BYTES);
	db_bind_bytes(stmt, 1, sitting.b, ID16_BYTES);
	db_bind_i64(stmt, 2, i + 1);
	db_bind_bytes(stmt, 3, salt, sizeof(salt));
	db_bind_i64(stmt, 4, i < OPEN ? 2 : i == PREPARED ? 1 : 3);
	db_bind_i64(stmt, 5, 9000 - i / 2);
	CHECK_INT("attempt", db_exec(stmt, NULL), ERR_OK);
}

struct adding {
	int attempt;
	uint32_t gen;
	uint32_t seq;
	uint16_t slot;
	enum event_kind kind;
	const char *value;
};

static enum err add_event(struct db *conn, void *ctx) {
	const struct adding *a = ctx;
	struct event_row row = { .school = SCHOOL,
		.attempt = id_of(a->attempt),
		.gen = a->gen,
		.lease = 1,
		.event = { a->seq, a->kind, a->slot, str_from(a->value) },
		.at_ms = 100 + a->seq };
	memset(row.head.b, (int)(a->seq + a->gen * 16), HASH_BYTES);
	memset(row.times.b, (int)(a->seq + 100), HASH_BYTES);
	const struct event_row *list[1] = { &row };
	return event_store_insert(conn, list, 1);
}

static void add(struct adding a) {
	CHECK_INT("event", db_transact(db.db, add_event, &a), ERR_OK);
}

/* One walk in steps of `count`; gives how many were signed. */
static size_t walk(int64_t now_ms, size_t count, size_t want_steps) {
	struct checkpoint_walk at = { 0 };
	struct checkpoint_step step = { 0 };
	size_t sum = 0;
	size_t steps = 0;
	do {
		CHECK_INT("step", checkpoint_store_step(db.db, keys, now_ms, count, &at, &step), 0);
		sum += step.signed_count;
		steps++;
	} while (!step.is_last && steps < 100);
	CHECK_INT("steps", steps, want_steps);
	CHECK_INT("at the beginning again", at.ends_at_ms, 0);
	return sum;
}

static int64_t stored(void) {
	return testdb_number(db.db, "SELECT COUNT(*) FROM checkpoint");
}

/* The last checkpoint of an attempt, read back and compared with the events. */
static void check_signed(int i, uint32_t gen, uint32_t seq, int64_t at_ms, const char *answers) {
	static const char sql[] = "SELECT bytes, signature, gen, seq, at_ms FROM checkpoint"
				  " WHERE attempt_id = ? ORDER BY gen DESC, seq DESC LIMIT 1";
	struct id16 id = id_of(i);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db.db, sql, &stmt), ERR_OK);
	db_bind_bytes(stmt, 0, id.b, ID16_BYTES);
	CHECK_INT("there", db_next(stmt), ERR_OK);
	enum receipt_kind kind = RECEIPT_CLOSED;
	struct receipt r = { 0 };
	struct str bytes = db_col_str(stmt, 0);
	CHECK_INT("receipt", receipt_parse(bytes, &kind, &r), ERR_OK);
	CHECK_INT("kind", kind, RECEIPT_CHECKPOINT);
	CHECK("signature",
			sign_is_valid(keys_public_find(keys, r.sign_kid), bytes.p, bytes.n,
					(const uint8_t *)db_col_str(stmt, 1).p));
	CHECK_INT("gen", r.gen, gen);
	CHECK_INT("seq", r.seq, seq);
	CHECK_INT("row's gen", db_col_u64(stmt, 2), gen);
	CHECK_INT("row's seq", db_col_u64(stmt, 3), seq);
	CHECK_INT("at", r.at_ms, at_ms);
	CHECK_INT("row's at", db_col_i64(stmt, 4), at_ms);
	CHECK_INT("head", r.head.b[0], seq + gen * 16);
	CHECK_INT("times", r.times.b[0], seq + 100);
	struct fold fold = { 0 };
	struct hash want;
	struct event ev = { 1, EVENT_ANSWER, 1, str_from(answers) };
	CHECK_INT("fold", fold_add(&fold, &ev), ERR_OK);
	fold_hash(&fold, salt, &want);
	fold_finish(&fold);
	CHECK("answers", hash_equal(&want, &r.answers));
}

static void check_walk(void) {
	CHECK_INT("nothing has moved", walk(NOW, 2, 3), 0);
	for (int i = 0; i < ATTEMPTS; i++) {
		add((struct adding){ i, 1, 1, 1, EVENT_ANSWER, "\"A\"" });
	}
	add((struct adding){ 2, 1, 2, 1, EVENT_ANSWER, "\"B\"" });
	uint64_t open = 0;
	CHECK_INT("count", checkpoint_store_open_count(db.db, &open), ERR_OK);
	CHECK_INT("open", open, OPEN);
	CHECK_INT("each open one", walk(NOW, 2, 3), OPEN);
	CHECK_INT("stored", stored(), OPEN);
	check_signed(0, 1, 1, NOW, "\"A\"");
	check_signed(2, 1, 2, NOW, "\"B\"");
	CHECK_INT("not moved", walk(NOW + 2 * CHECKPOINT_LEAST_MS, 1, OPEN + 1), 0);
}

static void check_again(void) {
	add((struct adding){ 0, 1, 2, 1, EVENT_ANSWER, "\"C\"" });
	CHECK_INT("too soon", walk(NOW + CHECKPOINT_LEAST_MS - 1, CHECKPOINT_STEP_MAX, 1), 0);
	CHECK_INT("moved", walk(NOW + CHECKPOINT_LEAST_MS, CHECKPOINT_STEP_MAX, 1), 1);
	check_signed(0, 1, 2, NOW + CHECKPOINT_LEAST_MS, "\"C\"");
	testdb_run(db.db, "UPDATE attempt SET gen = 2 WHERE student_id = 2");
	add((struct adding){ 1, 2, 1, 1, EVENT_ANSWER, "\"D\"" });
	CHECK_INT("of this generation", walk(NOW + 3 * CHECKPOINT_LEAST_MS, 3, 2), 1);
	check_signed(1, 2, 1, NOW + 3 * CHECKPOINT_LEAST_MS, "\"D\"");
	add((struct adding){ 3, 1, 2, 0, EVENT_CLOSE, "null" });
	CHECK_INT("closed under its hands", walk(NOW + 5 * CHECKPOINT_LEAST_MS, 3, 2), 0);
}

/* Between its look and its commit another process signs the same: nothing of the step is kept,
 * and the same step again passes over it. */
static void check_race(void) {
	testdb_run(db.db,
			"CREATE TRIGGER quicker BEFORE INSERT ON checkpoint FOR EACH ROW"
			" SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1062");
	add((struct adding){ 0, 1, 3, 1, EVENT_ANSWER, "\"A\"" });
	int64_t now_ms = NOW + 7 * CHECKPOINT_LEAST_MS;
	int64_t before = stored();
	struct checkpoint_walk at = { 0 };
	struct checkpoint_step step = { 0 };
	CHECK_INT("quicker", checkpoint_store_step(db.db, keys, now_ms, OPEN, &at, &step),
			ERR_EXISTS);
	CHECK_INT("not on", at.ends_at_ms, 0);
	CHECK_INT("nothing kept", stored(), before);
	testdb_run(db.db, "DROP TRIGGER quicker");
	CHECK_INT("again", checkpoint_store_step(db.db, keys, now_ms, OPEN, &at, &step), ERR_OK);
	CHECK_INT("signed", step.signed_count, 1);
	CHECK("there may be more behind", !step.is_last && at.ends_at_ms > 0);
}

/* More slots than an exam can have, as only an edit of the table makes them. */
static enum err add_slots(struct db *conn, void *ctx) {
	(void)ctx; /* nothing to bring */
	static struct event_row rows[FOLD_SLOTS_MAX + 1];
	static const struct event_row *list[FOLD_SLOTS_MAX + 1];
	for (uint32_t i = 0; i <= FOLD_SLOTS_MAX; i++) {
		rows[i] = (struct event_row){ .school = SCHOOL,
			.attempt = id_of(4),
			.gen = 1,
			.lease = 1,
			.event = { i + 2, EVENT_ANSWER, (uint16_t)(i + 1), str_from("\"A\"") },
			.at_ms = 200 };
		list[i] = &rows[i];
	}
	return event_store_insert(conn, list, FOLD_SLOTS_MAX + 1);
}

static void check_left(void) {
	CHECK_INT("slots", db_transact(db.db, add_slots, NULL), ERR_OK);
	add((struct adding){ 2, 1, 3, 1, EVENT_ANSWER, "\"C\"" });
	CHECK_INT("the others are signed", walk(NOW + 9 * CHECKPOINT_LEAST_MS, 3, 2), 1);
	check_signed(2, 1, 3, NOW + 9 * CHECKPOINT_LEAST_MS, "\"C\"");
}

int main(void) {
	char folder[128];
	char keys_path[256];
	testdb_start(&db, "checkpoint");
	testdb_run(db.db, "SET SESSION foreign_key_checks = 0");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(keys_path, sizeof(keys_path), "%s/keys", folder); /* fits */
	CHECK_INT("keys", keys_load_or_make(keys_path, 1, &keys), ERR_OK);
	for (int i = 0; i < ATTEMPTS; i++) {
		insert_attempt(i);
	}
	check_walk();
	check_again();
	check_race();
	check_left();
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&db);
	return check_done();
}
