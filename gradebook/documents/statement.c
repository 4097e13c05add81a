#include "gradebook/documents/statement.h"

#include <assert.h>
#include <string.h>

static const char tag[] = "TT1D";

enum { TAG_BYTES = 4, KIND_FIRST = DOCUMENT_TERM_REPORT, KIND_LAST = DOCUMENT_MARK_BOOK };

static const char *const kind_names[KIND_LAST + 1] = {
	[DOCUMENT_TERM_REPORT] = "term_report",
	[DOCUMENT_YEAR_REPORT] = "year_report",
	[DOCUMENT_TRANSCRIPT_YEAR] = "transcript_year",
	[DOCUMENT_TRANSCRIPT] = "transcript",
	[DOCUMENT_MARK_BOOK] = "mark_book",
};

const char *document_kind_name(enum document_kind kind) {
	assert((int)kind >= KIND_FIRST && (int)kind <= KIND_LAST);
	return kind_names[kind];
}

enum err document_kind_parse(struct str name, enum document_kind *out) {
	for (int i = KIND_FIRST; i <= KIND_LAST; i++) {
		if (str_eq_z(name, kind_names[i])) {
			*out = (enum document_kind)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t n) {
	memcpy(at, bytes, n);
	return at + n;
}

static uint8_t *put_u64(uint8_t *at, uint64_t v) {
	for (int shift = 56; shift >= 0; shift -= 8) {
		*at++ = (uint8_t)(v >> shift);
	}
	return at;
}

static const uint8_t *take_u64(const uint8_t *at, uint64_t *out) {
	uint64_t v = 0;
	for (int i = 0; i < 8; i++) {
		v = v << 8 | *at++;
	}
	*out = v;
	return at;
}

void statement_print(const struct statement *s, uint8_t out[STATEMENT_BYTES]) {
	uint8_t *at = put(out, tag, TAG_BYTES);
	*at++ = STATEMENT_VERSION;
	at = put(at, s->sign_kid, SIGN_KID_BYTES);
	*at++ = (uint8_t)s->kind;
	*at++ = (uint8_t)s->scope;
	at = put_u64(at, s->school_id);
	at = put_u64(at, s->class_id);
	at = put_u64(at, s->student_id);
	at = put_u64(at, (uint64_t)s->issued_at_ms);
	at = put(at, s->data.b, HASH_BYTES);
	at = put(at, s->heads.b, HASH_BYTES);
	assert(at == out + STATEMENT_BYTES);
}

enum err statement_parse(struct str bytes, struct statement *out) {
	const uint8_t *at = (const uint8_t *)bytes.p;
	if (bytes.n != STATEMENT_BYTES || memcmp(at, tag, TAG_BYTES) != 0 ||
			at[TAG_BYTES] != STATEMENT_VERSION) {
		return ERR_FORMAT;
	}
	struct statement s;
	uint64_t at_ms = 0;
	at += TAG_BYTES + 1;
	memcpy(s.sign_kid, at, SIGN_KID_BYTES);
	at += SIGN_KID_BYTES;
	unsigned kind = *at++;
	unsigned scope = *at++;
	at = take_u64(at, &s.school_id);
	at = take_u64(at, &s.class_id);
	at = take_u64(at, &s.student_id);
	at = take_u64(at, &at_ms);
	memcpy(s.data.b, at, HASH_BYTES);
	memcpy(s.heads.b, at + HASH_BYTES, HASH_BYTES);
	if (kind < KIND_FIRST || kind > KIND_LAST || scope >= CLASS_YEAR_SCOPES ||
			at_ms > INT64_MAX) {
		return ERR_FORMAT;
	}
	s.kind = (enum document_kind)kind;
	s.scope = (enum class_scope)scope;
	s.issued_at_ms = (int64_t)at_ms;
	*out = s;
	return ERR_OK;
}

enum err statement_verify(
		struct str signed_bytes, const uint8_t *public_key, struct statement *out) {
	struct statement s;
	uint8_t kid[SIGN_KID_BYTES];
	if (signed_bytes.n != STATEMENT_SIGNED_BYTES) {
		return ERR_FORMAT;
	}
	enum err e = statement_parse((struct str){ signed_bytes.p, STATEMENT_BYTES }, &s);
	if (e) {
		return e;
	}
	sign_kid(public_key, kid);
	if (memcmp(kid, s.sign_kid, SIGN_KID_BYTES) != 0 ||
			!sign_is_valid(public_key, signed_bytes.p, STATEMENT_BYTES,
					(const uint8_t *)signed_bytes.p + STATEMENT_BYTES)) {
		return ERR_CORRUPT;
	}
	*out = s;
	return ERR_OK;
}

void statement_mask_name(struct str name, char out[MASKED_NAME_BYTES]) {
	size_t last = name.n;
	while (last > 0 && name.p[last - 1] != ' ') {
		last--;
	}
	size_t n = 0;
	bool is_start = true;
	for (size_t at = 0; at < last && n + 8 < MASKED_NAME_BYTES;) {
		size_t from = at;
		int32_t cp = str_utf8_next(name, &at);
		if (cp < 0) {
			break;
		}
		if (is_start && cp != ' ') {
			memcpy(out + n, name.p + from, at - from);
			n += at - from;
			out[n++] = '.';
			out[n++] = ' ';
		}
		is_start = cp == ' ';
	}
	size_t rest = name.n - last;
	rest = rest < MASKED_NAME_BYTES - n - 1 ? rest : MASKED_NAME_BYTES - n - 1;
	memcpy(out + n, name.p + last, rest);
	out[n + rest] = '\0';
}
