#ifndef WS_SERVICE_RECORD_KINDS_H
#define WS_SERVICE_RECORD_KINDS_H

/* Every kind of records of every module, in the order in which they are told. */

#include "core/db/db.h"
#include "core/outbox/record_kind.h"

extern const struct record_kinds record_kinds;

/* Has the transactions of connections with these settings pay what they owe to the outbox: for
 * whatever can change a school's records. */
void record_kinds_pay(struct db_settings *settings);

#endif
