/*
 * Destinations and batches in a real database: each change is sent once, the same bytes until there
 * is an answer, and what was not taken is known by name.
 */
#include "core/exchange/outgoing_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/seal/secret.h"
#include "tests/check.h"
#include "tests/core/exchange/folder_destination.h"
#include "tests/db/testdb.h"

enum { NOW = 1000, SCHOOL = 7 };

static struct testdb t;
static struct keys *keys;
static const uint8_t me[DESTINATION_BY_BYTES] = { 1 };
static const uint8_t other[DESTINATION_BY_BYTES] = { 2 };

/* ---- a school that told something ---- */

static void tell(unsigned number, unsigned record, unsigned version, const char *key) {
	char sql[1024];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO outbox (school_id, number, record_id, phienban, at_ms, line_hash, line)"
			" VALUES (%d, %u, %u, %u, 1, REPEAT('x', 32), '{\"bang\":\"monhoc\",\"idbanghi\":"
			"\"alpha/monhoc/%s\",\"sukien\":\"NEW\",\"phienban\":%u,\"thoigiancapnhat\":1,"
			"\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{}}')",
			SCHOOL, number, record, version, key, version);
	testdb_run(t.db, sql);
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO record (school_id, id, bang, idbanghi, class_id, student_id, place_id,"
			" phienban, sukien, content_hash, line_hash, lop, hocky, hocsinh, number)"
			" VALUES (%d, %u, 'monhoc', 'alpha/monhoc/%s', 0, 0, 0, %u, 1, REPEAT('x', 32),"
			" REPEAT('x', 32), '', 0, '', %u) ON DUPLICATE KEY UPDATE phienban = %u, number = %u",
			SCHOOL, record, key, version, number, version, number);
	testdb_run(t.db, sql);
	(void)snprintf(sql, sizeof(sql), "UPDATE outbox_head SET number = %u", number);
	testdb_run(t.db, sql);
}

static void make_school(void) {
	testdb_run(t.db,
			"INSERT INTO province (id, code, name, valid_from) VALUES (1, 'P', 'P', '2025-07-01')");
	testdb_run(t.db,
			"INSERT INTO commune (id, province_id, code, name, valid_from)"
			" VALUES (1, 1, 'C9', 'C', '2025-07-01')");
	testdb_run(t.db,
			"INSERT INTO school (id, commune_id, code, name, level, created_at_ms)"
			" VALUES (7, 1, 'alpha', 'Alpha', 'thpt', 1)");
	testdb_run(t.db,
			"INSERT INTO outbox_head (school_id, number, begun_at_ms, seeded_at_ms)"
			" VALUES (7, 0, 1, 1)");
}

static enum err add(const char *name, uint64_t *out_id) {
	const struct destination_settings s = { .folder = "so" };
	struct destination_new d = folder_destination(SCHOOL, name, &s);
	d.password = str_from("mật khẩu");
	d.now_ms = NOW;
	return destination_store_add(t.db, keys, &d, out_id);
}

static struct destination load(uint64_t id) {
	struct destination d = { .id = 0 };
	CHECK_INT("load", destination_store_load(t.db, keys, SCHOOL, id, &d), ERR_OK);
	return d;
}

static struct destination_counts counts(uint64_t id) {
	struct destination_counts c = { .queued = 99 };
	struct destination d = load(id);
	CHECK_INT("counts", destination_store_counts(t.db, &d, &c), ERR_OK);
	destination_finish(&d);
	return c;
}

static enum err make(uint64_t id, struct outgoing *out) {
	struct destination d = load(id);
	enum err e = outgoing_store_make(t.db, &d, NOW, out);
	destination_finish(&d);
	return e;
}

/* An answer to it in which one record (or none: -1) is not applied. */
static void answer(const struct outgoing *o, int n, enum exchange_outcome_state state,
		const char *code) {
	struct exchange_outcome outcome = { (uint32_t)n, state, str_from(code), str_from("{}") };
	struct exchange_answer a = { .bytes_n = 8, .outcomes = &outcome, .count = n >= 0 };
	a.statement.received_at_ms = NOW;
	a.statement.rejected = n >= 0 && state == EXCHANGE_REJECTED;
	CHECK_INT("answered", outgoing_store_answered(t.db, o, &a, NOW), ERR_OK);
	CHECK_INT("once more", outgoing_store_answered(t.db, o, &a, NOW), ERR_OK);
}

/* ---- tests ---- */

static void test_each_change(uint64_t id) {
	struct outgoing o = { .body = NULL };
	struct outgoing again = { .body = NULL };
	CHECK_INT("nothing", make(id, &o), ERR_NOT_FOUND);
	tell(1, 1, 1, "a");
	tell(2, 2, 1, "b");
	tell(3, 1, 2, "a");
	CHECK_INT("two wait", counts(id).queued, 2);
	CHECK_INT("made", make(id, &o), ERR_OK);
	CHECK_INT("each change", o.records, 3);
	CHECK("also one that was passed by",
			memmem(o.body, o.body_n, "monhoc/a\",\"sukien\":\"NEW\",\"phienban\":1,",
					38));
	CHECK_INT("not made twice", make(id, &again), ERR_OK);
	CHECK_INT("the same", again.id, o.id);
	CHECK("the same bytes", again.body_n == o.body_n && !memcmp(again.body, o.body, o.body_n));
	CHECK_INT("sent", outgoing_store_sent(t.db, o.id, NOW), ERR_OK);
	CHECK_INT("under way", counts(id).sent, 2);
	answer(&o, 2, EXCHANGE_REJECTED, "exchange.record_value");
	struct destination_counts c = counts(id);
	CHECK_INT("rejected", c.rejected, 1);
	CHECK_INT("applied", c.applied, 1);
	CHECK_INT("nothing waits", c.queued + c.sent, 0);
	CHECK_INT("by name",
			testdb_number(t.db, "SELECT record_id FROM record_state WHERE state = 5"),
			1);
	CHECK_INT("the bytes are gone",
			testdb_number(t.db, "SELECT COUNT(*) FROM outgoing WHERE body IS NOT NULL"),
			0);
	outgoing_finish(&o);
	outgoing_finish(&again);
}

static void test_mended(uint64_t id) {
	struct outgoing o = { .body = NULL };
	tell(4, 1, 3, "a");
	CHECK_INT("made", make(id, &o), ERR_OK);
	CHECK_INT("one", o.records, 1);
	CHECK_INT("it is under way, not rejected", counts(id).rejected, 0);
	answer(&o, -1, EXCHANGE_STALE, "");
	CHECK_INT("settled", testdb_number(t.db, "SELECT COUNT(*) FROM record_state"), 0);
	CHECK_INT("applied", counts(id).applied, 2);
	outgoing_finish(&o);
}

static void test_again(uint64_t id) {
	struct outgoing o = { .body = NULL };
	struct destination d = load(id);
	uint64_t count = 0;
	CHECK_INT("again", outgoing_store_resend(t.db, &d, 2, NOW), ERR_OK);
	CHECK_INT("nobody's", outgoing_store_resend(t.db, &d, 99, NOW), ERR_NOT_FOUND);
	CHECK_INT("it waits", counts(id).queued, 1);
	CHECK_INT("made", make(id, &o), ERR_OK);
	CHECK_INT("that one", o.records, 1);
	answer(&o, 0, EXCHANGE_STALE, "exchange.version_older");
	CHECK_INT("there, where a newer one is", counts(id).received, 1);
	outgoing_finish(&o);
	CHECK_INT("again", outgoing_store_resend(t.db, &d, 2, NOW), ERR_OK);
	CHECK_INT("made", make(id, &o), ERR_OK);
	answer(&o, 0, EXCHANGE_REJECTED, "exchange.record_value");
	outgoing_finish(&o);
	CHECK_INT("the rejected ones", outgoing_store_resend_rejected(t.db, &d, NOW, &count),
			ERR_OK);
	CHECK_INT("one", count, 1);
	CHECK_INT("made", make(id, &o), ERR_OK);
	CHECK_INT("delivered", outgoing_store_delivered(t.db, &o, NOW), ERR_OK);
	CHECK_INT("all is well", counts(id).applied, 2);
	outgoing_finish(&o);
	destination_finish(&d);
}

/* More changes of one record than one batch holds. */
static void test_many(uint64_t id) {
	static const struct {
		uint32_t records;
		uint64_t last_number;
	} batches[] = { { EXCHANGE_BATCH_RECORDS_MAX, 2004 }, { EXCHANGE_BATCH_RECORDS_MAX, 4004 },
		{ 1001, 5005 } };
	testdb_run(t.db,
			"INSERT INTO outbox (school_id, number, record_id, phienban, at_ms, line_hash, line)"
			" SELECT 7, 4 + seq, 2, 1 + seq, 1, REPEAT('x', 32), '{}' FROM seq_1_to_5000");
	tell(5005, 2, 5002, "b");
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		struct outgoing o = { .body = NULL };
		CHECK_INT("made", make(id, &o), ERR_OK);
		CHECK_INT("each of them", o.records, batches[i].records);
		CHECK_INT("in their order", o.last_number, batches[i].last_number);
		CHECK_INT("delivered", outgoing_store_delivered(t.db, &o, NOW), ERR_OK);
		outgoing_finish(&o);
	}
}

static enum err take(const uint8_t *by, int64_t now_ms, uint64_t *out_id) {
	struct destination_lease lease = { by, now_ms, now_ms + 100 };
	return destination_store_take(t.db, &lease, out_id);
}

static void test_lease(uint64_t id) {
	uint64_t got = 0;
	struct destination_fault f = { "destination.timeout", str_from("{}"), false, 1, 5000 };
	CHECK_INT("nothing is due", take(me, 2000, &got), ERR_NOT_FOUND);
	tell(5006, 1, 4, "a");
	CHECK_INT("taken", take(me, 2000, &got), ERR_OK);
	CHECK_INT("that one", got, id);
	CHECK_INT("not by another", take(other, 2099, &got), ERR_NOT_FOUND);
	CHECK_INT("once more by the same", take(me, 2099, &got), ERR_OK);
	CHECK_INT("when it has run out", take(other, 2200, &got), ERR_OK);
	struct destination_lease mine = { me, 2200, 2300 };
	CHECK_INT("lost", destination_store_renew(t.db, &mine, id), ERR_STALE);
	CHECK_INT("by hand neither", destination_store_take_one(t.db, &mine, id), ERR_BUSY);
	CHECK_INT("given back", destination_store_release(t.db, other, id), ERR_OK);
	CHECK_INT("by hand", destination_store_take_one(t.db, &mine, id), ERR_OK);
	CHECK_INT("given back", destination_store_release(t.db, me, id), ERR_OK);
	CHECK_INT("failed", destination_store_fault(t.db, id, &f), ERR_OK);
	CHECK_INT("waits", take(me, 4999, &got), ERR_NOT_FOUND);
	CHECK_INT("tried again", take(me, 5000, &got), ERR_OK);
	f.is_final = true;
	CHECK_INT("for good", destination_store_fault(t.db, id, &f), ERR_OK);
	CHECK_INT("stopped", take(me, 9999, &got), ERR_NOT_FOUND);
	CHECK_INT("resumed", destination_store_switch(t.db, SCHOOL, id, DESTINATION_ON), ERR_OK);
	CHECK_INT("goes on", take(me, 9999, &got), ERR_OK);
	CHECK_INT("paused", destination_store_switch(t.db, SCHOOL, id, DESTINATION_PAUSED), ERR_OK);
	CHECK_INT("rests", take(me, 99999, &got), ERR_NOT_FOUND);
	CHECK_INT("another school's", destination_store_switch(t.db, 8, id, DESTINATION_ON),
			ERR_NOT_FOUND);
}

static void test_destinations(void) {
	uint64_t id = 0;
	char name[32];
	struct destination d = { .id = 0 };
	enum err e = ERR_OK;
	CHECK_INT("taken name", add("Sở", &id), ERR_EXISTS);
	for (int i = 1; i < DESTINATIONS_MAX && !e; i++) {
		(void)snprintf(name, sizeof(name), "Nơi %d", i);
		e = add(name, &id);
	}
	CHECK_INT("the most", e, ERR_OK);
	CHECK_INT("one more", add("Nơi nữa", &id), ERR_LIMIT);
	d = load(id);
	CHECK_STR("the password", d.password ? d.password : "", "mật khẩu");
	CHECK_INT("sealed",
			testdb_number(t.db,
					"SELECT COUNT(*) FROM destination"
					" WHERE INSTR(secret_box, 'mật khẩu') > 0"),
			0);
	struct destination_change c = { SCHOOL, id, d.version + 1, d.kind, str_from("Khác"),
		&d.settings, false, str_from(""), str_from("") };
	CHECK_INT("another version", destination_store_change(t.db, keys, &c), ERR_STALE);
	c.version = d.version;
	CHECK_INT("changed", destination_store_change(t.db, keys, &c), ERR_OK);
	destination_finish(&d);
	d = load(id);
	CHECK_STR("the password stays", d.password ? d.password : "", "mật khẩu");
	CHECK_STR("the name", d.name, "Khác");
	destination_finish(&d);
	CHECK_INT("dropped", destination_store_drop(t.db, SCHOOL, id), ERR_OK);
	CHECK_INT("gone", destination_store_load(t.db, keys, SCHOOL, id, &d), ERR_NOT_FOUND);
	char commune[9];
	CHECK_INT("commune", destination_store_commune(t.db, SCHOOL, commune, sizeof(commune)),
			ERR_OK);
	CHECK_STR("commune", commune, "C9");
}

static unsigned seen;

static enum err see(const struct outgoing_record *record, void *ctx) {
	const enum outgoing_record_state *want = ctx;
	seen++;
	CHECK_INT("state", record->state, *want);
	return ERR_OK;
}

static void test_records(uint64_t id) {
	struct destination d = load(id);
	enum outgoing_record_state want = RECORD_STATE_APPLIED;
	struct outgoing_records w = { .state = RECORD_STATE_APPLIED, .limit = 50 };
	seen = 0;
	CHECK_INT("applied", outgoing_store_records(t.db, &d, &w, see, &want), ERR_OK);
	CHECK_INT("one", seen, 1);
	want = RECORD_STATE_QUEUED;
	w.state = RECORD_STATE_QUEUED;
	CHECK_INT("queued", outgoing_store_records(t.db, &d, &w, see, &want), ERR_OK);
	CHECK_INT("two by now", seen, 2);
	w.kind = str_from("diem");
	CHECK_INT("of a kind", outgoing_store_records(t.db, &d, &w, see, &want), ERR_OK);
	CHECK_INT("still two", seen, 2);
	destination_finish(&d);
}

/* With the last destination the school stops telling; a new one begins anew. */
static void test_last(void) {
	uint64_t ids[DESTINATIONS_MAX + 1];
	size_t count = 0;
	CHECK_INT("ids", destination_store_ids(t.db, SCHOOL, ids, DESTINATIONS_MAX + 1, &count),
			ERR_OK);
	for (size_t i = 0; i < count; i++) {
		CHECK_INT("still telling", testdb_number(t.db, "SELECT COUNT(*) FROM outbox_head"),
				1);
		CHECK_INT("drop", destination_store_drop(t.db, SCHOOL, ids[i]), ERR_OK);
	}
	CHECK_INT("no more", testdb_number(t.db, "SELECT COUNT(*) FROM outbox_head"), 0);
	uint64_t id = 0;
	uint64_t got = 0;
	CHECK_INT("one more", add("Sở mới", &id), ERR_OK);
	CHECK_INT("it is due: all is to be told", take(me, 99999, &got), ERR_OK);
	CHECK_INT("that one", got, id);
}

int main(void) {
	char folder[128];
	uint64_t id = 0;
	if (secret_init()) {
		return 1;
	}
	testdb_start(&t, "outgoing_store");
	testdb_folder(folder, sizeof(folder));
	char path[160];
	(void)snprintf(path, sizeof(path), "%s/keys", folder);
	CHECK_INT("keys", keys_load_or_make(path, NOW, &keys), ERR_OK);
	make_school();
	CHECK_INT("add", add("Sở", &id), ERR_OK);
	test_each_change(id);
	test_mended(id);
	test_again(id);
	test_many(id);
	test_lease(id);
	test_records(id);
	test_destinations();
	test_last();
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&t);
	return check_done();
}
