#include "ws/http/route.h"

#include <assert.h>
#include <string.h>

static const char *const method_names[HTTP_METHOD_COUNT_] = {
	[HTTP_GET] = "GET",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method m) {
	assert(m < HTTP_METHOD_COUNT_);
	return method_names[m];
}

enum err http_method_parse(struct str s, enum http_method *out) {
	for (int m = 0; m < HTTP_METHOD_COUNT_; m++) {
		if (str_eq_z(s, method_names[m])) {
			*out = (enum http_method)m;
			return ERR_OK;
		}
	}
	return ERR_UNSUPPORTED;
}

/* Takes the segment up to the next '/' off the front of *rest. */
static struct str take_segment(struct str *rest) {
	const char *slash = rest->n ? memchr(rest->p, '/', rest->n) : NULL;
	size_t n = slash ? (size_t)(slash - rest->p) : rest->n;
	struct str segment = { rest->p, n };
	size_t used = slash ? n + 1 : n;
	rest->p += used;
	rest->n -= used;
	return segment;
}

static bool is_word(struct str s) {
	if (s.n == 0 || s.n > ROUTE_WORD_BYTES_MAX) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '_' || c == '-';
		if (!is_ok) {
			return false;
		}
	}
	return true;
}

static bool is_id(struct str s, uint64_t *out) {
	if (s.n == 0 || s.p[0] == '0') {
		return false; /* one spelling an id: no 0, no 007 */
	}
	return !str_parse_u64(s, out) && *out <= INT64_MAX;
}

static bool is_hex32(struct str s) {
	uint8_t bytes[32];
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= 'A' && s.p[i] <= 'F') {
			return false;
		}
	}
	return !str_unhex(s, bytes, sizeof(bytes));
}

/* Reads text in the form that follows the ':' of a parameter ("" for a decimal id). */
static bool fits_form(struct str form, struct str text, struct route_param *p) {
	if (form.n == 0) {
		return is_id(text, &p->id);
	}
	if (str_eq_z(form, "16")) {
		return !str_unb64(text, p->bytes16, sizeof(p->bytes16));
	}
	if (str_eq_z(form, "hex32")) {
		return is_hex32(text);
	}
	assert(str_eq_z(form, "word"));
	return is_word(text);
}

/* pattern is "{name}" or "{name:form}". */
static bool take_param(struct str pattern, struct str text, struct route_match *m) {
	assert(m->param_count < ROUTE_PARAMS_MAX);
	assert(pattern.p[pattern.n - 1] == '}');
	struct str inner = { pattern.p + 1, pattern.n - 2 };
	const char *colon = memchr(inner.p, ':', inner.n);
	struct route_param p = { .name = inner, .text = text };
	struct str form = { NULL, 0 };
	if (colon) {
		p.name.n = (size_t)(colon - inner.p);
		form = (struct str){ colon + 1, inner.n - p.name.n - 1 };
	}
	if (!fits_form(form, text, &p)) {
		return false;
	}
	m->params[m->param_count++] = p;
	return true;
}

/* Fills m->params; *out_literals counts the segments that matched letter by letter. */
static bool path_fits(
		const char *pattern, struct str path, struct route_match *m, size_t *out_literals) {
	struct str want = str_from(pattern);
	m->param_count = 0;
	*out_literals = 0;
	while (want.n > 0 || path.n > 0) {
		if (want.n == 0 || path.n == 0) {
			return false;
		}
		struct str a = take_segment(&want);
		struct str b = take_segment(&path);
		if (a.n > 0 && a.p[0] == '{') {
			if (!take_param(a, b, m)) {
				return false;
			}
		} else if (a.n == b.n && memcmp(a.p, b.p, a.n) == 0) {
			(*out_literals)++;
		} else {
			return false;
		}
	}
	return true;
}

enum err route_find(const struct route *rows, size_t count, enum http_method method,
		struct str path, struct route_match *out) {
	if (path.n == 0 || path.n > ROUTE_PATH_BYTES_MAX || path.p[path.n - 1] == '/') {
		return ERR_NOT_FOUND;
	}
	struct route_match best = { 0 };
	size_t best_literals = 0;
	unsigned allowed = 0;
	for (size_t i = 0; i < count; i++) {
		struct route_match m = { .route = &rows[i] };
		size_t literals = 0;
		if (!path_fits(rows[i].path, path, &m, &literals)) {
			continue;
		}
		allowed |= 1U << rows[i].method;
		if (rows[i].method == method && (!best.route || literals > best_literals)) {
			best = m;
			best_literals = literals;
		}
	}
	if (!best.route) {
		out->allowed = allowed;
		return allowed ? ERR_UNSUPPORTED : ERR_NOT_FOUND;
	}
	best.allowed = allowed;
	*out = best;
	return ERR_OK;
}
