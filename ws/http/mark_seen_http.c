/* The part of mark_http.h for students and guardians: published marks only. */
#include "ws/http/mark_http.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/grow.h"
#include "core/school/roster_store.h"
#include "gradebook/marks/mark_store.h"
#include "ws/http/child.h"
#include "ws/http/mark_json.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	TEXT_BYTES_MAX = 1 << 20,
	SEEN_MAX = 600, /* published marks of one student's year */
};

/* The published marks of one student, by term and subject. */
struct seen {
	struct {
		struct mark_seen mark;
	} * items;
	size_t count;
	size_t cap;
	struct arena arena;
};

static void seen_finish(struct seen *s) {
	free(s->items);
	arena_finish(&s->arena);
}

static enum err take_seen(const struct mark_seen *mark, void *ctx) {
	struct seen *s = ctx;
	enum err e = GROW(s, SEEN_MAX);
	if (e) {
		return e;
	}
	s->items[s->count].mark = *mark;
	e = arena_copy(&s->arena, mark->subject_name, &s->items[s->count].mark.subject_name);
	s->count += !e;
	return e;
}

/* One subject of one term: the marks from `start` to `end`. */
static enum err put_subject(struct json_out *w, const struct seen *s, size_t start, size_t end,
		enum lang lang) {
	const struct mark_seen *first = &s->items[start].mark;
	struct mark_cell cells[MARK_COLUMNS_MAX];
	struct mark_facts facts = { .grade = first->grade,
		.year = first->year,
		.subject = first->subject,
		.lessons_a_year = first->lessons_a_year };
	size_t count = 0;
	size_t regular = 0;
	jo_obj(w);
	jo_kstr(w, "name", first->subject_name);
	jo_kstrz(w, "kind", first->subject == MARK_SUBJECT_COMMENT ? "comment" : "mark");
	jo_karr(w, "marks");
	for (size_t i = start; i < end && count < MARK_COLUMNS_MAX; i++) {
		const struct mark_seen *m = &s->items[i].mark;
		jo_obj(w);
		jo_kstrz(w, "kind", mark_kind_name(m->kind));
		jo_ki64(w, "position", m->position);
		jo_ki64(w, "valueX10", m->value_x10);
		jo_end_obj(w);
		cells[count++] = (struct mark_cell){ m->kind, m->position, m->value_x10 };
		regular += m->kind == MARK_TX;
	}
	jo_end_arr(w);
	mark_facts_find_rules(&facts);
	const struct mark_plan plan = mark_facts_plan(&facts, regular);
	struct mark_result result =
			mark_result_of(mark_facts_has_rules(&facts) ? &plan : NULL, cells, count);
	jo_key(w, "mean");
	enum err e = mark_put_result(w, &result, lang);
	jo_end_obj(w);
	return e;
}

static enum err reply_seen(const struct request *req, struct reply *reply, uint64_t school_id,
		uint64_t student_id) {
	_cleanup_(seen_finish) struct seen s = { 0 };
	s.arena = arena_make(TEXT_BYTES_MAX);
	enum err e = mark_store_published(request_db(req), school_id, student_id, take_seen, &s);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "terms");
	for (size_t i = 0; !e && i < s.count;) {
		unsigned term = s.items[i].mark.term_number;
		jo_obj(w);
		jo_ki64(w, "number", term);
		jo_karr(w, "subjects");
		while (!e && i < s.count && s.items[i].mark.term_number == term) {
			size_t end = i;
			while (end < s.count && s.items[end].mark.term_number == term &&
					s.items[end].mark.subject_id ==
							s.items[i].mark.subject_id) {
				end++;
			}
			e = put_subject(w, &s, i, end, request_lang(req));
			i = end;
		}
		jo_end_arr(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

enum err mark_mine_get(const struct request *req, struct reply *reply) {
	uint64_t student_id = 0;
	enum err e = roster_store_student_of_person(request_db(req), request_school_id(req),
			request_person_id(req), &student_id);
	return e ? e : reply_seen(req, reply, request_school_id(req), student_id);
}

/* A guardian's child, at whatever school: anybody else's is not found. */
enum err mark_child_get(const struct request *req, struct reply *reply) {
	uint64_t school_id = 0;
	uint64_t child_id = 0;
	enum err e = child_of_path(req, &school_id, &child_id);
	return e ? e : reply_seen(req, reply, school_id, request_path_id(req, 0));
}
