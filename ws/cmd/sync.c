/*
 * truongthi sync …: the way of a school's records to its destinations, by hand, also while the
 * program serves.
 */
#include "ws/cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/net/post_io.h"
#include "core/outbox/outbox_store.h"
#include "core/school/place_store.h"
#include "ws/cmd/demo.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/sync_show.h"
#include "ws/cmd/with_db.h"
#include "ws/cmd/words.h"
#include "ws/service/record_kinds.h"
#include "ws/service/sync.h"

enum {
	DIR_BYTES = CONFIG_TEXT_BYTES + 32,
	ALL_MAX = 2000, /* destinations of all schools */
	FAILED = 1,
};

static int usage(FILE *to) {
	fputs("usage: truongthi sync COMMAND [--school=CODE] [--destination=NAME] [--data=DIR] [OPTION…]\n\n"
	      "enrol    --school=CODE --url=URL --code=CODE [--ca=FILE] [--name=NAME]: makes a province\n"
	      "         that gave that one-time code a destination of the school\n"
	      "status   each destination, what waits for it, and what is wrong; on the data of a\n"
	      "         department each school, when it was last heard of, and what was refused\n"
	      "now      carry everything that waits, until it is there or an error says why not\n"
	      "dry-run  say what would be sent next, and send nothing\n"
	      "pause    send nothing until resume; changes wait meanwhile\n"
	      "resume   go on, also behind an error that has been mended\n"
	      "resend   send the rejected records once more\n"
	      "compare  compare with the province record by record and send what differs\n"
	      "roll     change the school's signing key, the old one vouching for the new\n"
	      "check    whether every record of the school was told; names what was not\n"
	      "receipts what the province signed of each batch, one a line, to be kept elsewhere;\n"
	      "         `truongthi verify FILE --keys=FILE` says what they prove\n",
			to);
	return to == stdout ? 0 : 2;
}

struct wish {
	const char *command;
	const char *school;
	const char *destination;
	const char *url; /* of enrol, as the next three */
	const char *code;
	const char *ca_path;
	const char *name;
	struct sync sync;
	uint64_t school_id; /* 0: all */
	bool has_failed;
};

static int fail(struct wish *w, const char *what, enum err e) {
	fprintf(stderr, "truongthi: %s: %s (%s)\n", what, err_name(e), db_error(w->sync.db));
	w->has_failed = true;
	return FAILED;
}

/* ---- one destination ---- */

static enum err plan(struct wish *w, const struct destination *d) {
	struct outgoing_plan p;
	_cleanup_(outgoing_finish) struct outgoing open = { .body = NULL };
	enum err e = outgoing_store_open(w->sync.db, d->id, &open);
	if (!e) {
		printf("%s/%s: the batch under way again, %" PRIu32 " records, %zu bytes\n",
				d->school_code, d->name, open.records, open.body_n);
		return ERR_OK;
	}
	e = e == ERR_NOT_FOUND ? outgoing_store_plan(w->sync.db, d, &p) : e;
	if (!e) {
		printf("%s/%s: next %" PRIu64 " records, %" PRIu64 " bytes\n", d->school_code,
				d->name, p.records, p.bytes);
	}
	return e;
}

static enum err carry(struct wish *w, const struct destination *d) {
	struct sync *s = &w->sync;
	struct sync_report r;
	int64_t now_ms = clock_now_ms(s->clock);
	struct destination_lease lease = { s->by, now_ms, now_ms + SYNC_LEASE_MS };
	enum err e = sync_tell(s, d->school_id);
	e = e == ERR_NOT_FOUND ? ERR_OK : e;
	e = e ? e : destination_store_take_one(s->db, &lease, d->id);
	if (e) {
		return e; /* ERR_BUSY: the serving program is at it */
	}
	e = sync_carry(s, d->id, true, &r);
	enum err released = destination_store_release(s->db, s->by, d->id);
	if (e || released) {
		return e ? e : released;
	}
	printf("%s/%s: %u batches, %" PRIu64 " records, %" PRIu64 " rejected\n", d->school_code,
			d->name, r.batches, r.records, r.rejected);
	if (r.fault.code[0]) {
		sync_print_fault(d, r.fault.code, r.fault.params);
		w->has_failed = true;
	}
	return ERR_OK;
}

static enum err compare(struct wish *w, struct destination *d) {
	struct sync_fault fault = { .code = "" };
	struct sync_comparison c;
	if (d->kind != DESTINATION_HTTPS) {
		return ERR_OK;
	}
	enum err e = sync_compare(&w->sync, d, &c, &fault);
	if (e == ERR_BUSY || e == ERR_UNSUPPORTED) {
		sync_print_fault(d, fault.code, fault.params);
		w->has_failed = true;
		return ERR_OK;
	}
	if (e) {
		return e;
	}
	printf("%s/%s: %" PRIu64 " records differ and are sent again, %" PRIu64
	       " unknown here, %" PRIu64 " bytes on the wire\n",
			d->school_code, d->name, c.differing, c.unknown, c.bytes);
	return destination_store_compared(
			w->sync.db, d->id, clock_now_ms(w->sync.clock), c.differing + c.unknown);
}

static enum err roll(struct wish *w, struct destination *d) {
	struct sync_fault fault = { .code = "" };
	if (d->kind != DESTINATION_HTTPS) {
		return ERR_OK;
	}
	enum err e = sync_roll(&w->sync, d, &fault);
	if (e == ERR_BUSY || e == ERR_UNSUPPORTED) {
		sync_print_fault(d, fault.code, fault.params);
		w->has_failed = true;
		return ERR_OK;
	}
	if (!e) {
		char kid[2 * SIGN_KID_BYTES + 1];
		str_hex(d->kid, SIGN_KID_BYTES, kid);
		printf("%s/%s: signs with %s from now on\n", d->school_code, d->name, kid);
	}
	return e;
}

static enum err resend(struct wish *w, const struct destination *d) {
	uint64_t count = 0;
	enum err e = outgoing_store_resend_rejected(
			w->sync.db, d, clock_now_ms(w->sync.clock), &count);
	if (!e) {
		printf("%s/%s: %" PRIu64 " records once more\n", d->school_code, d->name, count);
	}
	return e;
}

struct turn {
	const struct destination *of;
	enum destination_state to;
};

static enum err run_switch(struct db *db, void *ctx) {
	const struct turn *turn = ctx;
	return destination_store_switch(db, turn->of->school_id, turn->of->id, turn->to);
}

/* The serving program may be writing the same row. */
static enum err switch_to(struct wish *w, const struct destination *d, enum destination_state to) {
	struct turn turn = { d, to };
	enum err e = db_transact(w->sync.db, run_switch, &turn);
	if (!e) {
		printf("%s/%s: %s\n", d->school_code, d->name, destination_state_name(to));
	}
	return e;
}

static enum err do_one(struct wish *w, struct destination *d) {
	const char *c = w->command;
	if (strcmp(c, "status") == 0) {
		return sync_print_status(w->sync.db, d);
	}
	if (strcmp(c, "receipts") == 0) {
		return sync_print_receipts(w->sync.db, d);
	}
	if (strcmp(c, "dry-run") == 0) {
		return plan(w, d);
	}
	if (strcmp(c, "now") == 0) {
		return carry(w, d);
	}
	if (strcmp(c, "compare") == 0) {
		return compare(w, d);
	}
	if (strcmp(c, "roll") == 0) {
		return roll(w, d);
	}
	if (strcmp(c, "resend") == 0) {
		return resend(w, d);
	}
	return switch_to(w, d, strcmp(c, "pause") == 0 ? DESTINATION_PAUSED : DESTINATION_ON);
}

/* Nothing was done: there is no such destination, or none at all. */
static int say_nothing(const struct wish *w, size_t count) {
	if (count > 0) {
		fprintf(stderr,
				"truongthi: there is no destination \"%s\"; `truongthi sync status` "
				"names those that there are\n",
				w->destination);
		return FAILED;
	}
	fputs("truongthi: nothing is sent anywhere yet: the school's office sets a destination "
	      "on its page, or `truongthi sync enrol` does\n",
			stderr);
	return FAILED;
}

static int do_destinations(struct wish *w) {
	static uint64_t ids[ALL_MAX];
	size_t count = 0;
	size_t done = 0;
	enum err e = destination_store_ids(w->sync.db, w->school_id, ids, ALL_MAX, &count);
	for (size_t i = 0; i < count && !e; i++) {
		_cleanup_(destination_finish) struct destination d = { .id = 0 };
		e = destination_store_load(w->sync.db, w->sync.keys, 0, ids[i], &d);
		if (e || (w->destination[0] && strcmp(w->destination, d.name) != 0)) {
			continue;
		}
		done++;
		e = do_one(w, &d);
		if (e == ERR_BUSY) {
			fprintf(stderr, "truongthi: %s is being carried to right now\n", d.name);
			w->has_failed = true;
			e = ERR_OK;
		}
	}
	if (e) {
		return fail(w, w->command, e);
	}
	return done == 0 ? say_nothing(w, count) : w->has_failed;
}

/* ---- check ---- */

static enum err print_untold(const struct outbox_untold *u, void *ctx) {
	struct wish *w = ctx;
	w->has_failed = true;
	printf("%s: %" PRIu64 " not told, the first %.*s\n", u->kind, u->count, (int)u->first.n,
			u->first.p);
	return ERR_OK;
}

static enum err check_school(uint64_t school_id, const struct outbox_head *head, void *ctx) {
	struct wish *w = ctx;
	if (w->school_id && w->school_id != school_id) {
		return ERR_OK;
	}
	printf("school %" PRIu64 ": %" PRIu64 " changes told%s\n", school_id, head->number,
			head->seeded_at_ms ? "" : ", the first load is not done");
	return outbox_store_check(w->sync.db, school_id, &record_kinds, print_untold, w);
}

static int check(struct wish *w) {
	enum err e = outbox_store_schools(w->sync.db, check_school, w);
	return e ? fail(w, "check", e) : w->has_failed;
}

/* ---- enrol ---- */

static void file_closep(FILE **f) {
	if (*f) {
		(void)fclose(*f); /* only read */
	}
}

static enum err read_ca(const char *path, struct buf *out) {
	char chunk[4096];
	size_t n = 0;
	if (!path[0]) {
		return ERR_OK;
	}
	_cleanup_(file_closep) FILE *f = fopen(path, "rb");
	if (!f) {
		return ERR_NOT_FOUND;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		buf_add(out, chunk, n);
	}
	return ferror(f) ? ERR_IO : buf_err(out);
}

static int enrol(struct wish *w) {
	_cleanup_(buf_finish) struct buf ca = buf_make(DESTINATION_CA_BYTES_MAX);
	struct destination_settings settings = { .port = 0 };
	struct sync_fault fault = { .code = "" };
	struct enrolment_code code;
	struct sync_enrolled done;
	if (w->school_id == 0 || !w->url[0] || !w->code[0]) {
		return usage(stderr);
	}
	if (destination_url_parse(str_from(w->url), settings.url)) {
		fprintf(stderr, "truongthi: \"%s\" is no address of a province\n", w->url);
		return FAILED;
	}
	if (enrolment_code_parse(str_from(w->code), &code)) {
		fputs("truongthi: that is no enrolment code: it has 32 letters and digits\n",
				stderr);
		return FAILED;
	}
	if (read_ca(w->ca_path, &ca)) {
		fprintf(stderr, "truongthi: %s cannot be read\n", w->ca_path);
		return FAILED;
	}
	const struct sync_enrolment what = { w->school_id, settings.url,
		ca.len ? buf_str(&ca) : NULL, &code };
	enum err e = sync_join(&w->sync, &what, str_from(w->name), &done, &fault);
	enrolment_code_wipe(&code);
	if (e) {
		return fail(w, fault.code[0] ? fault.code : "enrol", e);
	}
	printf("enrolled with %s (%s)\n", done.answer.name, done.answer.province);
	return 0;
}

/* ---- a department ---- */

/* Schools send to it; it sends nothing, and can only be asked how they stand. */
static int do_department(struct wish *w) {
	if (strcmp(w->command, "status") != 0) {
		fprintf(stderr,
				"truongthi: this is a department's data: `sync %s` is for a school. Here "
				"there are `sync status` and `truongthi province`\n",
				w->command);
		return FAILED;
	}
	enum err e = sync_print_department(w->sync.db, w->school, clock_now_ms(w->sync.clock));
	if (e == ERR_NOT_FOUND) {
		fputs(w->school[0] ? "truongthi: the department has no such school\n"
				   : "truongthi: no school was invited yet: `truongthi province "
				     "school invite`\n",
				stderr);
		return FAILED;
	}
	return e ? fail(w, "status", e) : 0;
}

/* ---- the command ---- */

static int run_with(struct wish *w) {
	struct school school = { .id = 0 };
	bool is_department = false;
	enum err e = sync_is_department(w->sync.db, &is_department);
	if (!e && is_department) {
		return do_department(w);
	}
	if (!e && w->school[0]) {
		e = place_store_school_by_code(w->sync.db, str_from(w->school), &school);
	}
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "truongthi: there is no school \"%s\"\n", w->school);
		return FAILED;
	}
	w->school_id = school.id;
	e = e ? e : sync_init(&w->sync);
	if (e) {
		return fail(w, "sync", e);
	}
	if (strcmp(w->command, "enrol") == 0) {
		return enrol(w);
	}
	return strcmp(w->command, "check") == 0 ? check(w) : do_destinations(w);
}

static int run(struct db *db, const struct config *config, void *ctx) {
	struct wish *w = ctx;
	char dir[DIR_BYTES];
	_cleanup_(keys_freep) struct keys *keys = NULL;
	_cleanup_(clock_freep) struct clock *clock = NULL;
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	enum err e = keys_load_or_make(dir, clock_wall_ms(), &keys);
	if (e) {
		fprintf(stderr, "truongthi: the keys in %s cannot be used (%s)\n", dir,
				err_name(e));
		return FAILED;
	}
	e = clock_new(&clock);
	e = e ? e : post_begin();
	if (e) {
		fprintf(stderr, "truongthi: %s\n", err_name(e));
		return FAILED;
	}
	w->sync.db = db;
	w->sync.keys = keys;
	w->sync.clock = clock;
	w->sync.data_dir = config->data_dir;
	/* The demo's department is on this machine, whoever asks. */
	w->sync.takes_here = config->exchange_this_machine != 0 || demo_made(config->data_dir);
	int status = run_with(w);
	sync_finish(&w->sync);
	post_end();
	return status;
}

static bool is_command(const char *word) {
	static const char *const words[] = { "status", "now", "dry-run", "pause", "resume",
		"resend", "compare", "roll", "check", "enrol", "receipts" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

int cmd_sync(int argc, char **argv) {
	struct wish w = { .command = "",
		.school = "",
		.destination = "",
		.url = "",
		.code = "",
		.ca_path = "",
		.name = "" };
	const struct cmd_word words[] = { { "school", &w.school },
		{ "destination", &w.destination }, { "url", &w.url }, { "code", &w.code },
		{ "ca", &w.ca_path }, { "name", &w.name } };
	int given = cmd_take_words(argc, argv, words, sizeof(words) / sizeof(words[0]));
	int kept = 1;
	for (int i = 1; i < given; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout);
		}
		if (!w.command[0] && is_command(argv[i])) {
			w.command = argv[i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	if (!w.command[0]) {
		return usage(stderr);
	}
	struct config config;
	int status = serve_settings(kept, argv, &config);
	return status ? status : cmd_with_db(&config, run, &w);
}
