#include "gradebook/marks/said_audit_store.h"

#include "gradebook/marks/audit_classes_store.h"

static enum err judge(struct db *db, uint64_t class_id, const char *sql, bool is_missing,
		struct said_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct said_finding f = { .is_missing = is_missing,
			.class_id = db_col_u64(stmt, 0),
			.student_id = db_col_u64(stmt, 1),
			.place = db_col_u64(stmt, 2),
			.item = db_col_u64(stmt, 3) };
		out.report(out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct run {
	uint64_t school;
	const struct said_audit *audit;
	struct said_audit_out out;
};

static enum err run(struct db *db, void *ctx) {
	const struct run *r = ctx;
	_cleanup_(audit_classes_finish) struct audit_classes classes = { 0 };
	enum err e = audit_classes_load(db, r->school, &classes);
	for (size_t i = 0; i < classes.count && !e; i++) {
		e = judge(db, classes.ids[i], r->audit->sql_changed, false, r->out);
		e = e ? e : judge(db, classes.ids[i], r->audit->sql_missing, true, r->out);
	}
	return e;
}

enum err said_audit_store_run(struct db *db, uint64_t school, const struct said_audit *audit,
		struct said_audit_out out) {
	struct run r = { school, audit, out };
	return db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
}
