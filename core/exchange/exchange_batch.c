#include "core/exchange/exchange_batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"

enum {
	HEADER_MEMBERS = 6,
	TAG_BYTES = 4,
	DIGEST_BYTES = TAG_BYTES + HASH_BYTES, /* what is signed */
};

bool exchange_code_is_good(struct str code) {
	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];
		bool is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
		if (!is_good) {
			return false;
		}
	}
	return code.n > 0 && code.n <= EXCHANGE_SCHOOL_BYTES_MAX;
}

/* ---- making ---- */

bool exchange_batch_has_room(size_t count, size_t bytes, size_t line_bytes) {
	size_t most = EXCHANGE_BATCH_BYTES_MAX - EXCHANGE_BATCH_HEADER_BYTES_MAX;
	return count < EXCHANGE_BATCH_RECORDS_MAX && line_bytes <= EXCHANGE_LINE_BYTES_MAX &&
			bytes <= most && line_bytes + 1 <= most - bytes;
}

static enum err check_lines(const struct str *lines, size_t count) {
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++) {
		struct str s = lines[i];
		if (s.n == 0 || memchr(s.p, '\n', s.n) || memchr(s.p, '\r', s.n)) {
			return ERR_INVAL;
		}
		if (!exchange_batch_has_room(i, bytes, s.n)) {
			return ERR_LIMIT;
		}
		bytes += s.n + 1;
	}
	return count > 0 ? ERR_OK : ERR_LIMIT;
}

static void add_header(const struct exchange_batch_header *h, struct buf *out) {
	char id[2 * EXCHANGE_BATCH_ID_BYTES + 1];
	struct json_out w;
	str_hex(h->id, sizeof(h->id), id);
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "format", EXCHANGE_BATCH_FORMAT);
	jo_kstrz(&w, "school", h->school);
	jo_kstrz(&w, "batch", id);
	jo_ki64(&w, "number", h->number);
	jo_ki64(&w, "records", h->records);
	jo_ki64(&w, "made_at", h->made_at_ms);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
}

static bool header_is_good(const struct exchange_batch_header *h) {
	return exchange_code_is_good(str_from(h->school)) && h->number > 0 &&
			h->number <= JSON_INT_MAX && h->made_at_ms > 0 &&
			h->made_at_ms <= JSON_INT_MAX && h->records > 0;
}

enum err exchange_batch_print(const struct exchange_batch_header *header, const struct str *lines,
		struct buf *out) {
	enum err e = check_lines(lines, header->records);
	if (e) {
		return e;
	}
	if (!header_is_good(header)) {
		return ERR_INVAL;
	}
	add_header(header, out);
	for (uint32_t i = 0; i < header->records; i++) {
		buf_add(out, lines[i].p, lines[i].n);
		buf_add_char(out, '\n');
	}
	return buf_err(out);
}

/* ---- reading ---- */

/* Takes the next line off the front; false when no LF ends it. */
static bool take_line(struct str *rest, struct str *out) {
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	if (!end) {
		return false;
	}
	size_t n = (size_t)(end - rest->p);
	*out = (struct str){ rest->p, n };
	rest->p += n + 1;
	rest->n -= n + 1;
	return true;
}

static enum err read_members(const struct json *root, struct exchange_batch_header *h) {
	struct str format;
	struct str school;
	struct str id;
	int64_t records = 0;
	enum err e = json_get_str(root, "format", &format);
	e = e ? e : json_get_str(root, "school", &school);
	e = e ? e : json_get_str(root, "batch", &id);
	e = e ? e : json_get_i64(root, "number", &h->number);
	e = e ? e : json_get_i64(root, "records", &records);
	e = e ? e : json_get_i64(root, "made_at", &h->made_at_ms);
	e = e ? e : str_unhex(id, h->id, sizeof(h->id));
	if (e || json_count(root) != HEADER_MEMBERS || !str_eq_z(format, EXCHANGE_BATCH_FORMAT) ||
			!exchange_code_is_good(school)) {
		return ERR_FORMAT;
	}
	memcpy(h->school, school.p, school.n);
	h->school[school.n] = '\0';
	if (records > EXCHANGE_BATCH_TAKEN_RECORDS_MAX) {
		return ERR_LIMIT;
	}
	h->records = records > 0 ? (uint32_t)records : 0;
	return header_is_good(h) ? ERR_OK : ERR_FORMAT;
}

static enum err read_header(struct str line, struct exchange_batch_header *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(line, EXCHANGE_BATCH_HEADER_BYTES_MAX - 1, &root);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_FORMAT;
	}
	memset(out, 0, sizeof(*out));
	return json_kind(root) == JSON_OBJECT ? read_members(root, out) : ERR_FORMAT;
}

static enum err read_lines(struct str rest, struct exchange_batch *batch, unsigned *out_line) {
	uint32_t count = batch->header.records;
	for (uint32_t i = 0; i < count; i++) {
		struct str line = { NULL, 0 };
		if (!take_line(&rest, &line) || line.n == 0 || memchr(line.p, '\r', line.n)) {
			*out_line = i + 2;
			return ERR_FORMAT;
		}
		batch->lines[i] = line;
	}
	if (rest.n > 0) {
		*out_line = count + 2;
		return ERR_FORMAT;
	}
	return ERR_OK;
}

void exchange_batch_finish(struct exchange_batch *batch) {
	free(batch->lines);
	batch->lines = NULL;
}

enum err exchange_batch_read(struct str body, struct exchange_batch *out, unsigned *out_line) {
	if (body.n > EXCHANGE_BATCH_TAKEN_BYTES_MAX) {
		return ERR_LIMIT;
	}
	struct str rest = body;
	struct str first = { NULL, 0 };
	if (!take_line(&rest, &first)) {
		*out_line = 1;
		return ERR_FORMAT;
	}
	_cleanup_(exchange_batch_finish) struct exchange_batch batch = { .lines = NULL };
	enum err e = read_header(first, &batch.header);
	if (e) {
		if (e == ERR_FORMAT) {
			*out_line = 1;
		}
		return e;
	}
	batch.lines = calloc(batch.header.records, sizeof(*batch.lines));
	if (!batch.lines) {
		return ERR_NOMEM;
	}
	e = read_lines(rest, &batch, out_line);
	if (e) {
		return e;
	}
	*out = batch;
	batch.lines = NULL; /* *out's now */
	return ERR_OK;
}

/* ---- signatures ---- */

static void digest(struct str body, uint8_t out[DIGEST_BYTES]) {
	struct hash h;
	hash_bytes(NULL, body.p, body.n, &h);
	memcpy(out, "TTXG", TAG_BYTES);
	memcpy(out + TAG_BYTES, h.b, HASH_BYTES);
}

void exchange_body_sign(
		const uint8_t *secret, struct str body, char out[EXCHANGE_SIGNATURE_TEXT_BYTES]) {
	uint8_t bytes[DIGEST_BYTES];
	uint8_t signature[SIGN_BYTES];
	digest(body, bytes);
	sign_make(secret, bytes, sizeof(bytes), signature);
	str_hex(signature, sizeof(signature), out);
}

bool exchange_body_is_signed(const uint8_t *public_key, struct str body, struct str signature) {
	uint8_t bytes[DIGEST_BYTES];
	uint8_t s[SIGN_BYTES];
	if (str_unhex(signature, s, sizeof(s))) {
		return false;
	}
	digest(body, bytes);
	return sign_is_valid(public_key, bytes, sizeof(bytes), s);
}
