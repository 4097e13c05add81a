#include "ws/service/session_cache.h"

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

enum err session_load(struct app *app, struct db *db, const struct hash *session, int64_t now_ms,
		struct access_actor *out) {
	struct session_row row;
	uint64_t epoch = session_cache_epoch(app->sessions);
	enum err e = session_store_load(db, session->b, now_ms, &row);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_SIGNED_OUT : e;
	}
	struct access_actor who = actor_of(&row);
	if (who.roles == 0) {
		return ERR_SIGNED_OUT; /* every role was taken away */
	}
	struct session_limits limits = session_limits(who.roles);
	struct session_times times = { row.created_at_ms, row.seen_at_ms };
	if (!session_is_alive(limits, times, now_ms)) {
		return ERR_SIGNED_OUT;
	}
	int64_t ends_ms = row.expires_at_ms;
	if (session_should_touch(times, now_ms)) {
		times.seen_at_ms = now_ms;
		ends_ms = session_ends_at_ms(limits, times);
		e = session_store_touch(db, session->b, now_ms, ends_ms);
		if (e) {
			return e == ERR_NOT_FOUND ? ERR_SIGNED_OUT : e;
		}
	}
	session_cache_put(app->sessions, session, &who, ends_ms, now_ms, epoch);
	*out = who;
	return ERR_OK;
}

enum err session_sign_in(struct app *app, struct db *db, struct str token, int64_t now_ms,
		struct access_actor *out, struct hash *out_session) {
	enum err e = session_peek(app, token, now_ms, out, out_session);
	return e == ERR_NOT_FOUND ? session_load(app, db, out_session, now_ms, out) : e;
}
