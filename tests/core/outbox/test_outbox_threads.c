/*
 * Eight writers of one school at once, and a reader that goes on from the last number it got: it
 * misses nothing, gets nothing twice and in order, whatever order the commits had. Runs under the
 * thread sanitizer, too.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "core/outbox/school_records_store.h"
#include "core/school/roster_store.h"
#include "tests/core/outbox/told.h"

enum { WRITERS = 8, DEEDS = 12 };

static const struct record_kind *const list[] = { &record_kind_class, &record_kind_student };
static const struct record_kinds kinds = { list, sizeof(list) / sizeof(list[0]) };

struct stage {
	struct testdb db;
	struct seed s;
	_Atomic unsigned done;   /* deeds that were committed */
	_Atomic unsigned failed; /* writers that gave up */
	_Atomic unsigned ended;
};

struct writer {
	struct stage *stage;
	struct db *db; /* opened before the thread: checks count in one thread alone */
	unsigned number;
	pthread_t thread;
};

/* Adds a class of its own, and writes the same student as all the others do. */
static enum err deed(struct db *db, void *ctx) {
	const struct writer *w = ctx;
	const struct seed *s = &w->stage->s;
	char name[32];
	uint64_t id = 0;
	(void)snprintf(name, sizeof(name), "10-%u-%u", w->number,
			atomic_load(&w->stage->done) + 1000 * w->number); /* fits */
	enum err e = roster_store_add_class(
			db, s->school_id, s->year_id, 10, str_from(name), 0, &id);
	if (e) {
		return e;
	}
	struct student_change change = { .birth = { 2010, 9, 5 },
		.sex = SEX_MALE,
		.code = str_from("A001"),
		.birth_place = str_from(name),
		.state = STUDENT_LEARNING };
	e = account_name_parse(str_from("Nguyễn Văn An"), &change.name);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = e ? e : db_prepare(db, "SELECT version FROM student WHERE id = ? FOR UPDATE", &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->student_ids[0]);
	e = db_next(stmt);
	return e ? e
		 : roster_store_update_student(db, s->school_id, s->student_ids[0],
				   (unsigned)db_col_u64(stmt, 0), &change);
}

static void *write_all(void *arg) {
	struct writer *w = arg;
	for (unsigned i = 0; i < DEEDS;) {
		enum err e = db_transact(w->db, deed, w);
		if (!e) {
			atomic_fetch_add(&w->stage->done, 1);
			i++;
		} else if (e != ERR_DB_RETRY && e != ERR_EXISTS) {
			fprintf(stderr, "writer %u: %s: %s\n", w->number, err_name(e),
					db_error(w->db));
			atomic_fetch_add(&w->stage->failed, 1);
			break;
		}
	}
	atomic_fetch_add(&w->stage->ended, 1);
	return NULL;
}

struct reading {
	uint64_t last;
	unsigned classes;
	unsigned students;
	unsigned student_version;
	bool has_hole;
	bool is_out_of_order;
};

static enum err read_row(const struct outbox_row *row, void *ctx) {
	struct reading *r = ctx;
	_cleanup_(exchange_line_finish) struct exchange_line line = { .root = NULL };
	enum err e = exchange_line_parse(row->line, &line);
	if (e) {
		return e;
	}
	r->has_hole = r->has_hole || row->number != r->last + 1;
	r->last = row->number;
	if (str_eq_z(line.kind, "lophoc")) {
		r->classes++;
	} else if (str_eq_z(line.student, "A001")) {
		r->is_out_of_order = r->is_out_of_order || line.version != r->student_version + 1;
		r->student_version = line.version;
		r->students++;
	}
	return ERR_OK;
}

int main(void) {
	static struct stage stage;
	testdb_start(&stage.db, "outbox_threads");
	struct world w = { .db = connect_paying(&stage.db, &kinds), .kinds = &kinds };
	seed_school(w.db, "A", &w.s);
	stage.s = w.s;
	CHECK_INT("begin", outbox_store_begin(w.db, w.s.school_id), ERR_OK);
	CHECK_INT("seed", seed_store_run(w.db, w.s.school_id, &kinds, NULL, NULL), ERR_OK);
	struct writer writers[WRITERS];
	for (unsigned i = 0; i < WRITERS; i++) {
		struct db *db = connect_paying(&stage.db, &kinds);
		writers[i] = (struct writer){ .stage = &stage, .db = db, .number = i };
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		CHECK_INT("thread",
				pthread_create(&writers[i].thread, NULL, write_all, &writers[i]),
				0);
	}
	struct reading r = { .last = 0 };
	bool is_over = false;
	while (!is_over) {
		is_over = atomic_load(&stage.ended) == WRITERS; /* then once more */
		CHECK_INT("read",
				outbox_store_after(
						w.db, w.s.school_id, r.last, 100000, read_row, &r),
				ERR_OK);
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		db_free(writers[i].db);
	}
	CHECK_INT("nobody gave up", (int)atomic_load(&stage.failed), 0);
	CHECK_INT("every deed", (int)atomic_load(&stage.done), WRITERS * DEEDS);
	CHECK("no hole", !r.has_hole);
	CHECK("each record in its order", !r.is_out_of_order);
	CHECK_INT("every class", (int)r.classes, 2 + WRITERS * DEEDS);
	CHECK_INT("every version of the one student", (int)r.students, 1 + WRITERS * DEEDS);
	check_whole(&w, "whole");
	db_free(w.db);
	testdb_stop(&stage.db);
	return check_failures != 0;
}
