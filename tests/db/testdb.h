#ifndef TESTS_DB_TESTDB_H
#define TESTS_DB_TESTDB_H

/*
 * A database of its own for each test, on the server whose socket TT_TEST_DB names, or else on a
 * private server that this test starts and stops itself: a test that needs a database is never
 * left out. What goes wrong here ends the test with a message.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "core/db/db.h"
#include "core/db/private_server_io.h"

struct testdb {
	struct private_server *own; /* NULL on the server of TT_TEST_DB */
	char folder[128];           /* of the private server, "" when there is none */
	char socket[PRIVATE_SERVER_PATH_BYTES];
	char name[96];
	struct db *db; /* connected to the fresh database */
};

/* A fresh database tt_test_<pid>_<name> with every migration applied. */
void testdb_start(struct testdb *t, const char *name);
/* The same without a table. */
void testdb_start_empty(struct testdb *t, const char *name);
/* Drops the database and stops what testdb_start() started. */
void testdb_stop(struct testdb *t);

/* How to connect to it once more, with more patience than the program's own: whoever tests that sets
 * io_timeout_s to 0. The texts belong to t. */
struct db_settings testdb_settings(const struct testdb *t);
/* Another connection; the test gives it back with db_free(). */
struct db *testdb_connect(const struct testdb *t);
/* One that waits as the program's does when it migrates: a change of tables may take long. */
struct db *testdb_connect_migrator(const struct testdb *t);

/* Runs a statement without values; ends the test when it fails. */
void testdb_run(struct db *db, const char *sql);
/* The first column of the first row, a number; ends the test when there is none. */
int64_t testdb_number(struct db *db, const char *sql);

/*
 * Stops a server of this process (SIGSTOP) and waits until every thread of it stands still. The signal alone is
 * not enough: kill() returns long before, and on a busy machine a whole transaction has been
 * committed meanwhile, whose answer then never comes. SIGCONT lets it go on.
 */
void testdb_freeze(pid_t server);

/* A folder of its own on a real disk, for a private server. Remove it with testdb_remove(). */
void testdb_folder(char *out, size_t size);
void testdb_remove(const char *folder);

#endif
