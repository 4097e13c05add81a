#include "ws/service/province_role.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/province/area_store.h"
#include "core/province/enrol_store.h"
#include "core/school/place_store.h"
#include "core/seal/secret.h"
#include "ws/app.h"
#include "ws/http/rate.h"

enum {
	BURST_S = 5,
	PROVINCE_MAX = 99,
	DIR_BYTES = CONFIG_TEXT_BYTES + 8,
};

struct province_role {
	struct app *app;
	struct province_place place;
	uint8_t box_key[KEYS_BYTES];
	struct buf keys; /* as GET /api/v1/exchange/keys gives them */
	pthread_mutex_t lock;
	struct rate *rate; /* under the lock */
};

/* ---- which province ---- */

struct search {
	struct str code;
	struct province_place *out;
};

static enum err look(const struct place_row *row, void *ctx) {
	const struct search *s = ctx;
	if (str_eq(row->code, s->code)) {
		s->out->id = row->id;
		(void)snprintf(s->out->name, sizeof(s->out->name), "%.*s", (int)row->name.n,
				row->name.p); /* both have the column's size */
	}
	return ERR_OK;
}

static enum err name_of_list(
		struct db *db, struct str code, struct date today, struct province_place *out) {
	struct area area;
	enum err e = area_store_find(db, AREA_PROVINCE, code, today, &area);
	if (!e) {
		(void)snprintf(out->name, sizeof(out->name), "%s", area.name); /* the same size */
	}
	return e;
}

enum err province_place_find(struct db *db, const char *code, const char *name, int64_t now_ms,
		struct province_place *out) {
	struct province_place place = { .id = 0 };
	struct search search = { str_from(code), &place };
	uint64_t number = 0;
	struct date today;
	if (search.code.n != 2 || str_parse_u64(search.code, &number) || number == 0 ||
			number > PROVINCE_MAX) {
		return ERR_INVAL;
	}
	(void)snprintf(place.code, sizeof(place.code), "%s", code); /* two digits */
	enum err e = date_in_vietnam(now_ms, &today);
	e = e ? e : place_store_provinces(db, today, look, &search);
	bool is_there = place.id != 0;
	if (!e && name[0]) {
		(void)snprintf(place.name, sizeof(place.name), "%s", name); /* cut at its size */
	} else if (!e && !is_there) {
		e = name_of_list(db, search.code, today, &place);
	}
	if (!e && !is_there) {
		place.id = (uint32_t)number;
		e = place_store_add_province(
				db, place.id, search.code, str_from(place.name), today);
	}
	if (!e) {
		*out = place;
	}
	return e;
}

/* ---- its keys ---- */

/* Each key but the first is signed by the one before it. */
static enum err make_links(struct province_role *role) {
	size_t count = 0;
	const struct keys_public *all = keys_public_all(role->app->keys, &count);
	_cleanup_(mem_freep) struct enrolment_link *links = calloc(count, sizeof(*links));
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", role->app->config->data_dir); /* fits */
	if (!links) {
		return ERR_NOMEM;
	}
	enum err e = ERR_OK;
	for (size_t i = 0; i < count && !e; i++) {
		memcpy(links[i].key, all[i].key, sizeof(links[i].key));
		links[i].from_ms = all[i].from_ms;
		if (i == 0) {
			continue;
		}
		uint8_t secret[SIGN_SECRET_BYTES];
		e = keys_sign_secret(dir, all[i - 1].kid, secret);
		if (!e) {
			enrolment_link_sign(str_from(role->place.code), secret, &links[i]);
			secret_wipe(secret, sizeof(secret));
		}
	}
	return e ? e : enrolment_links_print(str_from(role->place.code), links, count, &role->keys);
}

static enum err say(char *why, size_t size, enum err e, const char *what) {
	(void)snprintf(why, size, "%s (%s)", what, err_name(e)); /* a cut sentence is still one */
	return e;
}

enum err province_role_new(struct app *app, struct db *db, struct province_role **out, char *why,
		size_t size) {
	struct province_role *made = calloc(1, sizeof(*made));
	if (!made) {
		return ERR_NOMEM;
	}
	(void)pthread_mutex_init(&made->lock, NULL); /* cannot fail without attributes */
	_cleanup_(province_role_freep) struct province_role *role = made;
	role->app = app;
	role->keys = buf_make(ENROLMENT_KEYS_BYTES_MAX);
	keys_derive(app->keys, ENROL_CONTEXT, 1, role->box_key);
	enum err e = rate_new(app->column_key, &role->rate);
	if (e) {
		return e;
	}
	e = province_place_find(db, app->config->province_code, app->config->province_name,
			clock_wall_ms(), &role->place);
	if (e == ERR_INVAL || e == ERR_NOT_FOUND) {
		return say(why, size, e,
				"province.code must be the two digits of a province in the national"
				" list, as in --province-code=79");
	}
	if (e) {
		return say(why, size, e, "the province cannot be read");
	}
	e = make_links(role);
	if (e) {
		return say(why, size, e, "the keys of the data folder cannot be used");
	}
	*out = STEAL(role);
	return ERR_OK;
}

void province_role_free(struct province_role *role) {
	if (role) {
		rate_free(role->rate);
		(void)pthread_mutex_destroy(&role->lock); /* nobody holds it */
		explicit_bzero(role->box_key, sizeof(role->box_key));
		buf_finish(&role->keys);
		free(role);
	}
}

const struct province_place *province_role_place(const struct province_role *role) {
	return &role->place;
}

const uint8_t *province_role_box_key(const struct province_role *role) {
	return role->box_key;
}

struct str province_role_keys(const struct province_role *role) {
	return (struct str){ buf_str(&role->keys), role->keys.len };
}

int64_t province_role_wait_ms(struct province_role *role, uint64_t school_id) {
	int64_t per_s = role->app->config->limit_school_per_second;
	struct str name = { (const char *)&school_id, sizeof(school_id) };
	(void)pthread_mutex_lock(&role->lock); /* cannot fail: it is ours */
	int64_t wait_ms = rate_wait_ms(role->rate, 'x', name, per_s, BURST_S * per_s,
			clock_boot_us(role->app->clock));
	(void)pthread_mutex_unlock(&role->lock); /* cannot fail: it is held */
	return wait_ms;
}
