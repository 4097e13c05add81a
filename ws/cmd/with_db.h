#ifndef WS_CMD_WITH_DB_H
#define WS_CMD_WITH_DB_H

/* A connection for a command that is run by hand, also while the program serves. */

#include "core/base/config.h"
#include "core/db/db.h"

/*
 * Connects to the database of the settings: the one they name; else the private server of a
 * program that is serving from the same data folder; else the private server, started for the
 * time of `run`. Every migration is applied. Gives what `run` gives; 1 with a sentence on
 * standard error when there is no connection.
 */
int cmd_with_db(const struct config *config,
		int (*run)(struct db *db, const struct config *config, void *ctx), void *ctx);

#endif
