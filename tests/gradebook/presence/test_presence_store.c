/* Roll calls of two schools in one database: versions, keys, corrections and their history. */
#include "gradebook/presence/presence_store.h"

#include <string.h>

#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static const struct date day = { 2026, 9, 21 };

struct run {
	struct presence_take take;
	unsigned version;
};

static enum err run_take(struct db *db, void *ctx) {
	struct run *r = ctx;
	return presence_store_take(db, &r->take, &r->version);
}

static struct run run_of(const struct seed *s, unsigned version, const struct presence_mark *marks,
		size_t count) {
	return (struct run){ .take = { .call = { s->school_id, s->class_ids[0], day, 1 },
					     .term_number = 1,
					     .version = version,
					     .marks = marks,
					     .count = count,
					     .person_id = s->teacher_ids[0],
					     .now_ms = SEED_NOW_MS + version } };
}

static enum err take(struct db *db, const struct seed *s, unsigned version,
		const struct presence_mark *marks, size_t count, unsigned *out_version) {
	struct run r = run_of(s, version, marks, count);
	enum err e = db_transact(db, run_take, &r);
	*out_version = r.version;
	return e;
}

static enum err take_head(const struct presence_head *head, void *ctx) {
	*(struct presence_head *)ctx = *head;
	return ERR_OK;
}

struct seen {
	char text[512];
};

static enum err see_row(const struct presence_row *row, void *ctx) {
	struct seen *s = ctx;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof(s->text) - n, "%d%.*s ", (int)row->kind, (int)row->note.n,
			row->note.n ? row->note.p : "");
	return ERR_OK;
}

static enum err see_change(const struct presence_change *c, void *ctx) {
	struct seen *s = ctx;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof(s->text) - n, "%u:%d>%d ", c->version, (int)c->old_kind,
			(int)c->new_kind);
	return ERR_OK;
}

static enum err see_absence(const struct presence_absence *a, void *ctx) {
	struct seen *s = ctx;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof(s->text) - n, "%d/%d:%u=%d ", a->on.day, a->on.month,
			a->session, (int)a->kind);
	return ERR_OK;
}

static enum err see_taken(const struct presence_taken *t, void *ctx) {
	struct seen *s = ctx;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof(s->text) - n, "%d/%d:%u away %u late %u ", t->on.day,
			t->on.month, t->session, t->away, t->late);
	return ERR_OK;
}

static void check_taking(struct db *db, const struct seed *a, const struct seed *b) {
	struct presence_call call = { a->school_id, a->class_ids[0], day, 1 };
	struct presence_head head = { 77, 77, 77, { NULL, 0 } };
	CHECK_INT("head", presence_store_head(db, &call, take_head, &head), ERR_OK);
	CHECK_INT("not taken", head.version, 0);
	struct presence_call foreign = call;
	foreign.school_id = b->school_id;
	CHECK_INT("another school's", presence_store_head(db, &foreign, take_head, &head),
			ERR_NOT_FOUND);

	unsigned version = 77;
	const struct presence_mark two[] = { { a->student_ids[0], PRESENCE_UNEXCUSED, { "", 0 } },
		{ a->student_ids[1], PRESENCE_LATE, str_from("xe hỏng") } };
	CHECK_INT("taken", take(db, a, 0, two, 2, &version), ERR_OK);
	CHECK_INT("version", version, 1);
	CHECK_INT("taken by another meanwhile", take(db, a, 0, two, 1, &version), ERR_STALE);
	CHECK_INT("the same again", take(db, a, 1, two, 2, &version), ERR_OK);
	CHECK_INT("changes nothing", version, 1);
	struct seen s = { "" };
	CHECK_INT("rows", presence_store_rows(db, &call, see_row, &s), ERR_OK);
	CHECK_STR("rows", s.text, "0 3xe hỏng 2 "); /* An, Hoa, Hoà */

	const struct presence_mark mended[] = { { a->student_ids[0], PRESENCE_EXCUSED,
			str_from("ốm") } };
	CHECK_INT("corrected", take(db, a, 1, mended, 1, &version), ERR_OK);
	CHECK_INT("version", version, 2);
	s.text[0] = '\0';
	CHECK_INT("history", presence_store_history(db, &call, see_change, &s), ERR_OK);
	CHECK_STR("who changed what", s.text, "1:0>3 1:0>2 2:3>0 2:2>1 ");
	CHECK_INT("who is there is not stored", testdb_number(db, "SELECT COUNT(*) FROM absence"),
			1);
}

static void check_refused(struct db *db, const struct seed *a, const struct seed *b) {
	unsigned version = 77;
	const struct presence_mark twice[] = { { a->student_ids[0], PRESENCE_EXCUSED, { "", 0 } },
		{ a->student_ids[0], PRESENCE_LATE, { "", 0 } } };
	CHECK_INT("twice", take(db, a, 2, twice, 2, &version), ERR_INVAL);
	const struct presence_mark there = { a->student_ids[0], PRESENCE_PRESENT, { "", 0 } };
	CHECK_INT("present is not said", take(db, a, 2, &there, 1, &version), ERR_INVAL);
	const struct presence_mark other = { a->student_ids[4], PRESENCE_LATE, { "", 0 } };
	CHECK_INT("of another class", take(db, a, 2, &other, 1, &version), ERR_NOT_FOUND);
	const struct presence_mark theirs = { b->student_ids[0], PRESENCE_LATE, { "", 0 } };
	CHECK_INT("of another school", take(db, a, 2, &theirs, 1, &version), ERR_NOT_FOUND);
	char sql[256];
	snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (%llu, %llu, 1, 1, 1, 1, 1, '')",
			(unsigned long long)a->school_id, (unsigned long long)a->class_ids[0]);
	testdb_run(db, sql);
	CHECK_INT("closed", take(db, a, 2, NULL, 0, &version), ERR_CLOSED);
	testdb_run(db, "DELETE FROM class_closing");
	CHECK_INT("untouched", version, 0);
}

static void check_key(struct db *db, const struct seed *a) {
	const struct presence_mark one = { a->student_ids[2], PRESENCE_UNEXCUSED, { "", 0 } };
	struct run r = run_of(a, 0, &one, 1);
	r.take.call.session = 2;
	r.take.has_key = true;
	memset(r.take.key, 5, sizeof(r.take.key));
	CHECK_INT("with a key", db_transact(db, run_take, &r), ERR_OK);
	CHECK_INT("version", r.version, 1);
	r.version = 77;
	CHECK_INT("sent again", db_transact(db, run_take, &r), ERR_OK);
	CHECK_INT("done once", r.version, 1);
	r.take.key[0] = 6;
	CHECK_INT("another key is another taking", db_transact(db, run_take, &r), ERR_STALE);
}

static void check_spans(struct db *db, const struct seed *a, const struct seed *b) {
	struct presence_span span = { a->school_id, { 2026, 9, 20 }, { 2026, 9, 21 } };
	struct seen s = { "" };
	CHECK_INT("class",
			presence_store_class_absences(db, &span, a->class_ids[0], see_absence, &s),
			ERR_OK);
	CHECK_STR("class", s.text, "21/9:2=2 21/9:1=1 ");
	s.text[0] = '\0';
	CHECK_INT("student",
			presence_store_student_absences(
					db, &span, a->student_ids[0], see_absence, &s),
			ERR_OK);
	CHECK_STR("student", s.text, "21/9:1=1 ");
	s.text[0] = '\0';
	CHECK_INT("taken", presence_store_taken(db, &span, a->class_ids[0], see_taken, &s), ERR_OK);
	CHECK_STR("taken", s.text, "21/9:2 away 1 late 0 21/9:1 away 1 late 0 ");
	s.text[0] = '\0';
	struct presence_span early = { a->school_id, { 2026, 9, 5 }, { 2026, 9, 20 } };
	CHECK_INT("earlier", presence_store_taken(db, &early, a->class_ids[0], see_taken, &s),
			ERR_OK);
	CHECK_STR("nothing earlier", s.text, "");
	span.school_id = b->school_id;
	CHECK_INT("another school's",
			presence_store_class_absences(db, &span, a->class_ids[0], see_absence, &s),
			ERR_OK);
	CHECK_STR("nothing of theirs", s.text, "");
}

static void check_movers(struct db *db, const struct seed *a) {
	char sql[256];
	snprintf(sql, sizeof(sql),
			"UPDATE enrolment SET to_on = '2026-09-20' WHERE student_id = %llu",
			(unsigned long long)a->student_ids[2]);
	testdb_run(db, sql);
	snprintf(sql, sizeof(sql),
			"UPDATE enrolment SET from_on = '2026-09-22' WHERE student_id = %llu",
			(unsigned long long)a->student_ids[1]);
	testdb_run(db, sql);
	struct presence_call call = { a->school_id, a->class_ids[0], day, 1 };
	struct seen s = { "" };
	CHECK_INT("rows", presence_store_rows(db, &call, see_row, &s), ERR_OK);
	CHECK_STR("one has left, one has not come", s.text, "1ốm ");
	call.on.day = 20;
	s.text[0] = '\0';
	CHECK_INT("rows", presence_store_rows(db, &call, see_row, &s), ERR_OK);
	CHECK_STR("the last day in the class counts", s.text, "0 0 ");
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "presence");
	struct seed a;
	struct seed b;
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	check_taking(t.db, &a, &b);
	check_refused(t.db, &a, &b);
	check_key(t.db, &a);
	check_spans(t.db, &a, &b);
	check_movers(t.db, &a);
	testdb_stop(&t);
	return check_done();
}
