/*
 * truongthi province officer add|code|list|remove: who of the department may see what its schools
 * send.
 */
#include <stdio.h>
#include <string.h>

#include "core/auth/ticket.h"
#include "core/base/clock.h"
#include "core/province/officer_store.h"
#include "core/seal/keys.h"
#include "ws/cmd/province.h"
#include "ws/cmd/province_log.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"
#include "ws/cmd/words.h"
#include "ws/service/province_role.h"

enum {
	DIR_BYTES = CONFIG_TEXT_BYTES + 32,
	CODE_DAYS = 14,
};
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static int usage(FILE *to) {
	fputs("usage: truongthi province officer add --name=\"FULL NAME\" --login=NAME SETTINGS\n"
	      "       truongthi province officer code|remove --login=NAME SETTINGS\n"
	      "       truongthi province officer list SETTINGS\n\n"
	      "add     somebody of the department, and prints the one-use code with which the\n"
	      "        password is chosen\n"
	      "code    a new code, for a password that was forgotten\n"
	      "remove  ends the account at once, with every session it has\n\n"
	      "SETTINGS are those of `truongthi province`: --province-code=CODE, --data=DIR, …\n",
			to);
	return to == stdout ? 0 : 2;
}

struct want {
	const char *name;
	const char *login_text;
	char login[ACCOUNT_LOGIN_BYTES];
	struct province_place place;
	int64_t now_ms;
};

static int fail(struct db *db, enum err e, const char *what) {
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "truongthi: %s: there is no such officer\n", what);
	} else if (e == ERR_EXISTS) {
		fprintf(stderr, "truongthi: %s: the sign-in name is taken\n", what);
	} else {
		fprintf(stderr, "truongthi: %s: %s (%s)\n", what, db_error(db), err_name(e));
	}
	return 1;
}

/* It stands in the department's log; gives the exit code. */
static int record(struct db *db, const struct want *w, const char *action) {
	const struct province_deed deed = { .province_id = w->place.id,
		.action = action,
		.subject = "officer",
		.login = w->login,
		.at_ms = w->now_ms };
	return province_log(db, &deed);
}

/* ---- with a code ---- */

static enum err put(struct db *db, const struct want *w, const struct hash *hash, bool is_new) {
	int64_t expires_at_ms = w->now_ms + CODE_DAYS * DAY_MS;
	struct str login = str_from(w->login);
	if (!is_new) {
		struct officer_code code = { w->place.id, login, hash->b, w->now_ms,
			expires_at_ms };
		return officer_store_add_code(db, &code);
	}
	struct officer_new officer = { .province_id = w->place.id,
		.login = login,
		.code_hash = hash->b,
		.now_ms = w->now_ms,
		.expires_at_ms = expires_at_ms };
	uint64_t id = 0;
	enum err e = account_name_parse(str_from(w->name), &officer.name);
	return e ? e : officer_store_add(db, &officer, &id);
}

static int with_code(
		struct db *db, const struct config *config, const struct want *w, bool is_new) {
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	_cleanup_(keys_freep) struct keys *keys = NULL;
	enum err e = keys_load_or_make(dir, w->now_ms, &keys);
	if (e) {
		return fail(db, e, "the keys of the data folder cannot be used");
	}
	uint8_t key[KEYS_BYTES];
	struct ticket code;
	struct hash hash;
	char text[TICKET_TEXT_BYTES];
	keys_derive(keys, KEYS_TICKET_CONTEXT, 1, key);
	ticket_make(TICKET_ACTIVATION, &code);
	ticket_hash(&code, key, &hash);
	ticket_print(&code, text);
	e = put(db, w, &hash, is_new);
	if (!e) {
		printf("Mã tỉnh          %s\n"
		       "Tên đăng nhập    %s\n"
		       "Mã kích hoạt     %s   (dùng một lần, trong %d ngày)\n"
		       "Mở %s/activate để đặt mật khẩu.\n",
				w->place.code, w->login, text, CODE_DAYS, config->listen_base_url);
	}
	ticket_wipe(&code);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(key, sizeof(key));
	return e ? fail(db, e, "nothing was changed")
		 : record(db, w, is_new ? "department.officer_add" : "department.officer_code");
}

static int add(struct db *db, const struct config *config, struct want *w) {
	return with_code(db, config, w, true);
}

static int code(struct db *db, const struct config *config, struct want *w) {
	return with_code(db, config, w, false);
}

/* ---- the others ---- */

static enum err print_officer(const struct officer_row *row, void *ctx) {
	(void)ctx;
	printf("%-24.*s %-8s %.*s\n", (int)row->login.n, row->login.p,
			row->is_active ? "đang dùng" : "chờ", (int)row->full_name.n,
			row->full_name.p);
	return ERR_OK;
}

static int list(struct db *db, const struct config *config, struct want *w) {
	(void)config;
	enum err e = officer_store_each(db, w->place.id, print_officer, NULL);
	return e ? fail(db, e, "the officers cannot be read") : 0;
}

static int remove_one(struct db *db, const struct config *config, struct want *w) {
	(void)config;
	enum err e = officer_store_remove(db, w->place.id, str_from(w->login), w->now_ms);
	return e ? fail(db, e, "nobody was removed") : record(db, w, "department.officer_remove");
}

static const struct act {
	const char *name;
	bool needs_login;
	bool needs_name;
	int (*run)(struct db *db, const struct config *config, struct want *w);
} acts[] = {
	{ "add", true, true, add },
	{ "code", true, false, code },
	{ "list", false, false, list },
	{ "remove", true, false, remove_one },
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
	return e ? fail(db, e, "the database cannot be read") : job->act->run(db, config, w);
}

int province_officer_run(int argc, char **argv) {
	struct job job = { .act = NULL };
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]) && argc > 1; i++) {
		if (strcmp(argv[1], acts[i].name) == 0) {
			job.act = &acts[i];
		}
	}
	if (argc > 1 && strcmp(argv[argc - 1], "--help") == 0) {
		return usage(stdout);
	}
	if (!job.act) {
		return usage(stderr);
	}
	const struct cmd_word words[] = {
		{ "name", &job.want.name },
		{ "login", &job.want.login_text },
	};
	int kept = cmd_take_words(argc - 1, argv + 1, words, sizeof(words) / sizeof(words[0]));
	struct want *w = &job.want;
	struct account_name name;
	bool is_bad = job.act->needs_login &&
			(!w->login_text || account_login_parse(str_from(w->login_text), w->login));
	if (is_bad ||
			(job.act->needs_name &&
					(!w->name ||
							account_name_parse(str_from(w->name),
									&name)))) {
		return usage(stderr);
	}
	struct config config;
	int status = serve_settings(kept, argv + 1, &config);
	return status ? status : cmd_with_db(&config, run, &job);
}
