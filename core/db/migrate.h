#ifndef CORE_DB_MIGRATE_H
#define CORE_DB_MIGRATE_H

/*
 * Applies the files of migrations/ in the order of their numbers and keeps, in the database,
 * which were applied, with their checksums. A migration is a row of statements; the database
 * commits each one that changes tables by itself, so the place reached is recorded and a run that
 * was killed goes on there. The files are part of the program (migrate_embedded()).
 *
 * Only one runner works at a time, held by a row with a lease; a lock of the server would not
 * hold in a cluster. A dead runner's lease on the same server is taken over at once.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/db/db.h"

enum {
	MIGRATE_NAME_BYTES = 100,
	MIGRATE_IO_TIMEOUT_S = 1800, /* io_timeout_s of migrate_up(): for one statement */
	MIGRATE_LEASE_S = 300,       /* renewed before each statement */
	MIGRATE_WAIT_S = 60,         /* for another runner on the same server */
};

struct migration {
	unsigned number;
	const char *name; /* of the file, "0001_accounts.sql" */
	const char *sql;
	size_t sql_n;
};

/* The migrations in the program, ascending by number. Static storage. */
const struct migration *migrate_embedded(size_t *out_count);

struct migrate_report {
	unsigned applied; /* migrations finished by this run */
	unsigned newest;  /* number of the newest one in the database */
	char text[400];   /* what stands in the way, for a log; "" when nothing does */
};

/*
 * Brings the database up to the last of the list (ascending numbers). When it is up to date
 * already nothing is locked and nothing written.
 *
 * Errors  ERR_CORRUPT      a file that was applied has another content now
 *         ERR_UNSUPPORTED  the database has a migration that the list has not: it is newer
 *         ERR_CONFLICT     a migration is missing in the database before one that it has
 *         ERR_BUSY         another runner holds the lease
 *         ERR_STALE        another runner took the lease over while this one rested
 *         ERR_FORMAT       a file whose quotes or comments do not close
 *         and those of db.h; report->text names the file and statement
 * *report is filled in every case.
 */
enum err migrate_run(struct db *db, const struct migration *list, size_t count,
		struct migrate_report *report) MUST_CHECK;

/*
 * The same over a connection of its own, which waits for a statement as long as a large table
 * takes (MIGRATE_IO_TIMEOUT_S instead of the settings' own limit).
 */
enum err migrate_up(const struct db_settings *settings, const struct migration *list, size_t count,
		struct migrate_report *report) MUST_CHECK;

/* Whether the database has exactly the migrations of the list, all finished. */
enum err migrate_is_current(
		struct db *db, const struct migration *list, size_t count, bool *out) MUST_CHECK;

#endif
