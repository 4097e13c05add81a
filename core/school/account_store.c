#include "core/school/account_store.h"

#include "core/outbox/owe_store.h"

/* membership.state: 1 in force, 2 ended. account.state: enum account_state. */

static const char sql_add_person[] =
		"INSERT INTO person (full_name, sort_given, sort_rest, search_name, birth_date, sex,"
		" personal_id_box, personal_id_hash, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_update_person[] =
		"UPDATE person SET full_name = ?, sort_given = ?, sort_rest = ?, search_name = ?,"
		" birth_date = ?, sex = ?, personal_id_box = COALESCE(?, personal_id_box),"
		" personal_id_hash = COALESCE(?, personal_id_hash), version = version + 1"
		" WHERE id = ? AND version = ? AND EXISTS (SELECT 1 FROM membership m"
		" WHERE m.school_id = ? AND m.person_id = person.id)";
static const char sql_has_membership[] =
		"SELECT 1 FROM membership WHERE school_id = ? AND person_id = ? LIMIT 1";
static const char sql_find_personal_id[] = "SELECT id FROM person WHERE personal_id_hash = ?";
static const char sql_known[] =
		"SELECT p.full_name, p.birth_date, COALESCE(a.phone, ''),"
		" COALESCE((SELECT MIN(m.login) FROM membership m WHERE m.school_id = ?"
		"  AND m.person_id = p.id AND m.state = 1), ''),"
		" COALESCE((SELECT s.name FROM school s WHERE s.id = ?), '')"
		" FROM person p JOIN account a ON a.person_id = p.id WHERE p.id = ?";
static const char sql_person_facts[] = "SELECT full_name, birth_date FROM person WHERE id = ?";
static const char sql_find_phone[] = "SELECT person_id FROM account WHERE phone = ?";
static const char sql_add_account[] = "INSERT INTO account (person_id, phone, state, created_at_ms)"
				      " VALUES (?, ?, 1, ?)";
static const char sql_set_phone[] =
		"UPDATE account SET phone = ? WHERE person_id = ? AND EXISTS (SELECT 1 FROM membership m"
		" WHERE m.school_id = ? AND m.person_id = account.person_id AND m.state = 1)";
/* The sign-in name stays what it was unless a new one is given. */
static const char sql_renew_membership[] =
		"UPDATE membership SET login = COALESCE(?, login), state = 1"
		" WHERE school_id = ? AND person_id = ? AND role = ?";
static const char sql_add_membership[] =
		"INSERT INTO membership (school_id, person_id, role, login, state)"
		" VALUES (?, ?, ?, ?, 1)";
static const char sql_end_membership[] =
		"UPDATE membership SET state = 2"
		" WHERE school_id = ? AND person_id = ? AND role = ? AND state = 1";
static const char sql_add_officer[] =
		"INSERT INTO officer (province_id, person_id, login) VALUES (?, ?, ?)";

static const char sql_is[] = "SELECT EXISTS (SELECT 1 FROM membership"
			     " WHERE school_id = ? AND person_id = ? AND role = ? AND state = 1)";

/* Binds what adding and updating a person have in common, positions 0 to 7. */
static void bind_person(struct db_stmt *stmt, const struct person_new *p) {
	db_bind_text(stmt, 0, p->name.full);
	db_bind_text(stmt, 1, p->name.given);
	db_bind_text(stmt, 2, p->name.rest);
	db_bind_text(stmt, 3, p->name.search);
	db_bind_date(stmt, 4, p->birth);
	db_bind_u64(stmt, 5, p->sex);
	if (p->personal_id_box.n > 0) {
		db_bind_bytes(stmt, 6, p->personal_id_box.p, p->personal_id_box.n);
	} else {
		db_bind_null(stmt, 6);
	}
	if (p->personal_id_hash) {
		db_bind_bytes(stmt, 7, p->personal_id_hash, ACCOUNT_PERSONAL_ID_HASH_BYTES);
	} else {
		db_bind_null(stmt, 7);
	}
}

enum err account_store_add_person(struct db *db, const struct person_new *person, int64_t now_ms,
		uint64_t *out_person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_person, &stmt);
	if (e) {
		return e;
	}
	bind_person(stmt, person);
	db_bind_i64(stmt, 8, now_ms);
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	*out_person_id = db_last_id(stmt);
	return ERR_OK;
}

/* Whether the person was ever anything at the school. */
static enum err need_membership(struct db *db, uint64_t school_id, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_has_membership, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	return db_next(stmt);
}

struct update_person {
	uint64_t school_id;
	uint64_t person_id;
	const struct person_new *person;
	unsigned version;
};

static enum err run_update_person(struct db *db, void *ctx) {
	const struct update_person *u = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_update_person, &stmt);
	if (e) {
		return e;
	}
	bind_person(stmt, u->person);
	db_bind_u64(stmt, 8, u->person_id);
	db_bind_u64(stmt, 9, u->version);
	db_bind_u64(stmt, 10, u->school_id);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e || changed == 1) {
		return e ? e : outbox_owe_person(db, u->person_id);
	}
	e = need_membership(db, u->school_id, u->person_id);
	return e ? e : ERR_STALE;
}

enum err account_store_update_person(struct db *db, uint64_t school_id, uint64_t person_id,
		const struct person_new *person, unsigned version) {
	struct update_person update = { school_id, person_id, person, version };
	return db_transact(db, run_update_person, &update);
}

/* Runs a query with one bound text or bytes that gives one id. */
static enum err find_id(
		struct db *db, const char *sql, struct str key, bool is_bytes, uint64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	if (is_bytes) {
		db_bind_bytes(stmt, 0, key.p, key.n);
	} else {
		db_bind_str(stmt, 0, key);
	}
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_u64(stmt, 0);
	return ERR_OK;
}

enum err account_store_find_personal_id(
		struct db *db, const uint8_t *hash, uint64_t *out_person_id) {
	struct str key = { (const char *)hash, ACCOUNT_PERSONAL_ID_HASH_BYTES };
	return find_id(db, sql_find_personal_id, key, true, out_person_id);
}

enum err account_store_person_facts(struct db *db, uint64_t person_id, struct person_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_person_facts, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	e = db_next(stmt);
	struct person_facts facts;
	e = e ? e : db_col_copy(stmt, 0, facts.full_name, sizeof(facts.full_name));
	if (e) {
		return e;
	}
	facts.birth = db_col_date(stmt, 1);
	*out = facts;
	return ERR_OK;
}

enum err account_store_known(
		struct db *db, uint64_t school_id, uint64_t person_id, struct person_known *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_known, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, person_id);
	e = db_next(stmt);
	struct person_known known = { 0 };
	e = e ? e : db_col_copy(stmt, 0, known.full_name, sizeof(known.full_name));
	e = e ? e : db_col_copy(stmt, 2, known.phone, sizeof(known.phone));
	e = e ? e : db_col_copy(stmt, 3, known.login, sizeof(known.login));
	e = e ? e : db_col_copy(stmt, 4, known.school_name, sizeof(known.school_name));
	if (e) {
		return e;
	}
	known.birth = db_col_date(stmt, 1);
	*out = known;
	return ERR_OK;
}

enum err account_store_find_phone(struct db *db, struct str phone, uint64_t *out_person_id) {
	return find_id(db, sql_find_phone, phone, false, out_person_id);
}

enum err account_store_add_account(
		struct db *db, uint64_t person_id, struct str phone, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_account, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_str_or_null(stmt, 1, phone);
	db_bind_i64(stmt, 2, now_ms);
	return db_exec(stmt, NULL);
}

enum err account_store_set_phone(
		struct db *db, uint64_t school_id, uint64_t person_id, struct str phone) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set_phone, &stmt);
	if (e) {
		return e;
	}
	db_bind_str_or_null(stmt, 0, phone);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, school_id);
	return db_exec_one(stmt);
}

/* Runs what makes somebody something; the staff have sign-in names that others see. */
static enum err exec_member(struct db *db, struct db_stmt *stmt, uint64_t school_id,
		uint64_t person_id, enum role role) {
	struct outbox_deed deed = { .school_id = school_id,
		.topic = RECORD_OF_TEACHER_LOGIN,
		.scope = { .place_id = person_id } };
	bool is_staff = role == ROLE_TEACHER || role == ROLE_OFFICE;
	return is_staff ? outbox_exec_one(db, stmt, &deed) : db_exec_one(stmt);
}

/* Puts an ended membership in force again; ERR_NOT_FOUND when there was none. */
static enum err renew_membership(struct db *db, uint64_t school_id, uint64_t person_id,
		enum role role, struct str login) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_renew_membership, &stmt);
	if (e) {
		return e;
	}
	db_bind_str_or_null(stmt, 0, login);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, person_id);
	db_bind_u64(stmt, 3, role);
	return exec_member(db, stmt, school_id, person_id, role);
}

enum err account_store_add_membership(struct db *db, uint64_t school_id, uint64_t person_id,
		enum role role, struct str login) {
	enum err e = renew_membership(db, school_id, person_id, role, login);
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_add_membership, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, role);
	db_bind_str_or_null(stmt, 3, login);
	return exec_member(db, stmt, school_id, person_id, role);
}

enum err account_store_end_membership(
		struct db *db, uint64_t school_id, uint64_t person_id, enum role role) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_end_membership, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, role);
	struct outbox_deed deed = { .school_id = school_id,
		.topic = RECORD_OF_TEACHER,
		.scope = { .place_id = person_id } };
	return outbox_exec_one(db, stmt, &deed);
}

enum err account_store_add_officer(
		struct db *db, uint32_t province_id, uint64_t person_id, struct str login) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_officer, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_str(stmt, 2, login);
	return db_exec(stmt, NULL);
}

enum err account_store_is(
		struct db *db, uint64_t school_id, uint64_t person_id, enum role role, bool *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_is, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, role);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_bool(stmt, 0);
	return ERR_OK;
}
