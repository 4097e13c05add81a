#include "exam/bank/bank_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/base/json.h"

#define BANK_COLUMNS                                                                             \
	"SELECT b.id, b.subject_id, b.owner_id, b.is_shared, b.version, b.name,"                 \
	" (SELECT COUNT(*) FROM question q WHERE q.bank_id = b.id AND q.school_id = b.school_id" \
	" AND q.state = 1)"                                                                      \
	" FROM bank b WHERE b.school_id = ? AND (b.owner_id = ? OR b.is_shared = 1)"

static const char sql_list[] = BANK_COLUMNS " ORDER BY b.owner_id <> ?, b.name, b.id";
static const char sql_load[] = BANK_COLUMNS " AND b.id = ?";

static const char sql_add[] =
		"INSERT INTO bank (school_id, subject_id, owner_id, name, is_shared, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?)";
static const char sql_subject[] = "SELECT 1 FROM subject WHERE school_id = ? AND id = ?";
static const char sql_save[] =
		"UPDATE bank SET name = ?, subject_id = ?, is_shared = ?, version = version + 1"
		" WHERE school_id = ? AND owner_id = ? AND id = ? AND version = ?";
static const char sql_own[] =
		"SELECT version FROM bank WHERE school_id = ? AND owner_id = ? AND id = ?";

#define QUESTION_COLUMNS                                                                       \
	"SELECT q.id, q.bank_id, r.revision, q.revision, q.state, q.difficulty, r.confidence," \
	" q.passage_id, p.html, q.topic, r.source, r.problems, r.content, r.answer_key"        \
	" FROM question q"                                                                     \
	" JOIN question_revision r ON r.question_id = q.id AND r.school_id = q.school_id"      \
	" JOIN bank b ON b.id = q.bank_id AND b.school_id = q.school_id"                       \
	" LEFT JOIN passage p ON p.id = q.passage_id AND p.school_id = q.school_id"

static const char sql_questions[] =
		QUESTION_COLUMNS " WHERE q.school_id = ? AND (b.owner_id = ? OR b.is_shared = 1)"
				 " AND q.bank_id = ? AND q.state = 1 AND r.revision = q.revision"
				 " ORDER BY q.position, q.id";
static const char sql_question[] =
		QUESTION_COLUMNS " WHERE q.school_id = ? AND (b.owner_id = ? OR b.is_shared = 1)"
				 " AND q.id = ? AND r.revision = IF(? = 0, q.revision, ?)";
static const char sql_of_paper[] = QUESTION_COLUMNS
		" JOIN paper_item i ON i.question_id = q.id AND i.revision = r.revision"
		" AND i.school_id = q.school_id"
		" WHERE q.school_id = ? AND i.paper_id = ? ORDER BY i.position";

static const char sql_question_add[] =
		"INSERT INTO question (school_id, bank_id, kind, revision, position, topic,"
		" difficulty, passage_id, created_by, created_at_ms)"
		" SELECT b.school_id, b.id, ?, 1, (SELECT COALESCE(MAX(o.position), 0) + 1"
		" FROM question o WHERE o.bank_id = b.id), ?, ?, ?, b.owner_id, ?"
		" FROM bank b WHERE b.school_id = ? AND b.owner_id = ? AND b.id = ?"
		" AND (? IS NULL OR EXISTS (SELECT 1 FROM passage p WHERE p.id = ?"
		" AND p.bank_id = b.id AND p.school_id = b.school_id))";
static const char sql_revision_add[] =
		"INSERT INTO question_revision (school_id, question_id, revision, content, answer_key,"
		" source, confidence, problems, created_by, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_revise[] =
		"UPDATE question q JOIN bank b ON b.id = q.bank_id AND b.school_id = q.school_id"
		" SET q.revision = q.revision + 1, q.kind = ?, q.topic = ?, q.difficulty = ?,"
		" q.passage_id = ?"
		" WHERE q.school_id = ? AND b.owner_id = ? AND q.id = ? AND q.revision = ?"
		" AND q.state = 1"
		" AND (? IS NULL OR EXISTS (SELECT 1 FROM passage p WHERE p.id = ?"
		" AND p.bank_id = b.id AND p.school_id = b.school_id))";
static const char sql_own_question[] =
		"SELECT q.revision FROM question q JOIN bank b ON b.id = q.bank_id"
		" AND b.school_id = q.school_id"
		" WHERE q.school_id = ? AND b.owner_id = ? AND q.id = ? AND q.state = 1";
static const char sql_retire[] =
		"UPDATE question q JOIN bank b ON b.id = q.bank_id AND b.school_id = q.school_id"
		" SET q.state = 2 WHERE q.school_id = ? AND b.owner_id = ? AND q.id = ?";

static const char sql_passage_add[] =
		"INSERT INTO passage (school_id, bank_id, html, created_at_ms)"
		" SELECT b.school_id, b.id, ?, ? FROM bank b"
		" WHERE b.school_id = ? AND b.owner_id = ? AND b.id = ?";
static const char sql_passage_replace[] =
		"UPDATE question q JOIN bank b ON b.id = q.bank_id AND b.school_id = q.school_id"
		" SET q.passage_id = ? WHERE q.school_id = ? AND b.owner_id = ? AND b.id = ?"
		" AND q.passage_id = ?";

void bank_list_finish(struct bank_list *list) {
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
	}
	free(list->items);
	*list = (struct bank_list){ 0 };
}

void bank_question_finish(struct bank_question *q) {
	free(q->passage);
	free(q->topic);
	free(q->source);
	free(q->problems);
	question_finish(&q->q);
	*q = (struct bank_question){ 0 };
}

void bank_questions_finish(struct bank_questions *list) {
	for (size_t i = 0; i < list->count; i++) {
		bank_question_finish(&list->items[i]);
	}
	free(list->items);
	*list = (struct bank_questions){ 0 };
}

static enum err read_bank(const struct db_stmt *stmt, struct bank *out) {
	struct bank bank = {
		.id = db_col_u64(stmt, 0),
		.subject_id = db_col_u64(stmt, 1),
		.owner_id = db_col_u64(stmt, 2),
		.is_shared = db_col_bool(stmt, 3),
		.version = (uint32_t)db_col_u64(stmt, 4),
		.question_count = (unsigned)db_col_u64(stmt, 6),
	};
	enum err e = db_col_dup(stmt, 5, &bank.name);
	if (e) {
		return e;
	}
	*out = bank;
	return ERR_OK;
}

enum err bank_store_list(struct db *db, struct bank_actor actor, struct bank_list *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(bank_list_finish) struct bank_list list = { 0 };
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, actor.person_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, BANK_STORE_BANKS_MAX);
		e = e ? e : read_bank(stmt, &list.items[list.count]);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct bank_list){ 0 };
	return ERR_OK;
}

enum err bank_store_load(
		struct db *db, struct bank_actor actor, uint64_t bank_id, struct bank *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, bank_id);
	e = db_next(stmt);
	return e ? e : read_bank(stmt, out);
}

/* A subject of another school must not be named. */
static enum err check_subject(struct db *db, uint64_t school_id, uint64_t subject_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	if (subject_id == 0) {
		return ERR_OK;
	}
	enum err e = db_prepare(db, sql_subject, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, subject_id);
	e = db_next(stmt);
	return e == ERR_NOT_FOUND ? ERR_MISSING : e;
}

enum err bank_store_add(struct db *db, struct bank_actor actor, const struct bank *bank,
		int64_t now_ms, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = check_subject(db, actor.school_id, bank->subject_id);
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_id_or_null(stmt, 1, bank->subject_id);
	db_bind_u64(stmt, 2, actor.person_id);
	db_bind_text(stmt, 3, bank->name);
	db_bind_bool(stmt, 4, bank->is_shared);
	db_bind_i64(stmt, 5, now_ms);
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	*out_id = db_last_id(stmt);
	return ERR_OK;
}

/* After a guarded change touched nothing: is the row the person's own, only in another version? */
static enum err tell_stale(struct db *db, const char *sql, struct bank_actor actor, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, id);
	e = db_next(stmt);
	return e ? e : ERR_STALE;
}

enum err bank_store_save(struct db *db, struct bank_actor actor, const struct bank *bank) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = check_subject(db, actor.school_id, bank->subject_id);
	e = e ? e : db_prepare(db, sql_save, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, bank->name);
	db_bind_id_or_null(stmt, 1, bank->subject_id);
	db_bind_bool(stmt, 2, bank->is_shared);
	db_bind_u64(stmt, 3, actor.school_id);
	db_bind_u64(stmt, 4, actor.person_id);
	db_bind_u64(stmt, 5, bank->id);
	db_bind_u64(stmt, 6, bank->version);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : tell_stale(db, sql_own, actor, bank->id);
}

/* The question inside a revision; what the bank holds was checked when it was written. */
static enum err read_content(struct str content, struct str key, struct question *out) {
	_cleanup_(json_freep) struct json *content_root = NULL;
	_cleanup_(json_freep) struct json *key_root = NULL;
	struct diag why = { 0 };
	enum err e = json_parse(content, content.n, &content_root);
	e = e ? e : json_parse(key, key.n, &key_root);
	e = e ? e : question_parse(content_root, key_root, out, &why);
	diag_finish(&why);
	return e == ERR_OK || e == ERR_NOMEM ? e : ERR_CORRUPT;
}

static enum err read_question(const struct db_stmt *stmt, struct bank_question *out) {
	_cleanup_(bank_question_finish) struct bank_question q = {
		.id = db_col_u64(stmt, 0),
		.bank_id = db_col_u64(stmt, 1),
		.revision = (uint32_t)db_col_u64(stmt, 2),
		.newest = (uint32_t)db_col_u64(stmt, 3),
		.is_retired = db_col_u64(stmt, 4) != 1,
		.difficulty = (unsigned)db_col_u64(stmt, 5),
		.confidence = (unsigned)db_col_u64(stmt, 6),
		.passage_id = db_col_u64(stmt, 7),
	};
	enum err e = db_col_dup(stmt, 8, &q.passage);
	e = e ? e : db_col_dup(stmt, 9, &q.topic);
	e = e ? e : db_col_dup(stmt, 10, &q.source);
	e = e ? e : db_col_dup(stmt, 11, &q.problems);
	e = e ? e : read_content(db_col_str(stmt, 12), db_col_str(stmt, 13), &q.q);
	if (e) {
		return e;
	}
	*out = q;
	q = (struct bank_question){ 0 };
	return ERR_OK;
}

/* Reads every row of a bound statement. */
static enum err read_questions(struct db_stmt *stmt, struct bank_questions *out) {
	_cleanup_(bank_questions_finish) struct bank_questions list = { 0 };
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, BANK_STORE_QUESTIONS_MAX);
		e = e ? e : read_question(stmt, &list.items[list.count]);
		if (e) {
			return e;
		}
		list.count++;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct bank_questions){ 0 };
	return ERR_OK;
}

enum err bank_store_questions(struct db *db, struct bank_actor actor, uint64_t bank_id,
		struct bank_questions *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_questions, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, bank_id);
	return read_questions(stmt, out);
}

enum err bank_store_question(struct db *db, struct bank_actor actor, uint64_t question_id,
		uint32_t revision, struct bank_question *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_question, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, question_id);
	db_bind_u64(stmt, 3, revision);
	db_bind_u64(stmt, 4, revision);
	e = db_next(stmt);
	return e ? e : read_question(stmt, out);
}

enum err bank_store_of_paper(
		struct db *db, uint64_t school_id, uint64_t paper_id, struct bank_questions *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_of_paper, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, paper_id);
	return read_questions(stmt, out);
}

static enum err print_draft(const struct bank_draft *draft, struct buf *content, struct buf *key) {
	struct json_out w;
	jo_begin(&w, content);
	jo_obj(&w);
	question_print(draft->q, &w);
	jo_end_obj(&w);
	jo_begin(&w, key);
	question_print_key(draft->q, &w);
	enum err e = buf_err(content);
	return e ? e : buf_err(key);
}

enum { CONTENT_BYTES_MAX = 4 << 20, KEY_BYTES_MAX = 1 << 20 };

static enum err add_revision(struct db *db, struct bank_actor actor, uint64_t question_id,
		uint32_t revision, const struct bank_draft *draft, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf content = buf_make(CONTENT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf key = buf_make(KEY_BYTES_MAX);
	enum err e = print_draft(draft, &content, &key);
	e = e ? e : db_prepare(db, sql_revision_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, question_id);
	db_bind_u64(stmt, 2, revision);
	db_bind_str(stmt, 3, (struct str){ buf_str(&content), content.len });
	db_bind_str(stmt, 4, (struct str){ buf_str(&key), key.len });
	db_bind_str(stmt, 5, draft->source);
	db_bind_u64(stmt, 6, draft->confidence);
	db_bind_str(stmt, 7, draft->problems.n ? draft->problems : str_from("[]"));
	db_bind_u64(stmt, 8, actor.person_id);
	db_bind_i64(stmt, 9, now_ms);
	return db_exec(stmt, NULL);
}

/* What the transactions below are given. */
struct write {
	struct bank_actor actor;
	uint64_t id; /* of the bank, or of the question */
	uint32_t revision;
	const struct bank_draft *draft;
	int64_t now_ms;
	uint64_t made_id;
};

static enum err add_in_tx(struct db *db, void *ctx) {
	struct write *write = ctx;
	const struct bank_draft *draft = write->draft;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_question_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, (uint64_t)draft->q->kind);
	db_bind_str(stmt, 1, draft->topic);
	db_bind_u64(stmt, 2, draft->difficulty);
	db_bind_id_or_null(stmt, 3, draft->passage_id);
	db_bind_i64(stmt, 4, write->now_ms);
	db_bind_u64(stmt, 5, write->actor.school_id);
	db_bind_u64(stmt, 6, write->actor.person_id);
	db_bind_u64(stmt, 7, write->id);
	db_bind_id_or_null(stmt, 8, draft->passage_id);
	db_bind_id_or_null(stmt, 9, draft->passage_id);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	if (changed == 0) {
		return ERR_NOT_FOUND;
	}
	write->made_id = db_last_id(stmt);
	return add_revision(db, write->actor, write->made_id, 1, draft, write->now_ms);
}

enum err bank_store_question_add(struct db *db, struct bank_actor actor, uint64_t bank_id,
		const struct bank_draft *draft, int64_t now_ms, uint64_t *out_id) {
	struct write write = { .actor = actor, .id = bank_id, .draft = draft, .now_ms = now_ms };
	enum err e = db_transact(db, add_in_tx, &write);
	if (e) {
		return e;
	}
	*out_id = write.made_id;
	return ERR_OK;
}

static enum err revise_in_tx(struct db *db, void *ctx) {
	struct write *write = ctx;
	const struct bank_draft *draft = write->draft;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_revise, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, (uint64_t)draft->q->kind);
	db_bind_str(stmt, 1, draft->topic);
	db_bind_u64(stmt, 2, draft->difficulty);
	db_bind_id_or_null(stmt, 3, draft->passage_id);
	db_bind_u64(stmt, 4, write->actor.school_id);
	db_bind_u64(stmt, 5, write->actor.person_id);
	db_bind_u64(stmt, 6, write->id);
	db_bind_u64(stmt, 7, write->revision);
	db_bind_id_or_null(stmt, 8, draft->passage_id);
	db_bind_id_or_null(stmt, 9, draft->passage_id);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	if (changed == 0) {
		return tell_stale(db, sql_own_question, write->actor, write->id);
	}
	return add_revision(db, write->actor, write->id, write->revision + 1, draft, write->now_ms);
}

enum err bank_store_question_revise(struct db *db, struct bank_actor actor, uint64_t question_id,
		uint32_t revision, const struct bank_draft *draft, int64_t now_ms) {
	struct write write = { actor, question_id, revision, draft, now_ms, 0 };
	return db_transact(db, revise_in_tx, &write);
}

enum err bank_store_question_retire(struct db *db, struct bank_actor actor, uint64_t question_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_retire, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, actor.school_id);
	db_bind_u64(stmt, 1, actor.person_id);
	db_bind_u64(stmt, 2, question_id);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed ? ERR_OK : ERR_NOT_FOUND;
}

enum err bank_store_passage_add(struct db *db, struct bank_actor actor, uint64_t bank_id,
		struct str html, int64_t now_ms, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint64_t changed = 0;
	enum err e = db_prepare(db, sql_passage_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, html);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, actor.school_id);
	db_bind_u64(stmt, 3, actor.person_id);
	db_bind_u64(stmt, 4, bank_id);
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	if (changed == 0) {
		return ERR_NOT_FOUND;
	}
	*out_id = db_last_id(stmt);
	return ERR_OK;
}

enum err bank_store_passage_replace(struct db *db, struct bank_actor actor, uint64_t bank_id,
		uint64_t old_id, uint64_t new_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_passage_replace, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, new_id);
	db_bind_u64(stmt, 1, actor.school_id);
	db_bind_u64(stmt, 2, actor.person_id);
	db_bind_u64(stmt, 3, bank_id);
	db_bind_u64(stmt, 4, old_id);
	return db_exec(stmt, NULL);
}
