#include "ws/service/demo_life.h"

#include "core/base/rng.h"
#include "core/school/calendar_store.h"
#include "gradebook/conduct/conduct_store.h"
#include "gradebook/presence/presence_store.h"
#include "ws/service/demo_people.h"

enum {
	SEED = 20261122,
	A_CLASS = DEMO_STUDENTS / DEMO_CLASSES,
	DAYS_BACK = 28,
	MANY = 1000,
	AWAY_OF_MANY = 22, /* so many of a thousand are not simply there */
	UNSAID = 8,        /* the last of a class, whose conduct is still to be said */
	WEEK = 7,
	SUNDAY = 0,
	TUESDAY = 2,
	THURSDAY = 4,
	MINUTE_MS = 60 * 1000,
	ZONE_MINUTES = 7 * 60, /* Asia/Ho_Chi_Minh */
	MORNING_MINUTES = 7 * 60 + 5,
	AFTERNOON_MINUTES = 13 * 60 + 35,
};

#define DAY_MS INT64_C(86400000)

/* 12A1, which cô Lan has, 12A2, and 10A1, where the sister of one of 12A1 is. */
static const unsigned classes[] = { DEMO_FIRST_CLASS_12, DEMO_FIRST_CLASS_12 + 1, 1 };

struct life {
	struct db *db;
	struct rng rng;
	unsigned class_id;
	uint64_t first_student;
	uint64_t teacher_id; /* the homeroom's */
	int64_t now_ms;
};

static enum err read_homeroom(struct db *db, uint64_t class_id, uint64_t *out) {
	static const char sql[] = "SELECT homeroom_person_id FROM class"
				  " WHERE school_id = ? AND id = ?";
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, DEMO_SCHOOL);
	db_bind_u64(stmt, 1, class_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_u64(stmt, 0);
	return ERR_OK;
}

static struct presence_mark draw_mark(struct life *l, uint64_t student_id) {
	static const char *const reasons[] = { "ốm", "việc gia đình", "đi khám răng" };
	struct presence_mark mark = { student_id, PRESENCE_UNEXCUSED, { "", 0 } };
	unsigned drawn = (unsigned)rng_below(&l->rng, 10);
	if (drawn < 6) {
		mark.kind = PRESENCE_EXCUSED;
		mark.note = str_from(reasons[drawn % 3]);
	} else if (drawn < 8) {
		mark.kind = PRESENCE_LATE;
	}
	return mark;
}

/* The first of each class is one whose parents can look: away on some days for sure. */
static bool is_drawn(struct life *l, unsigned number, int64_t day) {
	bool is_by_chance = rng_below(&l->rng, MANY) < AWAY_OF_MANY;
	return is_by_chance || (number == 0 && day % 11 == 0);
}

static enum err take(struct life *l, int64_t day, unsigned session) {
	struct presence_mark marks[A_CLASS];
	unsigned count = 0;
	unsigned version = 0;
	unsigned minutes = session == 1 ? MORNING_MINUTES : AFTERNOON_MINUTES;
	struct presence_take t = { .call = { DEMO_SCHOOL, l->class_id, { 0 }, session },
		.term_number = 1,
		.marks = marks,
		.person_id = l->teacher_id,
		.now_ms = day * DAY_MS +
				((int64_t)minutes - ZONE_MINUTES + (int64_t)rng_below(&l->rng, 5)) *
						MINUTE_MS };
	enum err e = date_from_days(day, &t.call.on);
	for (unsigned i = 0; i < A_CLASS && !e; i++) {
		if (is_drawn(l, i, day)) {
			marks[count++] = draw_mark(l, l->first_student + i);
		}
	}
	t.count = count;
	return e ? e : presence_store_take(l->db, &t, &version);
}

/* Mornings from Monday to Saturday, two afternoons. */
static enum err take_days(struct life *l, int64_t from, int64_t to) {
	enum err e = ERR_OK;
	for (int64_t day = from; day <= to && !e; day++) {
		int64_t weekday = (day + THURSDAY) % WEEK; /* 1970 began on a Thursday */
		if (weekday == SUNDAY) {
			continue;
		}
		e = take(l, day, 1);
		if (!e && (weekday == TUESDAY || weekday == THURSDAY)) {
			e = take(l, day, 2);
		}
	}
	return e;
}

static enum pack_level draw_level(struct life *l) {
	unsigned drawn = (unsigned)rng_below(&l->rng, 20);
	return drawn < 15 ? PACK_TOT : drawn < 19 ? PACK_KHA : PACK_DAT;
}

static enum err say_conduct(struct life *l) {
	enum err e = ERR_OK;
	for (unsigned i = 0; i < A_CLASS - UNSAID && !e; i++) {
		struct conduct_change c = { .place = { DEMO_SCHOOL, l->class_id, DEMO_TERM_1, 1,
							    CONDUCT_TERM },
			.student_id = l->first_student + i,
			.level = draw_level(l),
			.person_id = l->teacher_id,
			.now_ms = l->now_ms - DAY_MS };
		e = conduct_store_set(l->db, &c);
	}
	return e;
}

enum err demo_life_load(struct db *db, struct date today, int64_t now_ms) {
	struct school_year year;
	enum err e = calendar_store_year(db, DEMO_SCHOOL, DEMO_YEAR, &year);
	if (e) {
		return e;
	}
	int64_t to = date_to_days(today) - 1;
	int64_t last = date_to_days(year.ends_on);
	to = to < last ? to : last;
	int64_t from = to - DAYS_BACK + 1;
	int64_t first = date_to_days(year.starts_on);
	from = from > first ? from : first;
	struct life l = { .db = db, .now_ms = now_ms };
	rng_init(&l.rng, SEED, 0);
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && !e; i++) {
		l.class_id = classes[i];
		l.first_student = demo_first_student(l.class_id) + 1;
		e = read_homeroom(db, l.class_id, &l.teacher_id);
		e = e ? e : take_days(&l, from, to);
		e = e ? e : say_conduct(&l);
	}
	return e;
}
