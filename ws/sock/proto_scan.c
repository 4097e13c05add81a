#include "ws/sock/proto_scan.h"

#include <string.h>

static size_t skip_space(struct str s, size_t at) {
	while (at < s.n &&
			(s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\n' || s.p[at] == '\r')) {
		at++;
	}
	return at;
}

static bool is_hex(char c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The bytes of an escape, 0 when it is none. */
static size_t escape_bytes(struct str s, size_t at) {
	if (at + 1 >= s.n) {
		return 0;
	}
	if (s.p[at + 1] != 'u') {
		return s.p[at + 1] != '\0' && strchr("\"\\/bfnrt", s.p[at + 1]) ? 2 : 0;
	}
	for (size_t i = 2; i < 6; i++) {
		if (at + i >= s.n || !is_hex(s.p[at + i])) {
			return 0;
		}
	}
	return 6;
}

/* Each scan_… gives the place behind what starts at `at`, or 0 when it is not well formed. */
static size_t scan_string(struct str s, size_t at) {
	if (at >= s.n || s.p[at] != '"') {
		return 0;
	}
	at++;
	while (at < s.n && s.p[at] != '"') {
		if ((unsigned char)s.p[at] < 0x20) {
			return 0;
		}
		size_t n = s.p[at] == '\\' ? escape_bytes(s, at) : 1;
		if (n == 0) {
			return 0;
		}
		at += n;
	}
	return at < s.n ? at + 1 : 0;
}

static size_t scan_digits(struct str s, size_t at) {
	size_t from = at;
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9') {
		at++;
	}
	return at > from ? at : 0;
}

static size_t scan_number(struct str s, size_t at) {
	if (at < s.n && s.p[at] == '-') {
		at++;
	}
	bool is_zero = at < s.n && s.p[at] == '0';
	size_t end = scan_digits(s, at);
	if (end == 0 || (is_zero && end > at + 1)) {
		return 0;
	}
	at = end;
	if (at < s.n && s.p[at] == '.') {
		at = scan_digits(s, at + 1);
		if (at == 0) {
			return 0;
		}
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		if (at < s.n && (s.p[at] == '+' || s.p[at] == '-')) {
			at++;
		}
		at = scan_digits(s, at);
	}
	return at;
}

static size_t scan_word(struct str s, size_t at) {
	static const char *const words[] = { "true", "false", "null" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (s.n - at >= n && memcmp(s.p + at, words[i], n) == 0) {
			return at + n;
		}
	}
	return 0;
}

static size_t scan_scalar(struct str s, size_t at) {
	if (at >= s.n) {
		return 0;
	}
	if (s.p[at] == '"') {
		return scan_string(s, at);
	}
	if (s.p[at] == '-' || (s.p[at] >= '0' && s.p[at] <= '9')) {
		return scan_number(s, at);
	}
	return scan_word(s, at);
}

/* A member's name with its colon; gives the place of the value. */
static size_t scan_name(struct str s, size_t at) {
	at = scan_string(s, skip_space(s, at));
	if (at == 0) {
		return 0;
	}
	at = skip_space(s, at);
	return at < s.n && s.p[at] == ':' ? skip_space(s, at + 1) : 0;
}

/* A whole value of any depth up to PROTO_DEPTH_MAX, without recursion. */
static size_t scan_value(struct str s, size_t at) {
	char open[PROTO_DEPTH_MAX];
	size_t depth = 0;
	for (;;) {
		bool is_opened = at < s.n && (s.p[at] == '[' || s.p[at] == '{');
		if (is_opened) {
			if (depth == PROTO_DEPTH_MAX) {
				return 0;
			}
			open[depth++] = s.p[at] == '[' ? ']' : '}';
			at = skip_space(s, at + 1);
		}
		bool is_empty = is_opened && at < s.n && s.p[at] == open[depth - 1];
		if (is_opened && !is_empty) {
			at = open[depth - 1] == '}' ? scan_name(s, at) : at;
			if (at == 0) {
				return 0;
			}
			continue;
		}
		at = is_empty ? at : scan_scalar(s, at);
		if (at == 0) {
			return 0;
		}
		while (depth > 0) {
			size_t next = skip_space(s, at);
			if (next >= s.n || s.p[next] != open[depth - 1]) {
				break;
			}
			depth--;
			at = next + 1;
		}
		if (depth == 0) {
			return at;
		}
		at = skip_space(s, at);
		if (at >= s.n || s.p[at] != ',') {
			return 0;
		}
		at = open[depth - 1] == '}' ? scan_name(s, at + 1) : skip_space(s, at + 1);
		if (at == 0) {
			return 0;
		}
	}
}

static bool is_known(const struct proto_member *members, size_t count, struct str name) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq(members[i].name, name)) {
			return true;
		}
	}
	return false;
}

/* One member; gives the place behind it, 0 when it is not well formed. */
static size_t scan_member(struct str s, size_t at, struct proto_member *out) {
	at = skip_space(s, at);
	size_t name_end = scan_string(s, at);
	if (name_end == 0) {
		return 0;
	}
	struct str name = { s.p + at + 1, name_end - at - 2 };
	if (name.n > 0 && memchr(name.p, '\\', name.n)) {
		return 0;
	}
	size_t value_at = scan_name(s, at);
	size_t end = value_at == 0 ? 0 : scan_value(s, value_at);
	if (end == 0) {
		return 0;
	}
	*out = (struct proto_member){ name, { s.p + value_at, end - value_at } };
	return end;
}

enum err proto_scan_object(struct str text, struct proto_member *out_members, size_t *out_count) {
	size_t at = skip_space(text, 0);
	if (at >= text.n || text.p[at] != '{') {
		return ERR_FORMAT;
	}
	struct proto_member members[PROTO_MEMBERS_MAX];
	size_t count = 0;
	at = skip_space(text, at + 1);
	bool is_open = at >= text.n || text.p[at] != '}';
	while (is_open) {
		if (count == PROTO_MEMBERS_MAX) {
			return ERR_LIMIT;
		}
		at = scan_member(text, at, &members[count]);
		if (at == 0 || is_known(members, count, members[count].name)) {
			return ERR_FORMAT;
		}
		count++;
		at = skip_space(text, at);
		if (at >= text.n || (text.p[at] != ',' && text.p[at] != '}')) {
			return ERR_FORMAT;
		}
		is_open = text.p[at] == ',';
		at += is_open ? 1 : 0;
	}
	if (skip_space(text, at + 1) != text.n) {
		return ERR_FORMAT;
	}
	memcpy(out_members, members, count * sizeof(*members));
	*out_count = count;
	return ERR_OK;
}

enum err proto_scan_element(struct str array, size_t *at, struct str *out_value) {
	size_t i = *at;
	if (i == 0) {
		if (array.n < 2 || array.p[0] != '[') {
			return ERR_FORMAT;
		}
		i = skip_space(array, 1);
		if (i < array.n && array.p[i] == ']') {
			return ERR_NOT_FOUND;
		}
	} else {
		i = skip_space(array, i);
		if (i < array.n && array.p[i] == ']') {
			return ERR_NOT_FOUND;
		}
		if (i >= array.n || array.p[i] != ',') {
			return ERR_FORMAT;
		}
		i = skip_space(array, i + 1);
	}
	size_t end = scan_value(array, i);
	if (end == 0) {
		return ERR_FORMAT;
	}
	*out_value = (struct str){ array.p + i, end - i };
	*at = end;
	return ERR_OK;
}

enum err proto_scan_text(struct str value, struct str *out) {
	if (value.n < 2 || value.p[0] != '"' || memchr(value.p, '\\', value.n)) {
		return ERR_FORMAT;
	}
	*out = (struct str){ value.p + 1, value.n - 2 };
	return ERR_OK;
}

enum err proto_scan_uint(struct str value, uint64_t most, uint64_t *out) {
	uint64_t v = 0;
	if (str_parse_u64(value, &v) || v > most || (value.n > 1 && value.p[0] == '0')) {
		return ERR_FORMAT;
	}
	*out = v;
	return ERR_OK;
}
