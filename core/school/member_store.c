#include "core/school/member_store.h"

#include <string.h>

#include "core/outbox/owe_store.h"

static const char sql_list[] =
		"SELECT m.person_id, p.full_name, (SELECT MIN(l.login) FROM membership l"
		"  WHERE l.school_id = m.school_id AND l.person_id = m.person_id AND l.state = 1),"
		" a.phone, p.birth_date, a.password_hash IS NOT NULL AND NOT EXISTS (SELECT 1"
		"  FROM unproven u WHERE u.person_id = m.person_id AND u.school_id = m.school_id),"
		" p.version"
		" FROM membership m JOIN person p ON p.id = m.person_id"
		" LEFT JOIN account a ON a.person_id = m.person_id"
		" WHERE m.school_id = ? AND m.role = ? AND m.state = 1"
		" ORDER BY p.sort_given, p.sort_rest, p.id";
static const char sql_subjects[] =
		"SELECT t.person_id, s.id, s.name FROM teacher_subject t"
		" JOIN subject s ON s.id = t.subject_id AND s.school_id = t.school_id"
		" WHERE t.school_id = ? ORDER BY t.person_id, s.position, s.name, s.id";
static const char sql_load[] =
		"SELECT p.version, p.full_name, h.login, a.phone, a.password_hash IS NOT NULL"
		" AND NOT EXISTS (SELECT 1 FROM unproven u WHERE u.person_id = p.id"
		"  AND u.school_id = h.school_id), h.roles,"
		" EXISTS (SELECT 1 FROM membership o WHERE o.person_id = p.id AND o.school_id <> h.school_id"
		"  AND o.state = 1 AND NOT EXISTS (SELECT 1 FROM unproven u WHERE u.person_id = o.person_id"
		"  AND u.school_id = o.school_id)) OR EXISTS (SELECT 1 FROM officer f WHERE f.person_id = p.id),"
		" EXISTS (SELECT 1 FROM membership o WHERE o.person_id = p.id AND o.school_id <> h.school_id"
		"  AND o.state = 1 AND o.role = 1 AND NOT EXISTS (SELECT 1 FROM unproven u"
		"  WHERE u.person_id = o.person_id AND u.school_id = o.school_id))"
		" OR EXISTS (SELECT 1 FROM officer f WHERE f.person_id = p.id)"
		" FROM (SELECT school_id, person_id, MIN(login) AS login, BIT_OR(1 << role) AS roles"
		"  FROM membership WHERE school_id = ? AND person_id = ? AND state = 1"
		"  GROUP BY school_id, person_id) h JOIN person p ON p.id = h.person_id"
		" LEFT JOIN account a ON a.person_id = p.id";
#define SQL_NEXT_VERSION                                                           \
	" version = version + 1 WHERE id = ? AND version = ? AND EXISTS (SELECT 1" \
	" FROM membership m WHERE m.school_id = ? AND m.person_id = person.id AND m.state = 1)"

static const char sql_rename[] = "UPDATE person SET full_name = ?, sort_given = ?, sort_rest = ?,"
				 " search_name = ?," SQL_NEXT_VERSION;
static const char sql_touch[] = "UPDATE person SET" SQL_NEXT_VERSION;

enum err member_store_list(struct db *db, uint64_t school_id, enum role role,
		enum err (*each)(const struct member_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, role);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct member_row row = {
			.person_id = db_col_u64(stmt, 0),
			.full_name = db_col_str(stmt, 1),
			.login = db_col_str(stmt, 2),
			.phone = db_col_str(stmt, 3),
			.birth = db_col_date(stmt, 4),
			.is_activated = db_col_bool(stmt, 5),
			.version = (unsigned)db_col_u64(stmt, 6),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err member_store_subjects(struct db *db, uint64_t school_id,
		enum err (*each)(uint64_t person_id, uint64_t subject_id, struct str name,
				void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_subjects, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = each(db_col_u64(stmt, 0), db_col_u64(stmt, 1), db_col_str(stmt, 2), ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err member_store_load(
		struct db *db, uint64_t school_id, uint64_t person_id, struct member *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct member m = {
		.person_id = person_id,
		.version = (unsigned)db_col_u64(stmt, 0),
		.is_activated = db_col_bool(stmt, 4),
		.roles = (uint32_t)db_col_u64(stmt, 5),
		.is_elsewhere = db_col_bool(stmt, 6),
		.is_office_elsewhere = db_col_bool(stmt, 7),
	};
	e = db_col_copy(stmt, 1, m.full_name, sizeof(m.full_name));
	e = e ? e : db_col_copy(stmt, 2, m.login, sizeof(m.login));
	e = e ? e : db_col_copy(stmt, 3, m.phone, sizeof(m.phone));
	if (!e) {
		*out = m;
	}
	return e;
}

const char *member_forbidden(const struct member *m, const char *full_name, const char *phone) {
	if (!m->is_elsewhere) {
		return NULL;
	}
	if (strcmp(full_name, m->full_name) != 0) {
		return "fullName";
	}
	return strcmp(phone, m->phone) != 0 ? "phone" : NULL;
}

/* Who is changed: bound behind the values, from the index `at`. */
struct change {
	struct db_stmt *stmt;
	uint64_t school_id;
	uint64_t person_id;
	unsigned version;
	unsigned at;
};

static enum err run_change(struct db *db, void *ctx) {
	const struct change *c = ctx;
	db_bind_u64(c->stmt, c->at, c->person_id);
	db_bind_u64(c->stmt, c->at + 1, c->version);
	db_bind_u64(c->stmt, c->at + 2, c->school_id);
	uint64_t changed = 0;
	enum err e = db_exec(c->stmt, &changed);
	if (e || changed == 1) {
		return e ? e : outbox_owe_person(db, c->person_id);
	}
	struct member now;
	e = member_store_load(db, c->school_id, c->person_id, &now);
	return e ? e : ERR_STALE;
}

enum err member_store_rename(struct db *db, uint64_t school_id, uint64_t person_id,
		const struct account_name *name, unsigned version) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_rename, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, name->full);
	db_bind_text(stmt, 1, name->given);
	db_bind_text(stmt, 2, name->rest);
	db_bind_text(stmt, 3, name->search);
	struct change change = { stmt, school_id, person_id, version, 4 };
	return db_transact(db, run_change, &change);
}

enum err member_store_touch(
		struct db *db, uint64_t school_id, uint64_t person_id, unsigned version) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_touch, &stmt);
	struct change change = { stmt, school_id, person_id, version, 0 };
	return e ? e : db_transact(db, run_change, &change);
}
