#ifndef EXAM_HALL_EVENT_ROW_H
#define EXAM_HALL_EVENT_ROW_H

/* A row of the event table as values: what stores, journal and decisions pass around. */

#include <stdint.h>

#include "exam/hall/event.h"

enum {
	EVENT_FLAG_AFTER_END = 1, /* within the grace */
	EVENT_FLAG_STAMPED = 2,   /* was in the journal before it was in the database */
	EVENT_FLAG_HEALED = 4,    /* came by the browser's log */
};

struct event_row {
	uint64_t school;
	uint64_t room; /* kept in the journal, not in the table */
	struct id16 attempt;
	uint32_t gen;
	uint32_t lease;
	struct event event;
	uint8_t flags;
	int64_t at_ms;
	struct hash head;
	struct hash times;
};

#endif
