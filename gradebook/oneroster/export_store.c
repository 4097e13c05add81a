#include "gradebook/oneroster/export_store.h"

#include "gradebook/oneroster/delta_store.h"

static const char sql_code[] = "SELECT code FROM school WHERE id = ?";

enum { CODE_BYTES = 128 };

struct run {
	const struct oneroster_export *wish;
	const struct zip_sink *sink;
	struct oneroster_counts counts;
	bool has_begun;
};

static enum err load_code(struct db *db, uint64_t school_id, char out[CODE_BYTES]) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_code, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	return e ? e : db_col_copy(stmt, 0, out, CODE_BYTES);
}

static enum err run(struct db *db, void *ctx) {
	struct run *r = ctx;
	if (r->has_begun) {
		return ERR_DB_AWAY; /* bytes have left: they cannot be taken back */
	}
	char code[CODE_BYTES];
	const struct school_source_wish wish = { .school_id = r->wish->school_id,
		.year_id = r->wish->year_id,
		.has_guardians = r->wish->has_guardians,
		.tells_open_means = r->wish->since_ms != 0 };
	_cleanup_(school_source_freep) struct school_source *source = NULL;
	_cleanup_(delta_source_freep) struct delta_source *delta = NULL;
	enum err e = load_code(db, r->wish->school_id, code);
	e = e ? e : school_source_new(db, &wish, &source);
	if (e) {
		return e;
	}
	if (r->wish->since_ms) {
		e = delta_source_new(db, source, r->wish->since_ms, &delta);
	}
	if (e) {
		return e;
	}
	const struct oneroster_wish how = { .is_delta = delta != NULL,
		.now_ms = r->wish->now_ms,
		.system_name = str_from("Trường Thi"),
		.system_code = str_from(code) };
	const struct oneroster_source walker =
			delta ? delta_source_walker(delta) : school_source_walker(source);
	r->has_begun = true;
	return oneroster_write(&walker, &how, r->sink, &r->counts);
}

enum err oneroster_export(struct db *db, const struct oneroster_export *wish,
		const struct zip_sink *sink, struct oneroster_counts *out_counts) {
	struct run r = { .wish = wish, .sink = sink };
	if (wish->since_ms && wish->has_guardians) {
		return ERR_INVAL;
	}
	enum err e = db_transact_with(db, DB_TX_READ, run, &r);
	if (!e && out_counts) {
		*out_counts = r.counts;
	}
	return e;
}
