#include "core/exchange/exchange_line.h"

#include <string.h>

#include "core/base/cleanup.h"

enum {
	LINE_MEMBERS = 9,
	PARTS_LEAST = 2, /* a school's code and the kind */
	ESCAPE_BYTES = 3,
};

const char *exchange_event_name(enum exchange_event event) {
	switch (event) {
	case EXCHANGE_NEW:
		return "NEW";
	case EXCHANGE_UPDATE:
		return "UPDATE";
	case EXCHANGE_CANCEL:
		return "CANCEL";
	}
	return "";
}

static enum err event_from(struct str name, enum exchange_event *out) {
	for (enum exchange_event v = EXCHANGE_NEW; v <= EXCHANGE_CANCEL; v++) {
		if (str_eq_z(name, exchange_event_name(v))) {
			*out = v;
			return ERR_OK;
		}
	}
	return ERR_FORMAT;
}

/* ---- idbanghi ---- */

/* The part of that index as it stands, escapes and all. */
static bool find_part(struct str id, size_t index, struct str *out) {
	size_t from = 0;
	for (size_t i = 0; i <= id.n; i++) {
		if (i < id.n && id.p[i] != '/') {
			continue;
		}
		if (index-- == 0) {
			*out = (struct str){ id.n ? id.p + from : NULL, i - from };
			return true;
		}
		from = i + 1;
	}
	return false;
}

static bool is_escape(struct str s, char high, char low) {
	return s.n >= ESCAPE_BYTES && s.p[0] == '%' && s.p[1] == high && s.p[2] == low;
}

enum err exchange_id_part(struct str id, size_t index, struct buf *out) {
	struct str s = { NULL, 0 };
	if (!find_part(id, index, &s)) {
		return ERR_NOT_FOUND;
	}
	while (s.n > 0) {
		bool is_percent = is_escape(s, '2', '5');
		bool is_slash = is_escape(s, '2', 'F');
		if (s.p[0] == '%' && !is_percent && !is_slash) {
			return ERR_FORMAT;
		}
		size_t n = is_percent || is_slash ? ESCAPE_BYTES : 1;
		buf_add_char(out, is_slash ? '/' : s.p[0]);
		s.p += n;
		s.n -= n;
	}
	return buf_err(out);
}

void exchange_id_add(struct buf *out, struct str part) {
	if (out->len > 0) {
		buf_add_char(out, '/');
	}
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] == '%') {
			buf_add_str(out, "%25");
		} else if (part.p[i] == '/') {
			buf_add_str(out, "%2F");
		} else {
			buf_add_char(out, part.p[i]);
		}
	}
}

/* Whether every part is there, whole, and unescapes. */
static bool parts_are_good(struct str id, size_t least) {
	size_t count = 0;
	struct str part = { NULL, 0 };
	while (find_part(id, count, &part)) {
		_cleanup_(buf_finish) struct buf text = buf_make(EXCHANGE_ID_BYTES_MAX);
		if (part.n == 0 || exchange_id_part(id, count, &text)) {
			return false;
		}
		count++;
	}
	return count >= least;
}

/* ---- the line ---- */

static bool is_kind(struct str kind) {
	for (size_t i = 0; i < kind.n; i++) {
		if (kind.p[i] < 'a' || kind.p[i] > 'z') {
			return false;
		}
	}
	return kind.n > 0 && kind.n <= EXCHANGE_KIND_BYTES_MAX;
}

static enum err read_texts(const struct json *root, struct exchange_line *out) {
	struct str event;
	enum err e = json_get_str(root, "bang", &out->kind);
	e = e ? e : json_get_str(root, "idbanghi", &out->id);
	e = e ? e : json_get_str(root, "sukien", &event);
	e = e ? e : json_get_str(root, "lop", &out->class_id);
	e = e ? e : json_get_str(root, "hocsinh", &out->student);
	e = e ? e : event_from(event, &out->event);
	bool is_good = !e && is_kind(out->kind) && out->id.n <= EXCHANGE_ID_BYTES_MAX &&
			out->class_id.n <= EXCHANGE_CLASS_BYTES_MAX &&
			out->student.n <= EXCHANGE_STUDENT_BYTES_MAX &&
			parts_are_good(out->id, PARTS_LEAST) &&
			(out->class_id.n == 0 || parts_are_good(out->class_id, 1));
	return is_good ? ERR_OK : ERR_FORMAT;
}

static enum err read_members(const struct json *root, struct exchange_line *out) {
	int64_t version = 0;
	int64_t term = 0;
	enum err e = read_texts(root, out);
	e = e ? e : json_get_i64(root, "phienban", &version);
	e = e ? e : json_get_i64(root, "thoigiancapnhat", &out->at_ms);
	e = e ? e : json_get_i64(root, "hocky", &term);
	e = e ? e : json_get_object(root, "dulieu", &out->data);
	bool is_good = !e && json_count(root) == LINE_MEMBERS && version > 0 &&
			version <= INT32_MAX && out->at_ms > 0 && term >= 0 &&
			term <= EXCHANGE_TERM_MAX;
	if (!is_good) {
		return ERR_FORMAT;
	}
	out->version = (uint32_t)version;
	out->term = (unsigned)term;
	return ERR_OK;
}

void exchange_line_finish(struct exchange_line *line) {
	json_free(line->root);
	line->root = NULL;
}

enum err exchange_line_parse(struct str text, struct exchange_line *out) {
	struct exchange_line line = { .root = NULL };
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(text, EXCHANGE_LINE_BYTES_MAX, &root);
	if (e) {
		bool is_long = e == ERR_LIMIT && text.n > EXCHANGE_LINE_BYTES_MAX;
		return e == ERR_NOMEM || is_long ? e : ERR_FORMAT;
	}
	e = read_members(root, &line);
	if (!e) {
		line.root = STEAL(root);
		*out = line;
	}
	return e;
}

bool exchange_line_is_of(const struct exchange_line *line, struct str school) {
	struct str kind = { NULL, 0 };
	_cleanup_(buf_finish) struct buf code = buf_make(EXCHANGE_ID_BYTES_MAX);
	return !exchange_id_part(line->id, 0, &code) &&
			str_eq((struct str){ buf_str(&code), code.len }, school) &&
			find_part(line->id, 1, &kind) && str_eq(kind, line->kind);
}

void exchange_line_hash(struct str text, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, "TTXO", 4);
	hash_add(&h, text.p, text.n);
	hash_end(&h, out);
}
