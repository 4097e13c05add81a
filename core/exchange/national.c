#include "core/exchange/national.h"

#include <stdio.h>
#include <string.h>

#include "core/base/date.h"
#include "core/base/json_out.h"
#include "core/exchange/exchange_line.h"
#include "core/outbox/envelope.h"

enum {
	TIME_BYTES = 25,
	LAST_GRADE_OF_PRIMARY = 5,
	LAST_GRADE_OF_LOWER = 9,
	PROMOTED = 1,
	PART_BYTES_MAX = 512,
};
#define DAY_MS INT64_C(86400000)

/* ISO 8601, UTC, with milliseconds. */
static void print_time(int64_t at_ms, char out[2 * TIME_BYTES]) {
	struct date d;
	char day[DATE_ISO_BYTES];
	int64_t ms = (at_ms % DAY_MS + DAY_MS) % DAY_MS;
	if (date_from_days((at_ms - ms) / DAY_MS, &d)) {
		d = (struct date){ 1970, 1, 1 }; /* past the year 9999 */
	}
	date_print_iso(d, day);
	(void)snprintf(out, 2 * TIME_BYTES, "%sT%02u:%02u:%02u.%03uZ", day,
			(unsigned)(ms / 3600000), (unsigned)(ms / 60000 % 60),
			(unsigned)(ms / 1000 % 60), (unsigned)(ms % 1000)); /* fits */
}

/* A member of the record as it is: text, number or null; null when it is not there. */
static void copy(struct json_out *w, const char *name, const struct json *data, const char *from) {
	struct str text;
	int64_t number = 0;
	if (!json_get_str(data, from, &text)) {
		jo_kstr(w, name, text);
	} else if (!json_get_i64(data, from, &number)) {
		jo_ki64(w, name, number);
	} else {
		jo_knull(w, name);
	}
}

/* 1 primary, 2 lower, 3 upper secondary. */
static int group_of(int64_t grade) {
	return grade <= LAST_GRADE_OF_PRIMARY ? 1 : grade <= LAST_GRADE_OF_LOWER ? 2 : 3;
}

/* Whose result it is: the members that both tables begin with. */
static enum err put_whose(struct json_out *w, const struct exchange_line *line) {
	_cleanup_(buf_finish) struct buf school = buf_make(PART_BYTES_MAX);
	int64_t grade = 0;
	enum err e = exchange_id_part(line->id, 0, &school);
	if (e) {
		return e;
	}
	if (json_get_i64(line->data, "khoi", &grade)) {
		jo_knull(w, "manhomcaphoc"); /* of a line of before the grade was told */
	} else {
		jo_ki64(w, "manhomcaphoc", group_of(grade));
	}
	jo_kstr(w, "matruong", (struct str){ buf_str(&school), school.len });
	copy(w, "makhoi", line->data, "khoi");
	copy(w, "namhoc", line->data, "namhoc");
	copy(w, "malop", line->data, "malop");
	copy(w, "mahocsinh", line->data, "mahocsinh");
	copy(w, "hocky", line->data, "hocky");
	return ERR_OK;
}

/* TT22 has no overall mean: 0, which no mean of a student who was marked is. */
static enum err put_result(struct json_out *w, const struct exchange_line *line) {
	int64_t promotion = 0;
	enum err e = put_whose(w, line);
	jo_ki64(w, "diemtongket", 0);
	copy(w, "mahocluc", line->data, "mahocluc");
	copy(w, "mahanhkiem", line->data, "mahanhkiem");
	copy(w, "madanhhieu", line->data, "madanhhieu");
	copy(w, "songaynghi", line->data, "songaynghi");
	if (json_get_i64(line->data, "lenlop", &promotion)) {
		jo_knull(w, "colenlop");
	} else {
		jo_kbool(w, "colenlop", promotion == PROMOTED);
	}
	jo_knull(w, "nhanxet");
	return e;
}

/* A mean as a number with one decimal. */
static enum err put_subject(struct json_out *w, const struct exchange_line *line) {
	int64_t value = 0;
	char text[32];
	enum err e = put_whose(w, line);
	e = e ? e : json_get_i64(line->data, "diemx10", &value);
	copy(w, "mamon", line->data, "mamon");
	(void)snprintf(text, sizeof(text), "%lld.%lld", (long long)(value / 10),
			(long long)(value % 10)); /* fits */
	jo_kraw(w, "diemtongket", str_from(text));
	return e;
}

static const struct {
	const char *bang;
	const char *table;
	enum err (*put)(struct json_out *w, const struct exchange_line *line);
} tables[] = {
	{ "ketqua", "ketquahoctapththcsthpttx", put_result },
	{ "ketquamon", "ketquahoctapththcsthpttx_diemmon", put_subject },
};

/* The table of subjects has means and nothing else: a subject judged by comments is not of it. */
static bool has_table(const struct exchange_line *line, size_t i) {
	int64_t value = 0;
	return str_eq_z(line->kind, tables[i].bang) &&
			(tables[i].put != put_subject ||
					!json_get_i64(line->data, "diemx10", &value));
}

/* Other records have no table there: their own data under their own name. */
static enum err put_data(struct json_out *w, const struct exchange_line *line, struct str data) {
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (has_table(line, i)) {
			jo_kstrz(w, "bang", tables[i].table);
			jo_kobj(w, "dulieu");
			enum err e = tables[i].put(w, line);
			jo_end_obj(w);
			return e;
		}
	}
	jo_kstr(w, "bang", line->kind);
	jo_kraw(w, "dulieu", data);
	return ERR_OK;
}

static enum err put_record(struct json_out *w, struct str text) {
	_cleanup_(exchange_line_finish) struct exchange_line line = { .root = NULL };
	char time[2 * TIME_BYTES];
	enum err e = exchange_line_parse(text, &line);
	if (e) {
		return e;
	}
	struct str data;
	e = record_line_data(text, &line, &data);
	if (e) {
		return e;
	}
	print_time(line.at_ms, time);
	jo_obj(w);
	jo_kstr(w, "idbanghi", line.id);
	jo_kstrz(w, "sukien", exchange_event_name(line.event));
	jo_ki64(w, "phienban", line.version);
	jo_kstrz(w, "thoigiancapnhat", time);
	e = put_data(w, &line, data);
	jo_end_obj(w);
	return e;
}

enum err national_print(struct str batch, struct buf *out) {
	struct json_out w;
	struct str rest = batch;
	bool is_header = true;
	enum err e = ERR_OK;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_karr(&w, "banghi");
	while (rest.n && !e) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		e = is_header || n == 0 ? ERR_OK : put_record(&w, (struct str){ rest.p, n });
		is_header = false;
		n += end ? 1 : 0;
		rest = (struct str){ rest.p + n, rest.n - n };
	}
	jo_end_arr(&w);
	jo_end_obj(&w);
	return e ? e : buf_err(out);
}
