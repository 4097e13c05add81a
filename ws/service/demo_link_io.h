#ifndef WS_SERVICE_DEMO_LINK_IO_H
#define WS_SERVICE_DEMO_LINK_IO_H

/*
 * The demo's department beside its school: a second process of this program with a database of its
 * own below the school's data folder, and the thread that starts it, starts it again when it ended,
 * and enrols the school there once it answers.
 */

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/db/db.h"

struct app;
struct demo_link;

/* The department will be found on that port. Nothing is started yet. */
enum err demo_link_new(
		struct app *app, struct db *db, unsigned port, struct demo_link **out) MUST_CHECK;
/* Once the school is up. */
void demo_link_begin(struct demo_link *link);
/* Ends the department and the thread; before the app goes. */
void demo_link_free(struct demo_link *link);
DEFINE_FREEP(struct demo_link *, demo_link_free);

/* Where the department is found, for people. */
const char *demo_link_address(const struct demo_link *link);

#endif
