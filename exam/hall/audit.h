#ifndef EXAM_HALL_AUDIT_H
#define EXAM_HALL_AUDIT_H

/*
 * Walks the stored record of attempts and names every row that was edited, dropped, added or moved
 * behind the program's back. What counts is covered: number, kind, slot, value and time of each
 * event by the chains, the whole by receipts and checkpoints that the school signed; whose an
 * attempt is, its room and times, the sitting, its rooms and the acts in them by macs (bound.h).
 * What rests on nothing is listed in docs/protocol.md, "What is bound". Pure.
 *
 * Each row is judged by the stored one before it, so that one edit is one finding.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exam/hall/event_row.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"

enum audit_fault {
	AUDIT_EVENT_CHANGED, /* number, kind, slot, value or head */
	AUDIT_EVENT_TIME,    /* its time, or the chain of times */
	AUDIT_EVENT_MISSING, /* seq … last are gone */
	AUDIT_EVENT_ADDED,   /* behind the close, or of no generation or attempt there is */
	AUDIT_EVENT_LATE,    /* behind the end and the grace */
	AUDIT_EVENT_SIGNED,  /* up to this number it is not what the school signed */
	AUDIT_RECEIPT_CHANGED,
	AUDIT_RECEIPT_MISSING,
	AUDIT_RECEIPT_ADDED,
	AUDIT_CHECKPOINT_CHANGED,
	AUDIT_CHECKPOINT_MISSING,
	AUDIT_CHECKPOINT_ADDED,
	AUDIT_ATTEMPT_CHANGED, /* the attempt's own row */
	AUDIT_ROOT_CHANGED,
	AUDIT_ROOT_OTHER, /* the receipts are not those of the signed root */
	AUDIT_ROOT_MISSING,
	AUDIT_ROOT_ADDED,
	AUDIT_ATTEMPT_BOUND, /* whose it is, where, or when it begins and ends */
	AUDIT_SITTING_CHANGED,
	AUDIT_ROOM_CHANGED, /* its row, or its last acts are gone */
	AUDIT_ACT_CHANGED,
	AUDIT_FAULT_COUNT_,
};

struct audit_finding {
	enum audit_fault fault;
	struct id16 id; /* the attempt; of a root, room or act the sitting */
	uint32_t gen;   /* of a root its number */
	uint32_t seq;   /* 0 when it is not about an event or checkpoint */
	uint32_t last;  /* of what is missing */
	uint64_t room;  /* 0 when it is not about one */
	uint64_t act;
};

/* Where findings go. */
struct audit_out {
	void (*report)(void *owner, const struct audit_finding *finding);
	void *owner;
};

/* What the walk needs of an attempt's row. */
struct audit_attempt {
	struct event_origin origin;
	int64_t counts_until_ms; /* end and grace */
};

/* One generation, event by event. */
struct audit_walk {
	const struct audit_attempt *attempt;
	struct audit_out out;
	uint32_t gen;
	uint32_t seq; /* of the last row, 0: none yet */
	int64_t last_at_ms;
	struct hash head;
	struct hash times;
	bool is_closed;
	struct event_row close; /* with is_closed; its value is not kept */
	struct fold fold;
};

void audit_begin(struct audit_walk *w, const struct audit_attempt *attempt, uint32_t gen,
		struct audit_out out);
void audit_finish(struct audit_walk *w);

/* The next row, ascending by number. Errors only of memory. */
enum err audit_event(struct audit_walk *w, const struct event_row *row) MUST_CHECK;

/* A checkpoint of the number where the walk stands now, and the receipt at the walk's end. Their
 * signatures have been verified and they are this attempt's and generation's. */
void audit_checkpoint(struct audit_walk *w, const struct receipt *checkpoint);
void audit_receipt(struct audit_walk *w, const struct receipt *receipt);

/* The fault in a few plain words. */
const char *audit_fault_text(enum audit_fault fault);

#endif
