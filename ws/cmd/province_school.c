/*
 * truongthi province school invite|code|list|revoke|suspend|resume: which schools may send, at a
 * terminal; officers do the same in their pages.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/province/enrol_store.h"
#include "core/province/province_school_store.h"
#include "ws/cmd/province.h"
#include "ws/cmd/province_log.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"
#include "ws/cmd/words.h"
#include "ws/service/province_role.h"

enum { DIR_BYTES = CONFIG_TEXT_BYTES + 32 };

static int usage(FILE *to) {
	fputs("usage: truongthi province school invite --code=CODE --name=NAME\n"
	      "           --level=th|thcs|thpt [--commune=CODE] SETTINGS\n"
	      "       truongthi province school code --code=CODE SETTINGS\n"
	      "       truongthi province school list SETTINGS\n"
	      "       truongthi province school revoke|suspend --code=CODE --why=TEXT SETTINGS\n"
	      "       truongthi province school resume --code=CODE SETTINGS\n\n"
	      "invite   lets a school enrol, and prints the one-time code that its office enters\n"
	      "code     a new one-time code, for new keys after the old ones were revoked\n"
	      "revoke   every key of the school: nothing that they sign is taken any more\n"
	      "suspend  takes nothing of the school until `resume`\n\n"
	      "SETTINGS are those of `truongthi province`: --province-code=CODE, --data=DIR, …\n",
			to);
	return to == stdout ? 0 : 2;
}

/* What is wanted, with the words of the command line. */
struct want {
	const char *code;
	const char *name;
	const char *level;
	const char *commune;
	const char *why;
	struct province_place place;
	struct province_school school;
	int64_t now_ms;
};

static int fail(struct db *db, enum err e, const char *what) {
	fprintf(stderr, "truongthi: %s: %s (%s)\n", what, db_error(db), err_name(e));
	return 1;
}

/* It stands in the department's log; gives the exit code. */
static int record(struct db *db, const struct want *w, const char *action, const char *why) {
	const struct province_deed deed = { .province_id = w->place.id,
		.action = action,
		.subject = "province_school",
		.id = w->school.id,
		.why = why,
		.at_ms = w->now_ms };
	return province_log(db, &deed);
}

/* ---- codes ---- */

static int print_code(struct db *db, const struct config *config, const struct want *w,
		const char *action) {
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	_cleanup_(keys_freep) struct keys *keys = NULL;
	enum err e = keys_load_or_make(dir, w->now_ms, &keys);
	if (e) {
		return fail(db, e, "the keys of the data folder cannot be used");
	}
	uint8_t box_key[KEYS_BYTES];
	struct enrolment_code code;
	char text[ENROLMENT_TEXT_BYTES];
	keys_derive(keys, ENROL_CONTEXT, 1, box_key);
	enrolment_code_make(&code);
	struct enrol_code add = {
		.province_id = w->place.id,
		.school_id = w->school.id,
		.code = &code,
		.box_key = box_key,
		.now_ms = w->now_ms,
	};
	e = enrol_store_add_code(db, &add);
	enrolment_code_print(&code, text);
	if (!e) {
		printf("Mã trường      %s\n"
		       "Mã đăng ký     %s   (dùng một lần, trong %d ngày)\n",
				w->school.code, text, ENROL_CODE_DAYS);
	}
	explicit_bzero(text, sizeof(text));
	explicit_bzero(box_key, sizeof(box_key));
	enrolment_code_wipe(&code);
	return e ? fail(db, e, "the code was not made") : record(db, w, action, NULL);
}

static int invite(struct db *db, const struct config *config, struct want *w) {
	struct province_school *s = &w->school;
	s->province_id = w->place.id;
	if (!exchange_code_is_good(str_from(w->code)) ||
			place_level_parse(str_from(w->level ? w->level : ""), &s->level) ||
			!w->name || !w->name[0]) {
		return usage(stderr);
	}
	(void)snprintf(s->code, sizeof(s->code), "%s", w->code); /* fits: it is good */
	(void)snprintf(s->name, sizeof(s->name), "%s", w->name); /* cut at its size */
	(void)snprintf(s->commune, sizeof(s->commune), "%s", w->commune ? w->commune : "");
	enum err e = province_school_store_add(db, s, w->now_ms, &s->id);
	if (e == ERR_EXISTS) {
		fprintf(stderr,
				"truongthi: the province has a school with the code \"%s\" already;"
				" nothing was changed\n",
				w->code);
		return 1;
	}
	return e ? fail(db, e, "the school was not added")
		 : print_code(db, config, w, "department.invite");
}

static int code(struct db *db, const struct config *config, struct want *w) {
	return print_code(db, config, w, "department.code");
}

/* ---- the list ---- */

static enum err print_school(const struct province_school *s, void *ctx) {
	static const char *const states[] = { "", "mời", "nhận", "ngừng" };
	(void)ctx;
	printf("%-24s %-5s %-6s %10" PRIu64 "  %s\n", s->code, place_level_name(s->level),
			states[s->state], s->last_number, s->name);
	return ERR_OK;
}

static int list(struct db *db, const struct config *config, struct want *w) {
	(void)config;
	enum err e = province_school_store_each(db, w->place.id, print_school, NULL);
	return e ? fail(db, e, "the schools cannot be read") : 0;
}

/* ---- what may be sent ---- */

static int revoke(struct db *db, const struct config *config, struct want *w) {
	(void)config;
	uint64_t count = 0;
	struct province_revocation what = {
		.school_id = w->school.id,
		.why = str_from(w->why),
		.now_ms = w->now_ms,
	};
	enum err e = province_key_store_revoke(db, &what, &count);
	if (e) {
		return fail(db, e, "no key was revoked");
	}
	printf("%" PRIu64 "\n", count);
	return record(db, w, "department.revoke", w->why);
}

static int suspend(struct db *db, const struct config *config, struct want *w) {
	(void)config;
	enum err e = province_school_store_suspend(
			db, w->place.id, w->school.id, str_from(w->why), w->now_ms);
	return e ? fail(db, e, "the school was not suspended")
		 : record(db, w, "department.suspend", w->why);
}

static int resume(struct db *db, const struct config *config, struct want *w) {
	(void)config;
	enum err e = province_school_store_resume(db, w->place.id, w->school.id);
	return e ? fail(db, e, "the school was not resumed")
		 : record(db, w, "department.resume", NULL);
}

static const struct act {
	const char *name;
	bool needs_school; /* one that is there */
	bool needs_why;
	int (*run)(struct db *db, const struct config *config, struct want *w);
} acts[] = {
	{ "invite", false, false, invite },
	{ "code", true, false, code },
	{ "list", false, false, list },
	{ "revoke", true, true, revoke },
	{ "suspend", true, true, suspend },
	{ "resume", true, false, resume },
};

struct job {
	const struct act *act;
	struct want want;
};

static int run(struct db *db, const struct config *config, void *ctx) {
	struct job *job = ctx;
	struct want *w = &job->want;
	w->now_ms = clock_wall_ms();
	enum err e = province_place_find(
			db, config->province_code, config->province_name, w->now_ms, &w->place);
	if (e == ERR_INVAL || e == ERR_NOT_FOUND) {
		fputs("truongthi: --province-code needs the two digits of a province\n", stderr);
		return 2;
	}
	if (!e && job->act->needs_school) {
		e = province_school_store_find(db, w->place.id, str_from(w->code), &w->school);
	}
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "truongthi: there is no school with the code \"%s\"\n", w->code);
		return 1;
	}
	return e ? fail(db, e, "the database cannot be read") : job->act->run(db, config, w);
}

int province_school_run(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[argc - 1], "--help") == 0) {
		return usage(stdout);
	}
	struct job job = { .act = NULL };
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]) && argc > 1; i++) {
		if (strcmp(argv[1], acts[i].name) == 0) {
			job.act = &acts[i];
		}
	}
	if (!job.act) {
		return usage(stderr);
	}
	const struct cmd_word words[] = {
		{ "code", &job.want.code },
		{ "name", &job.want.name },
		{ "level", &job.want.level },
		{ "commune", &job.want.commune },
		{ "why", &job.want.why },
	};
	int kept = cmd_take_words(argc - 1, argv + 1, words, sizeof(words) / sizeof(words[0]));
	if (!job.want.code && strcmp(job.act->name, "list") != 0) {
		return usage(stderr);
	}
	if (job.act->needs_why && (!job.want.why || !job.want.why[0])) {
		fprintf(stderr, "truongthi: %s needs its reason: --why=TEXT\n", job.act->name);
		return 2;
	}
	struct config config;
	int status = serve_settings(kept, argv + 1, &config);
	return status ? status : cmd_with_db(&config, run, &job);
}
