#include "ws/service/session_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/seal/hash.h"
#include "ws/app.h"

struct entry {
	struct actor actor;
	int64_t until_ms; /* 0: the place is free */
};

struct session_cache {
	pthread_mutex_t lock;
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

/* The hash of the token is evenly spread: its first bytes choose the set. */
static struct entry *set_of(struct session_cache *sc, const uint8_t *hash) {
	size_t i = ((size_t)hash[0] << 8 | hash[1]) & (SESSION_CACHE_SETS - 1);
	return sc->rows[i];
}

static bool is_of(const struct entry *e, const uint8_t *hash) {
	return e->until_ms != 0 && memcmp(e->actor.token_hash, hash, REQUEST_TOKEN_HASH_BYTES) == 0;
}

enum err session_cache_find(struct session_cache *sc, const uint8_t hash[REQUEST_TOKEN_HASH_BYTES],
		int64_t now_ms, struct actor *out) {
	enum err e = ERR_NOT_FOUND;
	pthread_mutex_lock(&sc->lock);
	struct entry *set = set_of(sc, hash);
	for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
		if (is_of(&set[i], hash) && now_ms < set[i].until_ms) {
			*out = set[i].actor;
			e = ERR_OK;
		}
	}
	pthread_mutex_unlock(&sc->lock);
	return e;
}

void session_cache_put(struct session_cache *sc, const struct actor *actor, int64_t expires_ms,
		int64_t now_ms) {
	int64_t until_ms = now_ms + SESSION_CACHE_MS;
	pthread_mutex_lock(&sc->lock);
	struct entry *set = set_of(sc, actor->token_hash);
	struct entry *place = &set[0];
	for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
		if (is_of(&set[i], actor->token_hash)) {
			place = &set[i];
			break;
		}
		if (set[i].until_ms < place->until_ms) {
			place = &set[i]; /* free, or the one that is forgotten first */
		}
	}
	place->actor = *actor;
	place->until_ms = expires_ms < until_ms ? expires_ms : until_ms;
	pthread_mutex_unlock(&sc->lock);
}

void session_cache_drop(struct session_cache *sc, const uint8_t hash[REQUEST_TOKEN_HASH_BYTES]) {
	pthread_mutex_lock(&sc->lock);
	struct entry *set = set_of(sc, hash);
	for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
		if (is_of(&set[i], hash)) {
			memset(&set[i], 0, sizeof(set[i]));
		}
	}
	pthread_mutex_unlock(&sc->lock);
}

void session_cache_drop_person(struct session_cache *sc, uint64_t person_id) {
	pthread_mutex_lock(&sc->lock);
	for (size_t s = 0; s < SESSION_CACHE_SETS; s++) {
		for (int i = 0; i < SESSION_CACHE_WAYS; i++) {
			struct entry *e = &sc->rows[s][i];
			if (e->until_ms != 0 && e->actor.person_id == person_id) {
				memset(e, 0, sizeof(*e));
			}
		}
	}
	pthread_mutex_unlock(&sc->lock);
}

enum err session_token_hash(
		const struct app *app, struct str token, uint8_t out[REQUEST_TOKEN_HASH_BYTES]) {
	if (token.n == 0 || token.n > 100) {
		return ERR_SIGNED_OUT;
	}
	struct hash h;
	hash_bytes(app->session_key, token.p, token.n, &h);
	memcpy(out, h.b, REQUEST_TOKEN_HASH_BYTES);
	return ERR_OK;
}

enum err session_cache_sign_in(struct app *app, struct db *db, struct str token, int64_t now_ms,
		struct actor *out) {
	(void)db;
	uint8_t hash[REQUEST_TOKEN_HASH_BYTES];
	enum err e = session_token_hash(app, token, hash);
	if (e) {
		return e;
	}
	e = session_cache_find(app->sessions, hash, now_ms, out);
	return e == ERR_NOT_FOUND ? ERR_SIGNED_OUT : e;
}
