/*
 * Random deeds in a school with a secondary and a primary class: people, classes, keys, marks and
 * all that is said of students. Now and then what was told goes to a province in the same database,
 * in any order and some of it twice; then nothing is untold, the province holds the school's lines,
 * and the lines say what the school's tables say, by statements that know nothing of record kinds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/exchange/exchange_receipt.h"
#include "core/province/inbox_store.h"
#include "core/school/account_store.h"
#include "tests/ws/service/records_both.h"
#include "tests/ws/service/records_deeds.h"
#include "ws/service/record_kinds.h"

enum {
	DEEDS = 700,
	DEEDS_A_BATCH = 70,
	LINES_MAX = 8000,
	PROVINCE_SCHOOL = 5,
};

/* ---- to the province ---- */

struct lines {
	struct str list[LINES_MAX];
	size_t count;
};

static enum err keep_line(const struct outbox_row *row, void *ctx) {
	struct lines *lines = ctx;
	if (lines->count == LINES_MAX) {
		return ERR_LIMIT;
	}
	char *copy = malloc(row->line.n);
	if (!copy) {
		return ERR_NOMEM;
	}
	memcpy(copy, row->line.p, row->line.n);
	lines->list[lines->count++] = (struct str){ copy, row->line.n };
	return ERR_OK;
}

static void send(struct play *p, const struct str *lines, size_t count) {
	static const uint8_t kid[SIGN_KID_BYTES] = "schools";
	static const uint8_t signature[SIGN_BYTES];
	_cleanup_(inbox_finish) struct inbox inbox = { .records = NULL };
	_cleanup_(buf_finish) struct buf answer = buf_make(EXCHANGE_ANSWER_BYTES_MAX);
	struct exchange_batch batch = { .header = { .school = "A",
							.id = { ++p->batches },
							.number = p->batches,
							.records = (uint32_t)count } };
	const struct inbox_batch b = { .school_id = PROVINCE_SCHOOL,
		.batch = &batch,
		.kid = kid,
		.signature = signature,
		.keys = p->keys,
		.now_ms = p->now_ms };
	CHECK_INT("read", inbox_read(str_from("A"), lines, count, &inbox), ERR_OK);
	CHECK_INT("taken in", inbox_store_take(p->w.db, &b, &inbox, &answer), ERR_OK);
	CHECK_INT("rejected", (int)inbox.rejected, 0);
}

/* What came since the last time, in any order, with some of it twice. */
static void deliver(struct play *p) {
	struct lines *lines = calloc(1, sizeof(*lines));
	struct outbox_head head = { 0 };
	CHECK_INT("head", outbox_store_head(p->w.db, p->w.s.school_id, &head), ERR_OK);
	if (!lines) {
		exit(1);
	}
	CHECK_INT("rows",
			outbox_store_after(p->w.db, p->w.s.school_id, p->w.seen, LINES_MAX,
					keep_line, lines),
			ERR_OK);
	CHECK_INT("all of them", (int)lines->count, (int)(head.number - p->w.seen));
	p->w.seen = head.number;
	rng_shuffle(&p->rng, lines->list, lines->count, sizeof(lines->list[0]));
	size_t half = lines->count / 2;
	if (lines->count > 0) {
		send(p, lines->list, half + 1);
		send(p, lines->list + half / 2, lines->count - half / 2);
	}
	for (size_t i = 0; i < lines->count; i++) {
		free((char *)(uintptr_t)lines->list[i].p);
	}
	free(lines);
}

/* ---- the school's tables against the province's lines ---- */

static void check_kind(struct play *p, size_t i) {
	_cleanup_(buf_finish) struct buf sql = buf_make(1 << 14);
	buf_addf(&sql,
			"SELECT COUNT(*) FROM (SELECT SUM(side) s FROM (SELECT said, 1 side FROM"
			" (%s) a UNION ALL SELECT CONCAT_WS('|', %s), -1 FROM province_record"
			" WHERE sukien <> 3 AND bang = '%s') b GROUP BY said COLLATE utf8mb4_bin"
			" HAVING s <> 0) c",
			both[i].school, both[i].province, both[i].bang);
	CHECK_INT("the query", buf_err(&sql), ERR_OK);
	CHECK_INT(both[i].bang, testdb_number(p->w.db, buf_str(&sql)), 0);
}

static void check_all(struct play *p) {
	check_whole(&p->w, "told");
	deliver(p);
	CHECK_INT("lines that the province does not hold",
			number(p,
					"SELECT COUNT(*) FROM record r JOIN outbox o ON o.school_id = r.school_id"
					" AND o.number = r.number LEFT JOIN province_record q"
					" ON q.idbanghi = r.idbanghi WHERE q.line IS NULL OR q.line <> o.line"),
			0);
	CHECK_INT("as many",
			number(p,
					"SELECT (SELECT COUNT(*) FROM record)"
					" - (SELECT COUNT(*) FROM province_record)"),
			0);
	for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
		check_kind(p, i);
	}
}

/* Every kind was there, and of every kind something was taken back. */
static void check_met(struct play *p, const unsigned done[DEED_KINDS]) {
	for (size_t i = 0; i < DEED_KINDS; i++) {
		CHECK(deeds[i].name, done[i] >= deeds[i].least);
	}
	for (size_t i = 1; i < sizeof(both) / sizeof(both[0]); i++) {
		CHECK(both[i].bang,
				number(p,
						"SELECT COUNT(*) FROM record WHERE bang = '%s'"
						" AND sukien = 3",
						both[i].bang) > 0);
	}
}

static void begin(struct play *p, const struct testdb *t, const char *folder) {
	struct db_settings settings = testdb_settings(t);
	record_kinds_pay(&settings);
	p->w.kinds = &record_kinds;
	CHECK_INT("new", db_new(&settings, &p->w.db), ERR_OK);
	CHECK_INT("connect", db_connect(p->w.db), ERR_OK);
	seed_school(p->w.db, "A", &p->w.s);
	testdb_run(p->w.db, "UPDATE class SET grade = 4, name = '4A' WHERE name = '10A2'");
	memcpy(p->students, p->w.s.student_ids, sizeof(p->w.s.student_ids));
	p->student_count = SEED_STUDENTS;
	memcpy(p->teachers, p->w.s.teacher_ids, sizeof(p->w.s.teacher_ids));
	p->teachers[2] = seed_person(p->w.db, "Đỗ Thị Ba");
	CHECK_INT("a third",
			account_store_add_membership(p->w.db, p->w.s.school_id, p->teachers[2],
					ROLE_TEACHER, str_from("gv3")),
			ERR_OK);
	testdb_run(p->w.db,
			"INSERT INTO province_school (id, province_id, code, name, level,"
			" commune_code, state, invited_at_ms) VALUES (5, 1, 'A', 'A', 'thpt', '', 2, 1)");
	testdb_run(p->w.db,
			"INSERT INTO province_school_key (school_id, kid, public, from_ms)"
			" VALUES (5, 'schools\\0', REPEAT('k', 32), 1)");
	char path[256];
	snprintf(path, sizeof(path), "%s/keys", folder);
	CHECK_INT("keys", keys_load_or_make(path, 1, &p->keys), ERR_OK);
	CHECK_INT("begin", outbox_store_begin(p->w.db, p->w.s.school_id), ERR_OK);
	CHECK_INT("seed", seed_store_run(p->w.db, p->w.s.school_id, &record_kinds, NULL, NULL),
			ERR_OK);
	p->now_ms = SEED_NOW_MS;
}

int main(void) {
	struct testdb t;
	struct play *p = calloc(1, sizeof(*p));
	char folder[128];
	unsigned done[DEED_KINDS] = { 0 };
	if (!p) {
		return 1;
	}
	testdb_start(&t, "records_random");
	testdb_folder(folder, sizeof(folder));
	begin(p, &t, folder);
	rng_init(&p->rng, 20261122, 0);
	check_all(p);
	for (unsigned i = 1; i <= DEEDS; i++) {
		do_deed(p, done);
		if (i % DEEDS_A_BATCH == 0) {
			check_all(p);
		}
	}
	check_met(p, done);
	keys_free(p->keys);
	db_free(p->w.db);
	free(p);
	testdb_remove(folder);
	testdb_stop(&t);
	return check_done();
}
