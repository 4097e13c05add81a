#ifndef WS_SERVICE_DEMO_MARKS_H
#define WS_SERVICE_DEMO_MARKS_H

/*
 * The demo school's marks of the first term: a few classes whose gradebooks are filled as teachers
 * fill them, with the chained history that every mark has. The same marks from one seed. The
 * column of the demo's exam stays free.
 */

#include <stdint.h>

#include "core/base/date.h"
#include "core/db/db.h"

/* After demo_people_load(), in the same transaction. In the second term of the year that `today`
 * falls into the first one is complete; before that only some finals are marked. */
enum err demo_marks_load(struct db *db, struct date today, int64_t now_ms) MUST_CHECK;

#endif
