/*
 * truongthi school add|list: founds a school in the database, with a person of the office who
 * then does everything else in the pages.
 */
#include "ws/cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/db/migrate.h"
#include "core/school/place_store.h"
#include "core/seal/keys.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"
#include "ws/cmd/words.h"
#include "ws/service/found_school.h"

enum { DIR_BYTES = CONFIG_TEXT_BYTES + 32, CODE_BYTES_MAX = 24 };

static int usage(FILE *to) {
	fputs("usage: truongthi school add --code=CODE --name=NAME --level=th|thcs|thpt\n"
	      "           --province=CODE:NAME --commune=CODE:NAME --office=\"FULL NAME\"\n"
	      "           [--login=NAME] [--data=DIR] [OPTION…]\n"
	      "       truongthi school list [--data=DIR] [OPTION…]\n\n"
	      "add   makes the school with its present school year, two terms, the subjects of its\n"
	      "      level, and an account for its office; prints the one-use code with which the\n"
	      "      office chooses its password. CODE is what people type when they sign in.\n"
	      "      Example:\n"
	      "        truongthi school add --code=nguyen-du --name=\"THPT Nguyễn Du\" --level=thpt\n"
	      "            --province=\"01:Thành phố Hà Nội\" --commune=\"00004:Phường Ba Đình\"\n"
	      "            --office=\"Trần Thị Lan\" --data=/var/lib/truongthi\n"
	      "list  the schools there are\n",
			to);
	return to == stdout ? 0 : 2;
}

/* The words of the command line, before they are looked at. */
struct words {
	const char *code;
	const char *name;
	const char *level;
	const char *province;
	const char *commune;
	const char *office;
	const char *login;
};

/* Takes our own words out of argv; what stays are settings. Gives how many stay. */
static int take_words(int argc, char **argv, struct words *w) {
	const struct cmd_word all[] = {
		{ "code", &w->code },
		{ "name", &w->name },
		{ "level", &w->level },
		{ "province", &w->province },
		{ "commune", &w->commune },
		{ "office", &w->office },
		{ "login", &w->login },
	};
	return cmd_take_words(argc, argv, all, sizeof(all) / sizeof(all[0]));
}

static bool say(const char *why) {
	fprintf(stderr, "truongthi: %s\n", why);
	return false;
}

/* "01:Thành phố Hà Nội". */
static bool read_place(const char *text, const char *option, struct found_place *out) {
	const char *colon = text ? strchr(text, ':') : NULL;
	size_t digits = text ? strspn(text, "0123456789") : 0;
	if (!colon || digits == 0 || text + digits != colon || !str_trim(str_from(colon + 1)).n) {
		fprintf(stderr,
				"truongthi: --%s needs the code in the national list and the name,"
				" as in --%s=\"01:Thành phố Hà Nội\"\n",
				option, option);
		return false;
	}
	out->code = (struct str){ text, digits };
	out->name = str_trim(str_from(colon + 1));
	return true;
}

static bool read_school(const struct words *w, struct school *out) {
	struct str name = str_trim(str_from(w->name ? w->name : ""));
	char code[ACCOUNT_LOGIN_BYTES];
	if (!w->code || account_login_parse(str_from(w->code), code) ||
			strlen(code) > CODE_BYTES_MAX) {
		return say("--code needs 1 to 24 letters, digits, \".\", \"_\" or \"-\" without accents:"
			   " people type it when they sign in");
	}
	if (name.n == 0 || name.n >= sizeof(out->name)) {
		return say("--name needs the school's name, at most 400 bytes");
	}
	if (!w->level || place_level_parse(str_from(w->level), &out->level)) {
		return say("--level needs th (primary), thcs (lower) or thpt (upper secondary)");
	}
	(void)snprintf(out->code, sizeof(out->code), "%s", code); /* fits by the limit above */
	memcpy(out->name, name.p, name.n);
	out->name[name.n] = '\0';
	return true;
}

static bool read_all(const struct words *w, struct found_school *out) {
	if (!read_school(w, &out->school) || !read_place(w->province, "province", &out->province) ||
			!read_place(w->commune, "commune", &out->commune)) {
		return false;
	}
	if (!w->office || account_name_parse(str_from(w->office), &out->office_name)) {
		return say("--office needs the full name of the person who keeps the records");
	}
	if (account_login_parse(str_from(w->login ? w->login : "vanphong"), out->office_login)) {
		return say("--login needs 1 to 64 of a-z, 0-9, \".\", \"_\", \"-\"");
	}
	return true;
}

static int refuse(struct db *db, const struct found_school *s, enum err e, enum found_fault fault) {
	if (fault == FOUND_SCHOOL_CODE_TAKEN) {
		fprintf(stderr,
				"truongthi: there is a school with the code \"%s\" already; nothing was"
				" changed\n",
				s->school.code);
	} else if (fault == FOUND_PROVINCE_CODE) {
		fputs("truongthi: --province needs a code from 01 to 99; nothing was changed\n",
				stderr);
	} else {
		fprintf(stderr, "truongthi: the school was not added: %s (%s); nothing was changed\n",
				db_error(db), err_name(e));
	}
	return 1;
}

static void print_added(const struct config *config, const struct found_school *s,
		const struct ticket *code) {
	char text[TICKET_TEXT_BYTES];
	ticket_print(code, text);
	printf("Mã trường        %s\n"
	       "Tên đăng nhập    %s\n"
	       "Mã kích hoạt     %s   (dùng một lần, trong %d ngày)\n"
	       "Mở %s/activate để đặt mật khẩu.\n",
			s->school.code, s->office_login, text, FOUND_SCHOOL_CODE_DAYS,
			config->listen_base_url);
	explicit_bzero(text, sizeof(text));
}

static int add(struct db *db, const struct config *config, void *ctx) {
	const struct found_school *wanted = ctx;
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	_cleanup_(keys_freep) struct keys *keys = NULL;
	int64_t now_ms = clock_wall_ms();
	enum err e = keys_load_or_make(dir, now_ms, &keys);
	if (e) {
		fprintf(stderr, "truongthi: the keys in %s cannot be used (%s)\n", dir,
				err_name(e));
		return 1;
	}
	uint8_t ticket_key[KEYS_BYTES];
	struct ticket code;
	uint64_t id = 0;
	enum found_fault fault = FOUND_NO_FAULT;
	keys_derive(keys, KEYS_TICKET_CONTEXT, 1, ticket_key);
	ticket_make(TICKET_ACTIVATION, &code);
	e = found_school(db, wanted, &code, ticket_key, now_ms, &id, &fault);
	int status = e ? refuse(db, wanted, e, fault) : 0;
	if (!e) {
		print_added(config, wanted, &code);
	}
	ticket_wipe(&code);
	explicit_bzero(ticket_key, sizeof(ticket_key));
	return status;
}

static enum err print_school(const struct school *school, void *ctx) {
	(void)ctx;
	printf("%-24s %-5s %s\n", school->code, place_level_name(school->level), school->name);
	return ERR_OK;
}

/* Provinces are read whole before their schools: one result at a time on a connection. */
struct province_ids {
	uint32_t ids[100];
	size_t count;
};

static enum err keep_province(const struct place_row *row, void *ctx) {
	struct province_ids *all = ctx;
	if (all->count == sizeof(all->ids) / sizeof(all->ids[0])) {
		return ERR_LIMIT;
	}
	all->ids[all->count++] = row->id;
	return ERR_OK;
}

static int list(struct db *db, const struct config *config, void *ctx) {
	(void)config;
	(void)ctx;
	struct province_ids provinces = { .count = 0 };
	struct date today;
	enum err e = date_in_vietnam(clock_wall_ms(), &today);
	e = e ? e : place_store_provinces(db, today, keep_province, &provinces);
	for (size_t i = 0; i < provinces.count && !e; i++) {
		e = place_store_schools(db, provinces.ids[i], print_school, NULL);
	}
	if (e) {
		fprintf(stderr, "truongthi: the schools cannot be read: %s (%s)\n", db_error(db),
				err_name(e));
	}
	return e ? 1 : 0;
}

int cmd_school(int argc, char **argv) {
	struct words words = { 0 };
	struct found_school wanted = { 0 };
	struct config config;
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	bool is_list = argc > 1 && strcmp(argv[1], "list") == 0;
	if (argc < 2 || (!is_list && strcmp(argv[1], "add") != 0)) {
		return usage(stderr);
	}
	int kept = take_words(argc - 1, argv + 1, &words);
	if (!is_list && !read_all(&words, &wanted)) {
		return 2;
	}
	int status = serve_settings(kept, argv + 1, &config);
	if (status) {
		return status;
	}
	return cmd_with_db(&config, is_list ? list : add, &wanted);
}
