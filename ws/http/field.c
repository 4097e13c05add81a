#include "ws/http/field.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct str trim(struct str s) {
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1])) {
		s.n--;
	}
	return s;
}

/* Takes what stands before the divider off the front of *rest, trimmed. */
static struct str take_until(struct str *rest, char divider) {
	const char *at = rest->n ? memchr(rest->p, divider, rest->n) : NULL;
	size_t n = at ? (size_t)(at - rest->p) : rest->n;
	struct str part = { rest->p, n };
	size_t used = at ? n + 1 : n;
	rest->p += used;
	rest->n -= used;
	return trim(part);
}

enum err field_length(struct str s, uint64_t *out) {
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i])) {
			return ERR_FORMAT;
		}
	}
	if (s.n == 0) {
		return ERR_FORMAT;
	}
	uint64_t v = 0;
	if (str_parse_u64(s, &v) || v > INT64_MAX) {
		return ERR_LIMIT;
	}
	*out = v;
	return ERR_OK;
}

struct str field_cookie(struct str header, const char *name) {
	size_t name_len = strlen(name);
	struct str found = { NULL, 0 };
	unsigned count = 0;
	while (header.n > 0) {
		struct str pair = take_until(&header, ';');
		if (pair.n > name_len && memcmp(pair.p, name, name_len) == 0 &&
				pair.p[name_len] == '=') {
			found = (struct str){ pair.p + name_len + 1, pair.n - name_len - 1 };
			count++;
		}
	}
	return count == 1 ? found : (struct str){ NULL, 0 };
}

struct str field_bearer(struct str header) {
	struct str scheme = take_until(&header, ' ');
	struct str token = trim(header);
	if (!str_eq_nocase(scheme, "bearer") || token.n == 0) {
		return (struct str){ NULL, 0 };
	}
	return token;
}

/* "q=0", "q=0.0" and so on. */
static bool is_zero_weight(struct str params) {
	while (params.n > 0) {
		struct str p = take_until(&params, ';');
		if (p.n < 3 || (p.p[0] != 'q' && p.p[0] != 'Q') || p.p[1] != '=') {
			continue;
		}
		for (size_t i = 2; i < p.n; i++) {
			if (p.p[i] >= '1' && p.p[i] <= '9') {
				return false;
			}
		}
		return true;
	}
	return false;
}

bool field_accepts(struct str header, const char *coding) {
	while (header.n > 0) {
		struct str item = take_until(&header, ',');
		struct str name = take_until(&item, ';');
		if (str_eq_nocase(name, coding)) {
			return !is_zero_weight(item);
		}
	}
	return false;
}

bool field_etag_is(struct str header, const char *etag) {
	if (str_eq_z(trim(header), "*")) {
		return true;
	}
	while (header.n > 0) {
		struct str item = take_until(&header, ',');
		if (item.n > 2 && item.p[0] == 'W' && item.p[1] == '/') {
			item.p += 2;
			item.n -= 2;
		}
		if (str_eq_z(item, etag)) {
			return true;
		}
	}
	return false;
}

bool field_type_is(struct str header, const char *type) {
	return str_eq_nocase(take_until(&header, ';'), type);
}

/* Like take_until(), but a divider inside quotes does not count. */
static struct str take_param(struct str *rest) {
	size_t n = 0;
	bool is_quoted = false;
	while (n < rest->n && (is_quoted || rest->p[n] != ';')) {
		if (rest->p[n] == '\\' && is_quoted && n + 1 < rest->n) {
			n++;
		} else if (rest->p[n] == '"') {
			is_quoted = !is_quoted;
		}
		n++;
	}
	struct str part = { rest->p, n };
	size_t used = n < rest->n ? n + 1 : n;
	rest->p += used;
	rest->n -= used;
	return trim(part);
}

struct str field_param(struct str header, const char *name) {
	(void)take_param(&header); /* the value itself, before the first ';' */
	while (header.n > 0) {
		struct str pair = take_param(&header);
		struct str key = take_until(&pair, '=');
		struct str value = trim(pair);
		if (!str_eq_nocase(key, name)) {
			continue;
		}
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') {
			value.p++;
			value.n -= 2;
		}
		return value.p ? value : (struct str){ "", 0 };
	}
	return (struct str){ NULL, 0 };
}

static bool is_port(struct str s) {
	if (s.n == 0 || s.n > 5) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i])) {
			return false;
		}
	}
	return true;
}

bool field_host_is_valid(struct str host) {
	if (host.n == 0 || host.n > 255) {
		return false;
	}
	bool is_v6 = host.p[0] == '[';
	size_t i = is_v6 ? 1 : 0;
	for (; i < host.n; i++) {
		char c = host.p[i];
		bool is_name = is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
		bool is_hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
		bool is_address = is_hex || c == ':' || c == '.';
		if (!(is_v6 ? is_address : is_name)) {
			break;
		}
	}
	if (is_v6) {
		if (i < 3 || i == host.n || host.p[i] != ']') {
			return false;
		}
		i++;
	} else if (i == 0) {
		return false;
	}
	if (i == host.n) {
		return true;
	}
	return host.p[i] == ':' && is_port((struct str){ host.p + i + 1, host.n - i - 1 });
}

static bool eq_nocase(struct str a, struct str b) {
	if (a.n != b.n) {
		return false;
	}
	for (size_t i = 0; i < a.n; i++) {
		char x = a.p[i];
		char y = b.p[i];
		x = (x >= 'A' && x <= 'Z') ? (char)(x + 32) : x;
		y = (y >= 'A' && y <= 'Z') ? (char)(y + 32) : y;
		if (x != y) {
			return false;
		}
	}
	return true;
}

/* Cuts this default port off the end: "a:80" with ":80" gives "a". */
static struct str without_port(struct str host, const char *port) {
	size_t n = strlen(port);
	if (host.n > n && memcmp(host.p + host.n - n, port, n) == 0) {
		host.n -= n;
	}
	return host;
}

bool field_origin_is_own(struct str origin, struct str host, bool is_secure) {
	static const struct {
		const char *scheme;
		const char *port;
	} rows[] = { { "http://", ":80" }, { "https://", ":443" } };
	for (size_t i = is_secure ? 1 : 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].scheme);
		if (!str_starts(origin, rows[i].scheme)) {
			continue;
		}
		struct str page = { origin.p + n, origin.n - n };
		return page.n > 0 &&
				eq_nocase(without_port(page, rows[i].port),
						without_port(host, rows[i].port));
	}
	return false;
}

enum field_range_kind field_range_parse(struct str header, uint64_t size, struct field_range *out) {
	struct str s = trim(header);
	if (!str_starts(s, "bytes=") || memchr(s.p, ',', s.n)) {
		return FIELD_RANGE_NONE;
	}
	struct str rest = { s.p + 6, s.n - 6 };
	if (!memchr(rest.p, '-', rest.n)) {
		return FIELD_RANGE_NONE;
	}
	struct str a = take_until(&rest, '-');
	struct str b = trim(rest);
	uint64_t first = 0;
	uint64_t last = 0;
	bool has_first = a.n > 0;
	bool has_last = b.n > 0;
	if ((!has_first && !has_last) || (has_first && str_parse_u64(a, &first)) ||
			(has_last && str_parse_u64(b, &last))) {
		return FIELD_RANGE_NONE;
	}
	if (!has_first) { /* the last n bytes */
		if (last == 0 || size == 0) {
			return FIELD_RANGE_BEYOND;
		}
		*out = (struct field_range){ last >= size ? 0 : size - last, size - 1 };
		return FIELD_RANGE_ONE;
	}
	if (has_last && last < first) {
		return FIELD_RANGE_NONE;
	}
	if (first >= size) {
		return FIELD_RANGE_BEYOND;
	}
	*out = (struct field_range){ first, has_last && last < size ? last : size - 1 };
	return FIELD_RANGE_ONE;
}

/* IPv4 becomes ::ffff:a.b.c.d; *out_is_v4 tells. */
static bool address_parse(struct str s, uint8_t out[16], bool *out_is_v4) {
	char text[FIELD_ADDRESS_BYTES];
	if (s.n == 0 || s.n >= sizeof(text)) {
		return false;
	}
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	static const uint8_t v4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	if (inet_pton(AF_INET, text, out + 12) == 1) {
		memcpy(out, v4_prefix, sizeof(v4_prefix));
		*out_is_v4 = true;
		return true;
	}
	*out_is_v4 = false;
	return inet_pton(AF_INET6, text, out) == 1;
}

enum err field_proxies_parse(struct str list, struct field_proxies *out) {
	struct field_proxies p = { .count = 0 };
	size_t i = 0;
	while (i < list.n) {
		size_t start = i;
		while (i < list.n && list.p[i] != ',' && !is_blank(list.p[i])) {
			i++;
		}
		struct str item = { list.p + start, i - start };
		i++;
		if (item.n == 0) {
			continue;
		}
		if (p.count == FIELD_PROXIES_MAX) {
			return ERR_LIMIT;
		}
		struct field_network *net = &p.rows[p.count++];
		struct str address = take_until(&item, '/');
		bool is_v4 = false;
		if (!address_parse(address, net->address, &is_v4)) {
			return ERR_FORMAT;
		}
		uint64_t bits = is_v4 ? 32 : 128;
		uint64_t most = bits;
		if (item.n > 0 && (str_parse_u64(item, &bits) || bits > most)) {
			return ERR_FORMAT;
		}
		net->bits = (unsigned)(is_v4 ? bits + 96 : bits);
	}
	*out = p;
	return ERR_OK;
}

static bool in_network(const struct field_network *net, const uint8_t address[16]) {
	unsigned whole = net->bits / 8;
	unsigned rest = net->bits % 8;
	if (memcmp(net->address, address, whole) != 0) {
		return false;
	}
	if (rest == 0) {
		return true;
	}
	uint8_t mask = (uint8_t)(0xff << (8 - rest));
	return (net->address[whole] & mask) == (address[whole] & mask);
}

bool field_is_proxy(const struct field_proxies *p, struct str address) {
	uint8_t bytes[16];
	bool is_v4 = false;
	if (!address_parse(address, bytes, &is_v4)) {
		return false;
	}
	for (size_t i = 0; i < p->count; i++) {
		if (in_network(&p->rows[i], bytes)) {
			return true;
		}
	}
	return false;
}

/* Takes the last item of a comma list off its end. */
static struct str take_last(struct str *list) {
	size_t i = list->n;
	while (i > 0 && list->p[i - 1] != ',') {
		i--;
	}
	struct str item = { list->p + i, list->n - i };
	list->n = i > 0 ? i - 1 : 0;
	return trim(item);
}

void field_client_address(const struct field_proxies *p, struct str peer, struct str forwarded,
		char out[FIELD_ADDRESS_BYTES]) {
	struct str best = peer;
	for (int i = 0; i < FIELD_FORWARDED_MAX && forwarded.n > 0; i++) {
		if (!field_is_proxy(p, best)) {
			break;
		}
		struct str next = take_last(&forwarded);
		uint8_t bytes[16];
		bool is_v4 = false;
		if (!address_parse(next, bytes, &is_v4)) {
			break; /* what a proxy of ours would not write */
		}
		best = next;
	}
	size_t n = best.n < FIELD_ADDRESS_BYTES - 1 ? best.n : FIELD_ADDRESS_BYTES - 1;
	memcpy(out, best.p, n);
	out[n] = '\0';
}

enum err field_percent_decode(struct str s, struct buf *out) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			buf_add_char(out, s.p[i]);
			continue;
		}
		uint8_t byte = 0;
		if (s.n - i < 3 || str_unhex((struct str){ s.p + i + 1, 2 }, &byte, 1) ||
				byte == 0) {
			return ERR_FORMAT;
		}
		buf_add_char(out, (char)byte);
		i += 2;
	}
	return buf_err(out);
}

void field_percent_encode(struct str s, struct buf *out) {
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
			buf_add_char(out, c);
		} else {
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
		}
	}
}

enum { FILE_NAME_BYTES_MAX = 200 };

enum err field_file_name(struct str raw, struct buf *out) {
	if (!str_is_utf8(raw)) {
		return ERR_FORMAT;
	}
	_cleanup_(buf_finish) struct buf nfc = buf_make(4 * raw.n + 16);
	enum err e = str_nfc(raw, &nfc);
	if (e) {
		return e;
	}
	struct str s = { buf_str(&nfc), nfc.len };
	for (size_t i = s.n; i > 0; i--) {
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\') {
			s = (struct str){ s.p + i, s.n - i };
			break;
		}
	}
	size_t at = 0;
	size_t used = 0;
	while (at < s.n) {
		size_t from = at;
		int32_t c = str_utf8_next(s, &at);
		if (used + (at - from) > FILE_NAME_BYTES_MAX) {
			break;
		}
		if (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0)) {
			buf_add(out, s.p + from, at - from);
			used += at - from;
		}
	}
	return buf_err(out);
}
