/*
 * The database server is killed (SIGKILL) again and again while the writer commits. Whatever was
 * acked or stamped must be in the table afterwards, once, in one unbroken chain.
 */
#include "exam/hall/writer_io.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/db/pool.h"
#include "exam/hall/event_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

enum { SCHOOL = 7, ROOM = 3, SITTERS = 40, KILLS = 5, WAIT_MS = 240000, STEP_MS = 2 };

static struct testdb db;
static struct keys *keys;
static struct pool *pool;
static struct clock *machine;
static const uint8_t salt[EVENT_SALT_BYTES] = { 1 };

/* What one browser's log says. */
static struct sitter {
	struct id16 id;
	struct hash head; /* behind the last event sent */
	struct hash genesis;
	uint32_t sent;
	uint32_t told; /* acked or stamped up to here */
	uint32_t acked;
	struct hash acked_head;
} sitters[SITTERS];

static int64_t now_ms(void) {
	return clock_boot_us(machine) / 1000;
}

static void pause_ms(long ms) {
	struct timespec t = { .tv_nsec = ms * 1000000 };
	(void)nanosleep(&t, NULL); /* a pause cut short is a pause */
}

static void add_sitter(unsigned n) {
	struct sitter *s = &sitters[n];
	s->id = (struct id16){ { (uint8_t)(n + 1), 1 } };
	struct event_origin origin = { SCHOOL, { { 0 } }, s->id, salt, str_from("101") };
	event_genesis(&origin, &s->genesis);
	s->head = s->genesis;
	struct hash zeros = { { 0 } };
	static const char sql[] =
			"INSERT INTO attempt (id, school_id, sitting_id, room_id, student_id, person_id,"
			" variant, salt, state, lease, head, times, ends_at_ms)"
			" VALUES (?, 7, ?, 3, ?, ?, '101', ?, 2, 1, ?, ?, 9000)";
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db.db, sql, &stmt), ERR_OK);
	db_bind_bytes(stmt, 0, s->id.b, ID16_BYTES);
	db_bind_bytes(stmt, 1, zeros.b, ID16_BYTES);
	db_bind_u64(stmt, 2, n + 1);
	db_bind_u64(stmt, 3, n + 1);
	db_bind_bytes(stmt, 4, salt, sizeof(salt));
	db_bind_bytes(stmt, 5, s->genesis.b, HASH_BYTES);
	db_bind_bytes(stmt, 6, zeros.b, HASH_BYTES);
	CHECK_INT("attempt", db_exec(stmt, NULL), ERR_OK);
}

static void know(struct writer *w, const struct sitter *s) {
	struct writer_tip tip = { .attempt = s->id,
		.school = SCHOOL,
		.room = ROOM,
		.gen = 1,
		.lease = 1,
		.head = s->genesis };
	CHECK_INT("know", writer_know(w, &tip), ERR_OK);
}

static void send_next(struct writer *w, struct sitter *s) {
	struct event ev = { s->sent + 1, EVENT_ANSWER, (uint16_t)(s->sent % 40 + 1),
		str_from(s->sent % 2 ? "\"A\"" : "\"B\"") };
	struct writer_event event = { .school = SCHOOL,
		.room = ROOM,
		.attempt = s->id,
		.gen = 1,
		.lease = 1,
		.seq = ev.seq,
		.kind = ev.kind,
		.slot = ev.slot,
		.at_ms = 1000,
		.value = ev.value };
	CHECK_INT("push", writer_push(w, &event), ERR_OK);
	event_head(&s->head, &s->id, &ev, &s->head);
	s->sent++;
}

static void take_result(struct writer *w, const struct writer_result *r, bool goes_on) {
	struct sitter *s = &sitters[r->attempt.b[0] - 1];
	CHECK("never refused", r->verdict == WRITER_STORED || r->verdict == WRITER_STAMPED);
	if (r->verdict == WRITER_STORED && r->seq > s->acked) {
		s->acked = r->seq;
		s->acked_head = r->head;
	}
	if (r->seq > s->told) {
		s->told = r->seq;
	}
	if (goes_on && s->told == s->sent) {
		send_next(w, s);
	}
}

static bool is_all_acked(void) {
	for (unsigned n = 0; n < SITTERS; n++) {
		if (sitters[n].acked < sitters[n].sent) {
			return false;
		}
	}
	return true;
}

/* Events flow; the server is killed and comes back; at the end everything gets its ack. */
static int run(struct writer *w) {
	int kills = 0;
	int64_t began_ms = now_ms();
	int64_t kill_ms = began_ms + 700;
	bool is_done = false;
	for (unsigned n = 0; n < SITTERS; n++) {
		know(w, &sitters[n]);
		send_next(w, &sitters[n]);
	}
	while (!is_done && now_ms() - began_ms < WAIT_MS) {
		bool goes_on = kills < KILLS || now_ms() < kill_ms;
		struct writer_result r;
		while (writer_take(w, &r, 1) == 1) {
			take_result(w, &r, goes_on);
		}
		bool was_restarted = false;
		struct private_server_problem problem;
		enum err e = private_server_tend(db.own, now_ms(), &was_restarted, &problem);
		(void)e; /* it is dead now and then: that is the point */
		if (kills < KILLS && now_ms() >= kill_ms && !writer_stats(w).is_away &&
				private_server_is_alive(db.own)) {
			kill(private_server_pid(db.own), SIGKILL);
			kills++;
			kill_ms = now_ms() + 700 + 131 * kills;
		}
		is_done = !goes_on && is_all_acked();
		pause_ms(STEP_MS);
	}
	CHECK("everything was acked in time", is_done);
	return kills;
}

struct walk {
	const struct sitter *sitter;
	struct hash head;
	uint32_t seq;
	bool has_acked;
};

static enum err check_row(void *ctx, const struct event_row *row) {
	struct walk *walk = ctx;
	CHECK_INT("no gap, nothing twice", row->event.seq, ++walk->seq);
	event_head(&walk->head, &walk->sitter->id, &row->event, &walk->head);
	CHECK_MEM("the head recomputes", row->head.b, walk->head.b, HASH_BYTES);
	if (row->event.seq == walk->sitter->acked) {
		walk->has_acked = hash_equal(&row->head, &walk->sitter->acked_head);
	}
	return ERR_OK;
}

static void check_table(int kills) {
	_cleanup_(db_freep) struct db *fresh = testdb_connect(&db);
	uint32_t acked = 0;
	uint32_t stored = 0;
	unsigned lost = 0;
	for (unsigned n = 0; n < SITTERS; n++) {
		struct walk walk = { .sitter = &sitters[n], .head = sitters[n].genesis };
		CHECK_INT("read", event_store_each(fresh, &sitters[n].id, 1, 1, check_row, &walk),
				ERR_OK);
		acked += sitters[n].acked;
		stored += walk.seq;
		lost += !walk.has_acked;
		CHECK_MEM("the browser's own head", walk.head.b, sitters[n].head.b, HASH_BYTES);
	}
	printf("kills %d, acked %u, stored %u, lost %u\n", kills, acked, stored, lost);
	CHECK_INT("lost", lost, 0);
	CHECK_INT("acked is stored", stored, acked);
	CHECK_INT("no forks", testdb_number(fresh, "SELECT COUNT(*) FROM event_fork"), 0);
}

int main(void) {
	unsetenv("TT_TEST_DB"); /* a server of its own: it is killed */
	char folder[128];
	char path[256];
	testdb_start(&db, "writer_kill");
	testdb_run(db.db, "SET SESSION foreign_key_checks = 0");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/keys", folder);
	CHECK_INT("keys", keys_load_or_make(path, 1, &keys), ERR_OK);
	CHECK_INT("clock", clock_new(&machine), ERR_OK);
	struct db_settings settings = testdb_settings(&db);
	settings.connect_timeout_s = settings.io_timeout_s =
			0; /* the program's own: it is killed */
	CHECK_INT("pool", pool_new(&settings, 4, &pool), ERR_OK);
	for (unsigned n = 0; n < SITTERS; n++) {
		add_sitter(n);
	}
	(void)snprintf(path, sizeof(path), "%s/journal", folder);
	struct writer_settings ws = { .pool = pool, .keys = keys, .journal_path = path };
	struct writer *w = NULL;
	CHECK_INT("start", writer_new(&ws, &w), ERR_OK);
	int kills = run(w);
	CHECK_INT("kills", kills, KILLS);
	writer_free(w);
	check_table(kills);
	pool_free(pool);
	clock_free(machine);
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&db);
	return check_done();
}
