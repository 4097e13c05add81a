#include "core/seal/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/str.h"
#include "tests/check.h"

enum { TOP_BYTES = 200, PATH_BYTES = 400, PROCESS_COUNT = 8 };

static char top[TOP_BYTES];

static void path_of(const char *dir, const char *name, char *out) {
	(void)snprintf(out, PATH_BYTES, "%s/%s", dir, name);
}

static void write_file(const char *dir, const char *name, const char *text) {
	char path[PATH_BYTES];
	path_of(dir, name, path);
	FILE *f = fopen(path, "w");
	CHECK("open", f != NULL);
	if (f) {
		CHECK("write", fputs(text, f) >= 0 && fclose(f) == 0);
	}
}

static void change_mode(const char *dir, const char *name, mode_t mode) {
	char path[PATH_BYTES];
	path_of(dir, name, path);
	CHECK_INT(name, chmod(path, mode), 0);
}

static void remove_file(const char *dir, const char *name) {
	char path[PATH_BYTES];
	path_of(dir, name, path);
	CHECK_INT(name, unlink(path), 0);
}

static void check_made_once(const char *dir) {
	struct keys *none = NULL;
	CHECK_INT("nothing there yet", keys_load(dir, &none), ERR_NOT_FOUND);
	_cleanup_(keys_freep) struct keys *a = NULL;
	_cleanup_(keys_freep) struct keys *b = NULL;
	CHECK_INT("make", keys_load_or_make(dir, 1700000000000, &a), ERR_OK);
	CHECK_INT("load", keys_load(dir, &b), ERR_OK);
	if (!a || !b) {
		return;
	}
	CHECK_INT("first id", keys_mac_id(a), 1);
	CHECK_MEM("the same mac key", keys_mac_key(a, 1), keys_mac_key(b, 1), KEYS_BYTES);
	CHECK("no id 0", !keys_mac_key(a, 0));
	CHECK("no id 2 yet", !keys_mac_key(a, 2));
	CHECK_MEM("the same signing key", keys_sign_kid(a), keys_sign_kid(b), SIGN_KID_BYTES);

	uint8_t seal_key[KEYS_BYTES];
	uint8_t ticket_key[KEYS_BYTES];
	keys_derive(a, KEYS_SEAL_CONTEXT, 1, seal_key);
	keys_derive(a, KEYS_TICKET_CONTEXT, 1, ticket_key);
	CHECK("contexts differ", memcmp(seal_key, ticket_key, KEYS_BYTES) != 0);
	CHECK("contexts differ", memcmp(seal_key, keys_mac_key(a, 1), KEYS_BYTES) != 0);

	uint8_t signature[SIGN_BYTES];
	keys_sign(a, "abc", 3, signature);
	const uint8_t *public_key = keys_public_find(b, keys_sign_kid(a));
	CHECK("published", public_key != NULL);
	CHECK("verifies", public_key && sign_is_valid(public_key, "abc", 3, signature));
}

static void check_modes(const char *dir) {
	static const char *const names[] = { "root.key", "mac.ids", "sign.current" };
	struct keys *keys = NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		change_mode(dir, names[i], 0640);
		CHECK_INT(names[i], keys_load(dir, &keys), ERR_DENIED);
		CHECK_INT(names[i], keys_load_or_make(dir, 1, &keys), ERR_DENIED);
		change_mode(dir, names[i], 0604);
		CHECK_INT(names[i], keys_load(dir, &keys), ERR_DENIED);
		change_mode(dir, names[i], 0600);
	}
	CHECK_INT("folder", chmod(dir, 0750), 0);
	CHECK_INT("folder", keys_load(dir, &keys), ERR_DENIED);
	CHECK_INT("folder", chmod(dir, 0700), 0);
	CHECK("nothing was given", !keys);
	CHECK_INT("all well again", keys_load(dir, &keys), ERR_OK);
	keys_free(keys);
}

static void check_rotation(const char *dir) {
	_cleanup_(keys_freep) struct keys *old = NULL;
	_cleanup_(keys_freep) struct keys *new = NULL;
	CHECK_INT("old", keys_load(dir, &old), ERR_OK);
	CHECK_INT("rotate", keys_rotate_mac(dir), ERR_OK);
	CHECK_INT("rotate", keys_rotate_sign(dir, 1700000000001), ERR_OK);
	CHECK_INT("new", keys_load(dir, &new), ERR_OK);
	if (!old || !new) {
		return;
	}
	CHECK_INT("id", keys_mac_id(new), 2);
	CHECK_MEM("old ones stay", keys_mac_key(new, 1), keys_mac_key(old, 1), KEYS_BYTES);
	CHECK("another key", memcmp(keys_mac_key(new, 2), keys_mac_key(new, 1), KEYS_BYTES) != 0);
	size_t count = 0;
	const struct keys_public *all = keys_public_all(new, &count);
	CHECK_INT("both are published", count, 2);
	CHECK_MEM("oldest first", all[0].kid, keys_sign_kid(old), SIGN_KID_BYTES);
	CHECK_MEM("then the new", all[1].kid, keys_sign_kid(new), SIGN_KID_BYTES);
	CHECK_INT("since", all[1].from_ms, 1700000000001);

	CHECK_INT("above the current", keys_retire_mac(dir, 3), ERR_INVAL);
	CHECK_INT("retire", keys_retire_mac(dir, 2), ERR_OK);
	CHECK_INT("never back", keys_retire_mac(dir, 1), ERR_INVAL);
	_cleanup_(keys_freep) struct keys *retired = NULL;
	CHECK_INT("load", keys_load(dir, &retired), ERR_OK);
	CHECK("retired", retired && !keys_mac_key(retired, 1) && keys_mac_key(retired, 2));
}

static void check_id_limit(const char *dir) {
	write_file(dir, "mac.ids", "2 254\n");
	CHECK_INT("the last", keys_rotate_mac(dir), ERR_OK);
	CHECK_INT("one past", keys_rotate_mac(dir), ERR_LIMIT);
	_cleanup_(keys_freep) struct keys *keys = NULL;
	CHECK_INT("load", keys_load(dir, &keys), ERR_OK);
	CHECK("the last", keys && keys_mac_id(keys) == 255 && keys_mac_key(keys, 255));
}

static void check_corrupt(const char *dir) {
	static const char *const bad_ids[] = { "", "1", "0 1", "3 2", "1 256", "1 2 3", "x" };
	struct keys *keys = NULL;
	for (size_t i = 0; i < sizeof(bad_ids) / sizeof(bad_ids[0]); i++) {
		write_file(dir, "mac.ids", bad_ids[i]);
		CHECK_INT(bad_ids[i], keys_load(dir, &keys), ERR_CORRUPT);
	}
	write_file(dir, "mac.ids", "2 3\n");
	remove_file(dir, "root.key");
	CHECK_INT("root gone", keys_load_or_make(dir, 1, &keys), ERR_CORRUPT);
	write_file(dir, "root.key", "00");
	change_mode(dir, "root.key", 0600);
	CHECK_INT("short root", keys_load(dir, &keys), ERR_CORRUPT);
	char path[PATH_BYTES];
	path_of(dir, "root.key", path);
	CHECK_INT("unlink", unlink(path), 0);
	CHECK_INT("link", symlink("mac.ids", path), 0);
	CHECK_INT("a link", keys_load(dir, &keys), ERR_DENIED);
	CHECK("nothing was given", !keys);
}

/* Processes of one deployment that start together must end with the same keys. */
static void check_race(const char *dir) {
	int fds[2];
	CHECK_INT("pipe", pipe(fds), 0);
	pid_t pids[PROCESS_COUNT];
	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct keys *keys = NULL;
			uint8_t report[KEYS_BYTES + SIGN_KID_BYTES] = { 0 };
			if (keys_load_or_make(dir, 5, &keys) == ERR_OK) {
				memcpy(report, keys_mac_key(keys, 1), KEYS_BYTES);
				memcpy(report + KEYS_BYTES, keys_sign_kid(keys), SIGN_KID_BYTES);
			}
			keys_free(keys);
			_exit(write(fds[1], report, sizeof(report)) != sizeof(report));
		}
	}
	uint8_t first[KEYS_BYTES + SIGN_KID_BYTES] = { 0 };
	uint8_t report[KEYS_BYTES + SIGN_KID_BYTES];
	const uint8_t none[KEYS_BYTES + SIGN_KID_BYTES] = { 0 };
	for (size_t i = 0; i < PROCESS_COUNT; i++) {
		int status = 1;
		CHECK("child", waitpid(pids[i], &status, 0) == pids[i] && status == 0);
		CHECK("report", read(fds[0], report, sizeof(report)) == sizeof(report));
		if (i == 0) {
			memcpy(first, report, sizeof(first));
		}
		CHECK_MEM("all the same", report, first, sizeof(first));
	}
	CHECK("there are keys", memcmp(first, none, sizeof(none)) != 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

int main(void) {
	(void)snprintf(top, sizeof(top), "%s/test_keys.XXXXXX",
			getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	CHECK("folder", mkdtemp(top) != NULL);
	char dir[TOP_BYTES + 16];
	(void)snprintf(dir, sizeof(dir), "%s/keys", top);
	check_made_once(dir);
	check_modes(dir);
	check_rotation(dir);
	check_id_limit(dir);
	check_corrupt(dir);
	(void)snprintf(dir, sizeof(dir), "%s/race", top);
	check_race(dir);
	char command[TOP_BYTES + 32];
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", top);
	CHECK_INT("clean up", system(command), 0);
	return check_done();
}
