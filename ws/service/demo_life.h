#ifndef WS_SERVICE_DEMO_LIFE_H
#define WS_SERVICE_DEMO_LIFE_H

/*
 * The demo school's daily life: roll calls of the last weeks in a few classes, and what their
 * homeroom teachers say of conduct. Always the same from one seed. Today's roll call is left for
 * whoever looks at the demo.
 */

#include <stdint.h>

#include "core/base/date.h"
#include "core/db/db.h"

/* After demo_people_load(), in the same transaction. */
enum err demo_life_load(struct db *db, struct date today, int64_t now_ms) MUST_CHECK;

#endif
