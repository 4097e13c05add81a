#include "exam/bank/paper_store.h"

#include <string.h>

#include "core/base/grow.h"
#include "core/base/json.h"

#define ROW_COLUMNS                                                                     \
	"SELECT p.id, p.subject_id, p.owner_id, p.state, p.version, p.title,"           \
	" (SELECT COUNT(*) FROM paper_item i WHERE i.paper_id = p.id"                   \
	" AND i.school_id = p.school_id),"                                              \
	" (SELECT COALESCE(SUM(i.weight), 0) FROM paper_item i WHERE i.paper_id = p.id" \
	" AND i.school_id = p.school_id),"                                              \
	" (SELECT s.name FROM subject s WHERE s.id = p.subject_id AND s.school_id = p.school_id)"

static const char sql_list[] = ROW_COLUMNS " FROM paper p WHERE p.school_id = ? AND p.owner_id = ?"
					   " ORDER BY p.id DESC";
static const char sql_load[] = ROW_COLUMNS
		", p.parts FROM paper p WHERE p.school_id = ? AND (? = 0 OR p.owner_id = ?)"
		" AND p.id = ?";
static const char sql_items[] = "SELECT question_id, revision, part, weight FROM paper_item"
				" WHERE school_id = ? AND paper_id = ? ORDER BY position";

static const char sql_add[] =
		"INSERT INTO paper (school_id, owner_id, subject_id, title, parts, state,"
		" created_at_ms) SELECT s.school_id, ?, s.id, ?, ?, 1, ? FROM subject s"
		" WHERE s.school_id = ? AND s.id = ?";
static const char sql_save[] =
		"UPDATE paper SET title = ?, parts = ?, version = version + 1"
		" WHERE school_id = ? AND owner_id = ? AND id = ? AND version = ? AND state = 1";
static const char sql_own[] =
		"SELECT state, version FROM paper WHERE school_id = ? AND owner_id = ? AND id = ?";
static const char sql_clear[] = "DELETE FROM paper_item WHERE school_id = ? AND paper_id = ?";
/* The SELECT is the guard: a question of another school, of a bank that the person does not see,
 * or a revision that is not there inserts nothing. */
static const char sql_item[] =
		"INSERT INTO paper_item (school_id, paper_id, position, part, question_id, revision,"
		" weight)"
		" SELECT q.school_id, ?, ?, ?, q.id, r.revision, ?"
		" FROM question q JOIN bank b ON b.id = q.bank_id AND b.school_id = q.school_id"
		" JOIN question_revision r ON r.question_id = q.id AND r.school_id = q.school_id"
		" AND r.revision = IF(? = 0, q.revision, ?)"
		" WHERE q.school_id = ? AND (b.owner_id = ? OR b.is_shared = 1) AND q.id = ?"
		" AND q.state = 1";
static const char sql_freeze[] =
		"UPDATE paper SET state = 2 WHERE school_id = ? AND id = ? AND state IN (1, 2)";

static void finish_row(struct paper_row *row) {
	free(row->title);
	free(row->subject_name);
}

void paper_rows_finish(struct paper_rows *list) {
	for (size_t i = 0; i < list->count; i++) {
		finish_row(&list->items[i]);
	}
	free(list->items);
	*list = (struct paper_rows){ 0 };
}

void paper_whole_free(struct paper_whole *paper) {
	if (paper) {
		finish_row(&paper->row);
		free(paper->items);
		bank_questions_finish(&paper->questions);
		free(paper);
	}
}

static enum err read_row(const struct db_stmt *stmt, struct paper_row *out) {
	struct paper_row row = {
		.id = db_col_u64(stmt, 0),
		.subject_id = db_col_u64(stmt, 1),
		.owner_id = db_col_u64(stmt, 2),
		.state = db_col_u64(stmt, 3) == PAPER_DRAFT ? PAPER_DRAFT : PAPER_IN_USE,
		.version = (uint32_t)db_col_u64(stmt, 4),
		.item_count = (unsigned)db_col_u64(stmt, 6),
		.total_x100 = (unsigned)db_col_u64(stmt, 7),
	};
	enum err e = db_col_dup(stmt, 5, &row.title);
	e = e ? e : db_col_dup(stmt, 8, &row.subject_name);
	if (e) {
		finish_row(&row);
		return e;
	}
	*out = row;
	return ERR_OK;
}

enum err paper_store_list(struct db *db, struct bank_actor actor, struct paper_rows *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(paper_rows_finish) struct paper_rows list = { 0 };
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, PAPER_STORE_PAPERS_MAX);
		e = e ? e : read_row(stmt, &list.items[list.count]);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct paper_rows){ 0 };
	return ERR_OK;
}

static enum err read_parts(struct str text, struct blueprint *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct diag diag = { 0 };
	enum err e = json_parse(text, text.n, &root);
	e = e ? e : blueprint_parse(root, &diag, out);
	diag_finish(&diag);
	return e == ERR_OK || e == ERR_NOMEM ? e : ERR_CORRUPT;
}

static enum err load_row(
		struct db *db, struct bank_actor actor, uint64_t id, struct paper_whole *paper) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, actor.person_id);
	db_bind_u64(stmt, 3, id);
	e = db_next(stmt);
	e = e ? e : read_parts(db_col_str(stmt, 9), &paper->bp);
	return e ? e : read_row(stmt, &paper->row);
}

/* An item's row joined with what its question says. */
static struct blueprint_item make_item(const struct db_stmt *stmt, const struct bank_question *q) {
	const struct question *question = &q->q;
	struct blueprint_item item = {
		.question_id = db_col_u64(stmt, 0),
		.revision = (uint32_t)db_col_u64(stmt, 1),
		.part = (unsigned)db_col_u64(stmt, 2),
		.weight_x100 = (unsigned)db_col_u64(stmt, 3),
		.kind = question->kind,
		.choice_count = (unsigned)question->choice_count,
		.passage_id = q->passage_id,
		.is_shuffled = question->shuffle,
		.keeps_last = question->keep_last,
	};
	return item;
}

static enum err load_items(struct db *db, uint64_t school_id, struct paper_whole *paper) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = bank_store_of_paper(db, school_id, paper->row.id, &paper->questions);
	if (e) {
		return e;
	}
	paper->items = calloc(paper->questions.count + 1, sizeof(*paper->items));
	if (!paper->items) {
		return ERR_NOMEM;
	}
	e = db_prepare(db, sql_items, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, paper->row.id);
	while ((e = db_next(stmt)) == ERR_OK) {
		size_t at = paper->item_count;
		if (at >= paper->questions.count ||
				paper->questions.items[at].id != db_col_u64(stmt, 0)) {
			return ERR_DB_RETRY; /* the items changed between the two statements */
		}
		paper->items[at] = make_item(stmt, &paper->questions.items[at]);
		paper->item_count++;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct load {
	struct bank_actor actor;
	uint64_t id;
	struct paper_whole *paper;
};

/* All of one moment. */
static enum err load_in_tx(struct db *db, void *ctx) {
	struct load *load = ctx;
	_cleanup_(paper_whole_freep) struct paper_whole *paper = calloc(1, sizeof(*paper));
	if (!paper) {
		return ERR_NOMEM;
	}
	paper_whole_free(STEAL(load->paper));
	enum err e = load_row(db, load->actor, load->id, paper);
	e = e ? e : load_items(db, load->actor.school_id, paper);
	if (e) {
		return e;
	}
	load->paper = STEAL(paper);
	return ERR_OK;
}

enum err paper_store_load(struct db *db, struct bank_actor actor, uint64_t paper_id,
		struct paper_whole **out) {
	struct load load = { actor, paper_id, NULL };
	enum err e = db_transact_with(db, DB_TX_READ | DB_TX_IDEMPOTENT, load_in_tx, &load);
	if (e) {
		paper_whole_free(load.paper);
		return e;
	}
	*out = load.paper;
	return ERR_OK;
}

static enum err print_parts(const struct blueprint *bp, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	blueprint_print(bp, &w);
	return buf_err(out);
}

enum err paper_store_add(struct db *db, struct bank_actor actor, uint64_t subject_id,
		const char *title, const struct blueprint *bp, int64_t now_ms, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf parts = buf_make(BLUEPRINT_JSON_BYTES_MAX);
	uint64_t changed = 0;
	enum err e = print_parts(bp, &parts);
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.person_id);
	db_bind_text(stmt, 1, title);
	db_bind_str(stmt, 2, (struct str){ buf_str(&parts), parts.len });
	db_bind_i64(stmt, 3, now_ms);
	db_bind_u64(stmt, 4, actor.school_id);
	db_bind_u64(stmt, 5, subject_id);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	if (changed == 0) {
		return ERR_MISSING;
	}
	*out_id = db_last_id(stmt);
	return ERR_OK;
}

/* Why a guarded save touched nothing. */
static enum err tell_refusal(
		struct db *db, struct bank_actor actor, const struct paper_save *save) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_own, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, save->id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	return db_col_u64(stmt, 0) == PAPER_DRAFT ? ERR_STALE : ERR_CLOSED;
}

static enum err save_row(struct db *db, struct bank_actor actor, const struct paper_save *save) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf parts = buf_make(BLUEPRINT_JSON_BYTES_MAX);
	uint64_t changed = 0;
	enum err e = print_parts(save->bp, &parts);
	e = e ? e : db_prepare(db, sql_save, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, save->title);
	db_bind_str(stmt, 1, (struct str){ buf_str(&parts), parts.len });
	db_bind_u64(stmt, 2, actor.school_id);
	db_bind_u64(stmt, 3, actor.person_id);
	db_bind_u64(stmt, 4, save->id);
	db_bind_u64(stmt, 5, save->version);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : tell_refusal(db, actor, save);
}

static enum err clear_items(struct db *db, uint64_t school_id, uint64_t paper_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_clear, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, paper_id);
	return db_exec(stmt, NULL);
}

static enum err add_item(struct db_stmt *stmt, struct bank_actor actor, uint64_t paper_id,
		unsigned position, const struct paper_wish *wish) {
	uint64_t changed = 0;
	db_bind_u64(stmt, 0, paper_id);
	db_bind_u64(stmt, 1, position);
	db_bind_u64(stmt, 2, wish->part);
	db_bind_u64(stmt, 3, wish->weight_x100);
	db_bind_u64(stmt, 4, wish->revision);
	db_bind_u64(stmt, 5, wish->revision);
	db_bind_u64(stmt, 6, actor.school_id);
	db_bind_u64(stmt, 7, actor.person_id);
	db_bind_u64(stmt, 8, wish->question_id);
	enum err e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : ERR_MISSING;
}

struct saving {
	struct bank_actor actor;
	const struct paper_save *save;
};

static enum err save_in_tx(struct db *db, void *ctx) {
	const struct saving *saving = ctx;
	const struct paper_save *save = saving->save;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = save_row(db, saving->actor, save);
	e = e ? e : clear_items(db, saving->actor.school_id, save->id);
	e = e ? e : db_prepare(db, sql_item, &stmt);
	for (size_t i = 0; !e && i < save->item_count; i++) {
		e = add_item(stmt, saving->actor, save->id, (unsigned)i + 1, &save->items[i]);
	}
	return e;
}

enum err paper_store_save(struct db *db, struct bank_actor actor, const struct paper_save *save) {
	struct saving saving = { actor, save };
	return db_transact(db, save_in_tx, &saving);
}

enum err paper_store_freeze(struct db *db, uint64_t school_id, uint64_t paper_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_freeze, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, paper_id);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : ERR_NOT_FOUND;
}
