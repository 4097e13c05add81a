#include "core/base/markup.h"

#include <stdbool.h>

static void add(struct buf *out, struct str text, bool in_attribute) {
	for (size_t i = 0; i < text.n; i++) {
		switch (text.p[i]) {
		case '&':
			buf_add_str(out, "&amp;");
			break;
		case '<':
			buf_add_str(out, "&lt;");
			break;
		case '>':
			buf_add_str(out, "&gt;");
			break;
		case '"':
			buf_add_str(out, in_attribute ? "&quot;" : "\"");
			break;
		default:
			buf_add_char(out, text.p[i]);
			break;
		}
	}
}

void markup_add_text(struct buf *out, struct str text) {
	add(out, text, false);
}

void markup_add_attribute(struct buf *out, struct str text) {
	add(out, text, true);
}
