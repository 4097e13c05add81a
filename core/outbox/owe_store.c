#include "core/outbox/owe_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/outbox/touch_store.h"

enum { LOOK_BACK = 8 }; /* the same thing owed twice mostly comes at once */

enum { PERSONS_AT_ONCE = 16 };

#define SQL_4 "?,?,?,?"

static const char sql_schools[] =
		"SELECT DISTINCT person_id, school_id FROM membership WHERE person_id IN (" SQL_4
		"," SQL_4 "," SQL_4 "," SQL_4 ")";

/* What stands in the transaction's memory. */
struct owed {
	uint64_t school_id; /* 0: the schools of the person that is the place */
	uint64_t topic;
	struct record_scope scope;
};

static size_t owed_count(const struct buf *b) {
	return b->len / sizeof(struct owed);
}

static struct owed owed_at(const char *bytes, size_t index) {
	struct owed owed; /* the bytes of a buffer are not aligned for it */
	memcpy(&owed, bytes + index * sizeof(owed), sizeof(owed));
	return owed;
}

/* Where nothing more can be noted one by one: everything of that topic in the school. */
static void widen_all(struct buf *b) {
	bool is_kept = false;
	size_t count = owed_count(b);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct owed owed = owed_at(b->data, i);
		if (owed.school_id) {
			owed.scope = (struct record_scope){ 0 };
		}
		is_kept = false;
		for (size_t k = 0; k < kept && !is_kept; k++) {
			is_kept = memcmp(b->data + k * sizeof(owed), &owed, sizeof(owed)) == 0;
		}
		if (!is_kept) {
			memcpy(b->data + kept++ * sizeof(owed), &owed, sizeof(owed));
		}
	}
	b->len = kept * sizeof(struct owed);
}

static enum err owe(struct db *db, const struct owed *owed) {
	struct buf *b = db_owed(db);
	size_t count = owed_count(b);
	for (size_t i = 1; i <= LOOK_BACK && i <= count; i++) {
		if (memcmp(b->data + (count - i) * sizeof(*owed), owed, sizeof(*owed)) == 0) {
			return ERR_OK;
		}
	}
	if (count > 0 && count % OWED_MAX == 0) {
		widen_all(b);
	}
	buf_add(b, owed, sizeof(*owed));
	return buf_err(b);
}

enum err outbox_owe(struct db *db, uint64_t school_id, enum record_topic topic,
		const struct record_scope *scope) {
	assert(school_id != 0);
	struct owed owed = { school_id, topic, *scope };
	return owe(db, &owed);
}

enum err outbox_owe_person(struct db *db, uint64_t person_id) {
	struct owed owed = { 0, RECORD_OF_PERSON, { .place_id = person_id } };
	return owe(db, &owed);
}

struct exec {
	struct db_stmt *stmt;
	struct outbox_deed *deed;
};

static enum err run_exec(struct db *db, void *ctx) {
	const struct exec *exec = ctx;
	enum err e = db_exec_one(exec->stmt);
	if (e) {
		return e;
	}
	if (exec->deed->made) {
		*exec->deed->made = db_last_id(exec->stmt);
	}
	return outbox_owe(db, exec->deed->school_id, exec->deed->topic, &exec->deed->scope);
}

enum err outbox_exec_one(struct db *db, struct db_stmt *stmt, struct outbox_deed *deed) {
	struct exec exec = { stmt, deed };
	return db_transact(db, run_exec, &exec);
}

/* ---- whose it is ---- */

struct debts {
	struct owed *list; /* by school */
	size_t count;
	size_t cap;
};

static void debts_finish(struct debts *d) {
	free(d->list);
}

static enum err debts_add(struct debts *d, const struct owed *owed) {
	if (d->count == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 16;
		struct owed *list = realloc(d->list, cap * sizeof(*list));
		if (!list) {
			return ERR_NOMEM;
		}
		d->list = list;
		d->cap = cap;
	}
	d->list[d->count++] = *owed;
	return ERR_OK;
}

/* The schools of some persons, 1 to PERSONS_AT_ONCE; every place of the statement has one. */
static enum err add_of_persons(
		struct db *db, struct debts *d, const uint64_t *persons, size_t count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < PERSONS_AT_ONCE; i++) {
		db_bind_u64(stmt, i, persons[i < count ? i : 0]);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct owed owed = { db_col_u64(stmt, 1), RECORD_OF_PERSON,
			{ .place_id = db_col_u64(stmt, 0) } };
		e = debts_add(d, &owed);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static int by_school(const void *a, const void *b) {
	const struct owed *x = a;
	const struct owed *y = b;
	return (x->school_id > y->school_id) - (x->school_id < y->school_id);
}

/* Everything that is owed, by school: heads are locked in one order by everybody. */
static enum err collect(struct db *db, struct str owed, struct debts *out) {
	size_t count = owed.n / sizeof(struct owed);
	uint64_t persons[PERSONS_AT_ONCE];
	size_t person_count = 0;
	enum err e = ERR_OK;
	for (size_t i = 0; i < count && !e; i++) {
		struct owed one = owed_at(owed.p, i);
		if (one.school_id) {
			e = debts_add(out, &one);
			continue;
		}
		persons[person_count++] = one.scope.place_id;
		if (person_count == PERSONS_AT_ONCE) {
			e = add_of_persons(db, out, persons, person_count);
			person_count = 0;
		}
	}
	if (!e && person_count > 0) {
		e = add_of_persons(db, out, persons, person_count);
	}
	if (!e && out->count > 0) {
		qsort(out->list, out->count, sizeof(*out->list), by_school);
	}
	return e;
}

/* ---- paying ---- */

/* The scopes in which one kind is looked at. */
struct scopes {
	struct record_scope list[OWED_SCOPES_MAX];
	size_t count;
	bool is_whole;
};

static bool same_scope(const struct record_scope *a, const struct record_scope *b) {
	return a->class_id == b->class_id && a->student_id == b->student_id &&
			a->place_id == b->place_id;
}

/* Too many to look at one by one: the class when they are all of one, else the school. */
static void widen(struct scopes *s, const struct record_scope *more) {
	uint64_t class_id = more->class_id;
	for (size_t i = 0; i < s->count; i++) {
		if (s->list[i].class_id != class_id) {
			class_id = 0;
		}
	}
	s->is_whole = class_id == 0;
	s->list[0] = (struct record_scope){ .class_id = class_id };
	s->count = 1;
}

static void add_scope(struct scopes *s, const struct record_scope *more) {
	for (size_t i = 0; i < s->count; i++) {
		bool is_wider = same_scope(
				&s->list[i], &(struct record_scope){ .class_id = more->class_id });
		if (same_scope(&s->list[i], more) || (more->class_id && is_wider)) {
			return;
		}
	}
	if (s->count == OWED_SCOPES_MAX) {
		widen(s, more);
	} else {
		s->list[s->count++] = *more;
	}
}

/* What of a change's scope holds for the kind; nothing when it does not follow such changes. */
static void follow(struct scopes *s, const struct record_kind *kind, const struct owed *owed) {
	unsigned how = kind->follows[owed->topic];
	if (!how || s->is_whole) {
		return;
	}
	struct record_scope scope = {
		.class_id = how & RECORD_BY_CLASS ? owed->scope.class_id : 0,
		.student_id = how & RECORD_BY_STUDENT ? owed->scope.student_id : 0,
		.place_id = how & RECORD_BY_PLACE ? owed->scope.place_id : 0,
	};
	if (!scope.class_id && !scope.student_id && !scope.place_id) {
		s->is_whole = true;
		s->list[0] = scope;
		s->count = 1;
		return;
	}
	add_scope(s, &scope);
}

/* One school's debts. */
static enum err pay_school(struct db *db, const struct record_kinds *kinds, const struct owed *list,
		size_t count) {
	struct outbox_turn turn;
	enum err e = outbox_turn_begin(db, list->school_id, &turn);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	for (size_t k = 0; k < kinds->count && !e; k++) {
		struct scopes scopes = { .count = 0 };
		for (size_t i = 0; i < count; i++) {
			follow(&scopes, kinds->list[k], &list[i]);
		}
		if (scopes.count > 0) {
			e = outbox_turn_touch(&turn, kinds->list[k], scopes.list, scopes.count);
		}
	}
	return e ? e : outbox_turn_end(&turn);
}

/* How many at the front are of one school. */
static size_t run_length(const struct owed *list, size_t count) {
	size_t n = 1;
	while (n < count && list[n].school_id == list[0].school_id) {
		n++;
	}
	return n;
}

enum err outbox_pay(struct db *db, struct str owed, const void *kinds) {
	_cleanup_(debts_finish) struct debts debts = { 0 };
	enum err e = collect(db, owed, &debts);
	for (size_t i = 0, n = 0; i < debts.count && !e; i += n) {
		n = run_length(&debts.list[i], debts.count - i);
		e = pay_school(db, kinds, &debts.list[i], n);
	}
	return e;
}

enum err outbox_ahead(struct db *db, struct str owed, const void *kinds) {
	(void)kinds;
	_cleanup_(debts_finish) struct debts debts = { 0 };
	size_t count = owed.n / sizeof(struct owed);
	enum err e = ERR_OK;
	for (size_t i = 0; i < count && !e; i++) {
		struct owed one = owed_at(owed.p, i);
		e = one.school_id ? debts_add(&debts, &one) : ERR_OK;
	}
	if (e || debts.count == 0) {
		return e;
	}
	qsort(debts.list, debts.count, sizeof(*debts.list), by_school);
	for (size_t i = 0; i < debts.count && !e;
			i += run_length(&debts.list[i], debts.count - i)) {
		struct outbox_turn turn;
		e = outbox_turn_begin(db, debts.list[i].school_id, &turn);
		e = e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	return e;
}
