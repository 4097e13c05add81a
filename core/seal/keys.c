#include "core/seal/keys.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/base/str.h"
#include "core/seal/key_files.h"
#include "core/seal/secret.h"

#define ROOT_FILE "root.key"
#define MAC_FILE "mac.ids"
#define SIGN_FILE "sign.current"
#define MAC_CONTEXT "TT1_MAC_"

enum { KEY_NAME_BYTES = 64, KID_HEX_BYTES = 2 * SIGN_KID_BYTES };

_Static_assert(KEYS_CONTEXT_BYTES == crypto_kdf_CONTEXTBYTES, "context");
_Static_assert(KEYS_BYTES == crypto_kdf_KEYBYTES, "key");
_Static_assert((int)KEYS_BYTES == (int)HASH_KEY_BYTES, "mac key");

/* Lives in memory of secret_alloc. */
struct keys {
	uint8_t root[KEYS_BYTES];
	uint8_t mac[KEYS_MAC_ID_MAX + 1][KEYS_BYTES];
	uint8_t mac_oldest;
	uint8_t mac_current;
	uint8_t sign_kid[SIGN_KID_BYTES];
	uint8_t sign_secret[SIGN_SECRET_BYTES];
	size_t public_count;
	struct keys_public public[KEYS_PUBLIC_MAX];
};

void keys_free(struct keys *keys) {
	secret_free(keys);
}

/* A line of a key file, wiped when it goes. */
struct line {
	char text[KEY_FILE_BYTES_MAX + 1];
};

static void line_finish(struct line *line) {
	secret_wipe(line->text, sizeof(line->text));
}

static enum err make_root(int dir_fd) {
	uint8_t root[KEYS_BYTES];
	secret_random(root, sizeof(root));
	_cleanup_(line_finish) struct line line;
	str_hex(root, sizeof(root), line.text);
	secret_wipe(root, sizeof(root));
	return key_file_make(dir_fd, ROOT_FILE, line.text);
}

static enum err load_root(int dir_fd, struct keys *keys) {
	_cleanup_(line_finish) struct line line;
	enum err e = key_file_read(dir_fd, ROOT_FILE, line.text);
	if (e) {
		return e;
	}
	return str_unhex(str_from(line.text), keys->root, KEYS_BYTES) ? ERR_CORRUPT : ERR_OK;
}

static enum err parse_mac_ids(const char *text, uint8_t *out_oldest, uint8_t *out_current) {
	unsigned oldest = 0;
	unsigned current = 0;
	int used = 0;
	if (sscanf(text, "%3u %3u%n", &oldest, &current, &used) != 2 || text[used] != '\0') {
		return ERR_CORRUPT;
	}
	if (oldest < 1 || oldest > current || current > KEYS_MAC_ID_MAX) {
		return ERR_CORRUPT;
	}
	*out_oldest = (uint8_t)oldest;
	*out_current = (uint8_t)current;
	return ERR_OK;
}

static enum err read_mac_ids(int dir_fd, uint8_t *out_oldest, uint8_t *out_current) {
	struct line line;
	enum err e = key_file_read(dir_fd, MAC_FILE, line.text);
	if (e) {
		return e;
	}
	return parse_mac_ids(line.text, out_oldest, out_current);
}

static enum err load_mac(int dir_fd, struct keys *keys) {
	enum err e = read_mac_ids(dir_fd, &keys->mac_oldest, &keys->mac_current);
	if (e) {
		return e;
	}
	for (unsigned id = keys->mac_oldest; id <= keys->mac_current; id++) {
		keys_derive(keys, MAC_CONTEXT, id, keys->mac[id]);
	}
	return ERR_OK;
}

static void sign_name(const char *kid_hex, const char *ending, char *out) {
	(void)snprintf(out, KEY_NAME_BYTES, "sign-%.*s.%s", KID_HEX_BYTES, kid_hex, ending);
}

/* Makes a seed and its public key and gives the id; it signs only once sign.current says so. */
static enum err make_seed(int dir_fd, int64_t now_ms, char *out_kid_hex) {
	uint8_t seed[SIGN_SEED_BYTES];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	uint8_t kid[SIGN_KID_BYTES];
	secret_random(seed, sizeof(seed));
	sign_pair(seed, public_key, secret);
	secret_wipe(secret, sizeof(secret));
	sign_kid(public_key, kid);
	str_hex(kid, sizeof(kid), out_kid_hex);

	_cleanup_(line_finish) struct line line;
	str_hex(seed, sizeof(seed), line.text);
	secret_wipe(seed, sizeof(seed));
	char name[KEY_NAME_BYTES];
	sign_name(out_kid_hex, "seed", name);
	enum err e = key_file_make(dir_fd, name, line.text);
	if (e) {
		return e;
	}
	char hex[2 * SIGN_PUBLIC_BYTES + 1];
	str_hex(public_key, sizeof(public_key), hex);
	(void)snprintf(line.text, sizeof(line.text), "%s %" PRId64, hex, now_ms); /* fits */
	sign_name(out_kid_hex, "pub", name);
	return key_file_make(dir_fd, name, line.text);
}

/* The secret of the seed with that id. */
static enum err load_secret(int dir_fd, const uint8_t *kid, uint8_t *out_secret) {
	_cleanup_(line_finish) struct line line;
	char hex[KID_HEX_BYTES + 1];
	char name[KEY_NAME_BYTES];
	str_hex(kid, SIGN_KID_BYTES, hex);
	sign_name(hex, "seed", name);
	enum err e = key_file_read(dir_fd, name, line.text);
	if (e) {
		return e;
	}
	uint8_t seed[SIGN_SEED_BYTES];
	if (str_unhex(str_from(line.text), seed, sizeof(seed))) {
		return ERR_CORRUPT;
	}
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t found[SIGN_KID_BYTES];
	sign_pair(seed, public_key, out_secret);
	secret_wipe(seed, sizeof(seed));
	sign_kid(public_key, found);
	return memcmp(found, kid, sizeof(found)) == 0 ? ERR_OK : ERR_CORRUPT;
}

static enum err load_sign(int dir_fd, struct keys *keys) {
	_cleanup_(line_finish) struct line line;
	enum err e = key_file_read(dir_fd, SIGN_FILE, line.text);
	if (e) {
		return e;
	}
	if (str_unhex(str_from(line.text), keys->sign_kid, SIGN_KID_BYTES)) {
		return ERR_CORRUPT;
	}
	return load_secret(dir_fd, keys->sign_kid, keys->sign_secret);
}

static enum err parse_public(const char *name, const char *text, struct keys_public *out) {
	struct keys_public p;
	struct str s = str_from(text);
	const size_t hex_n = 2 * SIGN_PUBLIC_BYTES;
	if (s.n < hex_n + 2 || s.p[hex_n] != ' ' ||
			str_unhex((struct str){ s.p, hex_n }, p.key, sizeof(p.key)) ||
			str_parse_i64((struct str){ s.p + hex_n + 1, s.n - hex_n - 1 },
					&p.from_ms)) {
		return ERR_CORRUPT;
	}
	sign_kid(p.key, p.kid);
	char hex[KID_HEX_BYTES + 1];
	str_hex(p.kid, sizeof(p.kid), hex);
	char want[KEY_NAME_BYTES];
	sign_name(hex, "pub", want);
	if (strcmp(name, want) != 0) {
		return ERR_CORRUPT;
	}
	*out = p;
	return ERR_OK;
}

static bool is_public_name(const char *name) {
	const char *dot = strrchr(name, '.');
	return str_starts(str_from(name), "sign-") && dot && strcmp(dot, ".pub") == 0;
}

static void public_insert(struct keys *keys, const struct keys_public *p) {
	size_t at = keys->public_count++;
	while (at > 0 && keys->public[at - 1].from_ms > p->from_ms) {
		keys->public[at] = keys->public[at - 1];
		at--;
	}
	keys->public[at] = *p;
}

static void dir_close(DIR **d) {
	if (*d) {
		(void)closedir(*d); /* read only */
	}
}

static enum err load_public(int dir_fd, struct keys *keys) {
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_(dir_close) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		key_dir_close(&fd);
		return ERR_IO;
	}
	for (const struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
		if (!is_public_name(entry->d_name)) {
			continue;
		}
		if (keys->public_count == KEYS_PUBLIC_MAX) {
			return ERR_LIMIT;
		}
		struct line line;
		enum err e = key_file_read(dir_fd, entry->d_name, line.text);
		if (e) {
			return e;
		}
		struct keys_public p;
		e = parse_public(entry->d_name, line.text, &p);
		if (e) {
			return e;
		}
		public_insert(keys, &p);
	}
	return ERR_OK;
}

static enum err load_all(int dir_fd, struct keys **out) {
	_cleanup_(keys_freep) struct keys *keys = secret_alloc(sizeof(*keys));
	if (!keys) {
		return ERR_NOMEM;
	}
	enum err e = load_root(dir_fd, keys);
	if (!e) {
		e = load_mac(dir_fd, keys);
	}
	if (!e) {
		e = load_sign(dir_fd, keys);
	}
	if (!e) {
		e = load_public(dir_fd, keys);
	}
	if (e) {
		return e;
	}
	if (!keys_public_find(keys, keys->sign_kid)) {
		return ERR_CORRUPT; /* what signs must be published */
	}
	*out = STEAL(keys);
	return ERR_OK;
}

enum err keys_load(const char *dir, struct keys **out) {
	enum err e = secret_init();
	if (e) {
		return e;
	}
	_cleanup_(key_dir_close) int dir_fd = -1;
	e = key_dir_open(dir, false, &dir_fd);
	if (e) {
		return e;
	}
	return load_all(dir_fd, out);
}

static bool is_there(int dir_fd, const char *name) {
	return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Two processes may make the same file at once: the second takes what the first made. */
static enum err fine_if_exists(enum err e) {
	return e == ERR_EXISTS ? ERR_OK : e;
}

static enum err make_missing(int dir_fd, int64_t now_ms) {
	enum err e = ERR_OK;
	/* The others are looked for first: another process may be making all of them now. */
	bool has_others = is_there(dir_fd, MAC_FILE) || is_there(dir_fd, SIGN_FILE);
	if (!is_there(dir_fd, ROOT_FILE)) {
		if (has_others) {
			return ERR_CORRUPT;
		}
		e = fine_if_exists(make_root(dir_fd));
	}
	if (!e && !is_there(dir_fd, MAC_FILE)) {
		e = fine_if_exists(key_file_make(dir_fd, MAC_FILE, "1 1"));
	}
	if (e || is_there(dir_fd, SIGN_FILE)) {
		return e;
	}
	char kid_hex[KID_HEX_BYTES + 1];
	e = make_seed(dir_fd, now_ms, kid_hex);
	if (e) {
		return e;
	}
	return fine_if_exists(key_file_make(dir_fd, SIGN_FILE, kid_hex));
}

enum err keys_load_or_make(const char *dir, int64_t now_ms, struct keys **out) {
	enum err e = secret_init();
	if (e) {
		return e;
	}
	_cleanup_(key_dir_close) int dir_fd = -1;
	e = key_dir_open(dir, true, &dir_fd);
	if (!e) {
		e = make_missing(dir_fd, now_ms);
	}
	if (e) {
		return e;
	}
	return load_all(dir_fd, out);
}

enum err keys_sign_secret(const char *dir, const uint8_t *kid, uint8_t *out_secret) {
	_cleanup_(key_dir_close) int dir_fd = -1;
	enum err e = key_dir_open(dir, false, &dir_fd);
	return e ? e : load_secret(dir_fd, kid, out_secret);
}

uint8_t keys_mac_id(const struct keys *keys) {
	return keys->mac_current;
}

const uint8_t *keys_mac_key(const struct keys *keys, uint8_t id) {
	if (id < keys->mac_oldest || id > keys->mac_current) {
		return NULL;
	}
	return keys->mac[id];
}

void keys_derive(const struct keys *keys, const char *context, uint64_t id, uint8_t *out) {
	assert(strlen(context) == KEYS_CONTEXT_BYTES);
	int r = crypto_kdf_derive_from_key(out, KEYS_BYTES, id, context, keys->root);
	assert(r == 0);
	(void)r; /* asserted */
}

void keys_sign(const struct keys *keys, const void *bytes, size_t n, uint8_t *out_signature) {
	sign_make(keys->sign_secret, bytes, n, out_signature);
}

const uint8_t *keys_sign_kid(const struct keys *keys) {
	return keys->sign_kid;
}

const struct keys_public *keys_public_all(const struct keys *keys, size_t *out_count) {
	*out_count = keys->public_count;
	return keys->public;
}

const uint8_t *keys_public_find(const struct keys *keys, const uint8_t *kid) {
	for (size_t i = 0; i < keys->public_count; i++) {
		if (memcmp(keys->public[i].kid, kid, SIGN_KID_BYTES) == 0) {
			return keys->public[i].key;
		}
	}
	return NULL;
}

static enum err replace_mac_ids(int dir_fd, unsigned oldest, unsigned current) {
	char text[16];
	(void)snprintf(text, sizeof(text), "%u %u", oldest, current); /* two small numbers */
	return key_file_replace(dir_fd, MAC_FILE, text);
}

enum err keys_rotate_mac(const char *dir) {
	_cleanup_(key_dir_close) int dir_fd = -1;
	uint8_t oldest = 0;
	uint8_t current = 0;
	enum err e = key_dir_open(dir, false, &dir_fd);
	if (!e) {
		e = read_mac_ids(dir_fd, &oldest, &current);
	}
	if (e) {
		return e;
	}
	if (current == KEYS_MAC_ID_MAX) {
		return ERR_LIMIT;
	}
	return replace_mac_ids(dir_fd, oldest, current + 1u);
}

enum err keys_retire_mac(const char *dir, uint8_t new_oldest) {
	_cleanup_(key_dir_close) int dir_fd = -1;
	uint8_t oldest = 0;
	uint8_t current = 0;
	enum err e = key_dir_open(dir, false, &dir_fd);
	if (!e) {
		e = read_mac_ids(dir_fd, &oldest, &current);
	}
	if (e) {
		return e;
	}
	if (new_oldest < oldest || new_oldest > current) {
		return ERR_INVAL;
	}
	return replace_mac_ids(dir_fd, new_oldest, current);
}

enum err keys_rotate_sign(const char *dir, int64_t now_ms) {
	enum err e = secret_init();
	if (e) {
		return e;
	}
	_cleanup_(key_dir_close) int dir_fd = -1;
	e = key_dir_open(dir, false, &dir_fd);
	if (e) {
		return e;
	}
	char kid_hex[KID_HEX_BYTES + 1];
	e = make_seed(dir_fd, now_ms, kid_hex);
	if (e) {
		return e;
	}
	return key_file_replace(dir_fd, SIGN_FILE, kid_hex);
}
