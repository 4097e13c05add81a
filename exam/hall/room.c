#include "exam/hall/room.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/seal/secret.h"
#include "exam/hall/room_state.h"

enum { MAP_FIRST = 64, LIST_FIRST = 32 };

/* --- lists --- */

void room_link_init(struct room_link *l) {
	l->prev = l;
	l->next = l;
}

bool room_link_is_in(const struct room_link *l) {
	return l->next != l;
}

void room_link_remove(struct room_link *l) {
	l->prev->next = l->next;
	l->next->prev = l->prev;
	room_link_init(l);
}

void room_link_push(struct room_link *list, struct room_link *l) {
	if (room_link_is_in(l)) {
		return;
	}
	l->prev = list->prev;
	l->next = list;
	list->prev->next = l;
	list->prev = l;
}

/* --- making a room --- */

static void keys_wipe(struct room *room) {
	secret_free(room->keys);
	room->keys = NULL;
	room->key_count = 0;
}

static void conn_free(struct room_conn *conn) {
	room_link_remove(&conn->in_pulses);
	room_link_remove(&conn->in_throttled);
	room_link_remove(&conn->in_blocked);
	room_link_remove(&conn->in_watchers);
	room_link_remove(&conn->in_posts);
	room_link_remove(&conn->in_conns);
	free(conn->owed);
	free(conn);
}

void room_free(struct room *room) {
	if (!room) {
		return;
	}
	while (room_link_is_in(&room->conns)) {
		conn_free(ROOM_LINKED(room->conns.next, struct room_conn, in_conns));
	}
	while (room->held_first) {
		struct room_held *held = room->held_first;
		room->held_first = held->next;
		free(held);
	}
	for (size_t i = 0; i < room->attempt_count; i++) {
		free(room->attempts[i]);
	}
	for (size_t i = 0; room->variants && i < room->variant_count; i++) {
		free(room->variants[i].slots);
	}
	free(room->attempts);
	free(room->map);
	free(room->heap);
	free(room->variants);
	keys_wipe(room);
	secret_wipe(room->nonce_key, sizeof(room->nonce_key));
	free(room);
}

static bool is_slot_good(const struct room_config *config, const struct room_slot *slot) {
	uint16_t sections = config->times.section_count ? config->times.section_count : 1;
	return slot->kind >= QUESTION_SINGLE && slot->kind <= QUESTION_ESSAY &&
			slot->count <= QUESTION_CHOICES_MAX && slot->section < sections;
}

static enum err copy_variant(const struct room_config *config, const struct room_variant *from,
		struct room_layout *to) {
	if (from->slot_count > ROOM_SLOTS_MAX) {
		return ERR_LIMIT;
	}
	if (memchr(from->code, '\0', sizeof(from->code)) == NULL) {
		return ERR_INVAL;
	}
	for (size_t i = 0; i < from->slot_count; i++) {
		if (!is_slot_good(config, &from->slots[i])) {
			return ERR_INVAL;
		}
	}
	memcpy(to->code, from->code, sizeof(to->code));
	to->slots = calloc(from->slot_count + 1, sizeof(*to->slots));
	if (!to->slots) {
		return ERR_NOMEM;
	}
	memcpy(to->slots, from->slots, from->slot_count * sizeof(*to->slots));
	to->slot_count = from->slot_count;
	return ERR_OK;
}

static enum err copy_variants(const struct room_config *config, struct room *room) {
	if (config->variant_count == 0) {
		return ERR_INVAL;
	}
	if (config->variant_count > ROOM_VARIANTS_MAX) {
		return ERR_LIMIT;
	}
	room->variants = calloc(config->variant_count, sizeof(*room->variants));
	if (!room->variants) {
		return ERR_NOMEM;
	}
	room->variant_count = config->variant_count;
	for (size_t i = 0; i < config->variant_count; i++) {
		enum err e = copy_variant(config, &config->variants[i], &room->variants[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err copy_keys(struct room *room, const struct room_key *keys, size_t count) {
	if (count > ROOM_KEYS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		if (keys[i].variant >= room->variant_count) {
			return ERR_INVAL;
		}
	}
	struct room_key *copy = secret_alloc((count + 1) * sizeof(*copy));
	if (!copy) {
		return ERR_NOMEM;
	}
	if (count > 0) {
		memcpy(copy, keys, count * sizeof(*copy));
	}
	keys_wipe(room);
	room->keys = copy;
	room->key_count = count;
	return ERR_OK;
}

static void init_lists(struct room *room) {
	struct room_link *const lists[] = { &room->conns, &room->pulses, &room->throttled,
		&room->blocked, &room->watchers, &room->dirty, &room->waiting };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		room_link_init(lists[i]);
	}
	room->held_end = &room->held_first;
	room->board_ms = 0;
	room->retry_ms = PHASE_NEVER;
	room->timer_ms = PHASE_NEVER;
}

enum err room_new(
		const struct room_config *config, const struct room_port *port, struct room **out) {
	enum err e = phase_check_sitting(&config->times);
	if (e) {
		return e;
	}
	_cleanup_(room_freep) struct room *room = calloc(1, sizeof(*room));
	if (!room) {
		return ERR_NOMEM;
	}
	init_lists(room);
	room->id = config->room;
	room->school = config->school;
	room->sitting = config->sitting;
	room->times = config->times;
	room->port = *port;
	room->limits = config->limits;
	if (room->limits.events_per_s == 0) {
		room->limits.events_per_s = ROOM_EVENTS_PER_S;
	}
	if (room->limits.events_burst == 0) {
		room->limits.events_burst = ROOM_EVENTS_BURST;
	}
	secret_random(room->nonce_key, sizeof(room->nonce_key));
	e = copy_variants(config, room);
	if (!e) {
		e = copy_keys(room, config->keys, config->key_count);
	}
	if (e) {
		return e;
	}
	*out = STEAL(room);
	return ERR_OK;
}

enum err room_set_keys(struct room *room, const struct room_key *keys, size_t count) {
	if (room->has_sent_key) {
		return ERR_CONFLICT;
	}
	return copy_keys(room, keys, count);
}

/* --- attempts --- */

/* Ids are random, so that their first bytes are as good as a hash. */
static size_t map_slot(const struct room *room, const struct id16 *id) {
	uint64_t h = 0;
	memcpy(&h, id->b, sizeof(h));
	size_t at = (size_t)h & (room->map_cap - 1);
	while (room->map[at] && !id16_equal(&room->map[at]->id, id)) {
		at = (at + 1) & (room->map_cap - 1);
	}
	return at;
}

struct room_attempt *room_find(const struct room *room, const struct id16 *attempt) {
	return room->map_cap == 0 ? NULL : room->map[map_slot(room, attempt)];
}

static enum err map_grow(struct room *room) {
	if (room->attempt_count * 2 < room->map_cap) {
		return ERR_OK;
	}
	size_t cap = room->map_cap ? room->map_cap * 2 : MAP_FIRST;
	struct room_attempt **map = calloc(cap, sizeof(*map)); /* half full at most */
	if (!map) {
		return ERR_NOMEM;
	}
	free(room->map);
	room->map = map;
	room->map_cap = cap;
	for (size_t i = 0; i < room->attempt_count; i++) {
		room->map[map_slot(room, &room->attempts[i]->id)] = room->attempts[i];
	}
	return ERR_OK;
}

static enum err list_grow(struct room *room) {
	if (room->attempt_count < room->attempt_cap) {
		return ERR_OK;
	}
	size_t cap = room->attempt_cap ? room->attempt_cap * 2 : LIST_FIRST;
	struct room_attempt **attempts = reallocarray(room->attempts, cap, sizeof(*attempts));
	if (!attempts) {
		return ERR_NOMEM;
	}
	room->attempts = attempts;
	struct room_boundary *heap = reallocarray(room->heap, cap, sizeof(*heap));
	if (!heap) {
		return ERR_NOMEM;
	}
	room->heap = heap;
	room->heap_cap = cap;
	room->attempt_cap = cap;
	return ERR_OK;
}

void room_answered_set(struct room_attempt *a, uint16_t slot, bool is_answered) {
	if (slot >= ROOM_SLOTS_MAX + 1 || slot == 0) {
		return;
	}
	uint64_t bit = UINT64_C(1) << ((slot - 1) % 64);
	uint64_t *word = &a->answered[(slot - 1) / 64];
	bool was = (*word & bit) != 0;
	if (was == is_answered) {
		return;
	}
	*word ^= bit;
	a->answered_count += is_answered ? 1 : -1u;
}

/* Takes over what is stored; what lives only here stays. */
void room_attempt_set(
		struct room *room, struct room_attempt *a, const struct room_attempt_row *row) {
	bool was_closed = a->times.is_closed;
	a->gen = row->gen;
	a->lease = row->lease;
	a->times = row->times;
	a->ends_revision = row->ends_revision;
	if (row->last_at_ms > a->last_at_ms) {
		a->last_at_ms = row->last_at_ms;
	}
	if (row->times.is_closed) {
		a->close_why = row->close_why;
		a->close_at_ms = row->closed_ms;
		a->submit_seq = 0;
	}
	if (was_closed != row->times.is_closed) {
		room->closed_count += row->times.is_closed ? 1 : (size_t)-1;
	}
}

static void attempt_init(struct room_attempt *a, const struct room_attempt_row *row) {
	a->id = row->attempt;
	a->person = row->person;
	a->tag = row->tag;
	a->variant = row->variant;
	memcpy(a->salt, row->salt, sizeof(a->salt));
	a->must_join = true;
	a->heap_index = ROOM_HEAP_NONE;
	room_link_init(&a->posts);
	room_link_init(&a->in_dirty);
	room_link_init(&a->in_waiting);
}

enum err room_add(struct room *room, const struct room_attempt_row *row) {
	assert(!room->is_started);
	if (row->variant >= room->variant_count || phase_check_attempt(&row->times)) {
		return ERR_INVAL;
	}
	if (room->attempt_count == ROOM_ATTEMPTS_MAX) {
		return ERR_LIMIT;
	}
	if (room_find(room, &row->attempt)) {
		return ERR_EXISTS;
	}
	enum err e = map_grow(room);
	if (!e) {
		e = list_grow(room);
	}
	if (e) {
		return e;
	}
	struct room_attempt *a = calloc(1, sizeof(*a));
	if (!a) {
		return ERR_NOMEM;
	}
	attempt_init(a, row);
	room_attempt_set(room, a, row);
	if (row->submitted_at_ms > 0 && !row->times.is_closed) {
		a->submit_seq = 1; /* stored: only its time is needed for the close */
		a->submit_at_ms = row->submitted_at_ms;
	}
	room->map[map_slot(room, &a->id)] = a;
	room->attempts[room->attempt_count++] = a;
	return ERR_OK;
}

void room_start(struct room *room, int64_t now_ms) {
	assert(!room->is_started);
	room->is_started = true;
	for (size_t i = 0; i < room->attempt_count; i++) {
		struct room_attempt *a = room->attempts[i];
		if (a->submit_seq != 0 && !a->times.is_closed) {
			room_close(room, a, CLOSED_SUBMIT, a->submit_at_ms, 0);
		}
		room_boundary_set(room, a, now_ms);
	}
	room_timer(room);
}

/* --- connections --- */

enum err room_conn_new(struct room *room, enum room_role role, uint64_t person, void *user,
		int64_t now_ms, struct room_conn **out) {
	if (role == ROOM_WATCHER && room->watcher_count == ROOM_WATCHERS_MAX) {
		return ERR_LIMIT;
	}
	struct room_conn *conn = calloc(1, sizeof(*conn));
	if (!conn) {
		return ERR_NOMEM;
	}
	conn->role = role;
	conn->person = person;
	conn->user = user;
	conn->heard_ms = now_ms;
	room_link_init(&conn->in_pulses);
	room_link_init(&conn->in_throttled);
	room_link_init(&conn->in_blocked);
	room_link_init(&conn->in_watchers);
	room_link_init(&conn->in_posts);
	room_link_init(&conn->in_conns);
	room_link_push(&room->conns, &conn->in_conns);
	if (role == ROOM_WATCHER) {
		room_link_push(&room->watchers, &conn->in_watchers);
		room->watcher_count++;
		room_board_all(room, conn, now_ms);
	}
	*out = conn;
	return ERR_OK;
}

void room_conn_left(struct room *room, struct room_conn *conn, int64_t now_ms) {
	struct room_attempt *a = conn->attempt;
	if (a && a->joiner == conn) {
		a->joiner = NULL;
		if (!a->is_asked) {
			a->ask = ASK_NONE;
			room_link_remove(&a->in_waiting);
		}
	}
	if (a && a->conn == conn) {
		room_conn_out(room, conn, now_ms);
	}
	if (conn->role == ROOM_WATCHER) {
		room->watcher_count--;
	}
	conn_free(conn);
	room_timer(room);
}

void room_send(struct room *room, struct room_conn *conn, const struct message *message) {
	room->port.send(room->port.owner, conn->user, message);
}

void room_tell(struct room *room, struct room_attempt *a, const struct message *message) {
	if (a->conn) {
		room_send(room, a->conn, message);
	}
}

void room_pause(struct room *room, struct room_conn *conn, unsigned why, bool is_paused) {
	if (conn->role != ROOM_STUDENT) {
		return;
	}
	unsigned pauses = is_paused ? conn->pauses | why : conn->pauses & ~why;
	bool was = conn->pauses != 0;
	conn->pauses = pauses;
	if (was != (pauses != 0)) {
		room->port.pause(room->port.owner, conn->user, pauses != 0);
	}
}

/* --- what others may ask --- */

struct room_stats room_stats(const struct room *room) {
	return (struct room_stats){
		.attempts = room->attempt_count,
		.online = room->online_count,
		.open = room->attempt_count - room->closed_count,
		.closed = room->closed_count,
		.under_way = room->under_way,
		.waiting = room->held_count,
	};
}

bool room_is_idle(const struct room *room) {
	return room->closed_count == room->attempt_count && room->under_way == 0 &&
			room->held_count == 0 && !room_link_is_in(&room->conns);
}
