#ifndef TESTS_WS_SERVICE_RECORDS_DEEDS_H
#define TESTS_WS_SERVICE_RECORDS_DEEDS_H

/*
 * What people do in a school with a secondary and a primary class, drawn by chance: each deed by the
 * stores, as the routes use them, or refused with a reason that a person may be told.
 */

#include <stdarg.h>
#include <stdio.h>

#include "core/base/rng.h"
#include "core/outbox/owe_store.h"
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/member_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/conduct/conduct_store.h"
#include "gradebook/marks/exemption_store.h"
#include "gradebook/marks/mark_change_store.h"
#include "gradebook/marks/remark_store.h"
#include "gradebook/presence/presence_store.h"
#include "gradebook/primary/judgement_store.h"
#include "gradebook/reassess/reassess_store.h"
#include "tests/core/outbox/told.h"

enum {
	STUDENTS_MAX = 12,
	COLUMNS_MAX = 24,
	TEACHERS = 3,
};

struct play {
	struct world w;
	struct rng rng;
	uint64_t students[STUDENTS_MAX];
	size_t student_count;
	uint64_t columns[COLUMNS_MAX];
	size_t column_count;
	uint64_t teachers[TEACHERS];
	struct keys *keys;
	uint8_t batches;
	int64_t now_ms;
};

static unsigned pick(struct play *p, unsigned bound) {
	return (unsigned)rng_below(&p->rng, bound);
}

__attribute__((format(printf, 2, 3))) static int64_t number(
		struct play *p, const char *format, ...) {
	char sql[2048];
	va_list ap;
	va_start(ap, format);
	vsnprintf(sql, sizeof(sql), format, ap);
	va_end(ap);
	return testdb_number(p->w.db, sql);
}

/* Of some more happens than of others: what was said once is said again. */
static uint64_t any_student(struct play *p) {
	return p->students[pick(p, pick(p, 3) ? 3 : (unsigned)p->student_count)];
}

/* The class that the student is in as a rule, and sometimes another. */
static uint64_t class_of(struct play *p, uint64_t student) {
	uint64_t id = pick(p, 8)
			? (uint64_t)number(p,
					  "SELECT COALESCE(MAX(class_id), 0) FROM enrolment"
					  " WHERE student_id = %llu AND to_on IS NULL",
					  (unsigned long long)student)
			: 0;
	return id ? id : p->w.s.class_ids[pick(p, 2)];
}

/* ---- deeds: each gives what came of it ---- */

struct mark_deed {
	const struct play *p;
	struct mark_stored wanted;
};

static enum err run_mark(struct db *db, void *ctx) {
	const struct mark_deed *d = ctx;
	const struct mark_actor actor = { .person_id = 1, .now_ms = d->p->now_ms };
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	unsigned version = 0;
	enum err e = mark_desk_open_column(
			db, d->p->w.s.school_id, d->wanted.column_id, d->p->now_ms, &desk);
	return e ? e : mark_desk_set(db, desk, &d->wanted, &actor, &version);
}

static enum err set_mark(struct play *p) {
	static const int values[] = { MARK_NONE, 0, 1, 1, 2, 50, 85, 100 };
	struct mark_deed d = { .p = p };
	if (p->column_count == 0) {
		return ERR_NOT_FOUND;
	}
	d.wanted.column_id = p->columns[pick(p, (unsigned)p->column_count)];
	d.wanted.student_id = (uint64_t)number(p,
			"SELECT COALESCE(MAX(e.student_id), 0) FROM enrolment e JOIN mark_column k"
			" ON k.class_id = e.class_id WHERE k.id = %llu AND e.to_on IS NULL"
			" AND e.student_id %% 3 = %u",
			(unsigned long long)d.wanted.column_id, pick(p, 3));
	d.wanted.cell.value_x10 = values[pick(p, 8)];
	d.wanted.version = (unsigned)number(p,
			"SELECT COALESCE(MAX(version), 0) FROM mark WHERE column_id = %llu"
			" AND student_id = %llu",
			(unsigned long long)d.wanted.column_id,
			(unsigned long long)d.wanted.student_id);
	return db_transact(p->w.db, run_mark, &d);
}

static enum err add_column(struct play *p) {
	const struct seed *s = &p->w.s;
	const struct mark_place place = { s->school_id, s->class_ids[pick(p, 2)],
		s->subject_ids[pick(p, 2)], s->term_ids[pick(p, 2)] };
	uint64_t id = 0;
	if (p->column_count == COLUMNS_MAX) {
		return ERR_LIMIT;
	}
	enum err e = mark_store_add_column(
			p->w.db, &place, (enum mark_kind)(1 + pick(p, 3)), 1 + pick(p, 2), &id);
	if (!e) {
		p->columns[p->column_count++] = id;
	}
	return e;
}

static enum err publish(struct play *p) {
	const struct mark_actor actor = { .person_id = 1, .now_ms = p->now_ms };
	return p->column_count
			? mark_store_publish(p->w.db, p->w.s.school_id,
					  p->columns[pick(p, (unsigned)p->column_count)], &actor)
			: ERR_NOT_FOUND;
}

static enum err run_conduct(struct db *db, void *ctx) {
	return conduct_store_set(db, ctx);
}

static enum err set_conduct(struct play *p) {
	const struct seed *s = &p->w.s;
	unsigned term = pick(p, 2);
	enum conduct_stage stage = term && pick(p, 2) ? CONDUCT_SUMMER : CONDUCT_TERM;
	uint64_t student = any_student(p);
	struct conduct_change c = {
		.place = { s->school_id, class_of(p, student), s->term_ids[term], term + 1, stage },
		.student_id = student,
		.level = pick(p, 4) ? PACK_DAT : PACK_LEVEL_NONE,
		.person_id = 1,
		.now_ms = p->now_ms,
	};
	c.version = (unsigned)number(p,
			"SELECT COALESCE(MAX(version), 0) FROM conduct WHERE student_id = %llu"
			" AND term_id = %llu AND stage = %d",
			(unsigned long long)c.student_id, (unsigned long long)c.place.term_id,
			(int)stage);
	c.level = c.level == PACK_DAT && pick(p, 2) ? PACK_TOT : c.level;
	return db_transact(p->w.db, run_conduct, &c);
}

static enum err run_judge(struct db *db, void *ctx) {
	const struct judgement_change *c = ctx;
	struct judgement_cell now;
	enum err e = judgement_store_open(db, &c->place);
	return e ? e : judgement_store_set(db, c, &now);
}

static enum err judge(struct play *p) {
	static const unsigned items[] = { 1, 12, JUDGEMENT_RECOGNISED };
	const struct seed *s = &p->w.s;
	uint64_t student = any_student(p);
	struct judgement_change c = {
		.place = { s->school_id, class_of(p, student), s->year_id, 3 + pick(p, 2) },
		.student_id = student,
		.item = items[pick(p, 3)],
		.value = (int)pick(p, 3) - 1,
		.person_id = 1,
		.now_ms = p->now_ms,
	};
	c.version = (unsigned)number(p,
			"SELECT COALESCE(MAX(version), 0) FROM judgement WHERE student_id = %llu"
			" AND moment = %u AND item = %u",
			(unsigned long long)c.student_id, c.place.moment, c.item);
	return db_transact(p->w.db, run_judge, &c);
}

static enum err run_reassess(struct db *db, void *ctx) {
	const struct reassess_change *c = ctx;
	enum err e = reassess_store_open(db, c->school_id, c->class_id);
	return e ? e : reassess_store_set(db, c);
}

/* A mark or a comment of secondary school, a level, a test, a quality, the headmaster's decision;
 * each under a key of its own, since no class is of both schools. */
static enum err assess_again(struct play *p) {
	static const struct {
		unsigned item;
		int subject; /* its place; -1: none */
		int most;
	} things[] = { { REASSESS_RESULT, 0, 100 }, { REASSESS_RESULT, 1, 1 },
		{ REASSESS_LEVEL, 0, 2 }, { REASSESS_TEST, 1, 100 }, { REASSESS_TRAITS + 1, -1, 2 },
		{ REASSESS_DECISION, -1, 1 } };
	const struct seed *s = &p->w.s;
	unsigned at = pick(p, sizeof(things) / sizeof(things[0]));
	struct reassess_change c = {
		.school_id = s->school_id,
		.year_id = s->year_id,
		.student_id = any_student(p),
		.subject_id = things[at].subject < 0 ? 0 : s->subject_ids[things[at].subject],
		.item = things[at].item,
		.value = pick(p, 3) ? (int)pick(p, (unsigned)things[at].most + 1) : REASSESS_NONE,
		.person_id = 1,
		.now_ms = p->now_ms,
	};
	c.class_id = class_of(p, c.student_id);
	c.version = (unsigned)number(p,
			"SELECT COALESCE(MAX(version), 0) FROM reassessment WHERE student_id = %llu"
			" AND subject_id = %llu AND item = %u",
			(unsigned long long)c.student_id, (unsigned long long)c.subject_id, c.item);
	return db_transact(p->w.db, run_reassess, &c);
}

struct remark_deed {
	struct mark_place place;
	struct remark wanted;
	int64_t now_ms;
};

static enum err run_remark(struct db *db, void *ctx) {
	const struct remark_deed *d = ctx;
	const struct mark_actor actor = { .person_id = 1, .now_ms = d->now_ms };
	return remark_store_set(db, &d->place, &d->wanted, &actor);
}

static enum err say(struct play *p) {
	static const char *const texts[] = { "", "Chăm \"ngoan\"", "Cần cố gắng\nhơn nữa" };
	const struct seed *s = &p->w.s;
	unsigned subject = pick(p, 3);
	uint64_t student = any_student(p);
	struct remark_deed d = {
		.place = { s->school_id, class_of(p, student),
				subject < 2 ? s->subject_ids[subject] : 0,
				s->term_ids[pick(p, 2)] },
		.wanted = { .student_id = student, .text = str_from(texts[pick(p, 3)]) },
		.now_ms = p->now_ms,
	};
	d.wanted.version = (unsigned)number(p,
			"SELECT COALESCE(MAX(version), 0) FROM remark WHERE student_id = %llu"
			" AND term_id = %llu AND subject_id = %llu",
			(unsigned long long)d.wanted.student_id,
			(unsigned long long)d.place.term_id,
			(unsigned long long)d.place.subject_id);
	return db_transact(p->w.db, run_remark, &d);
}

struct exempting {
	struct mark_place place;
	uint64_t students[2];
	size_t count;
	int64_t now_ms;
};

static enum err run_exempt(struct db *db, void *ctx) {
	const struct exempting *x = ctx;
	const struct mark_actor actor = {
		.person_id = 1, .now_ms = x->now_ms, .why = str_from("Có giấy")
	};
	return exemption_store_set(db, &x->place, x->students, x->count, &actor);
}

static enum err exempt(struct play *p) {
	const struct seed *s = &p->w.s;
	struct exempting x = { .place = { s->school_id, s->class_ids[pick(p, 2)],
					       s->subject_ids[pick(p, 2)],
					       s->term_ids[pick(p, 2)] },
		.count = pick(p, 2),
		.now_ms = p->now_ms };
	x.students[0] = any_student(p);
	return db_transact(p->w.db, run_exempt, &x);
}

static enum err run_take(struct db *db, void *ctx) {
	unsigned version = 0;
	return presence_store_take(db, ctx, &version);
}

static enum err take(struct play *p) {
	struct presence_mark away = { .student_id = any_student(p),
		.kind = (enum presence_kind)(1 + pick(p, 3)) };
	struct presence_take t = { .call = { p->w.s.school_id, class_of(p, away.student_id),
						   { 2026, 10, 19 + pick(p, 3) }, 1 + pick(p, 2) },
		.term_number = 1,
		.marks = &away,
		.count = pick(p, 3) ? 1 : 0,
		.person_id = 1,
		.now_ms = p->now_ms };
	t.version = (unsigned)number(p,
			"SELECT COALESCE(MAX(version), 0) FROM roll_call WHERE class_id = %llu"
			" AND on_date = '2026-10-%u' AND session = %u",
			(unsigned long long)t.call.class_id, t.call.on.day, t.call.session);
	return db_transact(p->w.db, run_take, &t);
}

/* Opens what is closed and closes what is open, as closing writes it. */
struct closing {
	struct play *p;
	uint64_t class_id;
	unsigned part;
	bool closes;
};

static enum err run_close(struct db *db, void *ctx) {
	const struct closing *c = ctx;
	const struct seed *s = &c->p->w.s;
	const struct record_scope scope = { .class_id = c->class_id };
	char sql[1500];
	snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (%llu, %llu, %u, 1, %d, 1, %lld, '')"
			" ON DUPLICATE KEY UPDATE version = version + 1,"
			" is_closed = VALUES(is_closed), changed_at_ms = VALUES(changed_at_ms)",
			(unsigned long long)s->school_id, (unsigned long long)c->class_id, c->part,
			c->closes, (long long)c->p->now_ms);
	testdb_run(db, sql);
	snprintf(sql, sizeof(sql),
			"INSERT INTO student_result SELECT e.school_id, e.class_id, e.student_id, %u,"
			" IF(cl.grade < 6, 'tt27', 'tt22'), 1 + e.student_id %% 4, NULL, NULL, NULL,"
			" 2, IF(cl.grade < 6,"
			" '{\"line\":{\"subjects\":[{\"code\":\"toan\",\"moments\":[null,\"T\",null,\"H\"]}]},"
			"\"result\":{\"subjects\":[{\"code\":\"toan\",\"year\":\"H\"}]}}',"
			" '{\"result\":{\"subjects\":[{\"code\":\"toan\",\"terms\":[71,82],\"year\":78}]}}'),"
			" REPEAT('x', 32), 1, %lld FROM enrolment e JOIN class cl ON cl.id = e.class_id"
			" WHERE e.class_id = %llu AND e.to_on IS NULL ON DUPLICATE KEY UPDATE"
			" closed_at_ms = VALUES(closed_at_ms), pack = VALUES(pack),"
			" result = VALUES(result)",
			c->part, (long long)c->p->now_ms, (unsigned long long)c->class_id);
	if (c->closes) {
		testdb_run(db, sql);
	}
	return outbox_owe(db, s->school_id, RECORD_OF_RESULT, &scope);
}

static enum err close_part(struct play *p) {
	struct closing c = { .p = p, .class_id = p->w.s.class_ids[pick(p, 2)], .part = pick(p, 3) };
	c.closes = !number(p,
			"SELECT COUNT(*) FROM class_closing WHERE class_id = %llu AND term_number = %u"
			" AND is_closed = 1",
			(unsigned long long)c.class_id, c.part);
	return c.closes && pick(p, 3) ? ERR_NOT_FOUND : db_transact(p->w.db, run_close, &c);
}

static enum err change_student(struct play *p) {
	static const char *const codes[] = { "A001", "HS/1", "100%", "Đ-7" };
	uint64_t id = any_student(p);
	struct student_change c = { .birth = { 2010, 9, 1 + pick(p, 9) },
		.sex = (enum sex)pick(p, 3),
		.ethnicity = str_from("Tày"),
		.code = str_from(codes[pick(p, 4)]),
		.state = pick(p, 5) ? STUDENT_LEARNING : STUDENT_LEFT };
	unsigned version = (unsigned)number(
			p, "SELECT version FROM student WHERE id = %llu", (unsigned long long)id);
	enum err e = account_name_parse(
			str_from(pick(p, 2) ? "Lò Thị Mai" : "Lò Văn Núi"), &c.name);
	return e ? e : roster_store_update_student(p->w.db, p->w.s.school_id, id, version, &c);
}

/* One class stays between primary and secondary, the other one primary. */
static enum err change_class(struct play *p) {
	static const char *const names[2][3] = { { "10A1", "10/2%", "5C" }, { "4A", "4 Đ", "4B" } };
	static const unsigned grades[2][3] = { { 10, 5, 5 }, { 4, 3, 2 } };
	unsigned which = pick(p, 2);
	uint64_t teacher = pick(p, 2) ? p->teachers[pick(p, TEACHERS)] : 0;
	return roster_store_update_class(p->w.db, p->w.s.school_id, p->w.s.class_ids[which],
			grades[which][pick(p, 3)], str_from(names[which][pick(p, 3)]), teacher);
}

static enum err change_subject(struct play *p) {
	static const char *const codes[2][2] = { { "toan", "toán/h" }, { "gdtc", "td" } };
	unsigned which = pick(p, 2);
	const struct subject subject = { .id = p->w.s.subject_ids[which],
		.code = str_from(codes[which][pick(p, 2)]),
		.name = str_from(pick(p, 2) ? "Môn một" : "Môn hai"),
		.kind = which ? SUBJECT_COMMENT : SUBJECT_MARK };
	return calendar_store_update_subject(p->w.db, p->w.s.school_id, &subject);
}

static enum err change_year(struct play *p) {
	struct school_year year;
	enum err e = calendar_store_year(p->w.db, p->w.s.school_id, p->w.s.year_id, &year);
	year.ends_on.day = 20 + pick(p, 10);
	year.terms[1].ends_on.day = year.ends_on.day;
	return e ? e : calendar_store_update_year(p->w.db, p->w.s.school_id, &year);
}

static enum err change_teacher(struct play *p) {
	static const char *const logins[] = { "gv1", "gv2", "gv3", "gv4" };
	uint64_t teacher = p->teachers[pick(p, TEACHERS)];
	struct account_name name;
	switch (pick(p, 3)) {
	case 0:
		return account_store_end_membership(
				p->w.db, p->w.s.school_id, teacher, ROLE_TEACHER);
	case 1:
		return account_store_add_membership(p->w.db, p->w.s.school_id, teacher,
				ROLE_TEACHER, str_from(logins[pick(p, 4)]));
	default:
		break;
	}
	enum err e = account_name_parse(str_from(pick(p, 2) ? "Vũ Thị Xuân" : "Vũ Thị Hạ"), &name);
	return e ? e
		 : member_store_rename(p->w.db, p->w.s.school_id, teacher, &name,
				   (unsigned)number(p, "SELECT version FROM person WHERE id = %llu",
						   (unsigned long long)teacher));
}

static enum err change_teaching(struct play *p) {
	const struct seed *s = &p->w.s;
	uint64_t class_id = s->class_ids[pick(p, 2)];
	uint64_t subject = s->subject_ids[pick(p, 2)];
	uint64_t teacher = p->teachers[pick(p, TEACHERS)];
	return pick(p, 2) ? teaching_store_add(p->w.db, s->school_id, class_id, subject, teacher)
			  : teaching_store_drop(p->w.db, s->school_id, class_id, subject, teacher);
}

/* Into the other class. */
static enum err move(struct play *p) {
	const struct seed *s = &p->w.s;
	uint64_t student = any_student(p);
	uint64_t from = class_of(p, student);
	enum err e = roster_store_leave(
			p->w.db, s->school_id, from, student, (struct date){ 2026, 11, 2 });
	return e ? e
		 : roster_store_enrol(p->w.db, s->school_id, s->class_ids[from == s->class_ids[0]],
				   student, 0, (struct date){ 2026, 11, 3 });
}

static enum err change_place(struct play *p) {
	const struct seed *s = &p->w.s;
	uint64_t class_id = s->class_ids[pick(p, 2)];
	switch (pick(p, 4)) {
	case 0:
		return roster_store_leave(p->w.db, s->school_id, class_id, any_student(p),
				(struct date){ 2026, 11, 1 + pick(p, 20) });
	case 1:
		return roster_store_set_position(
				p->w.db, s->school_id, class_id, any_student(p), 1 + pick(p, 40));
	default:
		return roster_store_enrol(p->w.db, s->school_id, class_id, any_student(p),
				pick(p, 9), (struct date){ 2026, 10, 1 + pick(p, 20) });
	}
}

static enum err add_student(struct play *p) {
	char code[32];
	if (p->student_count == STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	snprintf(code, sizeof(code), "N%u", (unsigned)p->student_count);
	const struct student_new student = { .person_id = seed_person(p->w.db, "Hà Văn Mới"),
		.code = str_from(code) };
	uint64_t id = 0;
	enum err e = roster_store_add_student(p->w.db, p->w.s.school_id, &student, &id);
	if (!e) {
		p->students[p->student_count++] = id;
	}
	return e;
}

static const struct {
	const char *name;
	enum err (*run)(struct play *p);
	unsigned often;
	unsigned least; /* that must have come about */
} deeds[] = {
	{ "mark", set_mark, 14, 12 },
	{ "column", add_column, 4, 8 },
	{ "publish", publish, 1, 3 },
	{ "conduct", set_conduct, 4, 8 },
	{ "judgement", judge, 8, 8 },
	{ "assessed again", assess_again, 6, 8 },
	{ "remark", say, 4, 8 },
	{ "exemption", exempt, 4, 4 },
	{ "roll call", take, 4, 8 },
	{ "closing", close_part, 3, 5 },
	{ "student", change_student, 3, 5 },
	{ "class", change_class, 2, 3 },
	{ "subject", change_subject, 2, 5 },
	{ "year", change_year, 1, 2 },
	{ "teacher", change_teacher, 3, 5 },
	{ "teaching", change_teaching, 4, 3 },
	{ "enrolment", change_place, 4, 6 },
	{ "another class", move, 4, 8 },
	{ "new student", add_student, 1, 2 },
};
enum { DEED_KINDS = sizeof(deeds) / sizeof(deeds[0]) };

/* What a person may be told; anything else is a fault of the program. */
static bool is_refusal(enum err e) {
	return e == ERR_NOT_FOUND || e == ERR_EXISTS || e == ERR_CONFLICT || e == ERR_CLOSED ||
			e == ERR_LIMIT || e == ERR_INVAL || e == ERR_MISSING;
}

static void do_deed(struct play *p, unsigned done[DEED_KINDS]) {
	unsigned all = 0;
	for (size_t i = 0; i < DEED_KINDS; i++) {
		all += deeds[i].often;
	}
	unsigned at = pick(p, all);
	size_t kind = 0;
	while (at >= deeds[kind].often) {
		at -= deeds[kind++].often;
	}
	p->now_ms += 1000;
	enum err e = deeds[kind].run(p);
	CHECK(deeds[kind].name, !e || is_refusal(e));
	done[kind] += !e;
}

#endif
