#ifndef WS_APP_H
#define WS_APP_H

/*
 * What lives as long as the process. Made by app_new() in the order in which the parts need one
 * another, and unmade backwards. Handlers and services find everything here; there are no
 * globals.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/clock.h"
#include "core/base/config.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/workq.h"
#include "core/db/pool.h"
#include "core/seal/keys.h"
#include "ws/http/field.h"
#include "ws/http/metrics.h"

struct hall;
struct loop;
struct province_role;
struct rate;
struct session_cache;
struct socks;
struct static_files;

enum {
	APP_RAW_BYTES_MAX = 64 << 20, /* of ROUTE_RAW bodies at one time */
	APP_MESSAGES_BURST_S = 5,     /* seconds of the rate that a socket may send at once */
};

struct app {
	const struct config *config;
	struct field_proxies proxies;
	struct log log;
	struct clock *clock;
	struct keys *keys;
	struct pool *pool;
	struct workq *workers;
	struct workq *hashers;
	struct workq *hall_workers; /* what a room asks of the database; see hall_work.c */
	struct loop *loop;
	struct hall *hall; /* NULL before it is started */
	struct static_files *files;
	struct session_cache *sessions;
	struct socks *socks;            /* WebSockets */
	struct rate *rate;              /* of requests; the service thread's */
	uint64_t raw_bytes;             /* of ROUTE_RAW bodies; the service thread's */
	struct province_role *province; /* NULL: this serves schools; set before the loop runs */
	struct metrics metrics;
	uint8_t ticket_key[KEYS_BYTES]; /* keys the hashes of tickets and activation codes */
	uint8_t column_key
			[KEYS_BYTES]; /* ... of personal ids, and of what is counted per address */
	atomic_bool is_stopping;
	atomic_bool is_enrolling; /* with a province; see destination_enrol_http.c */
};

/*
 * Makes what needs no database: clock, keys, the web client's files. The config outlives the app.
 * When it fails, a sentence for a person is in `why` (size bytes).
 */
enum err app_new(const struct config *config, struct app **out, char *why, size_t size) MUST_CHECK;
/* The rest but the loop: connections and threads. The database may be away. */
enum err app_start(
		struct app *app, const struct db_settings *db, char *why, size_t size) MUST_CHECK;
/* Ends the threads; what waits for a worker is answered 503. */
void app_free(struct app *app);
DEFINE_FREEP(struct app *, app_free);

#endif
