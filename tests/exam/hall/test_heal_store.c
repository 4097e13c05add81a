/*
 * Healing on a real database: what the macs prove is added once and only behind the tail; a fork
 * is kept as evidence; behind a close the next generation opens with its own receipt; published
 * marks ask for a second person.
 */
#include "exam/hall/heal_store.h"

#include <stdlib.h>
#include <string.h>

#include "exam/hall/attempt_join_store.h"
#include "exam/hall/event_store.h"
#include "exam/hall/heal.h"
#include "exam/hall/receipt.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

enum { SCHOOL = 7, ROOM = 3, EVENTS = 6 };

static struct testdb db;
static struct keys *keys;
static const uint8_t salt[EVENT_SALT_BYTES] = { 1, 2, 3 };
static const struct id16 sitting = { { 9 } };
static const struct id16 attempt = { { 8 } };
static const struct attempt_place place = { SCHOOL, ROOM, { { 8 } } };

/* A whole exam as its browser knows it: events, heads and the server's proofs of each. */
static struct message_event events[EVENTS];
static struct hash heads[EVENTS];
static struct message_proof proofs[EVENTS];

static struct hash genesis(void) {
	struct event_origin origin = { SCHOOL, sitting, attempt, salt, str_from("101") };
	struct hash head;
	event_genesis(&origin, &head);
	return head;
}

static struct message_proof prove(uint32_t seq, const struct hash *head, bool is_stamp) {
	uint8_t kid = keys_mac_id(keys);
	struct message_proof p = { is_stamp, kid, 1, seq, 1000 + seq, { { 0 } } };
	struct receipt_mac what = { kid, SCHOOL, attempt, 1, 1, seq, p.at_ms, *head };
	receipt_mac_make(keys_mac_key(keys, kid), is_stamp ? RECEIPT_STAMP : RECEIPT_ACK, &what,
			&p.mac);
	return p;
}

static void make_exam(void) {
	static const char *const values[EVENTS] = { "\"A\"", "\"B\"", "\"C\"", "\"D\"", "\"A\"",
		"\"B\"" };
	struct hash head = genesis();
	for (uint32_t i = 0; i < EVENTS; i++) {
		events[i] = (struct message_event){ i + 1, EVENT_ANSWER, (uint16_t)(i + 1),
			str_from(values[i]) };
		struct event ev = { i + 1, EVENT_ANSWER, (uint16_t)(i + 1), str_from(values[i]) };
		event_head(&head, &attempt, &ev, &head);
		heads[i] = head;
		proofs[i] = prove(i + 1, &head, i == EVENTS - 1);
	}
}

static void insert_attempt(void) {
	struct hash head = genesis();
	struct hash zeros = { { 0 } };
	static const char sql[] =
			"INSERT INTO attempt (id, school_id, sitting_id, room_id, student_id, person_id,"
			" variant, salt, state, lease, head, times, ends_at_ms)"
			" VALUES (?, 7, ?, 3, 1, 1, '101', ?, 2, 1, ?, ?, 9000)";
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db.db, sql, &stmt), ERR_OK);
	db_bind_bytes(stmt, 0, attempt.b, ID16_BYTES);
	db_bind_bytes(stmt, 1, sitting.b, ID16_BYTES);
	db_bind_bytes(stmt, 2, salt, sizeof(salt));
	db_bind_bytes(stmt, 3, head.b, HASH_BYTES);
	db_bind_bytes(stmt, 4, zeros.b, HASH_BYTES);
	CHECK_INT("attempt", db_exec(stmt, NULL), ERR_OK);
	testdb_run(db.db,
			"INSERT INTO sitting (id, school_id, paper_id, subject_id, title,"
			" lobby_at_ms, starts_at_ms, window_end_ms, limit_ms, variant_count, seed,"
			" outage_policy, release_policy, state, created_by, created_at_ms)"
			" SELECT sitting_id, 7, 1, 1, 'Toán', 0, 0, 9000, 9000, 1, 1, 1, 1, 3, 1, 0"
			" FROM attempt");
}

/* The first two events are stored. */
static enum err insert_two(struct db *conn, void *ctx) {
	(void)ctx; /* nothing to bring */
	struct event_row rows[2];
	const struct event_row *list[2] = { &rows[0], &rows[1] };
	struct hash times = { { 0 } };
	for (uint32_t i = 0; i < 2; i++) {
		event_times(&times, &heads[i], 1001 + i, &times);
		rows[i] = (struct event_row){ .school = SCHOOL,
			.attempt = attempt,
			.gen = 1,
			.lease = 1,
			.event = { i + 1, EVENT_ANSWER, (uint16_t)(i + 1), events[i].value },
			.at_ms = 1001 + i,
			.head = heads[i],
			.times = times };
	}
	return event_store_insert(conn, list, 2);
}

static enum err heal(const struct message_event *ev, size_t count, const struct message_proof *p,
		size_t proof_count) {
	struct message_log log = { 1, count, ev, proof_count, p };
	return heal_store_run(db.db, keys, &place, &log, 20000);
}

static int64_t rows_of(int gen) {
	return testdb_number(db.db,
			gen == 1 ? "SELECT COUNT(*) FROM event WHERE gen = 1"
				 : "SELECT COUNT(*) FROM event WHERE gen = 2");
}

static void check_extends(void) {
	CHECK_INT("two events", db_transact(db.db, insert_two, NULL), ERR_OK);
	CHECK_INT("nothing proven", heal(events, 4, NULL, 0), ERR_OK);
	CHECK_INT("nothing added", rows_of(1), 2);
	CHECK_INT("a gap", heal(events + 3, 1, proofs + 3, 1), ERR_MISSING);
	struct message_proof forged = proofs[3];
	forged.mac.b[0] ^= 1;
	CHECK_INT("forged", heal(events, 4, &forged, 1), ERR_OK);
	struct message_proof other = proofs[3];
	other.lease = 2;
	CHECK_INT("another lease's", heal(events, 4, &other, 1), ERR_OK);
	other = proofs[3];
	other.is_stamp = true;
	CHECK_INT("an ack as a stamp", heal(events, 4, &other, 1), ERR_OK);
	CHECK_INT("nothing added", rows_of(1), 2);
	CHECK_INT("one proof for two", heal(events, EVENTS, proofs + 3, 1), ERR_OK);
	CHECK_INT("up to the proven one", rows_of(1), 4);
	CHECK_INT("times of the proof",
			testdb_number(db.db, "SELECT at_ms FROM event WHERE seq = 3"), 1004);
	CHECK_INT("twice", heal(events, EVENTS, proofs + 3, 1), ERR_OK);
	CHECK_INT("adds nothing", rows_of(1), 4);
	CHECK_INT("from the tail on", heal(events + 4, 1, proofs + 4, 1), ERR_OK);
	CHECK_INT("added", rows_of(1), 5);
	CHECK_INT("flagged", testdb_number(db.db, "SELECT COUNT(*) FROM event WHERE flags & 4"), 3);
	struct attempt_place elsewhere = place;
	elsewhere.room++;
	struct message_log log = { 1, 0, NULL, 0, NULL };
	CHECK_INT("another room", heal_store_run(db.db, keys, &elsewhere, &log, 1), ERR_NOT_FOUND);
	log.gen = 2;
	CHECK_INT("a later generation", heal_store_run(db.db, keys, &place, &log, 1), ERR_STALE);
}

/* Other bytes under a taken number, with a mac that really is the server's. */
static void check_fork(void) {
	struct message_event fork = events[4];
	fork.value = str_from("\"D\"");
	struct event ev = { fork.seq, fork.kind, fork.slot, fork.value };
	struct hash head = heads[3];
	event_head(&head, &attempt, &ev, &head);
	struct message_proof p = prove(fork.seq, &head, false);
	CHECK_INT("fork", heal(&fork, 1, &p, 1), ERR_OK);
	CHECK_INT("not merged", rows_of(1), 5);
	CHECK_INT("evidence", testdb_number(db.db, "SELECT COUNT(*) FROM event_fork"), 1);
	p.mac.b[3] ^= 1;
	CHECK_INT("not proven", heal(&fork, 1, &p, 1), ERR_OK);
	CHECK_INT("no evidence", testdb_number(db.db, "SELECT COUNT(*) FROM event_fork"), 1);
}

static void check_generation(void) {
	testdb_run(db.db,
			"INSERT INTO event SELECT attempt_id, 1, 6, 7, 255, 0, 1, 9000, 0, 'null',"
			" head, times FROM event WHERE gen = 1 AND seq = 5");
	testdb_run(db.db,
			"UPDATE attempt SET state = 3, closed_at_ms = 9000, close_why = 2, seq = 5");
	testdb_run(db.db, "UPDATE sitting SET released_at_ms = 1");
	CHECK_INT("published", heal(events, EVENTS, proofs, EVENTS), ERR_DENIED);
	CHECK_INT("nothing opened", rows_of(2), 0);
	CHECK_INT("evidence", testdb_number(db.db, "SELECT COUNT(*) FROM event_fork"), 2);
	testdb_run(db.db, "UPDATE sitting SET released_at_ms = NULL");
	CHECK_INT("after the close", heal(events, EVENTS, proofs, EVENTS), ERR_OK);
	CHECK_INT("the old one stays", rows_of(1), 6);
	CHECK_INT("the new one is whole", rows_of(2), EVENTS + 1);
	CHECK_INT("gen", testdb_number(db.db, "SELECT gen FROM attempt"), 2);
	CHECK_INT("closed alike",
			testdb_number(db.db,
					"SELECT at_ms FROM event WHERE gen = 2 AND"
					" kind = 255"),
			9000);
	CHECK_INT("twice", heal(events, EVENTS, proofs, EVENTS), ERR_OK);
	CHECK_INT("no third", testdb_number(db.db, "SELECT MAX(gen) FROM event"), 2);

	_cleanup_(attempt_loaded_freep) struct attempt_loaded *loaded = NULL;
	CHECK_INT("load", attempt_join_store_load(db.db, keys, &place, &loaded), ERR_OK);
	enum receipt_kind kind = RECEIPT_CHECKPOINT;
	struct receipt r = { .gen = 0 };
	struct str bytes = { loaded ? buf_str(&loaded->receipt) : "",
		loaded ? loaded->receipt.len : 0 };
	CHECK_INT("receipt",
			receipt_verify(bytes, keys_public_find(keys, keys_sign_kid(keys)), &kind,
					&r),
			ERR_OK);
	CHECK("of the new generation",
			r.gen == 2 && r.seq == EVENTS && r.at_ms == 9000 &&
					hash_equal(&r.head, &heads[EVENTS - 1]));
}

int main(void) {
	char folder[128];
	char keys_path[256];
	testdb_start(&db, "heal");
	testdb_run(db.db, "SET SESSION foreign_key_checks = 0");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(keys_path, sizeof(keys_path), "%s/keys", folder);
	CHECK_INT("keys", keys_load_or_make(keys_path, 1, &keys), ERR_OK);
	make_exam();
	insert_attempt();
	check_extends();
	check_fork();
	check_generation();
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&db);
	return check_done();
}
