#include "ws/service/hold_sitting.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/seal/secret.h"
#include "exam/bank/paper_check.h"
#include "exam/bank/paper_store.h"
#include "exam/hall/bound.h"
#include "exam/hall/bound_store.h"
#include "exam/hall/seat_store.h"
#include "exam/hall/sitting_store.h"
#include "exam/hall/variant_store.h"
#include "gradebook/marks/mark.h"
#include "ws/service/seal_paper.h"

void hold_seats_finish(struct hold_seats *list) {
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].full_name);
		free(list->items[i].code);
	}
	free(list->items);
	*list = (struct hold_seats){ 0 };
}

static const struct {
	const char *field; /* as sitting_check() names it */
	const char *where;
	const char *code;
} field_codes[] = {
	{ "title", "/title", "sitting.title" },
	{ "limitMs", "/limitMs", "sitting.limit" },
	{ "variants", "/variants", "sitting.variants" },
	{ "startsAt", "/startsAt", "sitting.starts_at" },
	{ "windowEndAt", "/windowEndAt", "sitting.window_end" },
	{ "lobbyAt", "/lobbyAt", "sitting.lobby" },
	{ "graceMs", "/graceMs", "sitting.grace" },
};

static enum err check_times(const struct sitting *s, int64_t now_ms, struct diag *problems) {
	const char *field = "";
	enum err e = sitting_check(s, now_ms, &field);
	if (!e) {
		return ERR_OK;
	}
	for (size_t i = 0; i < sizeof(field_codes) / sizeof(field_codes[0]); i++) {
		if (strcmp(field_codes[i].field, field) == 0) {
			diag_add(problems, DIAG_ERROR, field_codes[i].where, 0, 0,
					field_codes[i].code, NULL);
		}
	}
	return e;
}

/* The gradebook column it will fill: a term of the school, a kind and place that can be. */
static enum err check_column(struct db *db, const struct sitting *s, struct diag *problems) {
	enum mark_kind kind;
	if (s->column.kind == 0) {
		return ERR_OK;
	}
	enum err e = seat_store_has_term(db, s->school_id, s->column.term_id);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	bool is_kind = mark_kind_from_db(s->column.kind, &kind) == ERR_OK;
	/* Of a midterm and a final there is one; what stands beside it is no exam's to fill. */
	unsigned most = is_kind && kind == MARK_TX ? MARK_POSITION_MAX : 1;
	if (e || !is_kind || s->column.position < 1 || s->column.position > most) {
		diag_add(problems, DIAG_ERROR, "/column", 0, 0, "sitting.column", NULL);
		return ERR_INVAL;
	}
	return ERR_OK;
}

static int64_t extra_of(const struct hold_plan *plan, uint64_t student_id) {
	for (size_t i = 0; i < plan->extra_count; i++) {
		if (plan->extras[i].student_id == student_id) {
			return plan->extras[i].extra_ms;
		}
	}
	return 0;
}

static bool is_seated(const struct hold_seats *seats, uint64_t student_id) {
	for (size_t i = 0; i < seats->count; i++) {
		if (seats->items[i].student_id == student_id) {
			return true;
		}
	}
	return false;
}

static enum err check_extras(const struct hold_plan *plan, const struct hold_seats *seats,
		struct diag *problems) {
	for (size_t i = 0; i < plan->extra_count; i++) {
		const struct hold_extra *extra = &plan->extras[i];
		if (extra->extra_ms < 0 || extra->extra_ms > SITTING_LIMIT_MAX_MS ||
				!is_seated(seats, extra->student_id)) {
			diag_add(problems, DIAG_ERROR, "/accommodations", (unsigned)i + 1, 0,
					"sitting.accommodation", NULL);
			return ERR_INVAL;
		}
	}
	return ERR_OK;
}

/* Takes over a student of a class list as the next seat. */
static enum err add_seat(const struct hold_plan *plan, size_t class_index, unsigned variant,
		struct seat_student *student, struct hold_seats *seats) {
	enum err e = GROW(seats, SITTING_ATTEMPTS_MAX);
	if (e) {
		return e;
	}
	struct phase_sitting times = sitting_times(&plan->sitting);
	struct phase_attempt attempt = { .extra_ms = extra_of(plan, student->student_id),
		.started_at_ms = PHASE_NEVER };
	seats->items[seats->count++] = (struct hold_seat){
		.student_id = student->student_id,
		.person_id = student->person_id,
		.class_index = class_index,
		.variant = variant,
		.extra_ms = attempt.extra_ms,
		.ends_at_ms = phase_end_ms(&times, &attempt),
		.full_name = STEAL(student->full_name),
		.code = STEAL(student->code),
	};
	return ERR_OK;
}

/* The students of one class; each class begins with the next variant. */
static enum err seat_class(struct db *db, const struct hold_plan *plan, size_t class_index,
		uint64_t subject_id, struct diag *problems, struct hold_seats *seats) {
	const struct sitting *s = &plan->sitting;
	_cleanup_(seat_students_finish) struct seat_students students = { 0 };
	uint64_t class_id = plan->class_ids[class_index];
	enum err e = seat_store_teaches(db, s->school_id, s->created_by, class_id, subject_id);
	if (e == ERR_NOT_FOUND) {
		diag_add(problems, DIAG_ERROR, "/classes", (unsigned)class_index + 1, 0,
				"sitting.class_not_taught", NULL);
		return ERR_DENIED;
	}
	e = e ? e : seat_store_students(db, s->school_id, class_id, &students);
	unsigned place = 0;
	for (size_t i = 0; !e && i < students.count; i++) {
		if (is_seated(seats, students.items[i].student_id)) {
			continue; /* listed in two of the classes */
		}
		unsigned variant = sitting_deal(place++, (unsigned)class_index, s->variant_count);
		e = add_seat(plan, class_index, variant, &students.items[i], seats);
	}
	return e;
}

static enum err seat_all(struct db *db, const struct hold_plan *plan, uint64_t subject_id,
		struct diag *problems, struct hold_seats *seats) {
	if (plan->class_count > SITTING_CLASSES_MAX || plan->extra_count > HOLD_EXTRAS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < plan->class_count; i++) {
		enum err e = seat_class(db, plan, i, subject_id, problems, seats);
		if (e) {
			return e;
		}
	}
	if (seats->count == 0) {
		diag_add(problems, DIAG_ERROR, "/classes", 0, 0, "sitting.no_student", NULL);
		return ERR_MISSING;
	}
	return check_extras(plan, seats, problems);
}

/* A paper with mistakes cannot be held; what a person should only see is left out here. */
static enum err check_paper(const struct paper_whole *paper, struct diag *problems) {
	const struct question *questions[BLUEPRINT_ITEMS_MAX];
	struct diag found = { 0 };
	if (paper->item_count > BLUEPRINT_ITEMS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < paper->item_count; i++) {
		questions[i] = &paper->questions.items[i].q;
	}
	enum err e = paper_check(&paper->bp, paper->items, questions, paper->item_count, &found);
	if (!e && found.errors) {
		e = ERR_INVAL;
		paper_check_errors(&found, problems);
	}
	diag_finish(&found);
	return e;
}

/* All that publishing needs while its transaction runs; made anew when it runs again. */
struct publishing {
	const struct keys *keys;
	const struct hold_plan *plan;
	int64_t now_ms;
	struct diag *problems;
	struct sitting sitting;
	struct paper_whole *paper;
	struct hold_seats seats;
	struct variants variants;
	uint64_t room_ids[SITTING_CLASSES_MAX];
};

static void publishing_clear(struct publishing *p) {
	paper_whole_free(STEAL(p->paper));
	hold_seats_finish(&p->seats);
	variants_finish(&p->variants);
}

static enum err draw_variants(struct publishing *p) {
	unsigned count = p->sitting.variant_count;
	struct paper_layout *layouts[PAPER_VARIANTS_MAX] = { NULL };
	const struct paper_whole *paper = p->paper;
	enum err e = paper_draw(&paper->bp, paper->items, paper->item_count, p->sitting.seed, count,
			layouts);
	if (e) {
		return e;
	}
	for (unsigned v = 0; v < count; v++) {
		e = e ? e : GROW(&p->variants, VARIANT_STORE_MAX);
		if (e) {
			paper_layout_free(layouts[v]);
			continue;
		}
		struct variant *variant = &p->variants.items[p->variants.count++];
		paper_variant_code(v, variant->code);
		variant->layout = layouts[v];
	}
	return e;
}

static enum err write_rooms(struct db *db, struct publishing *p) {
	const struct sitting *s = &p->sitting;
	for (size_t i = 0; i < p->plan->class_count; i++) {
		uint64_t class_id = p->plan->class_ids[i];
		_cleanup_(mem_freep) char *name = NULL;
		enum err e = seat_store_class_name(db, s->school_id, class_id, &name);
		if (e) {
			return e;
		}
		struct sitting_room room = {
			.class_id = class_id, .name = name, .invigilator_id = s->created_by
		};
		e = sitting_store_add_room(db, s->school_id, &s->id, &room, &p->room_ids[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static void make_attempt(const struct publishing *p, const struct hold_seat *seat,
		struct sitting_attempt *out) {
	const struct variant *variant = &p->variants.items[seat->variant];
	*out = (struct sitting_attempt){
		.room_id = p->room_ids[seat->class_index],
		.student_id = seat->student_id,
		.person_id = seat->person_id,
		.extra_ms = seat->extra_ms,
		.ends_at_ms = seat->ends_at_ms,
	};
	memcpy(out->variant, variant->code, sizeof(out->variant));
	secret_random(out->id.b, sizeof(out->id.b));
	secret_random(out->salt, sizeof(out->salt));
	bound_mark_salt(p->keys, out->salt);
	struct event_origin origin = { p->sitting.school_id, p->sitting.id, out->id, out->salt,
		str_from(out->variant) };
	event_genesis(&origin, &out->head);
}

static enum err write_attempts(struct db *db, const struct publishing *p) {
	_cleanup_(mem_freep) struct sitting_attempt *attempts =
			calloc(p->seats.count, sizeof(*attempts));
	if (!attempts) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < p->seats.count; i++) {
		make_attempt(p, &p->seats.items[i], &attempts[i]);
	}
	return sitting_store_add_attempts(
			db, p->sitting.school_id, &p->sitting.id, attempts, p->seats.count);
}

static enum err write_variants(struct db *db, const struct publishing *p) {
	const struct sitting *s = &p->sitting;
	enum err e = ERR_OK;
	for (size_t v = 0; !e && v < p->variants.count; v++) {
		const struct variant *variant = &p->variants.items[v];
		e = variant_store_add(db, s->school_id, &s->id, variant->code, variant->layout);
	}
	return e;
}

static enum err publish_in_tx(struct db *db, void *ctx) {
	struct publishing *p = ctx;
	struct sitting *s = &p->sitting;
	struct bank_actor actor = { p->plan->sitting.school_id, p->plan->sitting.created_by };
	publishing_clear(p);
	diag_finish(p->problems);
	*s = p->plan->sitting;
	s->state = SITTING_PUBLISHED;
	s->revision = 1;
	s->sealing = 1;
	if (id16_equal(&s->id, &(struct id16){ { 0 } })) {
		secret_random(s->id.b, sizeof(s->id.b));
	}
	secret_random(&s->seed, sizeof(s->seed));
	/* Frozen first: nobody edits the paper between the reading and the sealing. */
	enum err e = paper_store_freeze(db, actor.school_id, s->paper_id);
	e = e ? e : paper_store_load(db, actor, s->paper_id, &p->paper);
	e = e ? e : check_paper(p->paper, p->problems);
	e = e ? e : check_column(db, s, p->problems);
	if (e) {
		return e;
	}
	s->subject_id = p->paper->row.subject_id;
	e = seat_all(db, p->plan, s->subject_id, p->problems, &p->seats);
	e = e ? e : draw_variants(p);
	e = e ? e : sitting_store_add(db, s, p->now_ms);
	e = e ? e : write_rooms(db, p);
	e = e ? e : write_variants(db, p);
	e = e ? e : write_attempts(db, p);
	e = e ? e : bound_store_deal(db, p->keys, s->school_id, &s->id);
	struct seal_paper seal = { s, p->paper, p->variants.items, p->variants.count };
	return e ? e : seal_paper_write(db, p->keys, &seal, p->problems);
}

enum err hold_sitting_publish(struct db *db, const struct keys *keys, const struct hold_plan *plan,
		int64_t now_ms, struct diag *problems, struct id16 *out_id) {
	enum err e = check_times(&plan->sitting, now_ms, problems);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct publishing *p = calloc(1, sizeof(*p));
	if (!p) {
		return ERR_NOMEM;
	}
	p->keys = keys;
	p->plan = plan;
	p->now_ms = now_ms;
	p->problems = problems;
	e = db_transact(db, publish_in_tx, p);
	if (!e) {
		*out_id = p->sitting.id;
	}
	publishing_clear(p);
	return e;
}

enum err hold_sitting_preview(struct db *db, const struct hold_plan *plan, int64_t now_ms,
		struct diag *problems, struct hold_seats *out) {
	struct bank_actor actor = { plan->sitting.school_id, plan->sitting.created_by };
	_cleanup_(paper_whole_freep) struct paper_whole *paper = NULL;
	_cleanup_(hold_seats_finish) struct hold_seats seats = { 0 };
	enum err e = check_times(&plan->sitting, now_ms, problems);
	e = e ? e : paper_store_load(db, actor, plan->sitting.paper_id, &paper);
	e = e ? e : check_paper(paper, problems);
	e = e ? e : seat_all(db, plan, paper->row.subject_id, problems, &seats);
	if (e) {
		return e;
	}
	*out = seats;
	seats = (struct hold_seats){ 0 };
	return ERR_OK;
}

struct moving {
	const struct keys *keys;
	const struct hold_move *move;
	int64_t now_ms;
	struct sitting moved;
};

static enum err seal_again(struct db *db, const struct moving *m) {
	const struct sitting *s = &m->moved;
	_cleanup_(paper_whole_freep) struct paper_whole *paper = NULL;
	_cleanup_(variants_finish) struct variants variants = { 0 };
	struct diag problems = { 0 }; /* what was sealed once has none left */
	struct bank_actor any = { s->school_id, 0 };
	enum err e = paper_store_load(db, any, s->paper_id, &paper);
	e = e ? e : variant_store_list(db, s->school_id, &s->id, &variants);
	struct seal_paper seal = { s, paper, variants.items, variants.count };
	e = e ? e : seal_paper_write(db, m->keys, &seal, &problems);
	diag_finish(&problems);
	return e ? e : variant_store_drop_sealings(db, s->school_id, &s->id, s->sealing);
}

static enum err move_ends(struct db *db, const struct keys *keys, const struct sitting *s) {
	_cleanup_(sitting_attempts_finish) struct sitting_attempts waiting = { 0 };
	_cleanup_(bound_attempts_finish) struct bound_attempts bound = { 0 };
	struct phase_sitting times = sitting_times(s);
	enum err e = bound_store_of_sitting(db, keys, s->school_id, &s->id, &bound);
	e = e ? e : sitting_store_waiting(db, s->school_id, &s->id, &waiting);
	for (size_t i = 0; !e && i < waiting.count; i++) {
		struct phase_attempt attempt = { .delay_ms = waiting.items[i].delay_ms,
			.extra_ms = waiting.items[i].extra_ms,
			.personal_limit_ms = waiting.items[i].personal_limit_ms,
			.started_at_ms = PHASE_NEVER };
		e = sitting_store_set_end(db, s->school_id, &waiting.items[i].id,
				phase_end_ms(&times, &attempt));
	}
	return e ? e : bound_store_renew(db, keys, &bound);
}

static enum err move_in_tx(struct db *db, void *ctx) {
	struct moving *m = ctx;
	const struct hold_move *move = m->move;
	struct sitting *s = &m->moved;
	enum err e = sitting_store_lock(db, move->school_id, &move->sitting, s);
	if (e) {
		return e;
	}
	if (s->created_by != move->person_id) {
		return ERR_NOT_FOUND;
	}
	if (s->revision != move->revision) {
		return ERR_STALE;
	}
	e = sitting_check_move(s, move->starts_at_ms, m->now_ms);
	if (e) {
		return e;
	}
	bool is_guarded = s->starts_at_ms - m->now_ms <= SITTING_GUARDED_MS;
	int64_t by_ms = move->starts_at_ms - s->starts_at_ms;
	s->lobby_at_ms += by_ms;
	s->starts_at_ms += by_ms;
	s->window_end_ms += by_ms;
	s->sealing++;
	bool is_bound = false;
	e = bound_store_holds(db, m->keys, s->school_id, &s->id, &is_bound);
	e = e ? e : sitting_store_move(db, s);
	e = e ? e : seal_again(db, m);
	e = e ? e : move_ends(db, m->keys, s);
	e = e || !is_bound ? e : bound_store_sitting(db, m->keys, s->school_id, &s->id);
	if (e) {
		return e;
	}
	s->revision++;
	/* Asked last, under the lock: nothing but the caller's note of it and the commit can still
	 * fail. */
	if (is_guarded && (!move->confirm || move->confirm(move->ctx, s))) {
		return ERR_CONFLICT;
	}
	return ERR_OK;
}

enum err hold_sitting_move(struct db *db, const struct keys *keys, const struct hold_move *move,
		int64_t now_ms, struct sitting *out) {
	struct moving m = { .keys = keys, .move = move, .now_ms = now_ms };
	enum err e = db_transact(db, move_in_tx, &m);
	if (e) {
		return e;
	}
	return sitting_store_load(db, move->school_id, &move->sitting, out);
}
