/*
 * What a province keeps of the batches that came in, and how long: marks and receipts by its own
 * clock, rejections until they are settled, and of neither more than there is room for.
 */
#include "core/province/inbox_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exchange/exchange_receipt.h"
#include "core/province/inbox_keep_store.h"
#include "core/seal/secret.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

#define DAY_MS INT64_C(86400000)
#define NOW INT64_C(1795357200000)

enum { SCHOOL = 7, OTHER = 8, LINE_BYTES = 512, SQL_BYTES = 1024 };

static struct testdb t;
static struct keys *keys;
static const uint8_t kid[SIGN_KID_BYTES] = { 1 };
static const uint8_t signature[SIGN_BYTES] = { 2 };

static void make_schools(void) {
	testdb_run(t.db,
			"INSERT INTO province (id, code, name, valid_from) VALUES (79, '79', 'P', '2025-07-01')");
	for (int id = SCHOOL; id <= OTHER; id++) {
		char sql[SQL_BYTES];
		(void)snprintf(sql, sizeof(sql),
				"INSERT INTO province_school (id, province_id, code, name, level,"
				" commune_code, state, invited_at_ms) VALUES (%d, 79, 's%d', 'S', 'thpt', '', 2, 1)",
				id, id);
		testdb_run(t.db, sql);
		(void)snprintf(sql, sizeof(sql),
				"INSERT INTO province_school_key (school_id, kid, public, from_ms)"
				" VALUES (%d, x'0100000000000000', REPEAT('x', 32), 1)",
				id);
		testdb_run(t.db, sql);
	}
}

/* A subject of the first school; a kind that is none is refused. */
static void print_line(char out[LINE_BYTES], const char *name, int version, const char *kind) {
	(void)snprintf(out, LINE_BYTES,
			"{\"bang\":\"monhoc\",\"idbanghi\":\"s7/monhoc/%s\",\"sukien\":\"NEW\","
			"\"phienban\":%d,\"thoigiancapnhat\":1790000000000,\"lop\":\"\",\"hocky\":0,"
			"\"hocsinh\":\"\",\"dulieu\":{\"mamon\":\"%s\",\"tenmon\":\"Môn\","
			"\"loai\":\"%s\"}}",
			name, version, name, kind);
}

struct sent {
	uint8_t id;
	const char *name;
	int version;
	const char *kind;
	int64_t at_ms;
};

struct became {
	unsigned applied;
	unsigned stale;
	unsigned rejected;
};

/* Sends one record as a batch; what was applied, known already and refused of it. */
static struct became take(const struct sent *s) {
	char text[LINE_BYTES];
	print_line(text, s->name, s->version, s->kind);
	struct str line = str_from(text);
	struct exchange_batch batch = { .header = { .school = "s7",
							.id = { s->id },
							.number = 1,
							.records = 1,
							.made_at_ms = 1 },
		.lines = &line };
	_cleanup_(inbox_finish) struct inbox inbox = { .records = NULL };
	_cleanup_(buf_finish) struct buf answer = buf_make(EXCHANGE_ANSWER_BYTES_MAX);
	struct inbox_batch b = { .school_id = SCHOOL,
		.batch = &batch,
		.kid = kid,
		.signature = signature,
		.keys = keys,
		.now_ms = s->at_ms };
	hash_bytes(NULL, text, line.n, &b.body);
	CHECK_INT("read", inbox_read(str_from("s7"), &line, 1, &inbox), ERR_OK);
	CHECK_INT("taken", inbox_store_take(t.db, &b, &inbox, &answer), ERR_OK);
	return (struct became){ inbox.applied, inbox.stale, inbox.rejected };
}

static int64_t count(const char *sql) {
	return testdb_number(t.db, sql);
}

/* ---- marks and receipts ---- */

static void add_incoming(int school, int from, int many, int64_t at_ms) {
	char sql[SQL_BYTES];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO incoming (school_id, batch_id, number, body_hash, school_kid,"
			" school_signature, received_at_ms, records, applied, stale, rejected, answer)"
			" SELECT %d, UNHEX(MD5(CONCAT('%d/', seq))), seq, REPEAT('x', 32), REPEAT('x', 8),"
			" REPEAT('x', 64), %lld + seq, 1, 1, 0, 0, '' FROM seq_%d_to_%d",
			school, school, (long long)at_ms, from, from + many - 1);
	testdb_run(t.db, sql);
}

static void test_marks(void) {
	const int64_t keep_ms = INBOX_KEEP_DAYS * DAY_MS;
	const struct sent first = { 1, "toan", 1, "diem", NOW };
	uint64_t gone = 0;
	CHECK_INT("applied", (int)take(&first).applied, 1);
	CHECK_INT("nothing is old", inbox_keep_store_prune(t.db, NOW + keep_ms, &gone), ERR_OK);
	CHECK_INT("to the day", (int)gone, 0);
	CHECK_INT("old, and the newest", inbox_keep_store_prune(t.db, NOW + keep_ms + 1, &gone),
			ERR_OK);
	CHECK_INT("stays", (int)gone, 0);
	add_incoming(SCHOOL, 1, INBOX_KEEP_NEWEST - 1, NOW);
	add_incoming(OTHER, 1, 3, NOW - keep_ms);
	CHECK_INT("as many as stay", inbox_keep_store_prune(t.db, NOW + keep_ms + 1, &gone),
			ERR_OK);
	CHECK_INT("none", (int)gone, 0);
	add_incoming(SCHOOL, INBOX_KEEP_NEWEST, 1, NOW);
	CHECK_INT("not before its day", inbox_keep_store_prune(t.db, NOW + keep_ms, &gone), ERR_OK);
	CHECK_INT("none", (int)gone, 0);
	CHECK_INT("the oldest", inbox_keep_store_prune(t.db, NOW + keep_ms + 1, &gone), ERR_OK);
	CHECK_INT("one", (int)gone, 1);
	CHECK_INT("that one", (int)count("SELECT COUNT(*) FROM incoming WHERE school_id = 7"),
			INBOX_KEEP_NEWEST);
	CHECK_INT("nobody else's", (int)count("SELECT COUNT(*) FROM incoming WHERE school_id = 8"),
			3);

	struct became again = take(&first);
	CHECK_INT("again: nothing new", (int)(again.applied + again.rejected), 0);
	CHECK_INT("it is there", (int)again.stale, 1);
	CHECK_INT("once", (int)count("SELECT COUNT(*) FROM province_record"), 1);
}

/* More than go in one statement, and the newest stay. */
static void test_many(void) {
	uint64_t gone = 0;
	testdb_run(t.db, "DELETE FROM incoming");
	add_incoming(SCHOOL, 1, 2 * INBOX_KEEP_AT_ONCE + INBOX_KEEP_NEWEST, NOW);
	CHECK_INT("prune", inbox_keep_store_prune(t.db, NOW + 300 * DAY_MS, &gone), ERR_OK);
	CHECK_INT("all but the newest", (int)gone, 2 * INBOX_KEEP_AT_ONCE);
	CHECK_INT("these", (int)count("SELECT MIN(number) FROM incoming"),
			2 * INBOX_KEEP_AT_ONCE + 1);
}

/* ---- rejections ---- */

static void test_rejections(void) {
	struct sent wrong = { 10, "van", 1, "khac", NOW };
	const struct sent older = { 11, "su", 1, "khac", NOW };
	CHECK_INT("refused", (int)take(&wrong).rejected, 1);
	CHECK_INT("another", (int)take(&older).rejected, 1);
	wrong.id = 12;
	wrong.version = 2;
	CHECK_INT("again", (int)take(&wrong).rejected, 1);
	CHECK_INT("one a record", (int)count("SELECT COUNT(*) FROM province_rejection"), 2);
	uint64_t gone = 0;
	CHECK_INT("years later", inbox_keep_store_prune(t.db, NOW + 4000 * DAY_MS, &gone), ERR_OK);
	CHECK_INT("they wait", (int)count("SELECT COUNT(*) FROM province_rejection"), 2);
	const struct sent right = { 13, "van", 3, "diem", NOW };
	CHECK_INT("applied", (int)take(&right).applied, 1);
	CHECK_INT("settled", (int)count("SELECT COUNT(*) FROM province_rejection"), 1);
}

static void fill_rejections(int many) {
	char sql[SQL_BYTES];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO province_rejection (school_id, batch_id, n, idbanghi, bang, phienban,"
			" code, params, at_ms) SELECT 7, x'00', seq, CONCAT('s7/monhoc/x', seq), 'monhoc', 1,"
			" 'x', '{}', seq FROM seq_1_to_%d",
			many);
	testdb_run(t.db, "DELETE FROM province_rejection");
	testdb_run(t.db, sql);
}

static void test_rejection_limit(void) {
	struct sent wrong = { 20, "dia", 1, "khac", NOW };
	fill_rejections(INBOX_REJECTIONS_MAX - 1);
	CHECK_INT("refused", (int)take(&wrong).rejected, 1);
	CHECK_INT("the most", (int)count("SELECT COUNT(*) FROM province_rejection"),
			INBOX_REJECTIONS_MAX);
	CHECK_INT("all of them", (int)count("SELECT MIN(at_ms) FROM province_rejection"), 1);
	wrong = (struct sent){ 21, "sinh", 1, "khac", NOW };
	CHECK_INT("one more", (int)take(&wrong).rejected, 1);
	CHECK_INT("no more", (int)count("SELECT COUNT(*) FROM province_rejection"),
			INBOX_REJECTIONS_MAX);
	CHECK_INT("the oldest is gone", (int)count("SELECT MIN(at_ms) FROM province_rejection"), 2);
}

int main(void) {
	char folder[128];
	char path[160];
	if (secret_init()) {
		return 1;
	}
	testdb_start(&t, "inbox_store");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/keys", folder);
	CHECK_INT("keys", keys_load_or_make(path, NOW, &keys), ERR_OK);
	make_schools();
	test_marks();
	test_many();
	test_rejections();
	test_rejection_limit();
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&t);
	return check_done();
}
