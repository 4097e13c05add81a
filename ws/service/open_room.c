#include "ws/service/open_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/seal/box.h"
#include "exam/hall/attempt_store.h"
#include "exam/hall/sitting_store.h"
#include "exam/hall/variant_store.h"

void open_room_free(struct open_room *o) {
	if (!o) {
		return;
	}
	for (size_t i = 0; i < o->variant_count; i++) {
		free((void *)o->variants[i].slots); /* ours; const to the room only */
	}
	free(o->variants);
	if (o->keys) {
		explicit_bzero(o->keys, o->key_count * sizeof(*o->keys));
	}
	free(o->keys);
	free(o->seats);
	free(o);
}

struct room_config open_room_config(const struct open_room *o) {
	return (struct room_config){
		.room = o->room,
		.school = o->school,
		.sitting = o->sitting.id,
		.times = sitting_times(&o->sitting),
		.variant_count = o->variant_count,
		.variants = o->variants,
		.key_count = o->key_count,
		.keys = o->keys,
	};
}

/* The index of a variant's code; variant_count when there is none. */
static size_t variant_of(const struct open_room *o, struct str code) {
	size_t i = 0;
	while (i < o->variant_count && !str_eq_z(code, o->variants[i].code)) {
		i++;
	}
	return i;
}

/* What an answer in each slot may look like. */
static enum err slots_of(const struct paper_layout *layout, struct room_variant *out) {
	struct room_slot *slots = mem_zeros(layout->slot_count, sizeof(*slots));
	if (!slots) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < layout->slot_count; i++) {
		slots[i].kind = (uint8_t)layout->slots[i].kind;
		slots[i].count = (uint8_t)layout->slots[i].choice_count;
	}
	out->slots = slots;
	out->slot_count = layout->slot_count;
	return ERR_OK;
}

static enum err load_variants(struct db *db, struct open_room *o) {
	_cleanup_(variants_finish) struct variants list = { 0 };
	enum err e = variant_store_list(db, o->school, &o->sitting.id, &list);
	if (e) {
		return e;
	}
	o->variants = calloc(list.count + 1, sizeof(*o->variants));
	if (!o->variants) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < list.count; i++) {
		struct room_variant *v = &o->variants[o->variant_count++];
		(void)snprintf(v->code, sizeof(v->code), "%s", list.items[i].code); /* fits */
		e = slots_of(list.items[i].layout, v);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err open_key(const struct keys *keys, const struct variant_key *stored,
		const struct open_room *o, struct room_key *out) {
	uint8_t seal[KEYS_BYTES];
	keys_derive(keys, KEYS_SEAL_CONTEXT, 0, seal);
	_cleanup_(buf_finish) struct buf plain = buf_make(MESSAGE_KEY_BYTES);
	struct str box = { (const char *)stored->box, stored->box_bytes };
	enum err e = box_open(seal, box, &plain);
	explicit_bzero(seal, sizeof(seal));
	if (e || plain.len != MESSAGE_KEY_BYTES) {
		return e ? e : ERR_CORRUPT;
	}
	size_t variant = variant_of(o, str_from(stored->variant));
	if (variant == o->variant_count) {
		return ERR_CORRUPT;
	}
	*out = (struct room_key){
		.variant = (uint16_t)variant, .section = stored->section, .rev = stored->rev
	};
	memcpy(out->key, plain.data, MESSAGE_KEY_BYTES);
	explicit_bzero(plain.data, plain.len);
	return ERR_OK;
}

static enum err load_keys(struct db *db, const struct keys *keys, struct open_room *o) {
	_cleanup_(variant_keys_finish) struct variant_keys list = { 0 };
	enum err e = variant_store_keys(db, o->school, &o->sitting.id, &list);
	if (e) {
		return e;
	}
	o->keys = calloc(list.count + 1, sizeof(*o->keys));
	if (!o->keys) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < list.count && !e; i++) {
		e = open_key(keys, &list.items[i], o, &o->keys[o->key_count]);
		o->key_count += !e;
	}
	return e;
}

static enum err make_room_for_seat(struct open_room *o) {
	if (o->seat_count < o->seat_cap) {
		return ERR_OK;
	}
	if (o->seat_cap >= ROOM_ATTEMPTS_MAX) {
		return ERR_LIMIT;
	}
	size_t cap = o->seat_cap ? o->seat_cap * 2 : 64;
	struct open_seat *seats = realloc(o->seats, cap * sizeof(*seats));
	if (!seats) {
		return ERR_NOMEM;
	}
	o->seats = seats;
	o->seat_cap = cap;
	return ERR_OK;
}

static enum err add_seat(void *ctx, const struct attempt_listed *listed) {
	struct open_room *o = ctx;
	enum err e = make_room_for_seat(o);
	if (e) {
		return e;
	}
	size_t variant = variant_of(o, listed->variant_code);
	if (variant == o->variant_count) {
		return ERR_CORRUPT;
	}
	struct open_seat *s = &o->seats[o->seat_count];
	*s = (struct open_seat){ .row = listed->row,
		.is_submitted = listed->is_submitted,
		.submitted_at_ms = listed->submitted_at_ms };
	s->row.variant = (uint16_t)variant;
	s->row.tag = o->seat_count;
	memcpy(s->salt, listed->row.salt, EVENT_SALT_BYTES);
	(void)snprintf(s->name, sizeof(s->name), "%.*s", (int)listed->name.n, listed->name.p);
	(void)snprintf(s->code, sizeof(s->code), "%.*s", (int)listed->code.n, listed->code.p);
	o->seat_count++;
	return ERR_OK;
}

/* In one moment of the database, so that times, keys and attempts belong together. */
static enum err load_all(struct db *db, const struct keys *keys, struct open_room *o) {
	enum err e = sitting_store_of_room(db, o->school, o->room, &o->sitting);
	if (!e) {
		e = load_variants(db, o);
	}
	if (!e) {
		e = load_keys(db, keys, o);
	}
	return e ? e : attempt_store_each(db, o->school, o->room, add_seat, o);
}

struct loading {
	const struct keys *keys;
	uint64_t school;
	uint64_t room;
	struct open_room *out;
};

static enum err run_load(struct db *db, void *ctx) {
	struct loading *l = ctx;
	_cleanup_(open_room_freep) struct open_room *o = calloc(1, sizeof(*o));
	if (!o) {
		return ERR_NOMEM;
	}
	o->school = l->school;
	o->room = l->room;
	enum err e = load_all(db, l->keys, o);
	if (e) {
		return e;
	}
	open_room_free(l->out); /* of a run that was rolled back */
	l->out = STEAL(o);
	return ERR_OK;
}

enum err open_room_load(struct db *db, const struct keys *keys, uint64_t school, uint64_t room,
		int64_t now_ms, struct open_room **out) {
	struct loading l = { .keys = keys, .school = school, .room = room };
	enum err e = db_transact_with(db, DB_TX_READ, run_load, &l);
	_cleanup_(open_room_freep) struct open_room *o = l.out;
	if (e) {
		return e;
	}
	if (o->sitting.state == SITTING_PUBLISHED &&
			now_ms >= o->sitting.starts_at_ms - OPEN_ROOM_KEY_EARLY_MS) {
		e = sitting_store_key_sent(db, school, &o->sitting.id, o->sitting.revision);
		if (e) {
			return e;
		}
	}
	for (size_t i = 0; i < o->seat_count; i++) {
		o->seats[i].row.salt = o->seats[i].salt;
	}
	*out = STEAL(o);
	return ERR_OK;
}
