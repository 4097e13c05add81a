/* Sessions, activation codes and throttle rows on a real database. */
#include "core/auth/activation_store.h"
#include "core/auth/session_store.h"
#include "core/auth/throttle_store.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/school/account_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static void fill(uint8_t *bytes, uint8_t v) {
	memset(bytes, v, 32);
}

static struct session_row session(const struct seed *s, uint8_t v) {
	struct session_row row = {
		.person_id = s->student_person_ids[1],
		.school_id = s->school_id,
		.roles = ACCESS_STUDENT,
		.created_at_ms = 1000,
		.seen_at_ms = 1000,
		.expires_at_ms = 5000,
		.address = "2001:db8::1",
	};
	fill(row.token_hash, v);
	return row;
}

/* Nobody gets in who has no password any more, or was locked, while signing in. */
static void test_who_may(struct db *db, const struct seed *s) {
	struct session_row row = session(s, 1);
	CHECK_INT("no password by now", session_store_add(db, &row), ERR_DENIED);
	CHECK_INT("password", account_store_set_password(db, row.person_id, NULL, "$1", 5), ERR_OK);
	struct account_lock_change lock = { .school_id = s->school_id,
		.person_id = row.person_id,
		.version = 1,
		.is_locked = true,
		.by_id = row.person_id };
	CHECK_INT("lock", account_store_lock(db, &lock), ERR_OK);
	CHECK_INT("locked by now", session_store_add(db, &row), ERR_DENIED);
	struct session_row with_ticket = session(s, 1);
	with_ticket.has_attempt = true;
	CHECK_INT("a ticket neither", session_store_add(db, &with_ticket), ERR_DENIED);
	lock.is_locked = false;
	lock.version = 2;
	CHECK_INT("unlock", account_store_lock(db, &lock), ERR_OK);
}

static void test_sessions(struct db *db, const struct seed *s) {
	struct session_row row = session(s, 1);
	struct session_row got;
	uint8_t hash[32];
	fill(hash, 1);
	CHECK_INT("none", session_store_load(db, hash, 1000, &got), ERR_NOT_FOUND);
	test_who_may(db, s);
	CHECK_INT("add", session_store_add(db, &row), ERR_OK);
	CHECK_INT("the same token", session_store_add(db, &row), ERR_EXISTS);
	CHECK_INT("load", session_store_load(db, hash, 4999, &got), ERR_OK);
	CHECK_INT("person", got.person_id, row.person_id);
	CHECK_INT("school", got.school_id, row.school_id);
	CHECK_INT("roles", got.roles, ACCESS_STUDENT);
	CHECK("no attempt", !got.has_attempt && got.province_id == 0);
	CHECK_STR("address", got.address, "2001:db8::1");
	CHECK_MEM("hash", got.token_hash, hash, 32);
	CHECK_INT("at its end", session_store_load(db, hash, 5000, &got), ERR_NOT_FOUND);
	CHECK_INT("touch", session_store_touch(db, hash, 4999, 9000), ERR_OK);
	CHECK_INT("longer", session_store_load(db, hash, 8999, &got), ERR_OK);
	CHECK_INT("never shorter", session_store_touch(db, hash, 4000, 6000), ERR_OK);
	CHECK_INT("load", session_store_load(db, hash, 8999, &got), ERR_OK);
	CHECK_INT("seen never goes back", got.seen_at_ms, 4999);
	CHECK_INT("too late to touch", session_store_touch(db, hash, 9000, 20000), ERR_NOT_FOUND);
	CHECK_INT("another school", session_store_set_school(db, hash, 77, ACCESS_PARENT, 8000),
			ERR_OK);
	CHECK_INT("load", session_store_load(db, hash, 8999, &got), ERR_OK);
	CHECK("acts there", got.school_id == 77 && got.roles == ACCESS_PARENT);

	struct session_row ticket = session(s, 2);
	ticket.has_attempt = true;
	ticket.roles = ACCESS_TICKET;
	memset(ticket.attempt_id, 9, sizeof(ticket.attempt_id));
	CHECK_INT("ticket", session_store_add(db, &ticket), ERR_OK);
	CHECK_INT("load", session_store_load(db, ticket.token_hash, 4000, &got), ERR_OK);
	CHECK("its attempt", got.has_attempt && got.attempt_id[15] == 9);
	CHECK_INT("stays where it is",
			session_store_set_school(db, ticket.token_hash, 77, ACCESS_OFFICE, 4000),
			ERR_NOT_FOUND);
	CHECK_INT("signs out", session_store_drop(db, ticket.token_hash), ERR_OK);
	CHECK_INT("gone", session_store_load(db, ticket.token_hash, 4000, &got), ERR_NOT_FOUND);

	for (uint8_t v = 10; v < 15; v++) {
		row = session(s, v);
		CHECK_INT("more", session_store_add(db, &row), ERR_OK);
	}
	uint64_t count = 0;
	CHECK_INT("all but one",
			session_store_drop_person(db, row.person_id, row.token_hash, &count),
			ERR_OK);
	CHECK_INT("five went", count, 5);
	CHECK_INT("one stays", session_store_load(db, row.token_hash, 2000, &got), ERR_OK);
	CHECK_INT("sign out", session_store_drop(db, row.token_hash), ERR_OK);
	CHECK_INT("again", session_store_drop(db, row.token_hash), ERR_OK);
	CHECK_INT("gone", session_store_load(db, row.token_hash, 2000, &got), ERR_NOT_FOUND);
	for (uint8_t v = 20; v < 25; v++) {
		row = session(s, v);
		row.expires_at_ms = v * 100;
		CHECK_INT("old", session_store_add(db, &row), ERR_OK);
	}
	CHECK_INT("sweep", session_store_sweep(db, 2200, 2, &count), ERR_OK);
	CHECK_INT("at most two", count, 2);
	CHECK_INT("sweep", session_store_sweep(db, 2200, 100, &count), ERR_OK);
	CHECK_INT("the rest of the old", count, 1);
	CHECK_INT("all", session_store_drop_person(db, row.person_id, NULL, &count), ERR_OK);
	CHECK_INT("two were left", count, 2);
}

struct seen {
	size_t count;
	uint8_t firsts[SESSION_STORE_MANY]; /* of each token hash */
};

static enum err note_seen(void *ctx, const struct session_row *row) {
	struct seen *seen = ctx;
	seen->firsts[seen->count++] = row->token_hash[0];
	return ERR_OK;
}

static void test_many_sessions(struct db *db, const struct seed *s) {
	uint8_t hashes[SESSION_STORE_MANY][32];
	const uint8_t *list[SESSION_STORE_MANY];
	struct session_touch touches[SESSION_STORE_MANY];
	struct session_row got;
	for (uint8_t v = 0; v < SESSION_STORE_MANY; v++) {
		struct session_row row = session(s, (uint8_t)(100 + v));
		row.expires_at_ms = v < 2 ? 2000 : 5000;
		fill(hashes[v], (uint8_t)(100 + v));
		list[v] = hashes[v];
		touches[v] = (struct session_touch){ hashes[v], 1500, 6000 };
		if (v > 0) {
			CHECK_INT("add", session_store_add(db, &row), ERR_OK);
		}
	}
	struct seen seen = { 0 };
	CHECK_INT("all",
			session_store_each_of(db, list, SESSION_STORE_MANY, 1999, note_seen, &seen),
			ERR_OK);
	CHECK_INT("but the one that is not there", seen.count, SESSION_STORE_MANY - 1);
	seen = (struct seen){ 0 };
	CHECK_INT("some", session_store_each_of(db, list, 3, 2000, note_seen, &seen), ERR_OK);
	CHECK_INT("not what has run out", seen.count, 1);
	CHECK_INT("which", seen.firsts[0], 102);
	CHECK_INT("one is not there", session_store_touch_many(db, touches, SESSION_STORE_MANY),
			ERR_NOT_FOUND);
	CHECK_INT("load", session_store_load(db, hashes[5], 1999, &got), ERR_OK);
	CHECK_INT("none is touched", got.seen_at_ms, 1000);
	CHECK_INT("touch", session_store_touch_many(db, touches + 1, SESSION_STORE_MANY - 1),
			ERR_OK);
	for (size_t v = 1; v < SESSION_STORE_MANY; v++) {
		CHECK_INT("longer", session_store_load(db, hashes[v], 5999, &got), ERR_OK);
		CHECK_INT("seen", got.seen_at_ms, 1500);
	}
	CHECK_INT("all", session_store_drop_person(db, got.person_id, NULL, NULL), ERR_OK);
}

/* Codes that work for a second. */
static enum err add_codes(struct db *db, const struct seed *s, const struct activation_new *codes,
		size_t count, bool keeps_live) {
	struct activation_batch batch = { .school_id = s->school_id,
		.codes = codes,
		.count = count,
		.created_by = s->office_id,
		.now_ms = SEED_NOW_MS,
		.expires_at_ms = SEED_NOW_MS + 1000,
		.class_id = s->class_ids[0],
		.keeps_live = keeps_live };
	return activation_store_add(db, &batch);
}

struct live_seen {
	size_t count;
	uint64_t person_id;
	bool is_named;
};

static enum err see_live(const struct activation_live *live, void *ctx) {
	struct live_seen *seen = ctx;
	seen->count++;
	seen->person_id = live->person_id;
	seen->is_named = str_eq_z(live->class_name, "10A1") && live->class_id != 0 &&
			live->created_at_ms == SEED_NOW_MS;
	return ERR_OK;
}

/* A code that works stays so when the batch says it must, and is listed with its class. */
static void test_live_codes(struct db *db, const struct seed *s, const struct seed *other) {
	struct activation_new codes[2] = { { .person_id = s->student_person_ids[4] },
		{ .person_id = s->student_person_ids[5] } };
	fill(codes[0].code_hash, 51);
	fill(codes[1].code_hash, 52);
	CHECK_INT("first", add_codes(db, s, codes, 1, true), ERR_OK);
	struct activation_new again[2] = { codes[1], codes[0] };
	fill(again[1].code_hash, 53);
	CHECK_INT("one has a code", add_codes(db, s, again, 2, true), ERR_STALE);
	struct activation a;
	CHECK_INT("none was added", activation_store_find(db, again[0].code_hash, SEED_NOW_MS, &a),
			ERR_NOT_FOUND);
	CHECK_INT("it still works", activation_store_find(db, codes[0].code_hash, SEED_NOW_MS, &a),
			ERR_OK);
	struct live_seen seen = { 0 };
	CHECK_INT("live", activation_store_live(db, s->school_id, SEED_NOW_MS, see_live, &seen),
			ERR_OK);
	CHECK("the one", seen.count == 1 && seen.person_id == codes[0].person_id && seen.is_named);
	CHECK_INT("not theirs",
			activation_store_live(db, other->school_id, SEED_NOW_MS, see_live, &seen),
			ERR_OK);
	CHECK_INT("run out",
			activation_store_live(
					db, s->school_id, SEED_NOW_MS + 1000, see_live, &seen),
			ERR_OK);
	CHECK_INT("no more", seen.count, 1);
	CHECK_INT("void elsewhere",
			activation_store_void(
					db, other->school_id, codes[0].person_id, SEED_NOW_MS),
			ERR_OK);
	CHECK_INT("it still works", activation_store_find(db, codes[0].code_hash, SEED_NOW_MS, &a),
			ERR_OK);
	CHECK_INT("void", activation_store_void(db, s->school_id, codes[0].person_id, SEED_NOW_MS),
			ERR_OK);
	CHECK_INT("works no more", activation_store_find(db, codes[0].code_hash, SEED_NOW_MS, &a),
			ERR_EXPIRED);
	CHECK_INT("now both", add_codes(db, s, again, 2, true), ERR_OK);
}

static void test_activation(struct db *db, const struct seed *s, const struct seed *other) {
	struct activation_new codes[2] = { { .person_id = s->student_person_ids[0] },
		{ .person_id = s->parent_id } };
	fill(codes[0].code_hash, 1);
	fill(codes[1].code_hash, 2);
	int64_t at = SEED_NOW_MS;
	CHECK_INT("add", add_codes(db, s, codes, 2, false), ERR_OK);
	struct activation a;
	CHECK_INT("find", activation_store_find(db, codes[0].code_hash, at + 999, &a), ERR_OK);
	CHECK_INT("whose", a.person_id, s->student_person_ids[0]);
	CHECK_STR("name", a.full_name, "ALPHA Nguyễn Thị Hoà");
	CHECK_STR("login", a.login, "alpha001");
	CHECK_STR("school", a.school_code, "ALPHA");
	CHECK("no phone", !a.has_phone);
	CHECK_INT("parent", activation_store_find(db, codes[1].code_hash, at, &a), ERR_OK);
	CHECK_STR("no login", a.login, "");
	CHECK_INT("at its end", activation_store_find(db, codes[0].code_hash, at + 1000, &a),
			ERR_EXPIRED);
	uint8_t unknown[32];
	fill(unknown, 99);
	CHECK_INT("unknown", activation_store_find(db, unknown, at, &a), ERR_NOT_FOUND);

	CHECK_INT("use", activation_store_use(db, codes[0].code_hash, "$argon2id$1", at, &a),
			ERR_OK);
	CHECK_INT("of", a.person_id, s->student_person_ids[0]);
	CHECK_INT("once only", activation_store_use(db, codes[0].code_hash, "$argon2id$2", at, &a),
			ERR_EXPIRED);
	struct account_sign_in in;
	CHECK_INT("account",
			account_store_by_login(db, str_from("ALPHA"), str_from("alpha001"), &in),
			ERR_OK);
	CHECK_STR("password", in.password_hash, "$argon2id$1");
	CHECK_INT("active", in.state, ACCOUNT_ACTIVE);

	/* A new code voids the old one; a locked account keeps its code. */
	struct activation_new again = { .person_id = s->parent_id };
	fill(again.code_hash, 3);
	CHECK_INT("again", add_codes(db, s, &again, 1, false), ERR_OK);
	CHECK_INT("the old one is void", activation_store_find(db, codes[1].code_hash, at, &a),
			ERR_EXPIRED);
	struct account_lock_change lock = { .school_id = s->school_id,
		.person_id = s->parent_id,
		.version = 1,
		.is_locked = true,
		.why = str_from("Mất máy"),
		.by_id = s->parent_id,
		.at_ms = 7 };
	CHECK_INT("lock", account_store_lock(db, &lock), ERR_OK);
	CHECK_INT("locked", activation_store_use(db, again.code_hash, "$x", at, &a), ERR_CONFLICT);
	lock.is_locked = false;
	lock.version = 2;
	CHECK_INT("unlock", account_store_lock(db, &lock), ERR_OK);
	CHECK_INT("still there", activation_store_use(db, again.code_hash, "$x", at, &a), ERR_OK);

	fill(again.code_hash, 4);
	again.person_id = other->student_person_ids[0];
	CHECK_INT("another school's student", add_codes(db, s, &again, 1, false), ERR_NOT_FOUND);
	CHECK_INT("no code", activation_store_find(db, again.code_hash, at, &a), ERR_NOT_FOUND);
	struct activation_new *many = calloc(ACTIVATION_ADD_MAX + 1, sizeof(*many));
	for (unsigned i = 0; i <= ACTIVATION_ADD_MAX; i++) {
		many[i].person_id = s->student_person_ids[i % SEED_STUDENTS];
		memcpy(many[i].code_hash, &i, sizeof(i));
		many[i].code_hash[31] = 200;
	}
	CHECK_INT("one past", add_codes(db, s, many, ACTIVATION_ADD_MAX + 1, false), ERR_LIMIT);
	CHECK_INT("at the limit", add_codes(db, s, many, ACTIVATION_ADD_MAX, false), ERR_OK);
	CHECK_INT("all of them", testdb_number(db, "SELECT COUNT(*) FROM activation"),
			ACTIVATION_ADD_MAX + 6);
	free(many);
}

static void fail_once(struct throttle_row *row, void *ctx) {
	row->failures++;
	row->last_at_ms = *(const int64_t *)ctx;
	row->blocked_until_ms = row->last_at_ms + row->failures;
}

static void *fail_thread(void *arg) {
	struct db *db = testdb_connect(arg);
	uint8_t key[32];
	fill(key, 7);
	int64_t at = 500;
	for (int i = 0; i < 25; i++) {
		enum err e = throttle_store_change(db, key, fail_once, &at, NULL);
		if (e) {
			fprintf(stderr, "throttle: %s: %s\n", err_name(e), db_error(db));
			db_free(db);
			return arg;
		}
	}
	db_free(db);
	return NULL;
}

static void test_throttle(struct db *db, struct testdb *t) {
	uint8_t key[32];
	fill(key, 7);
	struct throttle_row row = { 1, 1, 1 };
	CHECK_INT("none", throttle_store_load(db, key, &row), ERR_OK);
	CHECK("zeros", row.failures == 0 && row.last_at_ms == 0 && row.blocked_until_ms == 0);
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) {
		pthread_create(&threads[i], NULL, fail_thread, t);
	}
	for (int i = 0; i < 4; i++) {
		void *failed = NULL;
		pthread_join(threads[i], &failed);
		CHECK("counted", !failed);
	}
	CHECK_INT("load", throttle_store_load(db, key, &row), ERR_OK);
	CHECK_INT("none lost", row.failures, 100);
	CHECK_INT("blocked", row.blocked_until_ms, 600);
	uint64_t count = 9;
	CHECK_INT("sweep", throttle_store_sweep(db, 600, 10, &count), ERR_OK);
	CHECK_INT("still blocks", count, 0);
	CHECK_INT("sweep", throttle_store_sweep(db, 601, 10, &count), ERR_OK);
	CHECK_INT("swept", count, 1);
	int64_t at = 1;
	CHECK_INT("again", throttle_store_change(db, key, fail_once, &at, &row), ERR_OK);
	CHECK_INT("from the start", row.failures, 1);
	CHECK_INT("clear", throttle_store_clear(db, key), ERR_OK);
	CHECK_INT("load", throttle_store_load(db, key, &row), ERR_OK);
	CHECK_INT("nothing", row.failures, 0);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "auth");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_sessions(t.db, &alpha);
	test_many_sessions(t.db, &alpha);
	test_live_codes(t.db, &alpha, &beta);
	test_activation(t.db, &alpha, &beta);
	test_throttle(t.db, &t);
	testdb_stop(&t);
	return check_done();
}
