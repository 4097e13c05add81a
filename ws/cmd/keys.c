/*
 * truongthi keys list|rotate|retire: the keys in the data folder. A change of them is written down in
 * the audit log of the database.
 */
#include "ws/cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/db/db.h"
#include "core/school/audit_store.h"
#include "core/seal/keys.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"

enum { DIR_BYTES = CONFIG_TEXT_BYTES + 8 };

static int usage(FILE *to) {
	fputs("usage: truongthi keys list [--data=DIR]\n"
	      "       truongthi keys rotate sign|mac [--data=DIR]\n"
	      "       truongthi keys retire ID [--data=DIR]\n\n"
	      "list    the signing keys there ever were, and the ids of the keys for acks\n"
	      "rotate  a new key for what is signed, or acknowledged, from the next start on;\n"
	      "        between sittings only. Old public keys are kept and published for ever\n"
	      "retire  acks under ids below ID no longer prove anything: when no appeal needs them\n",
			to);
	return to == stdout ? 0 : 2;
}

static int fail(const char *dir, enum err e) {
	fprintf(stderr, "truongthi: the keys in %s cannot be used: %s\n", dir,
			e == ERR_DENIED ? "others may read them, or they are another user's"
					: e == ERR_LIMIT ? "there are no ids left"
					: e == ERR_INVAL ? "there is no such id"
							 : err_name(e));
	return 1;
}

static int list(const char *dir) {
	_cleanup_(keys_freep) struct keys *keys = NULL;
	enum err e = keys_load(dir, &keys);
	if (e) {
		return fail(dir, e);
	}
	size_t count = 0;
	const struct keys_public *all = keys_public_all(keys, &count);
	for (size_t i = 0; i < count; i++) {
		char hex[2 * SIGN_KID_BYTES + 1];
		char since[32] = "";
		time_t s = (time_t)(all[i].from_ms / 1000);
		struct tm t;
		str_hex(all[i].kid, SIGN_KID_BYTES, hex);
		if (gmtime_r(&s, &t)) {
			(void)strftime(since, sizeof(since), "%Y-%m-%d %H:%M:%SZ", &t); /* fits */
		}
		bool signs = memcmp(all[i].kid, keys_sign_kid(keys), SIGN_KID_BYTES) == 0;
		printf("sign %s since %s%s\n", hex, since, signs ? ", signs now" : "");
	}
	unsigned current = keys_mac_id(keys);
	unsigned oldest = current;
	while (oldest > 1 && keys_mac_key(keys, (uint8_t)(oldest - 1))) {
		oldest--;
	}
	printf("mac  %u now, valid from %u\n", current, oldest);
	return 0;
}

/* Keys are the whole deployment's: the row is of no school, and of the program itself. */
static int record(struct db *db, const char *action, const char *id) {
	struct audit_entry entry = { .at_ms = clock_wall_ms(),
		.action = str_from(action),
		.subject = str_from("keys"),
		.subject_id = str_from(id) };
	enum err e = audit_store_add(db, &entry);
	if (e) {
		fprintf(stderr, "truongthi: it is done, but stands in no audit log (%s): %s\n",
				err_name(e), db_error(db));
	}
	return e ? 1 : 0;
}

static int rotate(struct db *db, const char *dir, const char *what) {
	bool is_sign = strcmp(what, "sign") == 0;
	if (!is_sign && strcmp(what, "mac") != 0) {
		return usage(stderr);
	}
	enum err e = is_sign ? keys_rotate_sign(dir, clock_wall_ms()) : keys_rotate_mac(dir);
	if (e) {
		return fail(dir, e);
	}
	if (record(db, is_sign ? "keys.rotate_sign" : "keys.rotate_mac", "")) {
		return 1;
	}
	puts("Done. Start every process of the school again, between sittings; and back the folder up.");
	return list(dir);
}

static int retire(struct db *db, const char *dir, const char *text) {
	uint64_t id = 0;
	if (str_parse_u64(str_from(text), &id) || id == 0 || id > KEYS_MAC_ID_MAX) {
		return usage(stderr);
	}
	enum err e = keys_retire_mac(dir, (uint8_t)id);
	if (e) {
		return fail(dir, e);
	}
	return record(db, "keys.retire", text) ? 1 : list(dir);
}

/* What is to be changed. */
struct deed {
	bool is_rotate;
	const char *what; /* sign, mac, or an id */
};

static int change(struct db *db, const struct config *config, void *ctx) {
	const struct deed *deed = ctx;
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	return deed->is_rotate ? rotate(db, dir, deed->what) : retire(db, dir, deed->what);
}

int cmd_keys(int argc, char **argv) {
	const char *words[2] = { NULL, NULL };
	size_t count = 0;
	int kept = 1;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout);
		}
		bool is_value = i > 1 && strcmp(argv[i - 1], "--data") == 0;
		if (argv[i][0] != '-' && !is_value && count < 2) {
			words[count++] = argv[i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	struct config config;
	bool is_list = count == 1 && strcmp(words[0], "list") == 0;
	bool is_rotate = count == 2 && strcmp(words[0], "rotate") == 0;
	bool is_retire = count == 2 && strcmp(words[0], "retire") == 0;
	if (!is_list && !is_rotate && !is_retire) {
		return usage(stderr);
	}
	int status = serve_settings(kept, argv, &config);
	if (status) {
		return status;
	}
	if (is_list) {
		char dir[DIR_BYTES];
		(void)snprintf(dir, sizeof(dir), "%s/keys", config.data_dir); /* fits by its size */
		return list(dir);
	}
	struct deed deed = { is_rotate, words[1] };
	return cmd_with_db(&config, change, &deed);
}
