#ifndef CORE_EXCHANGE_DESTINATION_STORE_H
#define CORE_EXCHANGE_DESTINATION_STORE_H

/*
 * The SQL of destinations. Who carries takes one under a lease: of several processes one carries,
 * and what a killed one was at is taken up once its lease has run out. Sending twice does no harm;
 * the lease only saves the work.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/destination.h"
#include "core/exchange/exchange_batch.h"
#include "core/seal/keys.h"

enum {
	DESTINATIONS_MAX = 20, /* of one school */
	DESTINATION_BY_BYTES = 16,
	DESTINATION_ERROR_BYTES = 49,
	DESTINATION_PARAMS_BYTES = 801,
};

struct destination {
	uint64_t id;
	uint64_t school_id;
	char school_code[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	enum destination_kind kind;
	char name[DESTINATION_NAME_BYTES];
	struct destination_settings settings;
	char *password; /* owned; NULL: none. Wiped by destination_finish() */
	char *ca_pem;   /* owned; NULL: the system's authorities */
	bool has_kid;
	uint8_t kid[SIGN_KID_BYTES];
	char peer_code[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	char peer_name[DESTINATION_NAME_BYTES];
	bool has_peer;
	uint8_t peer_key[SIGN_PUBLIC_BYTES];
	enum destination_state state;
	uint64_t watermark;
	bool wants_compare;
	int64_t compared_at_ms; /* 0: never */
	uint64_t compared_found;
	unsigned tries;
	int64_t next_try_at_ms;
	int64_t last_ok_at_ms; /* 0: never */
	char error[DESTINATION_ERROR_BYTES];
	char error_params[DESTINATION_PARAMS_BYTES];
	uint32_t version;
};
void destination_finish(struct destination *d);

struct destination_new {
	uint64_t school_id;
	enum destination_kind kind;
	struct str name;
	const struct destination_settings *settings;
	struct str password; /* "": none */
	struct str ca_pem;   /* "": none */
	const uint8_t *kid;  /* https only, else NULL */
	struct str peer_code;
	struct str peer_name;
	const uint8_t *peer_key;
	uint64_t person_id;
	int64_t now_ms;
};
/* ERR_EXISTS: the name is taken; ERR_LIMIT: DESTINATIONS_MAX. Inside a transaction. */
enum err destination_store_add(struct db *db, const struct keys *keys,
		const struct destination_new *d, uint64_t *out_id) MUST_CHECK;

/* school_id 0: whatever school's. ERR_NOT_FOUND. The caller finishes *out. */
enum err destination_store_load(struct db *db, const struct keys *keys, uint64_t school_id,
		uint64_t id, struct destination *out) MUST_CHECK;
/* Ids of a school's destinations (school_id 0: of all), oldest first; at most `most`. */
enum err destination_store_ids(struct db *db, uint64_t school_id, uint64_t *ids, size_t most,
		size_t *out_count) MUST_CHECK;

struct destination_change {
	uint64_t school_id;
	uint64_t id;
	uint32_t version; /* what the caller saw */
	enum destination_kind kind;
	struct str name;
	const struct destination_settings *settings;
	bool sets_password;
	struct str password;
	struct str ca_pem;
};
/* ERR_STALE: it was changed meanwhile; ERR_EXISTS; ERR_NOT_FOUND. Inside a transaction. */
enum err destination_store_change(struct db *db, const struct keys *keys,
		const struct destination_change *c) MUST_CHECK;
/* Pauses it, or sets it going again at once. ERR_NOT_FOUND. */
enum err destination_store_switch(struct db *db, uint64_t school_id, uint64_t id,
		enum destination_state state) MUST_CHECK;
/* It is tried at once, whatever it waited for; a paused one stays so. ERR_NOT_FOUND. */
enum err destination_store_hurry(struct db *db, uint64_t school_id, uint64_t id) MUST_CHECK;
/* The trees are compared with the next turn. ERR_NOT_FOUND. */
enum err destination_store_want_compare(struct db *db, uint64_t school_id, uint64_t id) MUST_CHECK;
enum err destination_store_compared(
		struct db *db, uint64_t id, int64_t now_ms, uint64_t found) MUST_CHECK;
/* With its batches and states; with the last one the school stops telling (outbox_store_end()).
 * Inside a transaction. ERR_NOT_FOUND. */
enum err destination_store_drop(struct db *db, uint64_t school_id, uint64_t id) MUST_CHECK;

/* How far the destination that is farthest behind has come; *out stays as it is when the school has
 * none. */
enum err destination_store_least_watermark(
		struct db *db, uint64_t school_id, uint64_t *out) MUST_CHECK;
/* The code of the commune that a school lies in. ERR_NOT_FOUND, ERR_LIMIT. */
enum err destination_store_commune(
		struct db *db, uint64_t school_id, char *out, size_t size) MUST_CHECK;

/* ---- carrying ---- */

struct destination_lease {
	const uint8_t *by; /* DESTINATION_BY_BYTES: this process and thread */
	int64_t now_ms;
	int64_t until_ms;
};
/* A destination that is due and has something to carry; it is this carrier's until then.
 * ERR_NOT_FOUND: none. */
enum err destination_store_take(
		struct db *db, const struct destination_lease *lease, uint64_t *out_id) MUST_CHECK;
/* One that a person names, due or not. ERR_BUSY: another carries it now. */
enum err destination_store_take_one(
		struct db *db, const struct destination_lease *lease, uint64_t id) MUST_CHECK;
/* ERR_STALE: it is another's by now. */
enum err destination_store_renew(
		struct db *db, const struct destination_lease *lease, uint64_t id) MUST_CHECK;
enum err destination_store_release(struct db *db, const uint8_t *by, uint64_t id) MUST_CHECK;

/* It was reached: the failures are forgotten. */
enum err destination_store_reached(struct db *db, uint64_t id, int64_t now_ms) MUST_CHECK;
struct destination_fault {
	const char *code;  /* of a message */
	struct str params; /* a JSON object */
	bool is_final;     /* it stops until a person acts */
	unsigned tries;    /* in a row, this one included */
	int64_t next_try_at_ms;
};
enum err destination_store_fault(
		struct db *db, uint64_t id, const struct destination_fault *fault) MUST_CHECK;
/* The province's next key is believed from now on. */
enum err destination_store_believe(struct db *db, uint64_t id, const uint8_t *peer_key) MUST_CHECK;
/* The school's key that it knows from now on. */
enum err destination_store_know(struct db *db, uint64_t id, const uint8_t *kid) MUST_CHECK;

/* ---- at a glance ---- */

struct destination_counts {
	uint64_t queued;   /* records that wait, made into a batch or not */
	uint64_t sent;     /* under way without an answer */
	uint64_t received; /* there, where a larger version is held */
	uint64_t applied;
	uint64_t rejected;
};
enum err destination_store_counts(struct db *db, const struct destination *d,
		struct destination_counts *out) MUST_CHECK;

#endif
