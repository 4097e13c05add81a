#ifndef WS_SERVICE_COURIER_IO_H
#define WS_SERVICE_COURIER_IO_H

/*
 * The threads that carry what people are told out of the house: one for mail, one for the gateway,
 * each with its own queue (core/notice/delivery_store.h), its own connection to the database and
 * its own way out, so that a destination that is dead holds up nothing but itself. A channel that
 * the settings file does not name has no thread. Nobody waits for them; they stop within a second
 * or two whatever they are doing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cleanup.h"
#include "core/base/config.h"
#include "core/base/err.h"
#include "core/notice/notice.h"

struct app;
struct courier;

enum {
	COURIER_TURN_MS = 1000,       /* how often an empty queue is looked at */
	COURIER_PAUSE_MS = 60000,     /* most that a way out rests once it is found shut */
	COURIER_SECRET_BYTES = 32,    /* least of a gateway's secret */
	COURIER_LEASE_MORE_MS = 5000, /* beyond what a delivery may take */
};

/* Whether the settings file says how to send this way. */
bool courier_is_set_up(const struct config *c, enum notice_channel channel);

/* ERR_INVAL when the settings cannot be meant: a sentence for a person is in `why` (size bytes). */
enum err courier_new(struct app *app, struct courier **out, char *why, size_t size) MUST_CHECK;
void courier_free(struct courier *c);
DEFINE_FREEP(struct courier *, courier_free);

#endif
