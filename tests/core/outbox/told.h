#ifndef TESTS_CORE_OUTBOX_TOLD_H
#define TESTS_CORE_OUTBOX_TOLD_H

/* What a school's outbox tells, as text, for tests. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exchange/exchange_line.h"
#include "core/outbox/outbox_store.h"
#include "core/outbox/owe_store.h"
#include "core/outbox/seed_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

struct world {
	struct db *db;
	const struct record_kinds *kinds;
	struct seed s;
	uint64_t seen; /* the number up to which the outbox was read */
};

static inline struct db *connect_paying(const struct testdb *t, const struct record_kinds *kinds) {
	struct db_settings settings = testdb_settings(t);
	settings.last = (struct db_last){ outbox_ahead, outbox_pay, kinds };
	struct db *db = NULL;
	CHECK_INT("new", db_new(&settings, &db), ERR_OK);
	CHECK_INT("connect", db_connect(db), ERR_OK);
	return db;
}

/* ---- what was told ---- */

struct told {
	struct buf text; /* "NEW 1 hocsinh/A001;" */
	uint64_t last;
	size_t count;
	bool has_hole;
};

static inline enum err note_row(const struct outbox_row *row, void *ctx) {
	struct told *told = ctx;
	_cleanup_(exchange_line_finish) struct exchange_line line = { .root = NULL };
	struct hash hash;
	exchange_line_hash(row->line, &hash);
	CHECK_INT("a line", exchange_line_parse(row->line, &line), ERR_OK);
	CHECK("its hash", hash_equal(&hash, &row->line_hash));
	CHECK_INT("its version", (int)line.version, (int)row->version);
	told->has_hole = told->has_hole || row->number != told->last + 1;
	told->last = row->number;
	told->count++;
	const char *slash = memchr(line.id.p, '/', line.id.n);
	buf_addf(&told->text, "%s %u %.*s;", exchange_event_name(line.event), line.version,
			(int)(line.id.n - (size_t)(slash + 1 - line.id.p)), slash + 1);
	return buf_err(&told->text);
}

/* What came since the last time, as text. */
static inline void check_told(struct world *w, const char *name, const char *want) {
	struct told told = { .text = buf_make(1 << 20), .last = w->seen };
	CHECK_INT(name, outbox_store_after(w->db, w->s.school_id, w->seen, 10000, note_row, &told),
			ERR_OK);
	CHECK(name, !told.has_hole);
	CHECK_STR(name, buf_str(&told.text), want);
	w->seen = told.last;
	buf_finish(&told.text);
}

static inline void skip_told(struct world *w) {
	struct outbox_head head = { 0 };
	CHECK_INT("head", outbox_store_head(w->db, w->s.school_id, &head), ERR_OK);
	w->seen = head.number;
}

/* The data of a record as it was told last. */
static inline void check_data(struct world *w, const char *id, const char *want_data) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT(id,
			db_prepare(w->db,
					"SELECT o.line FROM record r JOIN outbox o"
					" ON o.school_id = r.school_id AND o.number = r.number"
					" WHERE r.idbanghi = ?",
					&stmt),
			ERR_OK);
	db_bind_text(stmt, 0, id);
	CHECK_INT(id, db_next(stmt), ERR_OK);
	_cleanup_(buf_finish) struct buf line = buf_make(1 << 14);
	struct str text = db_col_str(stmt, 0);
	buf_add(&line, text.p, text.n);
	const char *data = strstr(buf_str(&line), "\"dulieu\":");
	CHECK_STR(id, data ? data : "", want_data);
}

static inline enum err note_untold(const struct outbox_untold *untold, void *ctx) {
	unsigned *count = ctx;
	fprintf(stderr, "untold: %s %llu, such as %.*s\n", untold->kind,
			(unsigned long long)untold->count, (int)untold->first.n, untold->first.p);
	*count += (unsigned)untold->count;
	return ERR_OK;
}

static inline void check_whole(struct world *w, const char *name) {
	unsigned untold = 0;
	CHECK_INT(name, outbox_store_check(w->db, w->s.school_id, w->kinds, note_untold, &untold),
			ERR_OK);
	CHECK_INT(name, untold, 0);
}

#endif
