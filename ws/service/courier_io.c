#include "ws/service/courier_io.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/db/pool.h"
#include "core/net/mail.h"
#include "core/net/post_io.h"
#include "core/notice/delivery_store.h"
#include "core/seal/mac.h"
#include "core/seal/secret.h"
#include "ws/app.h"

enum {
	URL_BYTES = CONFIG_TEXT_BYTES + 32,
	PAUSE_FIRST_MS = 1000,
	KEY_BYTES = 48,
	KEY_MAC_BYTES = 8,
};

struct way {
	struct courier *courier;
	enum notice_channel channel;
	struct post *post; /* NULL: the channel is not set up */
	struct db *db;
	pthread_t thread;
	bool is_running;
	unsigned shut;          /* deliveries in a row that found no way out */
	int64_t rests_until_us; /* boot time */
	char url[URL_BYTES];
};

struct courier {
	struct app *app;
	struct way ways[NOTICE_CHANNEL_COUNT_];
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool has_begun;
	bool has_lock;
	atomic_bool is_stopping;
};

bool courier_is_set_up(const struct config *c, enum notice_channel channel) {
	return channel == NOTICE_MAIL ? c->smtp_host[0] != '\0' : c->webhook_url[0] != '\0';
}

/* ---- one delivery ---- */

/* The same for the same delivery however often it is sent; nobody else's program makes it. */
static void make_key(const struct way *w, const struct delivery *d, char out[KEY_BYTES]) {
	struct hash mac;
	char hex[2 * KEY_MAC_BYTES + 1];
	char id[32];
	int n = snprintf(id, sizeof(id), "delivery %" PRIu64, d->id);
	mac_make(w->courier->app->column_key, id, (size_t)n, &mac);
	str_hex(mac.b, KEY_MAC_BYTES, hex);
	(void)snprintf(out, KEY_BYTES, "tt-%" PRIu64 "-%s", d->id, hex); /* fits */
}

static enum err send_mail(const struct way *w, const struct delivery *d, const char *key,
		struct post_fault *fault) {
	const struct config *c = w->courier->app->config;
	_cleanup_(buf_finish) struct buf subject = buf_make(DELIVERY_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf body = buf_make(DELIVERY_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf bytes = buf_make(MAIL_BYTES_MAX);
	enum err e = delivery_print_mail(d, c->listen_base_url, &subject, &body);
	struct mail mail = { .key = key,
		.from = c->smtp_from,
		.from_name = str_from(d->school_name),
		.to = delivery_to(d, NOTICE_MAIL),
		.subject = { buf_str(&subject), subject.len },
		.body = { buf_str(&body), body.len },
		.language = messages_lang_name(d->lang),
		.date_ms = d->made_at_ms };
	e = e ? e : mail_print(&mail, &bytes);
	if (e) {
		(void)snprintf(fault->error, sizeof(fault->error), "address"); /* fits */
		return e == ERR_INVAL ? ERR_UNSUPPORTED : e;
	}
	return post_mail(w->post, mail.from, mail.to, (struct str){ bytes.data, bytes.len }, fault);
}

static enum err send_hook(const struct way *w, const struct delivery *d, const char *key,
		struct post_fault *fault) {
	const struct app *app = w->courier->app;
	_cleanup_(buf_finish) struct buf body = buf_make(DELIVERY_TEXT_BYTES_MAX);
	enum err e = delivery_print_hook(d, app->config->listen_base_url, key, &body);
	return e ? e
		 : post_json(w->post, key, clock_now_ms(app->clock) / 1000,
				   (struct str){ body.data, body.len }, fault);
}

static uint64_t some_random(void) {
	uint64_t v = 0;
	secret_random(&v, sizeof(v));
	return v;
}

/* A way that was found shut rests, longer each time, before the next delivery tries it. */
static void note_way(struct way *w, enum err e) {
	struct app *app = w->courier->app;
	if (e != ERR_IO) {
		w->shut = 0;
		return;
	}
	w->shut++;
	int64_t rest_ms = quiet_wait_ms(w->shut, PAUSE_FIRST_MS, some_random());
	rest_ms = rest_ms > COURIER_PAUSE_MS ? COURIER_PAUSE_MS : rest_ms;
	w->rests_until_us = clock_boot_us(app->clock) + rest_ms * 1000;
}

static enum err note_fault(struct way *w, const struct delivery *d, enum err why,
		const struct post_fault *fault) {
	struct app *app = w->courier->app;
	int64_t now_ms = clock_now_ms(app->clock);
	if (why == ERR_CLOSED) {
		return delivery_store_postpone(
				w->db, d->id, now_ms); /* the next process sends it */
	}
	struct delivery_fault f = {
		.is_given_up = why == ERR_UNSUPPORTED || d->tries >= QUIET_TRIES_MAX,
		.next_at_ms = now_ms +
				quiet_wait_ms(d->tries, app->config->notice_retry_ms,
						some_random()),
		.error = fault->error[0] ? fault->error : err_name(why),
		.detail = str_from(fault->detail),
	};
	if (f.is_given_up) {
		log_warn(&app->log, "courier.given_up", log_i64("delivery", (int64_t)d->id),
				log_z("channel", notice_channel_name(w->channel)),
				log_z("error", f.error));
	}
	return delivery_store_fault(w->db, d->id, &f);
}

static enum err carry(struct way *w, const struct delivery *d) {
	struct app *app = w->courier->app;
	struct post_fault fault = { .error = "" };
	char key[KEY_BYTES];
	make_key(w, d, key);
	enum err e = w->channel == NOTICE_MAIL ? send_mail(w, d, key, &fault)
					       : send_hook(w, d, key, &fault);
	note_way(w, e);
	return e ? note_fault(w, d, e, &fault)
		 : delivery_store_sent(w->db, d->id, clock_now_ms(app->clock));
}

/* ERR_NOT_FOUND: the queue is empty for now. */
static enum err carry_next(struct way *w) {
	struct app *app = w->courier->app;
	int64_t now_ms = clock_now_ms(app->clock);
	int64_t lease_ms = now_ms + app->config->notice_timeout_ms + COURIER_LEASE_MORE_MS;
	int64_t until_ms = now_ms;
	struct delivery d;
	enum err e = delivery_store_take(w->db, w->channel, now_ms, lease_ms, &d);
	if (e) {
		return e;
	}
	switch (delivery_plan_of(&d, w->channel, now_ms, &until_ms)) {
	case DELIVERY_LEAVE:
		return delivery_store_drop(w->db, d.id, now_ms);
	case DELIVERY_WAIT:
		return delivery_store_postpone(w->db, d.id, until_ms);
	case DELIVERY_SEND:
		break;
	}
	return carry(w, &d);
}

/* ---- the threads ---- */

static bool wait_a_turn(struct courier *c) {
	pthread_mutex_lock(&c->lock);
	struct timespec until = clock_deadline(COURIER_TURN_MS);
	if (!atomic_load(&c->is_stopping)) {
		(void)pthread_cond_timedwait(&c->stopped, &c->lock, &until); /* looked at below */
	}
	pthread_mutex_unlock(&c->lock);
	return !atomic_load(&c->is_stopping);
}

static void *run(void *arg) {
	struct way *w = arg;
	struct courier *c = w->courier;
	struct app *app = c->app;
	do {
		enum err e = ERR_OK;
		while (!e && !atomic_load(&c->is_stopping) &&
				clock_boot_us(app->clock) >= w->rests_until_us) {
			e = carry_next(w);
		}
		if (e && e != ERR_NOT_FOUND && e != ERR_DB_AWAY) {
			log_warn(&app->log, "courier", log_err(e), log_z("why", db_error(w->db)));
		}
	} while (wait_a_turn(c));
	return NULL;
}

static enum err start(struct way *w) {
	sigset_t all;
	sigset_t before;
	enum err e = pool_take(w->courier->app->pool, &w->db);
	if (e) {
		return e;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	w->is_running = pthread_create(&w->thread, NULL, run, w) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return w->is_running ? ERR_OK : ERR_NOMEM;
}

/* ---- settings ---- */

static bool is_this_machine(const char *host) {
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
			strcmp(host, "::1") == 0;
}

static enum err explain(char *why, size_t size, const char *what) {
	(void)snprintf(why, size, "%s", what); /* a cut sentence is still one */
	return ERR_INVAL;
}

static enum err set_up_mail(struct way *w, const struct config *c, struct post_settings *s,
		char *why, size_t size) {
	bool is_plain = strcmp(c->smtp_tls, "none") == 0;
	bool is_tls = strcmp(c->smtp_tls, "tls") == 0;
	if (!is_plain && !is_tls && strcmp(c->smtp_tls, "starttls") != 0) {
		return explain(why, size, "smtp.tls must be starttls, tls or none");
	}
	if (is_plain && !is_this_machine(c->smtp_host)) {
		return explain(why, size, "smtp.tls may be none only for a relay on this machine");
	}
	if (!mail_address_is_good(str_from(c->smtp_from))) {
		return explain(why, size, "smtp.from is no address");
	}
	(void)snprintf(w->url, sizeof(w->url),
			strchr(c->smtp_host, ':') ? "%s://[%s]:%d" : "%s://%s:%d",
			is_tls ? "smtps" : "smtp", c->smtp_host, (int)c->smtp_port); /* fits */
	s->is_plain = is_plain;
	s->user = c->smtp_user;
	s->password = c->smtp_password;
	s->ca_path = c->smtp_ca;
	return ERR_OK;
}

static enum err set_up_hook(struct way *w, const struct config *c, struct post_settings *s,
		char *why, size_t size) {
	static const char plain[] = "http://127.0.0.1";
	bool is_plain = strncmp(c->webhook_url, plain, strlen(plain)) == 0 &&
			strchr(":/", c->webhook_url[strlen(plain)]);
	if (!is_plain && strncmp(c->webhook_url, "https://", 8) != 0) {
		return explain(why, size, "webhook.url must begin with https://");
	}
	if (strlen(c->webhook_secret) < COURIER_SECRET_BYTES) {
		return explain(why, size, "webhook.secret must have at least 32 characters");
	}
	(void)snprintf(w->url, sizeof(w->url), "%s", c->webhook_url); /* fits */
	s->is_plain = is_plain;
	s->secret = c->webhook_secret;
	s->ca_path = c->webhook_ca;
	return ERR_OK;
}

static enum err start_way(
		struct courier *courier, enum notice_channel channel, char *why, size_t size) {
	const struct config *c = courier->app->config;
	struct way *w = &courier->ways[channel];
	struct post_settings s = { .url = w->url,
		.user = "",
		.password = "",
		.secret = "",
		.ca_path = "",
		.timeout_ms = c->notice_timeout_ms,
		.stop = &courier->is_stopping };
	w->courier = courier;
	w->channel = channel;
	if (!courier_is_set_up(c, channel)) {
		return ERR_OK;
	}
	enum err e = channel == NOTICE_MAIL ? set_up_mail(w, c, &s, why, size)
					    : set_up_hook(w, c, &s, why, size);
	e = e ? e : post_new(&s, &w->post);
	return e ? e : start(w);
}

enum err courier_new(struct app *app, struct courier **out, char *why, size_t size) {
	_cleanup_(courier_freep) struct courier *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	c->app = app;
	atomic_init(&c->is_stopping, false);
	c->has_lock = !pthread_mutex_init(&c->lock, NULL) && !clock_cond_init(&c->stopped);
	c->has_begun = c->has_lock && !post_begin();
	enum err e = c->has_begun ? ERR_OK : ERR_NOMEM;
	for (unsigned i = NOTICE_MAIL; i < NOTICE_CHANNEL_COUNT_ && !e; i++) {
		e = start_way(c, (enum notice_channel)i, why, size);
	}
	if (!e) {
		*out = STEAL(c);
	}
	return e;
}

void courier_free(struct courier *c) {
	if (!c) {
		return;
	}
	if (c->has_lock) {
		pthread_mutex_lock(&c->lock);
		atomic_store(&c->is_stopping, true);
		pthread_cond_broadcast(&c->stopped);
		pthread_mutex_unlock(&c->lock);
	}
	for (unsigned i = NOTICE_MAIL; i < NOTICE_CHANNEL_COUNT_; i++) {
		struct way *w = &c->ways[i];
		if (w->is_running) {
			pthread_join(w->thread, NULL);
		}
		pool_give(c->app->pool, w->db);
		post_free(w->post);
	}
	if (c->has_begun) {
		post_end();
	}
	if (c->has_lock) {
		pthread_cond_destroy(&c->stopped);
		pthread_mutex_destroy(&c->lock);
	}
	free(c);
}
