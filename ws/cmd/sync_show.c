#include "ws/cmd/sync_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/exchange/exchange_receipt.h"
#include "core/exchange/outgoing_store.h"
#include "core/province/desk_store.h"
#include "core/province/province_school_store.h"
#include "ws/http/exchange_reason.h"

enum {
	WORDS_BYTES_MAX = 4 << 10,
	RECEIPT_LINE_BYTES_MAX = 1 << 10,
	TIME_BYTES = 40,
	VIETNAM_S = 7 * 3600,
	PROVINCES_MAX = 100,
};

/* A moment as people there read it. */
static const char *time_text(int64_t ms, char out[TIME_BYTES]) {
	time_t s = (time_t)(ms / 1000) + VIETNAM_S;
	struct tm t;
	if (!gmtime_r(&s, &t) || strftime(out, TIME_BYTES, "%Y-%m-%d %H:%M:%S (+07:00)", &t) == 0) {
		out[0] = '\0';
	}
	return out;
}

/* ---- a destination ---- */

void sync_print_fault(const struct destination *d, const char *code, const char *params) {
	_cleanup_(buf_finish) struct buf words = buf_make(WORDS_BYTES_MAX);
	if (exchange_reason_print(str_from(code), str_from(params), LANG_EN, &words)) {
		printf("%s/%s: %s\n", d->school_code, d->name, code);
		return;
	}
	printf("%s/%s: %s (%s)\n", d->school_code, d->name, buf_str(&words), code);
}

enum err sync_print_status(struct db *db, const struct destination *d) {
	struct destination_counts c;
	char at[TIME_BYTES];
	enum err e = destination_store_counts(db, d, &c);
	if (e) {
		return e;
	}
	printf("%s/%s: %s, %s; queued %" PRIu64 ", sent %" PRIu64 ", received %" PRIu64
	       ", applied %" PRIu64 ", rejected %" PRIu64 "\n",
			d->school_code, d->name, destination_kind_name(d->kind),
			destination_state_name(d->state), c.queued, c.sent, c.received, c.applied,
			c.rejected);
	if (d->error[0]) {
		sync_print_fault(d, d->error, d->error_params);
	}
	if (d->last_ok_at_ms) {
		printf("%s/%s: last took something at %s\n", d->school_code, d->name,
				time_text(d->last_ok_at_ms, at));
	}
	return ERR_OK;
}

/* ---- receipts ---- */

static enum err print_receipt(const struct outgoing_receipt *r, void *ctx) {
	uint64_t *count = ctx;
	_cleanup_(buf_finish) struct buf line = buf_make(RECEIPT_LINE_BYTES_MAX);
	if (r->statement.n > EXCHANGE_STATEMENT_BYTES_MAX) {
		return ERR_CORRUPT; /* no row of ours */
	}
	enum err e = exchange_answer_print(
			r->statement, r->signature, (struct str){ "", 0 }, &line);
	if (e) {
		return e;
	}
	++*count;
	return fwrite(line.data, 1, line.len, stdout) == line.len ? ERR_OK : ERR_IO;
}

enum err sync_print_receipts(struct db *db, const struct destination *d) {
	uint64_t count = 0;
	if (d->kind != DESTINATION_HTTPS) {
		fprintf(stderr, "%s/%s: no receipts: only a province signs what it took\n",
				d->school_code, d->name);
		return ERR_OK;
	}
	enum err e = outgoing_store_receipts(db, d->id, print_receipt, &count);
	if (!e && fflush(stdout) != 0) {
		e = ERR_IO;
	}
	if (!e) {
		fprintf(stderr, "%s/%s: %" PRIu64 " receipts\n", d->school_code, d->name, count);
	}
	return e;
}

/* ---- a department ---- */

static const char *sign_words(enum desk_sign sign) {
	switch (sign) {
	case DESK_SUSPENDED:
		return "suspended";
	case DESK_SILENT:
		return "silent for 14 days or more";
	case DESK_LATE:
		return "late: not heard of for 3 days";
	case DESK_REJECTS:
		return "records of it were refused";
	case DESK_INVITED:
		return "has not enrolled yet";
	case DESK_GOOD:
		return "in order";
	}
	return "";
}

struct listing {
	const char *code; /* "": every school */
	int64_t now_ms;
	bool has_any;
};

static enum err print_school(const struct desk_school *s, void *ctx) {
	struct listing *list = ctx;
	char at[TIME_BYTES];
	if (list->code[0] && !str_eq_z(s->code, list->code)) {
		return ERR_OK;
	}
	list->has_any = true;
	printf("%.*s: %s; last heard of %s; refused %" PRIu64 ", students %" PRId64 "; %.*s\n",
			(int)s->code.n, s->code.p, sign_words(desk_school_sign(s, list->now_ms)),
			s->heard_at_ms ? time_text(s->heard_at_ms, at) : "never", s->rejected,
			s->students, (int)s->name.n, s->name.p);
	return ERR_OK;
}

enum err sync_is_department(struct db *db, bool *out) {
	uint64_t destination = 0;
	uint32_t province = 0;
	size_t destinations = 0;
	size_t provinces = 0;
	enum err e = destination_store_ids(db, 0, &destination, 1, &destinations);
	e = e ? e : province_school_store_provinces(db, &province, 1, &provinces);
	if (!e) {
		*out = provinces > 0 && destinations == 0;
	}
	return e;
}

enum err sync_print_department(struct db *db, const char *code, int64_t now_ms) {
	uint32_t ids[PROVINCES_MAX];
	size_t count = 0;
	struct listing list = { .code = code, .now_ms = now_ms };
	enum err e = province_school_store_provinces(db, ids, PROVINCES_MAX, &count);
	for (size_t i = 0; i < count && !e; i++) {
		e = desk_store_schools(db, ids[i], 0, print_school, &list);
	}
	return e || list.has_any ? e : ERR_NOT_FOUND;
}
