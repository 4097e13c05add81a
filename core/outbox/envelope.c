#include "core/outbox/envelope.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json_out.h"

/* ---- the key ---- */

void record_id_begin(struct buf *id, struct str school, const char *kind) {
	exchange_id_add(id, school);
	exchange_id_add(id, str_from(kind));
}

void record_id_add(struct buf *id, struct str part) {
	exchange_id_add(id, part);
}

/* Where the third part begins, behind its slash; the length when there is none. */
static size_t third_part(struct str id) {
	size_t slashes = 0;
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] == '/' && ++slashes == 2) {
			return i + 1;
		}
	}
	return id.n;
}

void record_id_end(struct buf *id) {
	if (id->err || id->len <= EXCHANGE_ID_BYTES_MAX) {
		return;
	}
	struct hash hash;
	hash_bytes(NULL, id->data, id->len, &hash);
	char hex[2 * HASH_BYTES + 1];
	str_hex(hash.b, HASH_BYTES, hex);
	id->len = third_part((struct str){ id->data, id->len });
	buf_add_char(id, '#');
	buf_add_str(id, hex);
}

/* ---- the line ---- */

/* All up to the value of "dulieu". */
static void print_head(struct buf *out, const struct record_line *line) {
	buf_add_str(out, "{\"bang\":");
	json_out_quote(out, line->kind);
	buf_add_str(out, ",\"idbanghi\":");
	json_out_quote(out, line->id);
	buf_addf(out, ",\"sukien\":\"%s\",\"phienban\":", exchange_event_name(line->event));
	buf_add_u64(out, line->version);
	buf_add_str(out, ",\"thoigiancapnhat\":");
	buf_add_i64(out, line->at_ms);
	buf_add_str(out, ",\"lop\":");
	json_out_quote(out, line->class_id);
	buf_addf(out, ",\"hocky\":%u,\"hocsinh\":", line->term);
	json_out_quote(out, line->student);
	buf_add_str(out, ",\"dulieu\":");
}

void record_line_print(struct buf *out, const struct record_line *line) {
	print_head(out, line);
	buf_add(out, line->data.p, line->data.n);
	buf_add_char(out, '}');
}

enum err record_line_data(struct str text, const struct exchange_line *line, struct str *out) {
	struct record_line own = { .kind = line->kind,
		.id = line->id,
		.event = line->event,
		.version = line->version,
		.at_ms = line->at_ms,
		.class_id = line->class_id,
		.term = line->term,
		.student = line->student };
	_cleanup_(buf_finish) struct buf head = buf_make(2 * EXCHANGE_LINE_BYTES_MAX);
	print_head(&head, &own);
	enum err e = buf_err(&head);
	if (e) {
		return e;
	}
	bool is_own = text.n > head.len + 2 && memcmp(text.p, head.data, head.len) == 0 &&
			text.p[text.n - 1] == '}';
	if (!is_own) {
		return ERR_FORMAT;
	}
	*out = (struct str){ text.p + head.len, text.n - head.len - 1 };
	return ERR_OK;
}
