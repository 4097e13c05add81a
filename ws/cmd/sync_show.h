#ifndef WS_CMD_SYNC_SHOW_H
#define WS_CMD_SYNC_SHOW_H

/* What `truongthi sync` prints: how destinations stand, the receipts that a school keeps, and, on the
 * data of a department, how its schools stand. */

#include <stdbool.h>

#include "core/exchange/destination_store.h"

/* A line with what is wrong, in words; for a code that is not in the catalogue, the code. */
void sync_print_fault(const struct destination *d, const char *code, const char *params);

/* How it stands, what is wrong, and when it last took something. */
enum err sync_print_status(struct db *db, const struct destination *d) MUST_CHECK;

/* Every receipt of the destination as a line of `truongthi verify`; how many, on stderr. ERR_IO when
 * not every one was printed. */
enum err sync_print_receipts(struct db *db, const struct destination *d) MUST_CHECK;

/* Whether the database is a department's: of a province there are schools or officers, and nothing
 * is sent anywhere. */
enum err sync_is_department(struct db *db, bool *out) MUST_CHECK;
/* The schools of the department, or the one of that code ("": all). ERR_NOT_FOUND: none. */
enum err sync_print_department(struct db *db, const char *code, int64_t now_ms) MUST_CHECK;

#endif
