/*
 * The answer writer on a real database of its own, which is stopped and continued: what is acked
 * is stored, what is stamped is stored once the database is back, resends get the same ack, forks
 * and stale leases write nothing, a close gives a receipt that verifies.
 */
#include "exam/hall/writer_io.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/db/pool.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

enum { SCHOOL = 7, ROOM = 3, WAIT_MS = 120000 };

static struct testdb db;
static struct keys *keys;
static struct pool *pool;
static char folder[128];
static char journal_path[256];
static const uint8_t salt[EVENT_SALT_BYTES] = { 1, 2, 3 };

static struct id16 id_of(unsigned n) {
	struct id16 id = { { 0 } };
	memcpy(id.b, &n, sizeof(n));
	id.b[15] = 1;
	return id;
}

static struct hash genesis_of(const struct id16 *attempt) {
	struct event_origin origin = {
		.school = SCHOOL, .attempt = *attempt, .salt = salt, .variant = str_from("101")
	};
	struct hash head;
	event_genesis(&origin, &head);
	return head;
}

static void add_attempt(unsigned n) {
	static const char sql[] =
			"INSERT INTO attempt (id, school_id, sitting_id, room_id, student_id, person_id,"
			" variant, salt, state, lease, head, times, ends_at_ms)"
			" VALUES (?, ?, ?, ?, ?, ?, '101', ?, 2, 1, ?, ?, 9000)";
	struct id16 id = id_of(n);
	struct hash head = genesis_of(&id);
	struct hash zeros = { { 0 } };
	struct id16 sitting = { { 0 } };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db.db, sql, &stmt), ERR_OK);
	db_bind_bytes(stmt, 0, id.b, ID16_BYTES);
	db_bind_u64(stmt, 1, SCHOOL);
	db_bind_bytes(stmt, 2, sitting.b, ID16_BYTES);
	db_bind_u64(stmt, 3, ROOM);
	db_bind_u64(stmt, 4, n + 1);
	db_bind_u64(stmt, 5, n + 1);
	db_bind_bytes(stmt, 6, salt, EVENT_SALT_BYTES);
	db_bind_bytes(stmt, 7, head.b, HASH_BYTES);
	db_bind_bytes(stmt, 8, zeros.b, HASH_BYTES);
	CHECK_INT("attempt", db_exec(stmt, NULL), ERR_OK);
}

static struct writer *start_writer(void) {
	struct writer *w = NULL;
	struct writer_settings settings = {
		.pool = pool, .keys = keys, .journal_path = journal_path
	};
	CHECK_INT("start", writer_new(&settings, &w), ERR_OK);
	return w;
}

static struct writer_event answer(unsigned n, uint32_t seq, const char *value) {
	return (struct writer_event){ .tag = seq,
		.school = SCHOOL,
		.room = ROOM,
		.attempt = id_of(n),
		.gen = 1,
		.lease = 1,
		.seq = seq,
		.kind = EVENT_ANSWER,
		.slot = (uint16_t)(seq % 40 + 1),
		.at_ms = 1000 + seq,
		.value = str_from(value) };
}

static void push(struct writer *w, struct writer_event ev) {
	CHECK_INT("push", writer_push(w, &ev), ERR_OK);
}

/* Waits until results cover so many events; gives the last result. */
static struct writer_result wait_for(struct writer *w, uint32_t events) {
	struct writer_result last = { 0 };
	for (int ms = 0; events > 0 && ms < WAIT_MS; ms++) {
		struct writer_result r;
		while (events > 0 && writer_take(w, &r, 1) == 1) {
			free(last.receipt);
			last = r;
			events -= r.count < events ? r.count : events;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	CHECK_INT("all results came", events, 0);
	return last;
}

static bool mac_holds(const struct writer_result *r, enum receipt_proof proof) {
	struct receipt_mac what = { .kid = r->kid,
		.school = SCHOOL,
		.attempt = r->attempt,
		.gen = r->gen,
		.lease = r->lease,
		.seq = r->seq,
		.at_ms = r->at_ms,
		.head = r->head };
	return receipt_mac_is_valid(keys_mac_key(keys, r->kid), proof, &what, &r->mac);
}

static void check_stores_and_resends(struct writer *w) {
	add_attempt(1);
	for (uint32_t seq = 1; seq <= 300; seq++) {
		push(w, answer(1, seq, "\"B\""));
	}
	struct writer_result r = wait_for(w, 300);
	CHECK_INT("verdict", r.verdict, WRITER_STORED);
	CHECK_INT("last", r.seq, 300);
	CHECK("mac", mac_holds(&r, RECEIPT_ACK));
	CHECK("mac is no stamp", !mac_holds(&r, RECEIPT_STAMP));
	CHECK_INT("rows", testdb_number(db.db, "SELECT COUNT(*) FROM event"), 300);
	CHECK_INT("no gaps", testdb_number(db.db, "SELECT MAX(seq) FROM event"), 300);

	push(w, answer(1, 300, "\"B\""));
	struct writer_result same = wait_for(w, 1);
	CHECK_INT("resend", same.verdict, WRITER_STORED);
	CHECK_MEM("same mac", same.mac.b, r.mac.b, HASH_BYTES);

	push(w, answer(1, 300, "\"C\""));
	struct writer_result fork = wait_for(w, 1);
	CHECK_INT("fork", fork.verdict, WRITER_REFUSED);
	CHECK_INT("fork", fork.refusal, ERR_FORK);
	CHECK_INT("evidence", testdb_number(db.db, "SELECT COUNT(*) FROM event_fork"), 1);

	push(w, answer(1, 302, "\"B\""));
	CHECK_INT("gap", wait_for(w, 1).refusal, ERR_CONFLICT);
	struct writer_event stale = answer(1, 301, "\"B\"");
	stale.lease = 2;
	push(w, stale);
	CHECK_INT("lease", wait_for(w, 1).refusal, ERR_STALE);
	struct writer_event foreign = answer(1, 301, "\"B\"");
	foreign.school = SCHOOL + 1;
	push(w, foreign);
	CHECK_INT("another school", wait_for(w, 1).refusal, ERR_NOT_FOUND);
	CHECK_INT("rows", testdb_number(db.db, "SELECT COUNT(*) FROM event"), 300);
}

/* Someone else wrote under the same number: the writer's memory is behind, the table is right. */
static void check_reads_again(struct writer *w) {
	testdb_run(db.db,
			"INSERT INTO event SELECT attempt_id, gen, 301, school_id, kind, slot,"
			" lease, at_ms, flags, value, head, times FROM event WHERE seq = 300");
	push(w, answer(1, 301, "\"Z\""));
	CHECK_INT("behind", wait_for(w, 1).refusal, ERR_FORK);
	push(w, answer(1, 302, "\"D\""));
	CHECK_INT("goes on", wait_for(w, 1).verdict, WRITER_STORED);
}

static void check_close(struct writer *w) {
	add_attempt(2);
	push(w, answer(2, 1, "\"A\""));
	push(w, answer(2, 2, "null"));
	struct writer_event close = { .school = SCHOOL,
		.room = ROOM,
		.attempt = id_of(2),
		.kind = EVENT_CLOSE,
		.at_ms = 9000,
		.why = 2,
		.ends_revision = 5,
		.value = str_from("null") };
	push(w, close);
	struct writer_result r = wait_for(w, 3);
	CHECK_INT("old revision", r.refusal, ERR_STALE);
	close.ends_revision = 1;
	push(w, close);
	push(w, close);
	push(w, answer(2, 3, "\"A\""));
	struct writer_result closed = { 0 };
	for (int i = 0; i < 3; i++) {
		r = wait_for(w, 1);
		if (r.verdict == WRITER_CLOSED) {
			CHECK("closed once", !closed.receipt);
			closed = r;
		} else {
			CHECK_INT("after the close", r.refusal, ERR_CLOSED);
		}
	}
	CHECK("closed", closed.receipt != NULL);
	enum receipt_kind kind = RECEIPT_CHECKPOINT;
	struct receipt receipt = { .seq = 0 };
	struct str bytes = { closed.receipt, RECEIPT_BYTES + SIGN_BYTES };
	const uint8_t *public_key = keys_public_find(keys, keys_sign_kid(keys));
	CHECK_INT("receipt", receipt_verify(bytes, public_key, &kind, &receipt), ERR_OK);
	CHECK_INT("receipt", receipt.seq, 2);
	CHECK_INT("closed at", receipt.at_ms, 9000);
	_cleanup_(fold_finish) struct fold fold = { 0 };
	struct event only = { .kind = EVENT_ANSWER, .slot = 2, .value = str_from("\"A\"") };
	CHECK_INT("fold", fold_add(&fold, &only), ERR_OK);
	struct hash want;
	fold_hash(&fold, salt, &want);
	CHECK_MEM("answers", receipt.answers.b, want.b, HASH_BYTES);
	closed.receipt[40] = (char)(closed.receipt[40] ^ 1);
	CHECK("a changed byte", receipt_verify(bytes, public_key, &kind, &receipt) != ERR_OK);
	free(closed.receipt);
}

static void check_database_stopped(struct writer *w) {
	pid_t pid = private_server_pid(db.own);
	add_attempt(3);
	push(w, answer(3, 1, "\"A\""));
	CHECK_INT("before", wait_for(w, 1).verdict, WRITER_STORED);
	testdb_freeze(pid);
	for (uint32_t seq = 2; seq <= 11; seq++) {
		push(w, answer(3, seq, "\"B\""));
	}
	struct writer_result r = { 0 };
	for (uint32_t left = 10; left > 0; left -= r.count) {
		r = wait_for(w, 1);
		CHECK_INT("stamped only", r.verdict, WRITER_STAMPED);
		CHECK("stamp", mac_holds(&r, RECEIPT_STAMP));
	}
	struct writer_event unknown = answer(77, 1, "\"B\"");
	push(w, unknown);
	CHECK_INT("nothing known", wait_for(w, 1).refusal, ERR_BUSY);
	kill(pid, SIGCONT);
	r = wait_for(w, 10);
	CHECK_INT("then stored", r.verdict, WRITER_STORED);
	CHECK_INT("last", r.seq, 11);
	CHECK("ack", mac_holds(&r, RECEIPT_ACK));
	push(w, answer(3, 12, "\"C\""));
	CHECK_INT("goes on", wait_for(w, 1).verdict, WRITER_STORED);
	CHECK_INT("empty journal", writer_stats(w).journal_bytes, 0);
	CHECK_INT("flagged",
			testdb_number(db.db,
					"SELECT COUNT(*) FROM event WHERE lease = 1 AND flags & 2"),
			10);
}

/* The process ends while the database is away: the next one stores what was stamped. */
static void check_journal_outlives(void) {
	pid_t pid = private_server_pid(db.own);
	add_attempt(4);
	struct writer *w = start_writer();
	push(w, answer(4, 1, "\"A\""));
	CHECK_INT("before", wait_for(w, 1).verdict, WRITER_STORED);
	testdb_freeze(pid);
	push(w, answer(4, 2, "\"B\""));
	CHECK_INT("stamped", wait_for(w, 1).verdict, WRITER_STAMPED);
	writer_free(w);
	w = NULL;
	struct writer_settings settings = {
		.pool = pool, .keys = keys, .journal_path = journal_path
	};
	CHECK_INT("still away", writer_new(&settings, &w), ERR_DB_AWAY);
	kill(pid, SIGCONT);
	FILE *torn = fopen(journal_path, "a");
	CHECK("torn tail", torn && fputs("\x01\x02\x03", torn) >= 0 && fclose(torn) == 0);
	for (int i = 0; i < WAIT_MS / 100 && !w; i++) {
		if (writer_new(&settings, &w)) {
			nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
		}
	}
	CHECK("started", w != NULL);
	CHECK_INT("stored",
			testdb_number(db.db,
					"SELECT COUNT(*) FROM event WHERE attempt_id ="
					" x'04000000000000000000000000000001'"),
			2);
	writer_free(w);
}

int main(void) {
	unsetenv("TT_TEST_DB"); /* a server of its own: it is stopped in the middle */
	testdb_start(&db, "writer");
	testdb_run(db.db, "SET SESSION foreign_key_checks = 0");
	testdb_folder(folder, sizeof(folder));
	char keys_path[256];
	snprintf(keys_path, sizeof(keys_path), "%s/keys", folder);
	snprintf(journal_path, sizeof(journal_path), "%s/journal", folder);
	CHECK_INT("keys", keys_load_or_make(keys_path, 1, &keys), ERR_OK);
	struct db_settings settings = testdb_settings(&db);
	settings.connect_timeout_s = settings.io_timeout_s =
			0; /* the program's own: it is stopped */
	CHECK_INT("pool", pool_new(&settings, 4, &pool), ERR_OK);

	struct writer *w = start_writer();
	check_stores_and_resends(w);
	check_reads_again(w);
	check_close(w);
	check_database_stopped(w);
	writer_free(w);
	check_journal_outlives();

	pool_free(pool);
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&db);
	return check_done();
}
