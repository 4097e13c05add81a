#ifndef WS_SERVICE_DEMO_SCHOOL_H
#define WS_SERVICE_DEMO_SCHOOL_H

/*
 * The demo: a school of 1,200 generated students with teachers and guardians, a bank of questions,
 * a paper, a practice sitting that is open now and an exam that the teacher can start in a minute
 * by moving its beginning. The exam's own services are used for everything that has rules.
 */

#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"

#define DEMO_PASSWORD "truong-thi-mau"

/*
 * Loads the school into a database without any school; one that has a school is left as it is.
 * Then makes a practice sitting when none is open, and an exam when none is to come.
 */
enum err demo_school_open(struct db *db, const struct keys *keys, int64_t now_ms) MUST_CHECK;

#endif
