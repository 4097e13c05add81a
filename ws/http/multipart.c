#include "ws/http/multipart.h"

#include <string.h>

#include "ws/http/field.h"

enum {
	BOUNDARY_BYTES_MAX = 70, /* RFC 2046 section 5.1.1 */
	HEAD_BYTES_MAX = 2048,
};

/* The text that stands before each part: "\r\n--boundary". */
struct fence {
	char text[BOUNDARY_BYTES_MAX + 4];
	size_t n;
};

static struct str after(struct str s, size_t n) {
	return (struct str){ s.p + n, s.n - n };
}

static const char *find(struct str hay, const char *needle, size_t n) {
	return hay.p && hay.n ? memmem(hay.p, hay.n, needle, n) : NULL;
}

/* One line of a part's head. */
static void read_line(struct str line, struct multipart_part *part) {
	const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
	if (!colon) {
		return;
	}
	struct str name = { line.p, (size_t)(colon - line.p) };
	struct str value = str_trim(after(line, name.n + 1));
	if (str_eq_nocase(name, "content-type")) {
		part->type = value;
	} else if (str_eq_nocase(name, "content-disposition")) {
		part->name = field_param(value, "name");
		part->file_name = field_param(value, "filename");
	}
}

/* Reads the head off the front of *rest, up to and with the empty line. */
static enum err read_head(struct str *rest, struct multipart_part *part) {
	*part = (struct multipart_part){ { NULL, 0 }, { NULL, 0 }, { "", 0 }, { NULL, 0 } };
	const char *end = find(*rest, "\r\n\r\n", 4);
	if (!end) {
		return ERR_FORMAT;
	}
	size_t n = (size_t)(end - rest->p);
	if (n > HEAD_BYTES_MAX) {
		return ERR_LIMIT;
	}
	struct str head = { rest->p, n };
	while (head.n > 0) {
		const char *eol = find(head, "\r\n", 2);
		size_t len = eol ? (size_t)(eol - head.p) : head.n;
		read_line((struct str){ head.p, len }, part);
		head = after(head, eol ? len + 2 : len);
	}
	*rest = after(*rest, n + 4);
	return part->name.p ? ERR_OK : ERR_FORMAT;
}

enum err multipart_parse(struct str content_type, struct str body, struct multipart_part *parts,
		size_t max, size_t *out_count) {
	struct str boundary = field_param(content_type, "boundary");
	if (!field_type_is(content_type, "multipart/form-data") || boundary.n == 0 ||
			boundary.n > BOUNDARY_BYTES_MAX) {
		return ERR_FORMAT;
	}
	struct fence fence = { "\r\n--", boundary.n + 4 };
	memcpy(fence.text + 4, boundary.p, boundary.n);
	/* The first fence has no line before it. */
	if (body.n < fence.n - 2 || memcmp(body.p, fence.text + 2, fence.n - 2) != 0) {
		return ERR_FORMAT;
	}
	struct str rest = after(body, fence.n - 2);
	size_t count = 0;
	while (!str_starts(rest, "--")) {
		if (!str_starts(rest, "\r\n")) {
			return ERR_FORMAT;
		}
		if (count == max) {
			return ERR_LIMIT;
		}
		rest = after(rest, 2);
		enum err e = read_head(&rest, &parts[count]);
		if (e) {
			return e;
		}
		const char *end = find(rest, fence.text, fence.n);
		if (!end) {
			return ERR_FORMAT;
		}
		size_t n = (size_t)(end - rest.p);
		parts[count++].bytes = (struct str){ rest.p, n };
		rest = after(rest, n + fence.n);
	}
	*out_count = count;
	return ERR_OK;
}
