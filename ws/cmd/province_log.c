#include "ws/cmd/province_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/buf.h"
#include "core/base/json_out.h"
#include "core/school/audit_store.h"

enum { ID_TEXT_BYTES = 24 };

static void print_detail(const struct province_deed *deed, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	if (deed->why) {
		jo_kstrz(&w, "why", deed->why);
	}
	if (deed->login) {
		jo_kstrz(&w, "login", deed->login);
	}
	jo_end_obj(&w);
}

int province_log(struct db *db, const struct province_deed *deed) {
	_cleanup_(buf_finish) struct buf detail = buf_make(AUDIT_DETAIL_BYTES_MAX);
	char id[ID_TEXT_BYTES] = "";
	print_detail(deed, &detail);
	if (deed->id) {
		(void)snprintf(id, sizeof(id), "%" PRIu64, deed->id); /* fits */
	}
	struct audit_entry entry = { .province_id = deed->province_id,
		.at_ms = deed->at_ms,
		.action = str_from(deed->action),
		.subject = str_from(deed->subject),
		.subject_id = str_from(id),
		.detail = { buf_str(&detail), detail.len } };
	enum err e = buf_err(&detail);
	e = e ? e : audit_store_add(db, &entry);
	if (e) {
		fprintf(stderr, "truongthi: it is done, but stands in no log (%s): %s\n",
				err_name(e), db_error(db));
	}
	return e ? 1 : 0;
}
