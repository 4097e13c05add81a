#include "ws/service/session_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/session.h"
#include "core/auth/session_store.h"
#include "core/auth/token.h"
#include "ws/app.h"

struct entry {
	struct hash session;
	struct access_actor who;
	int64_t until_ms; /* 0: the place is free */
};

struct session_cache {
	pthread_mutex_t lock;
	uint64_t epoch;
	struct entry rows[SESSION_CACHE_SETS][SESSION_CACHE_WAYS];
};

enum err session_cache_new(struct session_cache **out) {
	struct session_cache *sc = calloc(1, sizeof(*sc));
	if (!sc) {
		return ERR_NOMEM;
	}
	if (pthread_mutex_init(&sc->lock, NULL)) {
		free(sc);
		return ERR_NOMEM;
	}
	*out = sc;
	return ERR_OK;
}

void session_cache_free(struct session_cache *sc) {
	if (sc) {
		pthread_mutex_destroy(&sc->lock);
		free(sc);
	}
}

/* A hash is evenly spread: its first bytes choose the set. */
static struct entry *set_of(struct session_cache *sc, const struct hash *session) {
	size_t i = ((size_t)session->b[0] << 8 | session->b[1]) & (SESSION_CACHE_SETS - 1);
	return sc->rows[i];
}

static bool is_of(const struct entry *e, const struct hash *session) {
	return e->until_ms != 0 && hash_equal(&e->session, session);
}

enum err session_cache_find(struct session_cache *sc, const struct hash *session, int64_t now_ms,
		struct access_actor *out) {
	enum err e = ERR_NOT_FOUND;
	pthread_mutex_lock(&sc->lock);
	struct entry *set = set_of(sc, session);
	for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
		if (is_of(&set[i], session) && now_ms < set[i].until_ms) {
			*out = set[i].who;
			e = ERR_OK;
		}
	}
	pthread_mutex_unlock(&sc->lock);
	return e;
}

uint64_t session_cache_epoch(struct session_cache *sc) {
	pthread_mutex_lock(&sc->lock);
	uint64_t epoch = sc->epoch;
	pthread_mutex_unlock(&sc->lock);
	return epoch;
}

void session_cache_put(struct session_cache *sc, const struct hash *session,
		const struct access_actor *who, int64_t expires_ms, int64_t now_ms,
		uint64_t epoch) {
	int64_t until_ms = now_ms + SESSION_CACHE_MS;
	pthread_mutex_lock(&sc->lock);
	if (sc->epoch != epoch) {
		pthread_mutex_unlock(&sc->lock);
		return; /* it may have been ended meanwhile */
	}
	struct entry *set = set_of(sc, session);
	struct entry *place = &set[0];
	for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
		if (is_of(&set[i], session)) {
			place = &set[i];
			break;
		}
		if (set[i].until_ms < place->until_ms) {
			place = &set[i]; /* free, or the one that is forgotten first */
		}
	}
	place->session = *session;
	place->who = *who;
	place->until_ms = expires_ms < until_ms ? expires_ms : until_ms;
	pthread_mutex_unlock(&sc->lock);
}

void session_cache_drop(struct session_cache *sc, const struct hash *session) {
	pthread_mutex_lock(&sc->lock);
	sc->epoch++;
	struct entry *set = set_of(sc, session);
	for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
		if (is_of(&set[i], session)) {
			memset(&set[i], 0, sizeof(set[i]));
		}
	}
	pthread_mutex_unlock(&sc->lock);
}

void session_cache_drop_person(struct session_cache *sc, uint64_t person_id) {
	pthread_mutex_lock(&sc->lock);
	sc->epoch++;
	for (size_t s = 0; s < SESSION_CACHE_SETS; s++) {
		for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
			struct entry *e = &sc->rows[s][i];
			if (e->until_ms != 0 && e->who.person_id == person_id) {
				memset(e, 0, sizeof(*e));
			}
		}
	}
	pthread_mutex_unlock(&sc->lock);
}

enum err session_peek(struct app *app, struct str token, int64_t now_ms, struct access_actor *out,
		struct hash *out_session) {
	struct token t;
	if (token_parse(token, &t)) {
		return ERR_SIGNED_OUT;
	}
	token_hash(&t, out_session);
	token_wipe(&t);
	enum err e = session_cache_find(app->sessions, out_session, now_ms, out);
	metric_add(&app->metrics, e ? METRIC_SESSION_MISSES : METRIC_SESSION_HITS, 1);
	return e;
}

bool session_is_known(struct app *app, struct str token, int64_t now_ms) {
	struct token t;
	struct hash session;
	struct access_actor who;
	if (token_parse(token, &t)) {
		return false;
	}
	token_hash(&t, &session);
	token_wipe(&t);
	return session_cache_find(app->sessions, &session, now_ms, &who) == ERR_OK;
}

static struct access_actor actor_of(const struct session_row *row) {
	struct access_actor who = {
		.roles = row->roles & ACCESS_HELD_MASK,
		.person_id = row->person_id,
		.school_id = row->school_id,
		.province_id = row->province_id,
		.has_attempt = row->has_attempt,
	};
	memcpy(who.attempt_id, row->attempt_id, sizeof(who.attempt_id));
	return who;
}

/* One that was asked for, on its way through the database. */
struct looked_up {
	struct session_asked *asked;
	int64_t ends_ms;
	bool is_touched; /* to be written down as used */
};

struct looking {
	struct looked_up *items;
	size_t count;
	int64_t now_ms;
};

/* ERR_SIGNED_OUT: every role was taken away, or its time is over. */
static enum err judge(const struct session_row *row, int64_t now_ms, struct looked_up *l) {
	struct access_actor who = actor_of(row);
	struct session_limits limits = session_limits(who.roles);
	struct session_times times = { row->created_at_ms, row->seen_at_ms };
	if (who.roles == 0 || !session_is_alive(limits, times, now_ms)) {
		return ERR_SIGNED_OUT;
	}
	l->asked->who = who;
	l->ends_ms = row->expires_at_ms;
	l->is_touched = session_should_touch(times, now_ms);
	if (l->is_touched) {
		times.seen_at_ms = now_ms;
		l->ends_ms = session_ends_at_ms(limits, times);
	}
	return ERR_OK;
}

static enum err take_row(void *ctx, const struct session_row *row) {
	struct looking *l = ctx;
	for (size_t i = 0; i < l->count; i++) {
		struct session_asked *asked = l->items[i].asked;
		if (memcmp(asked->session.b, row->token_hash, SESSION_HASH_BYTES) == 0) {
			asked->e = judge(row, l->now_ms, &l->items[i]);
		}
	}
	return ERR_OK;
}

static enum err touch(struct db *db, const struct looking *l) {
	struct session_touch touches[SESSION_STORE_MANY];
	size_t count = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct looked_up *item = &l->items[i];
		if (item->is_touched) {
			touches[count++] = (struct session_touch){ item->asked->session.b,
				l->now_ms, item->ends_ms };
		}
	}
	return count > 0 ? session_store_touch_many(db, touches, count) : ERR_OK;
}

/* One has ended since it was read: each by itself tells which. */
static void touch_singly(struct db *db, const struct looking *l) {
	for (size_t i = 0; i < l->count; i++) {
		struct looked_up *item = &l->items[i];
		if (item->is_touched) {
			enum err e = session_store_touch(
					db, item->asked->session.b, l->now_ms, item->ends_ms);
			item->asked->e = e == ERR_NOT_FOUND ? ERR_SIGNED_OUT : e;
		}
	}
}

static enum err look_up(struct db *db, struct looking *l) {
	const uint8_t *hashes[SESSION_STORE_MANY];
	for (size_t i = 0; i < l->count; i++) {
		l->items[i].asked->e = ERR_SIGNED_OUT;
		hashes[i] = l->items[i].asked->session.b;
	}
	enum err e = session_store_each_of(db, hashes, l->count, l->now_ms, take_row, l);
	e = e ? e : touch(db, l);
	if (e == ERR_NOT_FOUND) {
		touch_singly(db, l);
		e = ERR_OK;
	}
	return e;
}

void session_load_many(struct app *app, struct db *db, struct session_asked *asked, size_t count,
		int64_t now_ms) {
	assert(count > 0 && count <= SESSION_STORE_MANY);
	struct looked_up items[SESSION_STORE_MANY] = { 0 };
	struct looking l = { .items = items, .count = count, .now_ms = now_ms };
	for (size_t i = 0; i < count; i++) {
		items[i].asked = &asked[i];
	}
	uint64_t epoch = session_cache_epoch(app->sessions);
	enum err e = look_up(db, &l);
	for (size_t i = 0; i < count; i++) {
		asked[i].e = e ? e : asked[i].e;
		if (!asked[i].e) {
			session_cache_put(app->sessions, &asked[i].session, &asked[i].who,
					items[i].ends_ms, now_ms, epoch);
		}
	}
	metric_add(&app->metrics, METRIC_SESSION_LOOKUPS, count);
}

enum err session_load(struct app *app, struct db *db, const struct hash *session, int64_t now_ms,
		struct access_actor *out) {
	struct session_asked asked = { .session = *session };
	session_load_many(app, db, &asked, 1, now_ms);
	if (!asked.e) {
		*out = asked.who;
	}
	return asked.e;
}

enum err session_sign_in(struct app *app, struct db *db, struct str token, int64_t now_ms,
		struct access_actor *out, struct hash *out_session) {
	enum err e = session_peek(app, token, now_ms, out, out_session);
	return e == ERR_NOT_FOUND ? session_load(app, db, out_session, now_ms, out) : e;
}
