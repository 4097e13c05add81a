/*
 * truongthi routes --json: the table of routes, for the tests that walk it. Not in the help: it
 * says nothing to those who run a school.
 */
#include "ws/cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/base/json_out.h"
#include "ws/http/route.h"

enum { OUTPUT_BYTES_MAX = 1 << 20 };

static void put_access(struct json_out *w, unsigned access) {
	jo_karr(w, "access");
	if (access & ACCESS_PUBLIC) {
		jo_strz(w, "public");
	}
	if (access & ACCESS_SIGNED_IN) {
		jo_strz(w, "signedIn");
	}
	for (int role = ROLE_OFFICE; role < ROLE_COUNT_; role++) {
		if (access & (1U << role)) {
			jo_strz(w, access_role_name((enum role)role));
		}
	}
	if (access & ACCESS_TICKET) {
		jo_strz(w, "ticket");
	}
	jo_end_arr(w);
}

static void put_flags(struct json_out *w, unsigned flags) {
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {
		{ ROUTE_ARGON2, "argon2" },
		{ ROUTE_UPLOAD, "upload" },
		{ ROUTE_NO_DB, "noDb" },
		{ ROUTE_HALL, "hall" },
		{ ROUTE_CACHEABLE, "cacheable" },
		{ ROUTE_SIGN_IN, "signIn" },
		{ ROUTE_RAW, "raw" },
		{ ROUTE_PROVINCE, "province" },
	};
	jo_karr(w, "flags");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].flag) {
			jo_strz(w, names[i].name);
		}
	}
	jo_end_arr(w);
}

int cmd_routes(int argc, char **argv) {
	if (argc != 2 || strcmp(argv[1], "--json") != 0) {
		fputs("usage: truongthi routes --json\n", stderr);
		return 2;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(OUTPUT_BYTES_MAX);
	struct json_out w;
	size_t count = 0;
	const struct route *rows = route_table(&count);
	jo_begin(&w, &text);
	jo_arr(&w);
	for (size_t i = 0; i < count; i++) {
		jo_obj(&w);
		jo_kstrz(&w, "method", http_method_name(rows[i].method));
		jo_kstrz(&w, "path", rows[i].path);
		put_access(&w, rows[i].access);
		jo_ki64(&w, "bodyMaxBytes", (int64_t)rows[i].body_max_bytes);
		put_flags(&w, rows[i].flags);
		jo_end_obj(&w);
	}
	jo_end_arr(&w);
	if (buf_err(&text) || puts(buf_str(&text)) < 0 || fflush(stdout) != 0) {
		fputs("truongthi: the table could not be written\n", stderr);
		return 1;
	}
	return 0;
}
