/*
 * What leaves the desk as a file: with who took it, when and what for at its head, and a row of
 * the audit log in the same transaction as its reading.
 */
#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/csv.h"
#include "core/base/mem.h"
#include "core/doc/xlsx_write.h"
#include "core/school/account_store.h"
#include "gradebook/rules/pack.h"
#include "ws/http/audit_http.h"
#include "ws/http/desk_http.h"
#include "ws/http/desk_view.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"

enum {
	ROWS_MAX = 20000, /* of one file; the message desk.export_limit names it */
	COLUMNS = 9,
	WORD_CHARS_MAX = 16,
	MARK_MOST = 100,
	DAY_BYTES = 24,
	ABOUT_BYTES_MAX = 8 << 10,
};

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Members of the body that say what is taken: the log keeps them. */
static const char *const asked_names[] = { "what", "format", "measure", "by", "year", "part",
	"level", "commune", "school", "subject", "grade" };

enum what { OF_SCHOOLS, OF_FIGURES };

struct export_job {
	const struct request *req;
	enum what what;
	bool is_csv;
	struct figures_ask ask;
	char full_name[ACCOUNT_NAME_BYTES];
	struct str purpose;
	struct buf about;  /* what is in the file, in words */
	struct buf school; /* the name of the one that was asked for */
	struct buf out;
	uint64_t subject_id; /* of the audit row: the school that was asked for, or 0 */
	/* While it is written. */
	struct xlsx_write *book;
	struct csv_writer csv;
	size_t rows;
};

static struct str z(const char *text) {
	return str_from(text);
}

/* Vietnam's time of a moment, "22/11/2026 14:05". */
static struct str moment(int64_t ms, char out[DAY_BYTES]) {
	enum {
		ZONE_MS = 7 * 60 * 60 * 1000,
		MINUTE_MS = 60 * 1000,
		HOUR_MINUTES = 60,
		DAY_MINUTES = 24 * HOUR_MINUTES
	};
	struct date day;
	if (ms == 0 || date_in_vietnam(ms, &day)) {
		return z("");
	}
	char text[DATE_VI_BYTES];
	date_print_vi(day, text);
	int minutes = (int)((ms + ZONE_MS) / MINUTE_MS % DAY_MINUTES);
	(void)snprintf(out, DAY_BYTES, "%s %02d:%02d", text, minutes / HOUR_MINUTES,
			minutes % HOUR_MINUTES); /* fits */
	return z(out);
}

static struct xlsx_value text_of(struct str s) {
	return (struct xlsx_value){ .kind = XLSX_TEXT, .text = s };
}

static struct xlsx_value number_of(int64_t n, int places) {
	return (struct xlsx_value){ .kind = XLSX_NUMBER, .number = n, .places = places };
}

static void csv_value(struct csv_writer *csv, const struct xlsx_value *v) {
	if (v->kind == XLSX_NUMBER && v->places == 1) {
		char text[DAY_BYTES];
		(void)snprintf(text, sizeof(text), "%d.%d", (int)(v->number / 10),
				(int)(v->number % 10)); /* a mark: fits */
		csv_textz(csv, text);
	} else if (v->kind == XLSX_NUMBER) {
		csv_i64(csv, v->number);
	} else {
		csv_text(csv, v->text);
	}
}

static enum err put_row(struct export_job *job, const struct xlsx_value *values, size_t count) {
	if (job->rows++ >= ROWS_MAX) {
		return ERR_LIMIT;
	}
	if (!job->is_csv) {
		return xlsx_write_row(job->book, values);
	}
	for (size_t i = 0; i < count; i++) {
		csv_value(&job->csv, &values[i]);
	}
	csv_end_row(&job->csv);
	return buf_err(&job->out);
}

/* ---- the head: who, when, what for ---- */

static enum err put_head(struct export_job *job) {
	char when[DAY_BYTES];
	const struct str rows[][2] = {
		{ z("Người xuất"), z(job->full_name) },
		{ z("Thời điểm"), moment(request_now_ms(job->req), when) },
		{ z("Mục đích"), job->purpose },
		{ z("Nội dung"), { buf_str(&job->about), job->about.len } },
		{ z("Lưu ý"),
				z("Dữ liệu giáo dục: chỉ dùng đúng mục đích đã ghi, "
				  "không so sánh học sinh.") },
	};
	const struct xlsx_column columns[] = { { z("Tệp của Sở Giáo dục"), 18 }, { z(""), 60 } };
	enum err e = job->is_csv ? ERR_OK : xlsx_write_sheet(job->book, z("Thông tin"), columns, 2);
	for (size_t i = 0; !e && i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct xlsx_value values[] = { text_of(rows[i][0]), text_of(rows[i][1]) };
		e = put_row(job, values, 2);
	}
	job->rows = 0;
	return e;
}

static enum err begin_table(struct export_job *job, const char *name,
		const struct xlsx_column *columns, size_t count) {
	if (!job->is_csv) {
		return xlsx_write_sheet(job->book, z(name), columns, count);
	}
	csv_end_row(&job->csv);
	for (size_t i = 0; i < count; i++) {
		csv_text(&job->csv, columns[i].title);
	}
	csv_end_row(&job->csv);
	return buf_err(&job->out);
}

/* ---- the tables ---- */

static const char *level_words(struct str level) {
	return str_eq_z(level, "th") ? "Tiểu học" : str_eq_z(level, "thcs") ? "THCS" : "THPT";
}

static const char *sign_words(enum desk_sign sign) {
	static const char *const words[] = {
		[DESK_SUSPENDED] = "Tạm ngừng nhận",
		[DESK_SILENT] = "Im lặng",
		[DESK_LATE] = "Trễ",
		[DESK_REJECTS] = "Có bản ghi bị từ chối",
		[DESK_INVITED] = "Chờ trường đăng ký",
		[DESK_GOOD] = "Đều đặn",
	};
	return words[sign];
}

static enum err put_school(const struct desk_school *s, void *ctx) {
	struct export_job *job = ctx;
	char when[DAY_BYTES];
	char heard[DAY_BYTES];
	const struct xlsx_value values[COLUMNS] = {
		text_of(s->code),
		text_of(s->name),
		text_of(z(level_words(s->level))),
		text_of(s->commune_name.n ? s->commune_name : s->commune),
		text_of(z(sign_words(desk_school_sign(s, request_now_ms(job->req))))),
		text_of(moment(s->last_batch_at_ms, when)),
		text_of(moment(s->heard_at_ms, heard)),
		number_of((int64_t)s->rejected, 0),
		number_of(s->students, 0),
	};
	return put_row(job, values, COLUMNS);
}

static enum err put_schools(struct db *db, struct export_job *job) {
	const struct xlsx_column columns[COLUMNS] = { { z("Mã trường"), 14 }, { z("Trường"), 36 },
		{ z("Cấp"), 8 }, { z("Xã/phường"), 22 }, { z("Tình trạng"), 22 },
		{ z("Nhận lần cuối"), 18 }, { z("Liên lạc lần cuối"), 18 }, { z("Bị từ chối"), 12 },
		{ z("Học sinh"), 12 } };
	enum err e = begin_table(job, "Trường", columns, COLUMNS);
	return e ? e : desk_store_schools(db, job->ask.province_id, 0, put_school, job);
}

/* A letter as its circular writes it. The second is a comment subject's "chưa đạt" and a primary
 * subject's "chưa hoàn thành": both, where both are counted. */
static const char *letter_words(struct str level, unsigned letter) {
	static const char *const letters[] = { "", "Đ", "CĐ", "T", "H" };
	if (letter != 2 || (level.n > 0 && !str_eq_z(level, "th"))) {
		return letters[letter % 5];
	}
	return level.n > 0 ? "C" : "CĐ, C";
}

/* A value as it is read: a mark, a level. */
static struct xlsx_value value_of(const struct figures_ask *ask, const struct figures_row *row) {
	const enum tally_measure measure = ask->measure;
	const unsigned value = row->value;
	const struct str level = ask->by == FIGURES_BY_LEVEL ? row->key : ask->level;
	static const char *const sexes[] = { "Chưa ghi", "Nam", "Nữ" };
	static const char *const levels[] = { "", "Tốt", "Khá", "Đạt", "Chưa đạt" };
	static const char *const completed[] = { "", "Hoàn thành xuất sắc", "Hoàn thành tốt",
		"Hoàn thành", "Chưa hoàn thành" };
	static const char *const judged[] = { "", "Tốt", "Đạt", "Cần cố gắng" };
	static const char *const promoted[] = { "", "Lên lớp", "Đánh giá lại", "Ở lại lớp" };
	if (measure >= TALLY_MARK_REGULAR && measure <= TALLY_SUBJECT_RESULT) {
		return value <= MARK_MOST
				? number_of(value, 1)
				: text_of(z(letter_words(level, value - TALLY_LETTER_BASE)));
	}
	if (measure == TALLY_STUDENTS || measure == TALLY_TEACHERS) {
		return text_of(z(sexes[value % 3]));
	}
	if (measure == TALLY_LEARNING || measure == TALLY_CONDUCT) {
		return text_of(z(levels[value % 5]));
	}
	if (measure == TALLY_COMPLETION) {
		return text_of(z(completed[value % 5]));
	}
	if (measure == TALLY_JUDGEMENT) {
		return text_of(z(judged[value % 4]));
	}
	return text_of(z(measure == TALLY_PROMOTION ? promoted[value % 4] : ""));
}

/* A quality or competence by its code, as the circular has it. */
static struct str item_name(struct str code) {
	const struct primary_pack *pack = NULL;
	if (!pack_primary_by_code(str_from("tt27"), &pack)) {
		for (size_t i = 0; i < pack->trait_count; i++) {
			if (str_eq_z(code, pack->traits[i].code)) {
				return str_from(pack->traits[i].name);
			}
		}
	}
	return code;
}

/* What a group is called: those that have no name of their own by their key. */
static struct str group_name(
		enum figures_by by, const struct figures_row *row, char out[DAY_BYTES]) {
	switch (by) {
	case FIGURES_BY_NOTHING:
		return z("Tất cả");
	case FIGURES_BY_LEVEL:
		return z(level_words(row->key));
	case FIGURES_BY_GRADE:
		if (str_eq_z(row->key, "00")) {
			return z("Chưa rõ khối");
		}
		(void)snprintf(out, DAY_BYTES, "Khối %.*s", (int)row->key.n,
				row->key.p); /* two digits */
		return z(out);
	case FIGURES_BY_COMMUNE:
	case FIGURES_BY_SCHOOL:
	case FIGURES_BY_SUBJECT:
	case FIGURES_BY_CLASS:
		break;
	}
	return row->name.n ? row->name : row->key;
}

static enum err put_figure(const struct figures_row *row, void *ctx) {
	struct export_job *job = ctx;
	char name[DAY_BYTES];
	bool is_item = job->ask.measure == TALLY_JUDGEMENT && job->ask.by == FIGURES_BY_SUBJECT;
	const struct xlsx_value values[] = { text_of(row->key),
		text_of(is_item ? item_name(row->key) : group_name(job->ask.by, row, name)),
		value_of(&job->ask, row), number_of(row->count, 0) };
	return put_row(job, values, 4);
}

static enum err put_figures(struct db *db, struct export_job *job) {
	const struct xlsx_column columns[] = { { z("Mã nhóm"), 18 }, { z("Nhóm"), 36 },
		{ z("Giá trị"), 18 }, { z("Số lượng"), 12 } };
	enum err e = begin_table(job, "Số liệu", columns, 4);
	return e ? e : figures_store_each(db, &job->ask, put_figure, job);
}

static enum err run_export(struct db *db, void *ctx) {
	struct export_job *job = ctx;
	buf_clear(&job->out);
	_cleanup_(xlsx_write_freep) struct xlsx_write *book = NULL;
	enum err e = job->is_csv ? ERR_OK : xlsx_write_new(request_now_ms(job->req), &book);
	job->book = book;
	job->rows = 0;
	csv_begin(&job->csv, &job->out, CSV_FOR_PEOPLE);
	if (!job->is_csv) {
		buf_clear(&job->out); /* a workbook has no byte order mark */
	}
	e = e ? e : put_head(job);
	e = e ? e : job->what == OF_SCHOOLS ? put_schools(db, job) : put_figures(db, job);
	e = e || job->is_csv ? e : xlsx_write_finish(book, &job->out);
	job->book = NULL;
	return e ? e : buf_err(&job->out);
}

/* ---- what is asked for ---- */

static struct str body_word(const void *ctx, const char *name) {
	struct str s;
	return json_get_str(ctx, name, &s) ? (struct str){ NULL, 0 } : s;
}

/* "Điểm cuối kì; chia theo trường; học kì I; năm học 2026-2027; khối 10" */
static void print_about(struct export_job *job) {
	static const char *const measures[TALLY_MEASURE_END_] = {
		[TALLY_CLASSES] = "Lớp học",
		[TALLY_STUDENTS] = "Học sinh nam, nữ",
		[TALLY_TEACHERS] = "Giáo viên nam, nữ",
		[TALLY_ENROLLED] = "Học sinh trong lớp",
		[TALLY_MARK_REGULAR] = "Điểm thường xuyên",
		[TALLY_MARK_MIDTERM] = "Điểm giữa kì",
		[TALLY_MARK_FINAL] = "Điểm cuối kì",
		[TALLY_SUBJECT_RESULT] = "Kết quả môn",
		[TALLY_LEARNING] = "Kết quả học tập",
		[TALLY_CONDUCT] = "Kết quả rèn luyện",
		[TALLY_PROMOTION] = "Lên lớp",
		[TALLY_AWARD] = "Danh hiệu",
		[TALLY_COMPLETION] = "Kết quả cả năm (tiểu học)",
		[TALLY_JUDGEMENT] = "Phẩm chất, năng lực (tiểu học)",
		[TALLY_CLOSED] = "Lớp đã khóa sổ",
	};
	static const char *const bys[] = {
		[FIGURES_BY_NOTHING] = "không chia",
		[FIGURES_BY_COMMUNE] = "chia theo xã, phường",
		[FIGURES_BY_LEVEL] = "chia theo cấp học",
		[FIGURES_BY_SCHOOL] = "chia theo trường",
		[FIGURES_BY_GRADE] = "chia theo khối",
		[FIGURES_BY_SUBJECT] = "chia theo môn",
		[FIGURES_BY_CLASS] = "chia theo lớp",
	};
	static const char *const parts[] = { "cả năm", "học kì I", "học kì II", "sau hè" };
	const struct figures_ask *ask = &job->ask;
	struct buf *out = &job->about;
	const struct {
		const char *name;
		struct str text;
	} rest[] = { { "năm học", ask->year }, { "cấp", ask->level },
		{ "mã xã, phường", ask->commune },
		{ ask->measure == TALLY_JUDGEMENT ? "phẩm chất, năng lực" : "mã môn",
				ask->measure == TALLY_JUDGEMENT ? item_name(ask->subject)
								: ask->subject } };
	if (job->what == OF_SCHOOLS) {
		buf_add_str(out, "Các trường trong tỉnh");
		return;
	}
	bool of_items = ask->measure == TALLY_JUDGEMENT;
	buf_addf(out, "%s; %s; %s", measures[ask->measure],
			of_items && ask->by == FIGURES_BY_SUBJECT ? "chia theo phẩm chất, năng lực"
								  : bys[ask->by],
			parts[ask->part]);
	for (size_t i = 0; i < COUNT_OF(rest); i++) {
		if (rest[i].text.n) {
			buf_addf(out, "; %s ", rest[i].name);
			buf_add(out, rest[i].text.p, rest[i].text.n);
		}
	}
	if (ask->grade) {
		buf_addf(out, "; khối %u", ask->grade);
	}
	if (ask->school_id) {
		buf_addf(out, "; %s", job->school.len ? buf_str(&job->school) : "một trường");
	}
}

static enum err send(struct export_job *job, struct reply *reply) {
	const char *name = job->what == OF_SCHOOLS ? job->is_csv ? "truong.csv" : "truong.xlsx"
			: job->is_csv              ? "so-lieu.csv"
						   : "so-lieu.xlsx";
	reply_file(reply,
			job->is_csv ? "text/csv; charset=utf-8"
				    : "application/vnd.openxmlformats-officedocument"
				      ".spreadsheetml.sheet",
			name, &job->out);
	return ERR_OK;
}

static void read_kind(struct form *form, struct export_job *job) {
	_cleanup_(mem_freep) char *format = form_text(form, "format", 1, WORD_CHARS_MAX);
	_cleanup_(mem_freep) char *what = form_text(form, "what", 1, WORD_CHARS_MAX);
	job->is_csv = format && str_eq_z(z(format), "csv");
	job->what = what && str_eq_z(z(what), "schools") ? OF_SCHOOLS : OF_FIGURES;
	if (format && !job->is_csv && !str_eq_z(z(format), "xlsx")) {
		form_fault(form, "format", "form.invalid");
	}
	if (what && job->what == OF_FIGURES && !str_eq_z(z(what), "figures")) {
		form_fault(form, "what", "form.invalid");
	}
}

static enum err keep_name(const struct desk_school *school, void *ctx) {
	struct buf *name = ctx;
	buf_add(name, school->name.p, school->name.n);
	return buf_err(name);
}

enum err desk_export_create(const struct request *req, struct reply *reply) {
	const struct json *body = request_json(req);
	struct export_job job = { .req = req, .out = buf_make(XLSX_WRITE_BYTES_MAX) };
	_cleanup_(form_finish) struct form form = { .body = body };
	_cleanup_(mem_freep) char *purpose =
			form_text(&form, "purpose", DESK_PURPOSE_CHARS_MIN, DESK_PURPOSE_CHARS_MAX);
	struct account_sign_in who;
	read_kind(&form, &job);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	job.purpose = z(purpose);
	job.ask.province_id = desk_province(req);
	enum err e = job.what == OF_SCHOOLS ? ERR_OK
					    : desk_read_ask(req, body_word, body, &job.ask);
	e = e ? e : account_store_by_id(request_db(req), request_person_id(req), 0, &who);
	if (e == ERR_INVAL) {
		return reply_field(reply, "measure", "form.invalid", NULL);
	}
	if (e) {
		return e;
	}
	(void)snprintf(job.full_name, sizeof(job.full_name), "%s", who.full_name); /* fits */
	job.subject_id = job.ask.school_id;
	job.about = buf_make(ABOUT_BYTES_MAX);
	job.school = buf_make(ABOUT_BYTES_MAX);
	if (job.ask.school_id) {
		e = desk_store_schools(request_db(req), job.ask.province_id, job.ask.school_id,
				keep_name, &job.school);
	}
	print_about(&job);
	struct audit_deed deed = { "department.export", "province_school", &job.subject_id };
	struct desk_fact facts[1 + COUNT_OF(asked_names)] = { { "why", job.purpose } };
	for (size_t i = 0; i < COUNT_OF(asked_names); i++) {
		facts[1 + i] = (struct desk_fact){ asked_names[i],
			body_word(body, asked_names[i]) };
	}
	e = e ? e : desk_audit_run(req, &deed, facts, COUNT_OF(facts), run_export, &job);
	if (e == ERR_LIMIT) {
		e = reply_problem(reply, 422, "desk.export_limit", "count", "20000", NULL);
	} else if (!e) {
		e = send(&job, reply);
	}
	buf_finish(&job.about);
	buf_finish(&job.school);
	buf_finish(&job.out);
	return e;
}
