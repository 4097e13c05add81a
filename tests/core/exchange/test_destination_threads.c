/*
 * Six who add a destination at once, each with a look at the database from before: a school has no
 * more than DESTINATIONS_MAX. Runs under the thread sanitizer, too.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "core/seal/secret.h"
#include "tests/check.h"
#include "tests/core/exchange/folder_destination.h"
#include "tests/db/testdb.h"

enum { ADDERS = 6, FREE = 2, SCHOOL = 7 };

static struct testdb t;
static struct keys *keys;
static pthread_barrier_t all_have_looked;

struct adder {
	pthread_t thread;
	char name[32];
	bool has_looked;
	enum err result;
};

static enum err add(struct db *db, const char *name) {
	const struct destination_settings settings = { .folder = "so" };
	const struct destination_new d = folder_destination(SCHOOL, name, &settings);
	uint64_t id = 0;
	return destination_store_add(db, keys, &d, &id);
}

static enum err run(struct db *db, void *ctx) {
	struct adder *a = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *look = NULL;
	enum err e = db_prepare(db, "SELECT COUNT(*) FROM destination", &look);
	e = e ? e : db_next(look); /* what it sees is fixed by this */
	if (!a->has_looked) {
		a->has_looked = true;
		(void)pthread_barrier_wait(&all_have_looked); /* whoever is told it is the last */
	}
	return e ? e : add(db, a->name);
}

static void *add_one(void *arg) {
	struct adder *a = arg;
	struct db *db = testdb_connect(&t);
	a->result = db_transact(db, run, a);
	db_free(db);
	return NULL;
}

static void make_school(void) {
	char name[32];
	testdb_run(t.db,
			"INSERT INTO province (id, code, name, valid_from) VALUES (1, 'P', 'P', '2025-07-01')");
	testdb_run(t.db,
			"INSERT INTO commune (id, province_id, code, name, valid_from)"
			" VALUES (1, 1, 'C9', 'C', '2025-07-01')");
	testdb_run(t.db,
			"INSERT INTO school (id, commune_id, code, name, level, created_at_ms)"
			" VALUES (7, 1, 'alpha', 'Alpha', 'thpt', 1)");
	for (int i = 0; i < DESTINATIONS_MAX - FREE; i++) {
		(void)snprintf(name, sizeof(name), "Nơi %d", i);
		CHECK_INT("before", add(t.db, name), ERR_OK);
	}
}

int main(void) {
	static struct adder adders[ADDERS];
	char folder[128];
	char path[160];
	int added = 0;
	int refused = 0;
	if (secret_init() || pthread_barrier_init(&all_have_looked, NULL, ADDERS)) {
		return 1;
	}
	testdb_start(&t, "destination_threads");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/keys", folder);
	CHECK_INT("keys", keys_load_or_make(path, 1000, &keys), ERR_OK);
	make_school();
	for (int i = 0; i < ADDERS; i++) {
		(void)snprintf(adders[i].name, sizeof(adders[i].name), "Cùng lúc %d", i);
		CHECK_INT("thread", pthread_create(&adders[i].thread, NULL, add_one, &adders[i]),
				0);
	}
	for (int i = 0; i < ADDERS; i++) {
		(void)pthread_join(adders[i].thread, NULL); /* it was started */
		added += adders[i].result == ERR_OK;
		refused += adders[i].result == ERR_LIMIT;
	}
	CHECK_INT("as many as there was room for", added, FREE);
	CHECK_INT("and no more", refused, ADDERS - FREE);
	CHECK_INT("stand there", (int)testdb_number(t.db, "SELECT COUNT(*) FROM destination"),
			DESTINATIONS_MAX);
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&t);
	(void)pthread_barrier_destroy(&all_have_looked);
	return check_done();
}
