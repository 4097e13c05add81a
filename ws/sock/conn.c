#include "ws/sock/conn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	PEER_BUCKETS = 4096, /* a power of two */
	SLOT_BITS = 32,
};

/* One address and how many connections of nobody known it holds. */
struct conn_peer {
	struct conn_peer *next;
	size_t users; /* connections that point here */
	size_t count; /* of them, those that the limit is about */
	char address[CONN_ADDRESS_BYTES];
};

struct phase_list {
	struct conn *first; /* the one that is due first */
	struct conn *last;
	size_t count;
};

struct slot {
	struct conn *conn;
	uint32_t round; /* raised each time the slot is used again, so that ids never repeat */
	uint32_t next_free;
};

struct conns {
	struct conn_limits limits;
	struct slot *slots;
	uint32_t free_first; /* 1-based; 0: none */
	size_t count;
	struct phase_list phases[CONN_PHASE_COUNT_];
	struct conn_peer *peers[PEER_BUCKETS];
};

#define FOR_EVER_MS (INT64_MAX / 4)

static const int64_t patience_ms[CONN_PHASE_COUNT_] = {
	[CONN_HEAD] = CONN_HEAD_MS,
	[CONN_BODY] = CONN_BODY_MS,
	[CONN_WORK] = FOR_EVER_MS, /* the worker always answers */
	[CONN_SEND] = CONN_SEND_MS,
	[CONN_IDLE] = CONN_IDLE_MS,
	[CONN_LINGER] = CONN_LINGER_MS,
	[CONN_HELLO] = CONN_HELLO_MS,
	[CONN_SOCKET] = FOR_EVER_MS,
};

enum err conns_new(struct conn_limits limits, struct conns **out) {
	assert(limits.total > 0 && limits.total < UINT32_MAX);
	_cleanup_(conns_freep) struct conns *cs = calloc(1, sizeof(*cs));
	if (!cs) {
		return ERR_NOMEM;
	}
	cs->limits = limits;
	cs->slots = calloc(limits.total, sizeof(*cs->slots));
	if (!cs->slots) {
		return ERR_NOMEM;
	}
	for (size_t i = limits.total; i > 0; i--) {
		cs->slots[i - 1].next_free = cs->free_first;
		cs->free_first = (uint32_t)i;
	}
	*out = STEAL(cs);
	return ERR_OK;
}

void conns_free(struct conns *cs) {
	if (!cs) {
		return;
	}
	assert(cs->count == 0);
	free(cs->slots);
	free(cs);
}

static size_t bucket_of(const char *address) {
	uint32_t h = 2166136261U;
	for (const char *p = address; *p; p++) {
		h = (h ^ (unsigned char)*p) * 16777619U;
	}
	return h & (PEER_BUCKETS - 1);
}

static struct conn_peer *peer_get(struct conns *cs, const char *address) {
	struct conn_peer **at = &cs->peers[bucket_of(address)];
	for (struct conn_peer *p = *at; p; p = p->next) {
		if (strcmp(p->address, address) == 0) {
			return p;
		}
	}
	struct conn_peer *p = calloc(1, sizeof(*p));
	if (!p) {
		return NULL;
	}
	memcpy(p->address, address, strnlen(address, CONN_ADDRESS_BYTES - 1));
	p->next = *at;
	*at = p;
	return p;
}

static void peer_put(struct conns *cs, struct conn_peer *p) {
	if (p->users > 0) {
		return;
	}
	struct conn_peer **at = &cs->peers[bucket_of(p->address)];
	while (*at != p) {
		at = &(*at)->next;
	}
	*at = p->next;
	free(p);
}

static void unlink_phase(struct conns *cs, struct conn *c) {
	struct phase_list *list = &cs->phases[c->phase];
	*(c->before ? &c->before->behind : &list->first) = c->behind;
	*(c->behind ? &c->behind->before : &list->last) = c->before;
	c->before = NULL;
	c->behind = NULL;
	list->count--;
}

/* All of one phase have the same patience, so the end of the list is the right place. */
static void link_phase(struct conns *cs, struct conn *c, int64_t now_ms) {
	struct phase_list *list = &cs->phases[c->phase];
	c->due_ms = now_ms + patience_ms[c->phase];
	c->before = list->last;
	c->behind = NULL;
	*(list->last ? &list->last->behind : &list->first) = c;
	list->last = c;
	list->count++;
}

/* Takes a free slot, which must be there. */
static void take_slot(struct conns *cs, struct conn *c) {
	uint32_t index = cs->free_first - 1;
	struct slot *slot = &cs->slots[index];
	cs->free_first = slot->next_free;
	slot->conn = c;
	slot->round++;
	c->id = (uint64_t)slot->round << SLOT_BITS | index;
	cs->count++;
}

enum err conns_add(struct conns *cs, const char *address, int64_t now_ms, struct conn **out) {
	if (cs->free_first == 0) {
		return ERR_LIMIT;
	}
	struct conn_peer *peer = peer_get(cs, address);
	if (!peer) {
		return ERR_NOMEM;
	}
	if (peer->count >= cs->limits.per_address) {
		peer_put(cs, peer);
		return ERR_THROTTLED;
	}
	struct conn *c = calloc(1, sizeof(*c));
	if (!c) {
		peer_put(cs, peer);
		return ERR_NOMEM;
	}
	take_slot(cs, c);
	c->peer = peer;
	c->is_counted = true;
	peer->users++;
	peer->count++;
	c->phase = CONN_HEAD;
	c->since_ms = now_ms;
	link_phase(cs, c, now_ms);
	*out = c;
	return ERR_OK;
}

void conns_remove(struct conns *cs, struct conn *c) {
	uint32_t index = (uint32_t)c->id;
	struct slot *slot = &cs->slots[index];
	assert(slot->conn == c);
	unlink_phase(cs, c);
	slot->conn = NULL;
	slot->next_free = cs->free_first;
	cs->free_first = index + 1;
	cs->count--;
	c->peer->users--;
	c->peer->count -= c->is_counted;
	peer_put(cs, c->peer);
	free(c);
}

struct conn *conns_find(struct conns *cs, uint64_t id) {
	uint64_t index = id & UINT32_MAX;
	if (index >= cs->limits.total) {
		return NULL;
	}
	struct conn *c = cs->slots[index].conn;
	return c && c->id == id ? c : NULL;
}

const char *conn_address(const struct conn *c) {
	return c->peer->address;
}

void conns_phase(struct conns *cs, struct conn *c, enum conn_phase phase, int64_t now_ms) {
	unlink_phase(cs, c);
	c->phase = phase;
	c->since_ms = now_ms;
	c->bytes = 0;
	c->bytes_then = 0;
	if (phase == CONN_SOCKET && c->is_counted) {
		c->is_counted = false;
		c->peer->count--;
	}
	link_phase(cs, c, now_ms);
}

static void restart(struct conns *cs, struct conn *c, int64_t now_ms) {
	unlink_phase(cs, c);
	c->bytes_then = c->bytes;
	link_phase(cs, c, now_ms);
}

void conns_moved(struct conns *cs, struct conn *c, uint64_t bytes, int64_t now_ms) {
	c->bytes += bytes;
	if (c->phase == CONN_SEND) {
		restart(cs, c, now_ms);
	}
}

/* A body that came fast enough since the last look, and not for ever. */
static bool earned_more(const struct conn *c, int64_t now_ms) {
	return c->phase == CONN_BODY && c->bytes - c->bytes_then >= CONN_BODY_BYTES &&
			now_ms - c->since_ms < CONN_BODY_MOST_MS;
}

struct conn *conns_next_due(struct conns *cs, int64_t now_ms) {
	for (int phase = 0; phase < CONN_PHASE_COUNT_; phase++) {
		struct conn *c = cs->phases[phase].first;
		while (c && c->due_ms <= now_ms) {
			if (!earned_more(c, now_ms)) {
				return c;
			}
			restart(cs, c, now_ms);
			c = cs->phases[phase].first;
		}
	}
	return NULL;
}

size_t conns_count(const struct conns *cs) {
	return cs->count;
}

void conns_each_in(struct conns *cs, enum conn_phase phase, void (*fn)(struct conn *c, void *arg),
		void *arg) {
	struct conn *c = cs->phases[phase].first;
	size_t left = cs->phases[phase].count; /* what fn puts behind is not looked at again */
	while (c && left > 0) {
		struct conn *next = c->behind;
		fn(c, arg);
		c = next;
		left--;
	}
}
