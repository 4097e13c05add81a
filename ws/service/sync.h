#ifndef WS_SERVICE_SYNC_H
#define WS_SERVICE_SYNC_H

/*
 * Carrying a school's records to its destinations: what the thread (sync_io.h), the command
 * `truongthi sync` and the office's handlers have in common. Blocks on the network: never on the
 * service thread. Nothing here logs.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/clock.h"
#include "core/db/db.h"
#include "core/exchange/destination_store.h"
#include "core/exchange/enrolment.h"
#include "core/exchange/outgoing_store.h"
#include "core/net/https_io.h"
#include "core/seal/keys.h"

enum {
	SYNC_TIMEOUT_MS = 60000,     /* of one batch, sent and answered */
	SYNC_ASK_TIMEOUT_MS = 15000, /* of a small question, for which a person may wait */
	SYNC_LEASE_MS = 10000,       /* a killed process is followed by another after that */
	SYNC_HOLD_MS = 2500,         /* between two renewals of it */
	SYNC_TELL_AGAIN_MS = 60000,  /* after telling what was there before has failed */
	SYNC_BUNDLE_MS = 600000,     /* between two OneRoster bundles in a folder */
	SYNC_TURN_MS = 5000,         /* that one destination is carried to before another */
};

/* What carrying needs; belongs to one thread. */
struct sync {
	struct db *db;
	const struct keys *keys;
	struct clock *clock;
	const char *data_dir;
	bool takes_here; /* whether a destination may be on this machine */
	struct https *https;
	atomic_bool *stop; /* may be NULL */
	uint8_t by[DESTINATION_BY_BYTES];
};
/* Makes the connection's keeper and a name of its own. post_begin() was called before. */
enum err sync_init(struct sync *s) MUST_CHECK;
void sync_finish(struct sync *s);

/* Why nothing was delivered. */
struct sync_fault {
	char code[DESTINATION_ERROR_BYTES];    /* of a message */
	char params[DESTINATION_PARAMS_BYTES]; /* a JSON object */
	int64_t wait_ms; /* that the other side asks for; 0: it does not say */
};
/* Names and values (const char *) in pairs, ended by NULL. Values are cut to what fits. */
void sync_fault_set(struct sync_fault *f, const char *code, ...) __attribute__((sentinel));

/* Whether an error of our own is worth saying to people, or passes by itself. */
bool sync_is_lasting(enum err e);

/* What came of carrying to one destination. */
struct sync_report {
	unsigned batches;
	uint64_t records;
	uint64_t rejected;
	bool is_done;            /* nothing is left to carry now */
	struct sync_fault fault; /* code "": none */
};
/*
 * Carries what there is to the destination, whose lease this carrier has just taken: at most
 * about SYNC_TURN_MS, or `until_done`. A failure is noted with the destination and in *out; the
 * error given back is one of our own (the database).
 */
enum err sync_carry(struct sync *s, uint64_t destination_id, bool until_done,
		struct sync_report *out) MUST_CHECK;

/*
 * Tells what was there before the school's first destination, all of it; what is told already is
 * carried meanwhile. school_id 0: of a school where this is to be done. A failure of our own is
 * noted with the school, and tried again.
 * Errors  ERR_NOT_FOUND  nothing is to be told; ERR_BUSY  another is at it; ERR_CLOSED  *stop;
 *         ERR_DB_AWAY; others are noted
 */
enum err sync_tell(struct sync *s, uint64_t school_id) MUST_CHECK;

/*
 * Deliveries by kind: one batch.
 * Errors  ERR_BUSY         not now: *fault says why, and later it may be taken
 *         ERR_UNSUPPORTED  not before a person acts: *fault says what
 *         ERR_CLOSED       *stop
 *         and those of our own database
 * On success *out_answer is the signed answer, or NULL where nobody signs: everything is there.
 */
enum err sync_https_deliver(struct sync *s, struct destination *d, const struct outgoing *o,
		struct exchange_answer **out_answer, struct sync_fault *fault) MUST_CHECK;
enum err sync_mariadb_deliver(struct sync *s, const struct destination *d, const struct outgoing *o,
		struct sync_fault *fault) MUST_CHECK;
enum err sync_files_deliver(struct sync *s, const struct destination *d, const struct outgoing *o,
		struct sync_fault *fault) MUST_CHECK;

/* Writes the school year anew into the folder as a OneRoster bundle, when something was carried
 * there since and SYNC_BUNDLE_MS have passed. ERR_IO, ERR_DISK_FULL and those of the export. */
enum err sync_files_bundle(struct sync *s, const struct destination *d) MUST_CHECK;

/* ---- a province ---- */

struct sync_enrolment {
	uint64_t school_id;
	const char *url;    /* destination_url_parse() took it */
	const char *ca_pem; /* NULL: the system's authorities */
	const struct enrolment_code *code;
};
struct sync_enrolled {
	struct enrolment_answer answer; /* proven by the code */
	uint8_t kid[SIGN_KID_BYTES];    /* of the school's key that the province has now */
};
/* Makes the school's key when it has none and shows it to the province. Errors as above. */
enum err sync_enrol(struct sync *s, const struct sync_enrolment *what, struct sync_enrolled *out,
		struct sync_fault *fault) MUST_CHECK;

/*
 * Enrols, and makes the province a destination of the school: at the terminal, nobody's deed. The
 * name may be "": the province's then. Errors as above, and ERR_EXISTS: the name is taken.
 */
enum err sync_join(struct sync *s, const struct sync_enrolment *what, struct str name,
		struct sync_enrolled *out, struct sync_fault *fault) MUST_CHECK;

/* Gives the province the school's next key, made now or when it was begun before. */
enum err sync_roll(struct sync *s, struct destination *d, struct sync_fault *fault) MUST_CHECK;

struct sync_comparison {
	uint64_t differing; /* records that are sent again */
	uint64_t unknown;   /* that the province has and this school does not */
	uint64_t bytes;     /* sent and received */
};
/* Compares the trees and marks what differs, to be sent again. Errors as above. */
enum err sync_compare(struct sync *s, struct destination *d, struct sync_comparison *out,
		struct sync_fault *fault) MUST_CHECK;

/* A signed question to the province; used by sync_https.c and sync_compare.c. */
enum err sync_https_ask_tree(struct sync *s, struct destination *d, struct str body,
		struct https_answer *out, struct sync_fault *fault) MUST_CHECK;

#endif
