#include "core/base/json_out.h"

#include <assert.h>

#define JSON_OUT_INT_MAX INT64_C(9007199254740991)

static void add_escape(struct buf *out, unsigned char c) {
	static const char digits[] = "0123456789abcdef";
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	for (size_t i = 0; i + 1 < sizeof(letters); i += 2) {
		if ((unsigned char)letters[i] == c) {
			buf_add_char(out, '\\');
			buf_add_char(out, letters[i + 1]);
			return;
		}
	}
	buf_add_str(out, "\\u00");
	buf_add_char(out, digits[c >> 4]);
	buf_add_char(out, digits[c & 15]);
}

void json_out_quote(struct buf *out, struct str s) {
	if (!str_is_utf8(s)) {
		if (!out->err) {
			out->err = ERR_FORMAT;
		}
		return;
	}
	buf_add_char(out, '"');
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x20 && c != '"' && c != '\\') {
			continue;
		}
		buf_add(out, s.p + from, i - from);
		add_escape(out, c);
		from = i + 1;
	}
	if (s.n > from) {
		buf_add(out, s.p + from, s.n - from);
	}
	buf_add_char(out, '"');
}

void jo_begin(struct json_out *w, struct buf *buf) {
	*w = (struct json_out){ .buf = buf };
}

bool jo_is_whole(const struct json_out *w) {
	return w->depth == 0 && w->is_done;
}

static uint32_t top_bit(const struct json_out *w) {
	return UINT32_C(1) << (w->depth - 1);
}

/* The comma before an item, when one stands before it in the same container. */
static void separate(struct json_out *w) {
	if (w->has_items & top_bit(w)) {
		buf_add_char(w->buf, ',');
	}
	w->has_items |= top_bit(w);
}

static void before_value(struct json_out *w) {
	if (w->depth == 0) {
		assert(!w->is_done);
		w->is_done = true;
		return;
	}
	if (w->is_object & top_bit(w)) {
		assert(w->is_after_name);
		w->is_after_name = false;
		return;
	}
	separate(w);
}

static void open_container(struct json_out *w, bool is_object) {
	before_value(w);
	assert(w->depth < JSON_OUT_DEPTH_MAX);
	w->depth++;
	w->has_items &= ~top_bit(w);
	w->is_object = is_object ? w->is_object | top_bit(w) : w->is_object & ~top_bit(w);
	buf_add_char(w->buf, is_object ? '{' : '[');
}

static void close_container(struct json_out *w, bool is_object) {
	assert(w->depth > 0);
	assert(((w->is_object & top_bit(w)) != 0) == is_object);
	assert(!w->is_after_name);
	w->depth--;
	buf_add_char(w->buf, is_object ? '}' : ']');
}

void jo_obj(struct json_out *w) {
	open_container(w, true);
}

void jo_end_obj(struct json_out *w) {
	close_container(w, true);
}

void jo_arr(struct json_out *w) {
	open_container(w, false);
}

void jo_end_arr(struct json_out *w) {
	close_container(w, false);
}

void jo_key(struct json_out *w, const char *name) {
	assert(w->depth > 0 && (w->is_object & top_bit(w)));
	assert(!w->is_after_name);
	separate(w);
	json_out_quote(w->buf, str_from(name));
	buf_add_char(w->buf, ':');
	w->is_after_name = true;
}

void jo_str(struct json_out *w, struct str s) {
	before_value(w);
	json_out_quote(w->buf, s);
}

void jo_strz(struct json_out *w, const char *z) {
	if (z) {
		jo_str(w, str_from(z));
	} else {
		jo_null(w);
	}
}

void jo_id(struct json_out *w, uint64_t id) {
	before_value(w);
	buf_add_char(w->buf, '"');
	buf_add_u64(w->buf, id);
	buf_add_char(w->buf, '"');
}

void jo_i64(struct json_out *w, int64_t v) {
	assert(v >= -JSON_OUT_INT_MAX && v <= JSON_OUT_INT_MAX);
	before_value(w);
	buf_add_i64(w->buf, v);
}

void jo_bool(struct json_out *w, bool v) {
	before_value(w);
	buf_add_str(w->buf, v ? "true" : "false");
}

void jo_null(struct json_out *w) {
	before_value(w);
	buf_add_str(w->buf, "null");
}

void jo_raw(struct json_out *w, struct str json) {
	before_value(w);
	buf_add(w->buf, json.p, json.n);
}

void jo_kstr(struct json_out *w, const char *name, struct str s) {
	jo_key(w, name);
	jo_str(w, s);
}

void jo_kstrz(struct json_out *w, const char *name, const char *z) {
	jo_key(w, name);
	jo_strz(w, z);
}

void jo_kid(struct json_out *w, const char *name, uint64_t id) {
	jo_key(w, name);
	jo_id(w, id);
}

void jo_ki64(struct json_out *w, const char *name, int64_t v) {
	jo_key(w, name);
	jo_i64(w, v);
}

void jo_kbool(struct json_out *w, const char *name, bool v) {
	jo_key(w, name);
	jo_bool(w, v);
}

void jo_knull(struct json_out *w, const char *name) {
	jo_key(w, name);
	jo_null(w);
}

void jo_kraw(struct json_out *w, const char *name, struct str json) {
	jo_key(w, name);
	jo_raw(w, json);
}

void jo_kobj(struct json_out *w, const char *name) {
	jo_key(w, name);
	jo_obj(w);
}

void jo_karr(struct json_out *w, const char *name) {
	jo_key(w, name);
	jo_arr(w);
}
