/*
 * For whole-server tests (tests/e2e/lib/outbox.mjs), on the database of a server that runs:
 *     outbox_tool SOCKET DATABASE seed    every school exchanges, and what is there is told
 *     outbox_tool SOCKET DATABASE check   names what was not told; ends with 1 when there is any
 */
#include <stdio.h>
#include <string.h>

#include "core/outbox/outbox_store.h"
#include "core/outbox/seed_store.h"
#include "exam/hall/sitting_records_store.h"
#include "ws/service/record_kinds.h"

static const char sql_schools[] = "SELECT id FROM school ORDER BY id";
static const char sql_now[] = "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)";

static enum err print_untold(const struct outbox_untold *untold, void *ctx) {
	*(bool *)ctx = true;
	printf("untold: %s, %llu, such as %.*s\n", untold->kind, (unsigned long long)untold->count,
			(int)untold->first.n, untold->first.p);
	return ERR_OK;
}

static enum err seed(struct db *db) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t school = db_col_u64(stmt, 0);
		e = outbox_store_begin(db, school);
		e = e ? e : seed_store_run(db, school, &record_kinds, NULL, NULL);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* A running exam is told from outside, when somebody looks. */
static enum err look_at_exams(struct db *db) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_now, &stmt);
	e = e ? e : db_next(stmt);
	return e ? e : sitting_records_store_tell(db, db_col_i64(stmt, 0));
}

static enum err check(struct db *db, bool *out_untold) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = look_at_exams(db);
	e = e ? e : db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = outbox_store_check(
				db, db_col_u64(stmt, 0), &record_kinds, print_untold, out_untold);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

int main(int argc, char **argv) {
	if (argc != 4) {
		return 2;
	}
	struct db_settings settings = {
		.socket_path = argv[1], .name = argv[2], .user = "root", .io_timeout_s = 60
	};
	_cleanup_(db_freep) struct db *db = NULL;
	bool is_untold = false;
	enum err e = db_new(&settings, &db);
	if (e) {
		return 2;
	}
	e = strcmp(argv[3], "seed") == 0 ? seed(db) : check(db, &is_untold);
	if (e) {
		fprintf(stderr, "%s: %s: %s\n", argv[3], err_name(e), db_error(db));
		return 2;
	}
	return is_untold;
}
