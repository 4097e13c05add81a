#include "ws/service/demo_school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/password.h"
#include "core/base/json.h"
#include "exam/bank/bank_store.h"
#include "exam/bank/paper_store.h"
#include "ws/service/demo_life.h"
#include "ws/service/demo_marks.h"
#include "ws/service/demo_people.h"
#include "ws/service/hold_sitting.h"

enum {
	QUESTION_BYTES_MAX = 16 << 10,
	MINUTE_MS = 60 * 1000,
	DAY_MS = 24 * 60 * MINUTE_MS,
	PRACTICE_LEFT_MS = 60 * MINUTE_MS, /* so long it must stay open, or a new one is made */
	ZONE_MS = 7 * 60 * MINUTE_MS,      /* Asia/Ho_Chi_Minh */
	ARGON2_KIB = 19456,
	ARGON2_PASSES = 2,
	PARTS = 3,
};

#define M(latex) "<span class=\"math\">" latex "</span>"

struct demo_question {
	enum question_kind kind;
	const char *stem;
	const char *choices[4]; /* options or statements; NULL without any */
	const char *key;        /* JSON */
};

static const struct demo_question questions[] = {
	{ QUESTION_SINGLE, "Đạo hàm của hàm số " M("y = x^3 - 3x") " là",
			{ M("y' = 3x^2 - 3"), M("y' = 3x^2"), M("y' = x^2 - 3"),
					M("y' = 3x^2 - 3x") },
			"\"A\"" },
	{ QUESTION_SINGLE, "Nghiệm của phương trình " M("2^x = 8") " là",
			{ M("x = 2"), M("x = 3"), M("x = 4"), M("x = 16") }, "\"B\"" },
	{ QUESTION_SINGLE, "Họ nguyên hàm của hàm số " M("f(x) = 2x") " là",
			{ M("2 + C"), M("x^2 + C"), M("2x^2 + C"), M("\\frac{x^2}{2} + C") },
			"\"B\"" },
	{ QUESTION_SINGLE, "Thể tích của khối lập phương có cạnh bằng 3 là",
			{ "9", "18", "27", "81" }, "\"C\"" },
	{ QUESTION_SINGLE,
			"Trong không gian " M("Oxyz") ", khoảng cách từ gốc tọa độ đến điểm " M(
					"M(1;2;2)") " bằng",
			{ "3", "5", "9", M("\\sqrt{5}") }, "\"A\"" },
	{ QUESTION_SINGLE,
			"Cấp số cộng " M("(u_n)") " có " M("u_1 = 2") " và công sai " M(
					"d = 3") ". Số hạng " M("u_5") " bằng",
			{ "11", "14", "17", "162" }, "\"B\"" },
	{ QUESTION_SINGLE, "Giá trị của " M("\\log_2 32") " bằng", { "4", "5", "6", "16" },
			"\"B\"" },
	{ QUESTION_SINGLE,
			"Gieo một con xúc xắc cân đối. Xác suất xuất hiện mặt có số chấm chẵn là",
			{ M("\\frac{1}{6}"), M("\\frac{1}{3}"), M("\\frac{1}{2}"),
					M("\\frac{2}{3}") },
			"\"C\"" },
	{ QUESTION_TRUEFALSE, "Cho hàm số " M("y = x^2 - 4x + 3") ".",
			{ "Đồ thị hàm số là một parabol có bề lõm hướng lên trên.",
					"Trục đối xứng của đồ thị là đường thẳng " M("x = 2") ".",
					"Giá trị nhỏ nhất của hàm số bằng 3.",
					"Đồ thị cắt trục hoành tại hai điểm phân biệt." },
			"[true,true,false,true]" },
	{ QUESTION_TRUEFALSE,
			"Một hộp có 3 viên bi đỏ và 2 viên bi xanh. Lấy ngẫu nhiên đồng thời 2 viên bi.",
			{ "Số cách lấy là 10.", "Xác suất lấy được 2 viên bi đỏ là 0,3.",
					"Xác suất lấy được 2 viên bi xanh là 0,2.",
					"Xác suất lấy được 2 viên bi khác màu là 0,6." },
			"[true,true,false,true]" },
	{ QUESTION_NUMERIC, "Giải phương trình " M("3x - 7 = 8") ".", { NULL },
			"{\"value\":\"5\",\"tolerance\":\"0\"}" },
	{ QUESTION_NUMERIC, "Tính " M("\\int_0^3 2x\\,dx") ".", { NULL },
			"{\"value\":\"9\",\"tolerance\":\"0\"}" },
	{ QUESTION_NUMERIC, "Một lục giác đều có bao nhiêu đường chéo?", { NULL },
			"{\"value\":\"9\",\"tolerance\":\"0\"}" },
	{ QUESTION_NUMERIC, "Tìm giá trị lớn nhất của hàm số " M("y = -x^2 + 2x + 4") ".", { NULL },
			"{\"value\":\"5\",\"tolerance\":\"0\"}" },
};

enum { QUESTION_COUNT = sizeof(questions) / sizeof(questions[0]) };

static const struct bank_actor teacher = { DEMO_SCHOOL, DEMO_TEACHER };

static void print_choices(struct json_out *w, const char *name, const char *first,
		const struct demo_question *q) {
	jo_karr(w, name);
	for (unsigned i = 0; i < 4; i++) {
		char id[2] = { (char)(first[0] + (char)i), '\0' };
		jo_obj(w);
		jo_kstrz(w, "id", id);
		jo_kstrz(w, "html", q->choices[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void print_content(const struct demo_question *q, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "kind", question_kind_name(q->kind));
	jo_kstrz(&w, "stem", q->stem);
	if (q->kind == QUESTION_SINGLE) {
		print_choices(&w, "options", "A", q);
	}
	if (q->kind == QUESTION_TRUEFALSE) {
		print_choices(&w, "statements", "a", q);
	}
	jo_kbool(&w, "shuffle", true);
	jo_kbool(&w, "keepLast", false);
	jo_end_obj(&w);
}

static enum err add_question(struct db *db, uint64_t bank, const struct demo_question *q,
		int64_t now_ms, uint64_t *out_id) {
	_cleanup_(buf_finish) struct buf content_text = buf_make(QUESTION_BYTES_MAX);
	_cleanup_(json_freep) struct json *content = NULL;
	_cleanup_(json_freep) struct json *key = NULL;
	print_content(q, &content_text);
	struct str text = { buf_str(&content_text), content_text.len };
	enum err e = json_parse(text, QUESTION_BYTES_MAX, &content);
	e = e ? e : json_parse(str_from(q->key), QUESTION_BYTES_MAX, &key);
	if (e) {
		return e;
	}
	struct question question = { 0 };
	struct diag problems = { 0 };
	e = question_parse(content, key, &question, &problems);
	if (!e) {
		struct bank_draft draft = { .q = &question,
			.topic = str_from("Ôn tập"),
			.confidence = BANK_STORE_CONFIDENCE_SURE };
		e = bank_store_question_add(db, teacher, bank, &draft, now_ms, out_id);
	}
	question_finish(&question);
	diag_finish(&problems);
	return e;
}

static unsigned part_of(enum question_kind kind) {
	return kind == QUESTION_SINGLE ? 0 : kind == QUESTION_TRUEFALSE ? 1 : 2;
}

/* The graduation exam's three parts, shorter: 8 × 0,5 + 2 × 1 + 4 × 1. */
static enum err add_paper(struct db *db, const uint64_t *ids, int64_t now_ms, uint64_t *out_paper) {
	static const unsigned weights[PARTS] = { 50, 100, 100 };
	struct blueprint *bp = calloc(1, sizeof(*bp));
	if (!bp) {
		return ERR_NOMEM;
	}
	enum err e = blueprint_preset(str_from("thpt2025_toan"), bp);
	for (size_t i = 0; i < bp->part_count && i < PARTS; i++) {
		bp->parts[i].item_count = 0;
		bp->parts[i].weight_x100 = weights[i];
	}
	e = e ? e
	      : paper_store_add(db, teacher, DEMO_MATHS, "Đề ôn tập Toán 12", bp, now_ms,
				out_paper);
	struct paper_wish items[QUESTION_COUNT];
	for (size_t i = 0; i < QUESTION_COUNT; i++) {
		unsigned part = part_of(questions[i].kind);
		items[i] = (struct paper_wish){
			.question_id = ids[i], .part = part, .weight_x100 = weights[part]
		};
	}
	struct paper_save save = { .id = e ? 0 : *out_paper,
		.version = 1,
		.title = "Đề ôn tập Toán 12",
		.bp = bp,
		.items = items,
		.item_count = QUESTION_COUNT };
	e = e ? e : paper_store_save(db, teacher, &save);
	free(bp);
	return e;
}

static enum err load_bank(struct db *db, int64_t now_ms) {
	uint64_t bank_id = 0;
	uint64_t paper = 0;
	uint64_t ids[QUESTION_COUNT];
	char name[] = "Toán 12 – ôn tập";
	struct bank bank = { .subject_id = DEMO_MATHS, .name = name };
	enum err e = bank_store_add(db, teacher, &bank, now_ms, &bank_id);
	for (size_t i = 0; i < QUESTION_COUNT && !e; i++) {
		e = add_question(db, bank_id, &questions[i], now_ms, &ids[i]);
	}
	return e ? e : add_paper(db, ids, now_ms, &paper);
}

static enum err read_number(struct db *db, const char *sql, int64_t bound, int64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, bound);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_i64(stmt, 0);
	return ERR_OK;
}

static enum err publish(struct db *db, const struct keys *keys, const struct sitting *sitting,
		int64_t now_ms) {
	static const uint64_t classes[] = { DEMO_FIRST_CLASS_12, DEMO_FIRST_CLASS_12 + 1 };
	struct hold_plan plan = { .sitting = *sitting, .class_ids = classes, .class_count = 2 };
	struct diag problems = { 0 };
	struct id16 id;
	enum err e = hold_sitting_publish(db, keys, &plan, now_ms, &problems, &id);
	diag_finish(&problems);
	return e;
}

static struct sitting sitting_of(int64_t paper, const char *title, int64_t starts_ms) {
	struct sitting s = { .school_id = DEMO_SCHOOL,
		.paper_id = (uint64_t)paper,
		.created_by = DEMO_TEACHER,
		.lobby_at_ms = starts_ms - SITTING_LOBBY_DEFAULT_MS,
		.starts_at_ms = starts_ms,
		.limit_ms = 15 * MINUTE_MS,
		.window_end_ms = starts_ms + 15 * MINUTE_MS,
		.grace_ms = PHASE_GRACE_DEFAULT_MS,
		.variant_count = 4,
		.outage = SITTING_OUTAGE_LOST };
	(void)snprintf(s.title, sizeof(s.title), "%s", title); /* fits: ours */
	return s;
}

/* Tomorrow at half past seven, as exams begin. */
static int64_t tomorrow_ms(int64_t now_ms) {
	int64_t day = (now_ms + ZONE_MS) / DAY_MS + 1;
	return day * DAY_MS - ZONE_MS + 450 * (int64_t)MINUTE_MS;
}

static enum err publish_practice(
		struct db *db, const struct keys *keys, int64_t paper, int64_t now_ms) {
	struct sitting practice = sitting_of(paper, "Luyện tập: Toán 12", now_ms + 5000);
	practice.is_practice = true;
	practice.lobby_at_ms = now_ms;
	practice.window_end_ms = now_ms + 3 * (int64_t)DAY_MS;
	practice.release = SITTING_RELEASE_ALL;
	return publish(db, keys, &practice, now_ms);
}

static enum err open_sittings(struct db *db, const struct keys *keys, int64_t now_ms) {
	int64_t paper = 0;
	int64_t to_come = 0;
	int64_t open_practices = 0;
	enum err e = read_number(db, "SELECT COALESCE(MIN(id), 0) FROM paper WHERE school_id = ?",
			DEMO_SCHOOL, &paper);
	e = e ? e
	      : read_number(db,
				"SELECT COUNT(*) FROM sitting WHERE school_id = 1 AND is_practice = 0"
				" AND starts_at_ms > ?",
				now_ms, &to_come);
	e = e ? e
	      : read_number(db,
				"SELECT COUNT(*) FROM sitting WHERE school_id = 1 AND is_practice = 1"
				" AND window_end_ms > ?",
				now_ms + PRACTICE_LEFT_MS, &open_practices);
	if (e || paper == 0) {
		return e;
	}
	/* The practice of an earlier start goes on for some days: a second one beside it confuses. */
	if (open_practices == 0) {
		e = publish_practice(db, keys, paper, now_ms);
	}
	if (e || to_come > 0) {
		return e;
	}
	struct sitting exam = sitting_of(paper, "Kiểm tra giữa kì: Toán 12", tomorrow_ms(now_ms));
	exam.release = SITTING_RELEASE_MARK;
	exam.column = (struct sitting_column){ .term_id = DEMO_TERM_1, .kind = 2, .position = 1 };
	return publish(db, keys, &exam, now_ms);
}

struct opening {
	struct date today;
	const char *hash;
	int64_t now_ms;
};

static enum err load_school(struct db *db, void *ctx) {
	const struct opening *o = ctx;
	enum err e = demo_people_load(db, o->today, o->hash, o->now_ms);
	e = e ? e : demo_marks_load(db, o->today, o->now_ms);
	e = e ? e : demo_life_load(db, o->today, o->now_ms);
	return e ? e : load_bank(db, o->now_ms);
}

enum err demo_school_open(struct db *db, const struct keys *keys, int64_t now_ms) {
	int64_t schools = 0;
	enum err e = read_number(db, "SELECT COUNT(*) FROM school WHERE id > ?", 0, &schools);
	if (!e && schools == 0) {
		char hash[PASSWORD_HASH_BYTES];
		struct opening o = { .hash = hash, .now_ms = now_ms };
		e = date_in_vietnam(now_ms, &o.today);
		e = e ? e
		      : password_hash(str_from(DEMO_PASSWORD),
					password_cost(ARGON2_KIB, ARGON2_PASSES), hash);
		e = e ? e : db_transact(db, load_school, &o);
	}
	return e ? e : open_sittings(db, keys, now_ms);
}
