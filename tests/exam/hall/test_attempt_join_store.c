/*
 * Joining on a real database: many at once in one transaction, each with a result of its own; the
 * lease rises once a join; a closed attempt keeps it and brings its receipt; what is wrong with one
 * keeps no other out.
 */
#include "exam/hall/attempt_join_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exam/hall/event_store.h"
#include "exam/hall/receipt.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

enum { SCHOOL = 7, ROOM = 3, CLOSED = 66, BROKEN = 67, ATTEMPTS = 68 };

static struct testdb db;
static struct keys *keys;
static const uint8_t salt[EVENT_SALT_BYTES] = { 4, 5 };

static struct id16 id_of(int i) {
	return (struct id16){ { 8, (uint8_t)i } };
}

static struct attempt_place place_of(int i) {
	return (struct attempt_place){ SCHOOL, ROOM, id_of(i) };
}

static void insert_attempt(int i) {
	static const char sql[] =
			"INSERT INTO attempt (id, school_id, sitting_id, room_id, student_id, person_id,"
			" variant, salt, state, lease, head, times, ends_at_ms, close_why)"
			" VALUES (?, 7, REPEAT('s', 16), 3, ?, ?, '103', ?, ?, 1, REPEAT('a', 32),"
			" REPEAT('b', 32), 9000, 1)";
	struct id16 id = id_of(i);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db.db, sql, &stmt), ERR_OK);
	db_bind_bytes(stmt, 0, id.b, ID16_BYTES);
	db_bind_i64(stmt, 1, i + 1);
	db_bind_i64(stmt, 2, 500 + i);
	db_bind_bytes(stmt, 3, salt, sizeof(salt));
	db_bind_i64(stmt, 4, i >= CLOSED ? 3 : 1);
	CHECK_INT("attempt", db_exec(stmt, NULL), ERR_OK);
}

/* Attempt i has i % 4 events, the second a signal, and a generation that does not count. */
static enum err insert_events(struct db *conn, void *ctx) {
	(void)ctx; /* nothing to bring */
	for (int i = 0; i < ATTEMPTS; i++) {
		for (uint32_t seq = 1; seq <= (uint32_t)i % 4; seq++) {
			struct event_row row = { .school = SCHOOL,
				.attempt = id_of(i),
				.gen = 1,
				.lease = 1,
				.event = { seq, seq == 2 ? EVENT_SIGNAL : EVENT_ANSWER,
						seq == 2 ? 0 : (uint16_t)(seq + 10),
						str_from(seq == 2 ? "\"blur\"" : "\"B\"") },
				.at_ms = 100 + seq };
			memset(row.head.b, (int)seq, HASH_BYTES);
			const struct event_row *list[2] = { &row };
			enum err e = event_store_insert(conn, list, 1);
			row.gen = 2;
			e = e ? e : event_store_insert(conn, list, 1);
			if (e) {
				return e;
			}
		}
	}
	return ERR_OK;
}

static int64_t lease_of(int i) {
	char sql[80];
	(void)snprintf(sql, sizeof(sql), "SELECT lease FROM attempt WHERE student_id = %d", i + 1);
	return testdb_number(db.db, sql);
}

static void check_loaded(int i, const struct attempt_join *j, uint32_t lease) {
	static const char *const answers[] = { "{}", "{\"11\":\"B\"}", "{\"11\":\"B\"}",
		"{\"11\":\"B\",\"13\":\"B\"}" };
	CHECK_INT("joined", j->e, ERR_OK);
	if (j->e) {
		return;
	}
	const struct attempt_loaded *l = j->loaded;
	uint32_t seq = (uint32_t)i % 4;
	CHECK("its own", id16_equal(&l->row.attempt, &j->place.attempt));
	CHECK_INT("person", l->person, 500 + i);
	CHECK_STR("variant", l->variant_code, "103");
	CHECK_INT("lease", l->row.lease, lease);
	CHECK_INT("lease stored", lease_of(i), lease);
	CHECK_INT("seq", l->seq, seq);
	CHECK("tail", l->has_tail == (seq > 0));
	CHECK_INT("head", l->head.b[0], seq > 0 ? (int64_t)seq : 'a');
	CHECK_INT("signals", l->signal_count, seq >= 2);
	CHECK("answers",
			str_eq_z((struct str){ buf_str(&l->answers), l->answers.len },
					answers[seq]));
	CHECK_INT("answered", l->answered_count, seq == 3 ? 2 : seq > 0);
}

static void let_go(struct attempt_join *joins, size_t count) {
	for (size_t i = 0; i < count; i++) {
		CHECK("loaded or failed", !joins[i].e == !!joins[i].loaded);
		attempt_loaded_free(joins[i].loaded);
	}
}

static void check_many(void) {
	struct attempt_join joins[ATTEMPT_JOINS_MAX] = { 0 };
	for (int i = 0; i < ATTEMPT_JOINS_MAX; i++) {
		joins[i].place = place_of(i);
	}
	attempt_join_store_run(db.db, keys, joins, ATTEMPT_JOINS_MAX);
	for (int i = 0; i < ATTEMPT_JOINS_MAX; i++) {
		check_loaded(i, &joins[i], 2);
	}
	let_go(joins, ATTEMPT_JOINS_MAX);
	CHECK_INT("open now", testdb_number(db.db, "SELECT COUNT(*) FROM attempt WHERE state = 2"),
			ATTEMPT_JOINS_MAX);
	CHECK_INT("nobody else", lease_of(ATTEMPT_JOINS_MAX), 1);
}

static void check_each_its_own(void) {
	struct attempt_join joins[5] = { { .place = place_of(1) }, { .place = place_of(2) },
		{ .place = place_of(ATTEMPTS) }, { .place = place_of(3) },
		{ .place = place_of(CLOSED) } };
	joins[1].place.room++;
	joins[3].place.school++;
	attempt_join_store_run(db.db, keys, joins, 5);
	check_loaded(1, &joins[0], 3);
	CHECK_INT("another room", joins[1].e, ERR_NOT_FOUND);
	CHECK_INT("not there", joins[2].e, ERR_NOT_FOUND);
	CHECK_INT("another school", joins[3].e, ERR_NOT_FOUND);
	CHECK_INT("nothing raised", lease_of(2) + lease_of(3), 4);
	check_loaded(CLOSED, &joins[4], 1);
	CHECK("its receipt", joins[4].loaded && joins[4].loaded->receipt.len == 3 + 64);
	let_go(joins, 5);
}

/* One is closed and has no receipt: it alone fails. */
static void check_one_broken(void) {
	struct attempt_join joins[3] = { { .place = place_of(1) }, { .place = place_of(BROKEN) },
		{ .place = place_of(2) } };
	attempt_join_store_run(db.db, keys, joins, 3);
	check_loaded(1, &joins[0], 4);
	CHECK_INT("broken", joins[1].e, ERR_CORRUPT);
	check_loaded(2, &joins[2], 3);
	let_go(joins, 3);
}

static void check_load(void) {
	struct attempt_place place = place_of(1);
	struct attempt_join as = { .place = place };
	CHECK_INT("load", attempt_join_store_load(db.db, keys, &place, &as.loaded), ERR_OK);
	check_loaded(1, &as, 4);
	attempt_loaded_free(as.loaded);
	place.room++;
	CHECK_INT("another room", attempt_join_store_load(db.db, keys, &place, &as.loaded),
			ERR_NOT_FOUND);
}

int main(void) {
	char folder[128];
	char keys_path[256];
	testdb_start(&db, "joins");
	testdb_run(db.db, "SET SESSION foreign_key_checks = 0");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(keys_path, sizeof(keys_path), "%s/keys", folder); /* fits */
	CHECK_INT("keys", keys_load_or_make(keys_path, 1, &keys), ERR_OK);
	for (int i = 0; i < ATTEMPTS; i++) {
		insert_attempt(i);
	}
	CHECK_INT("events", db_transact(db.db, insert_events, NULL), ERR_OK);
	testdb_run(db.db,
			"INSERT INTO receipt SELECT id, 1, 7, 'abc', REPEAT('d', 64), 1"
			" FROM attempt WHERE student_id = 67");
	check_many();
	check_each_its_own();
	check_one_broken();
	check_load();
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&db);
	return check_done();
}
