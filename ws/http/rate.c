#include "ws/http/rate.h"

#include <stdlib.h>
#include <string.h>

struct place {
	uint64_t who;
	int64_t even_us; /* when the rate is even again */
};

struct rate {
	uint8_t key[HASH_KEY_BYTES];
	struct place places[RATE_PLACES];
};

enum err rate_new(const uint8_t *key, struct rate **out) {
	struct rate *r = calloc(1, sizeof(*r));
	if (!r) {
		return ERR_NOMEM;
	}
	memcpy(r->key, key, sizeof(r->key));
	*out = r;
	return ERR_OK;
}

void rate_free(struct rate *r) {
	free(r);
}

static uint64_t who_of(const struct rate *r, char kind, struct str name) {
	struct hasher h;
	struct hash digest;
	hash_begin(&h, r->key);
	hash_add_u8(&h, (uint8_t)kind);
	hash_add(&h, name.p, name.n);
	hash_end(&h, &digest);
	uint64_t who = 0;
	memcpy(&who, digest.b, sizeof(who));
	return who ? who : 1; /* 0 is an empty place */
}

int64_t rate_wait_ms(struct rate *r, char kind, struct str name, int64_t per_s, int64_t burst,
		int64_t now_us) {
	uint64_t who = who_of(r, kind, name);
	struct place *p = &r->places[who & (RATE_PLACES - 1)];
	if (p->who != who) {
		*p = (struct place){ who, now_us };
	}
	int64_t cost_us = 1000000 / per_s;
	int64_t even_us = p->even_us > now_us ? p->even_us : now_us;
	int64_t over_us = even_us + cost_us - now_us - burst * cost_us;
	if (over_us > 0) {
		return (over_us + 999) / 1000;
	}
	p->even_us = even_us + cost_us;
	return 0;
}
