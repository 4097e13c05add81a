/*
 * Signing in by password costs the same hashing whether the account is there or not: no clock is
 * read, the calls are counted (the linker leads them through the functions below).
 */
#include "ws/service/sign_in.h"

#include "core/auth/password.h"
#include "core/base/config.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"
#include "ws/app.h"

#define NOW_MS INT64_C(1795330800000)

static const char right[] = "bốn từ bất kỳ";

static struct calls {
	int known;                  /* a stored hash was compared */
	int nobody;                 /* the same work for nobody's */
	struct password_cost spent; /* by the last of these */
} calls;

enum err __real_password_verify(struct str password, const char *hash);
enum err __wrap_password_verify(struct str password, const char *hash);
enum err __real_password_verify_nobody(struct str password, struct password_cost cost);
enum err __wrap_password_verify_nobody(struct str password, struct password_cost cost);

enum err __wrap_password_verify(struct str password, const char *hash) {
	calls.known++;
	return __real_password_verify(password, hash);
}

enum err __wrap_password_verify_nobody(struct str password, struct password_cost cost) {
	calls.nobody++;
	calls.spent = cost;
	return __real_password_verify_nobody(password, cost);
}

static struct config config = {
	.argon2_memory_kib = PASSWORD_MEMORY_KIB_MIN,
	.argon2_iterations = 2,
};

/* A teacher of the world who can sign in, and one who was never activated. */
static void make_accounts(struct db *db, struct password_cost cost) {
	char hash[PASSWORD_HASH_BYTES];
	char sql[512];
	CHECK_INT("hash", password_hash(str_from(right), cost, hash), ERR_OK);
	snprintf(sql, sizeof(sql),
			"INSERT INTO account (person_id, phone, password_hash, state, created_at_ms)"
			" VALUES (%d, '+84912345678', '%s', 2, 1), (%d, NULL, NULL, 1, 1)",
			WORLD_TEACHER, hash, WORLD_COLLEAGUE);
	testdb_run(db, sql);
}

static void check_work(struct app *app, struct db *db) {
	static const struct {
		const char *name;
		const char *place;
		const char *login;
		const char *password;
		enum err want;
		bool is_known;
	} rows[] = {
		{ "right", "c3a", "co.lan", right, ERR_OK, true },
		{ "by phone", "", "0912345678", right, ERR_OK, true },
		{ "wrong password", "c3a", "co.lan", "sai mật khẩu", ERR_PASSWORD, true },
		{ "nobody of that name", "c3a", "khong.ai", right, ERR_PASSWORD, false },
		{ "no name at all", "c3a", "???", right, ERR_PASSWORD, false },
		{ "no such school", "khong-co", "co.lan", right, ERR_PASSWORD, false },
		{ "nobody's phone", "", "0987654321", right, ERR_PASSWORD, false },
		{ "no phone number", "", "co.lan", right, ERR_PASSWORD, false },
		{ "never activated", "c3a", "thay.minh", right, ERR_PASSWORD, false },
		{ "never activated, nothing typed", "c3a", "thay.minh", "", ERR_PASSWORD, false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sign_in_password given = { str_from(rows[i].place), str_from(rows[i].login),
			str_from(rows[i].password), false };
		struct sign_in_from from = { "192.0.2.1", NOW_MS };
		struct account_sign_in account = { 0 };
		int64_t wait_ms = 0;
		calls = (struct calls){ 0 };
		CHECK_INT(rows[i].name,
				sign_in_check_password(app, db, &given, &from, &account, &wait_ms),
				rows[i].want);
		CHECK_INT(rows[i].name, account.person_id,
				rows[i].want == ERR_OK ? WORLD_TEACHER : 0);
		CHECK_INT(rows[i].name, calls.known, rows[i].is_known);
		CHECK_INT(rows[i].name, calls.nobody, !rows[i].is_known);
		if (!rows[i].is_known) {
			CHECK_INT("as dear as a real one", calls.spent.memory_kib,
					PASSWORD_MEMORY_KIB_MIN);
			CHECK_INT("and as long", calls.spent.iterations, 2);
		}
	}
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "sign_in");
	world_make(t.db);
	static struct app app = { .config = &config };
	app.log = log_make(2, LOG_LEVEL_ERROR);
	make_accounts(t.db, password_cost(config.argon2_memory_kib, config.argon2_iterations));
	check_work(&app, t.db);
	testdb_stop(&t);
	return check_done();
}
