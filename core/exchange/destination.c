#include "core/exchange/destination.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"

enum { PORT_MAX = 65535, WAIT_DOUBLINGS = 9 };

/* ---- words ---- */

const char *destination_kind_name(enum destination_kind kind) {
	switch (kind) {
	case DESTINATION_HTTPS:
		return "https";
	case DESTINATION_MARIADB:
		return "mariadb";
	case DESTINATION_FILES:
		return "files";
	}
	return "";
}

enum err destination_kind_parse(struct str name, enum destination_kind *out) {
	for (enum destination_kind v = DESTINATION_HTTPS; v <= DESTINATION_FILES; v++) {
		if (str_eq_z(name, destination_kind_name(v))) {
			*out = v;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

const char *destination_state_name(enum destination_state state) {
	switch (state) {
	case DESTINATION_ON:
		return "on";
	case DESTINATION_PAUSED:
		return "paused";
	case DESTINATION_STOPPED:
		return "stopped";
	}
	return "";
}

enum err destination_state_parse(struct str name, enum destination_state *out) {
	for (enum destination_state v = DESTINATION_ON; v <= DESTINATION_STOPPED; v++) {
		if (str_eq_z(name, destination_state_name(v))) {
			*out = v;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

/* ---- addresses ---- */

static bool is_of(struct str s, const char *marks) {
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9');
		if (!is_plain && (!c || !strchr(marks, c))) {
			return false;
		}
	}
	return s.n > 0;
}

bool destination_host_is_good(struct str host) {
	if (host.n > 1 && host.p[0] == '/') {
		return host.n < DESTINATION_HOST_BYTES && is_of(host, "/-_.");
	}
	return host.n < DESTINATION_HOST_BYTES && is_of(host, "-.:") && host.p[0] != '-';
}

bool destination_word_is_good(struct str word) {
	return word.n < DESTINATION_WORD_BYTES && is_of(word, "_-");
}

static bool is_port(struct str s) {
	uint64_t port = 0;
	return !str_parse_u64(s, &port) && port > 0 && port <= PORT_MAX;
}

/* "host" or "host:port". */
static bool is_authority(struct str s, bool is_plain) {
	const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
	struct str host = { s.p, colon ? (size_t)(colon - s.p) : s.n };
	if (colon && !is_port((struct str){ colon + 1, s.n - host.n - 1 })) {
		return false;
	}
	if (host.n > 0 && host.p[0] == '/') {
		return false;
	}
	bool is_here = str_eq_z(host, "127.0.0.1") || str_eq_z(host, "localhost");
	return destination_host_is_good(host) && (is_here || !is_plain);
}

enum err destination_url_parse(struct str text, char out[DESTINATION_URL_BYTES]) {
	static const char *const schemes[] = { "https://", "http://" };
	while (text.n > 0 && text.p[text.n - 1] == '/') {
		text.n--;
	}
	bool is_plain = !str_starts(text, schemes[0]);
	const char *scheme = schemes[is_plain];
	size_t n = strlen(scheme);
	if (!str_starts(text, scheme) || text.n >= DESTINATION_URL_BYTES) {
		return ERR_INVAL;
	}
	struct str rest = { text.p + n, text.n - n };
	const char *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;
	struct str authority = { rest.p, slash ? (size_t)(slash - rest.p) : rest.n };
	struct str path = { slash, rest.n - authority.n };
	if (!is_authority(authority, is_plain) || (path.n > 0 && !is_of(path, "/-_.~"))) {
		return ERR_INVAL;
	}
	memcpy(out, text.p, text.n);
	out[text.n] = '\0';
	return ERR_OK;
}

bool destination_url_is_plain(const char *url) {
	return str_starts(str_from(url), "http://");
}

/* ---- settings ---- */

enum err destination_settings_print(
		enum destination_kind kind, const struct destination_settings *s, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	switch (kind) {
	case DESTINATION_HTTPS:
		jo_kstrz(&w, "url", s->url);
		break;
	case DESTINATION_MARIADB:
		jo_kstrz(&w, "host", s->host);
		jo_ki64(&w, "port", s->port);
		jo_kstrz(&w, "database", s->database);
		jo_kstrz(&w, "user", s->user);
		break;
	case DESTINATION_FILES:
		jo_kstrz(&w, "folder", s->folder);
		break;
	}
	jo_end_obj(&w);
	return buf_err(out);
}

static enum err get(const struct json *node, const char *name, char *out, size_t size) {
	struct str s;
	enum err e = json_opt_str(node, name, str_from(""), &s);
	if (e || s.n >= size) {
		return ERR_CORRUPT;
	}
	if (s.n > 0) {
		memcpy(out, s.p, s.n);
	}
	out[s.n] = '\0';
	return ERR_OK;
}

enum err destination_settings_read(struct str text, struct destination_settings *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct destination_settings s = { .port = 0 };
	int64_t port = 0;
	enum err e = json_parse(text, DESTINATION_SETTINGS_BYTES_MAX, &root);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	e = get(root, "url", s.url, sizeof(s.url));
	e = e ? e : get(root, "host", s.host, sizeof(s.host));
	e = e ? e : get(root, "database", s.database, sizeof(s.database));
	e = e ? e : get(root, "user", s.user, sizeof(s.user));
	e = e ? e : get(root, "folder", s.folder, sizeof(s.folder));
	e = e ? e : json_opt_i64(root, "port", 0, &port);
	if (e || port < 0 || port > PORT_MAX) {
		return ERR_CORRUPT;
	}
	s.port = (unsigned)port;
	*out = s;
	return ERR_OK;
}

/* ---- waiting ---- */

int64_t destination_wait_ms(unsigned tries, uint64_t random) {
	unsigned doublings = tries > WAIT_DOUBLINGS ? WAIT_DOUBLINGS : tries ? tries - 1 : 0;
	int64_t wait = (int64_t)DESTINATION_WAIT_FIRST_MS << doublings;
	wait = wait > DESTINATION_WAIT_MOST_MS ? DESTINATION_WAIT_MOST_MS : wait;
	int64_t quarter = wait / 4;
	return wait - quarter + (int64_t)(random % (uint64_t)(2 * quarter + 1));
}
