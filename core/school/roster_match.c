#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_inner.h"

enum {
	CODE_DIGITS = 7, /* of a code made here: two of the year, five that count */
	CODE_NUMBER_MAX = 99999,
	PHONES_MAX = 200000,
};

/* The school and the list, ready to be searched. */
struct match {
	struct roster_plan *plan;
	const struct roster_known *known;
	const struct roster_target *target;
	struct roster_keys known_codes; /* index: of known->students */
	struct roster_keys known_ids;
	struct roster_keys known_people;
	struct roster_keys row_codes; /* index: of plan->rows */
	struct roster_keys row_ids;
	struct roster_keys row_people;
	struct roster_phones phones;
	size_t *row_of;       /* by student: the row that names him, or SIZE_MAX */
	unsigned last_number; /* of the codes made here and found */
	unsigned positions[ROSTER_CLASSES_MAX];
};

static void match_finish(struct match *m) {
	roster_keys_finish(&m->known_codes);
	roster_keys_finish(&m->known_ids);
	roster_keys_finish(&m->known_people);
	roster_keys_finish(&m->row_codes);
	roster_keys_finish(&m->row_ids);
	roster_keys_finish(&m->row_people);
	roster_keys_finish(&m->phones.known);
	roster_keys_finish(&m->phones.rows);
	free(m->phones.people);
	free(m->row_of);
}

/* A code of the form that is made here in this year also takes its number. */
static void see_code(struct match *m, struct str code) {
	uint64_t number = 0;
	if (code.n != CODE_DIGITS || str_parse_u64(code, &number)) {
		return;
	}
	unsigned year = (unsigned)m->target->year % 100;
	unsigned counted = (unsigned)(number % (CODE_NUMBER_MAX + 1));
	if (number / (CODE_NUMBER_MAX + 1) == year && counted > m->last_number) {
		m->last_number = counted;
	}
}

static enum err index_guardians(struct match *m, const struct roster_known_student *s) {
	struct roster_phones *p = &m->phones;
	for (size_t i = 0; i < s->guardian_count; i++) {
		if (s->guardians[i].phone.n == 0) {
			continue;
		}
		void *people = p->people;
		enum err e = grow_items(&people, &p->people_cap, p->people_count,
				sizeof(*p->people), PHONES_MAX);
		p->people = people;
		if (!e) {
			p->people[p->people_count] = &s->guardians[i];
			e = roster_keys_add(&p->known, s->guardians[i].phone, p->people_count++);
		}
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err index_student(struct match *m, size_t i) {
	const struct roster_known_student *s = &m->known->students[i];
	struct arena *arena = &m->plan->arena;
	struct str key;
	see_code(m, s->code);
	enum err e = roster_key_code(arena, s->code, &key);
	if (!e) {
		e = roster_keys_add(&m->known_codes, key, i);
	}
	if (!e && s->has_personal_id) {
		struct str id = { (const char *)s->personal_id_hash.b, HASH_BYTES };
		e = roster_keys_add(&m->known_ids, id, i);
	}
	if (!e && date_is_valid(s->birth)) {
		e = roster_key_person(arena, s->full_name, s->birth, &key);
		if (!e) {
			e = roster_keys_add(&m->known_people, key, i);
		}
	}
	return e ? e : index_guardians(m, s);
}

/* Keys of a row; those of rows with a mistake are not entered, so that a good row below counts. */
struct row_keys {
	struct str code;
	struct str id;
	struct str person;
	struct hash id_hash;
};

static enum err make_keys(struct match *m, const struct roster_row *row, struct row_keys *out) {
	struct arena *arena = &m->plan->arena;
	*out = (struct row_keys){ .code = { "", 0 } };
	enum err e = ERR_OK;
	if (row->code.n > 0) {
		e = roster_key_code(arena, row->code, &out->code);
	}
	if (!e && row->personal_id.n > 0) {
		roster_personal_id_hash(
				m->target->personal_id_key, row->personal_id, &out->id_hash);
		e = arena_copy(arena, (struct str){ (const char *)out->id_hash.b, HASH_BYTES },
				&out->id);
	}
	if (!e && date_is_valid(row->birth) && row->full_name.n > 0) {
		e = roster_key_person(arena, row->full_name, row->birth, &out->person);
	}
	return e;
}

static enum err index_row(struct match *m, size_t i) {
	const struct roster_row *row = &m->plan->rows[i];
	see_code(m, row->code); /* also of a row with a mistake, which will be mended */
	if (row->action == ROSTER_SKIPPED || row->action == ROSTER_ERROR) {
		return ERR_OK;
	}
	struct row_keys keys;
	enum err e = make_keys(m, row, &keys);
	if (!e && keys.code.n > 0) {
		e = roster_keys_add(&m->row_codes, keys.code, i);
	}
	if (!e && keys.id.n > 0) {
		e = roster_keys_add(&m->row_ids, keys.id, i);
	}
	if (!e && keys.person.n > 0) {
		e = roster_keys_add(&m->row_people, keys.person, i);
	}
	for (size_t k = 0; !e && k < row->guardian_count; k++) {
		if (row->guardians[k].phone.n > 0) {
			e = roster_keys_add(&m->phones.rows, row->guardians[k].phone, i);
		}
	}
	return e;
}

static enum err index_all(struct match *m) {
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < m->known->student_count; i++) {
		e = index_student(m, i);
	}
	for (size_t i = 0; !e && i < m->plan->row_count; i++) {
		e = index_row(m, i);
	}
	roster_keys_sort(&m->known_codes);
	roster_keys_sort(&m->known_ids);
	roster_keys_sort(&m->known_people);
	roster_keys_sort(&m->row_codes);
	roster_keys_sort(&m->row_ids);
	roster_keys_sort(&m->row_people);
	roster_keys_sort(&m->phones.known);
	roster_keys_sort(&m->phones.rows);
	return e;
}

/* Classes that the school has keep their own spelling. */
static enum err settle_classes(struct match *m) {
	for (size_t i = 0; i < m->plan->class_count; i++) {
		struct roster_plan_class *c = &m->plan->classes[i];
		for (size_t k = 0; k < m->known->class_count; k++) {
			const struct roster_known_class *known = &m->known->classes[k];
			if (c->id == 0 && roster_class_same(c->name, known->name)) {
				c->id = known->id;
				c->grade = known->grade;
				enum err e = arena_copy(&m->plan->arena, known->name, &c->name);
				if (e) {
					return e;
				}
			}
		}
	}
	return ERR_OK;
}

static enum err note_place(struct match *m, struct roster_row *row, bool is_error, const char *code,
		size_t other) {
	const struct roster_row *first = &m->plan->rows[other];
	char number[12];
	(void)snprintf(number, sizeof(number), "%u", first->number); /* any unsigned fits */
	return roster_note(m->plan, row, is_error, 0, code, "sheet",
			m->plan->sheets[first->sheet].name.p, "row", number, NULL);
}

/* The first row above that counts and has this key; SIZE_MAX for none. */
static size_t row_above(struct match *m, const struct roster_keys *keys, struct str key, size_t i) {
	size_t count = 0;
	const struct roster_key *first = key.n ? roster_keys_find(keys, key, &count) : NULL;
	for (size_t k = 0; first && k < count && first[k].index < i; k++) {
		enum roster_action action = m->plan->rows[first[k].index].action;
		if (action == ROSTER_NEW || action == ROSTER_CHANGE || action == ROSTER_SAME) {
			return first[k].index;
		}
	}
	return SIZE_MAX;
}

static bool differ(struct str a, struct str b) {
	return a.n > 0 && b.n > 0 && !str_eq(a, b);
}

/* Whether the row repeats one above it; says so, or what contradicts. */
static enum err check_above(
		struct match *m, size_t i, const struct row_keys *keys, bool *out_done) {
	struct roster_row *row = &m->plan->rows[i];
	size_t by_code = row_above(m, &m->row_codes, keys->code, i);
	size_t by_id = row_above(m, &m->row_ids, keys->id, i);
	size_t by_person = row_above(m, &m->row_people, keys->person, i);
	size_t by_key = by_code != SIZE_MAX ? by_code : by_id;
	*out_done = true;
	if (by_key != SIZE_MAX) {
		if (roster_same_name(m->plan->rows[by_key].full_name, row->full_name)) {
			row->action = ROSTER_DUPLICATE;
			return note_place(m, row, false, "import.duplicate", by_key);
		}
		return note_place(m, row, true,
				by_code != SIZE_MAX ? "import.code_twice" : "import.id_twice",
				by_key);
	}
	if (by_person != SIZE_MAX) {
		const struct roster_row *other = &m->plan->rows[by_person];
		if (!differ(other->code, row->code) &&
				!differ(other->personal_id, row->personal_id)) {
			row->action = ROSTER_DUPLICATE;
			return note_place(m, row, false, "import.duplicate", by_person);
		}
		*out_done = false;
		return note_place(m, row, false, "import.same_name", by_person);
	}
	*out_done = false;
	return ERR_OK;
}

static const struct roster_known_student *find_known(
		const struct match *m, const struct roster_keys *keys, struct str key) {
	size_t count = 0;
	const struct roster_key *first = key.n ? roster_keys_find(keys, key, &count) : NULL;
	return first ? &m->known->students[first->index] : NULL;
}

/* Two students of the school cannot be one line of the list. Nor is it the same student when
 * both the name and the birth date are others. */
static bool is_other_person(const struct roster_row *row, const struct roster_known_student *s) {
	bool is_same_birth = !date_is_valid(row->birth) || !date_is_valid(s->birth) ||
			date_compare(row->birth, s->birth) == 0;
	return !roster_same_name(row->full_name, s->full_name) && !is_same_birth;
}

/* By name and birth date: the one there is, or the one in the row's class. */
static enum err find_person(struct match *m, struct roster_row *row, const struct row_keys *keys,
		const struct roster_known_student **out) {
	size_t count = 0;
	const struct roster_key *first = keys->person.n
			? roster_keys_find(&m->known_people, keys->person, &count)
			: NULL;
	assert(count == 0 || m->known->students); /* the keys are theirs */
	const struct roster_known_student *found = NULL;
	size_t found_count = 0;
	size_t in_class = 0;
	for (size_t i = 0; first && i < count; i++) {
		const struct roster_known_student *s = &m->known->students[first[i].index];
		bool has_other_id =
				keys->id.n > 0 && s->has_personal_id; /* found by it otherwise */
		if (has_other_id) {
			continue;
		}
		bool is_here = row->class_index != SIZE_MAX && s->class_id &&
				s->class_id == m->plan->classes[row->class_index].id;
		found = is_here || in_class == 0 ? s : found;
		in_class += is_here;
		found_count++;
	}
	if (found_count > 1 && in_class != 1) {
		char number[24];
		(void)snprintf(number, sizeof(number), "%zu", found_count); /* any size_t fits */
		return roster_note(
				m->plan, row, true, 0, "import.ambiguous", "count", number, NULL);
	}
	*out = found;
	return ERR_OK;
}

/* The student whom the row means; NULL for a new one, or when the row is wrong. */
static enum err find_student(struct match *m, struct roster_row *row, const struct row_keys *keys,
		const struct roster_known_student **out) {
	const struct roster_known_student *by_code = find_known(m, &m->known_codes, keys->code);
	const struct roster_known_student *by_id = find_known(m, &m->known_ids, keys->id);
	const struct roster_known_student *found = by_code ? by_code : by_id;
	*out = NULL;
	if (by_code && by_id && by_code != by_id) {
		return roster_note(m->plan, row, true, 0, "import.two_people", "name",
				by_code->full_name.p, "other", by_id->full_name.p, NULL);
	}
	if (found && is_other_person(row, found)) {
		return by_code ? roster_note(m->plan, row, true, 0, "import.code_other", "value",
						 row->code.p, "name", found->full_name.p, NULL)
			       : roster_note(m->plan, row, true, 0, "import.id_other", "name",
						 found->full_name.p, NULL);
	}
	if (found) {
		*out = found;
		return ERR_OK;
	}
	enum err e = find_person(m, row, keys, out);
	if (!e && *out && row->code.n > 0 && row->action != ROSTER_ERROR) {
		/* Known by another code: shown as a change, with a word of warning. */
		e = roster_note(m->plan, row, false, 0, "import.code_changes", "old",
				(*out)->code.p, "value", row->code.p, NULL);
	}
	return e;
}

/* A code for a new student whose list gives none: the year and the next number. */
static enum err make_code(struct match *m, struct roster_row *row) {
	if (row->code.n > 0) {
		return ERR_OK;
	}
	if (m->last_number == CODE_NUMBER_MAX) {
		return ERR_LIMIT;
	}
	char code[CODE_DIGITS + 1];
	(void)snprintf(code, sizeof(code), "%02u%05u", (unsigned)m->target->year % 100u,
			++m->last_number % (CODE_NUMBER_MAX + 1u)); /* seven digits */
	return arena_copy(&m->plan->arena, str_from(code), &row->code);
}

static void place_row(struct match *m, struct roster_row *row) {
	if (row->class_index == SIZE_MAX) {
		return;
	}
	unsigned *last = &m->positions[row->class_index];
	if (row->position == 0) {
		row->position = *last + 1;
	}
	*last = row->position > *last ? row->position : *last;
}

static bool changes_name(const struct roster_row *row) {
	for (size_t i = 0; i < row->change_count; i++) {
		if (row->changes[i].field == ROSTER_NAME) {
			return true;
		}
	}
	return false;
}

/* Marks and capitals are mended often; other words may be another student's. */
static enum err doubt_name(struct match *m, struct roster_row *row,
		const struct roster_known_student *student) {
	if (!changes_name(row) || roster_same_name(row->full_name, student->full_name)) {
		return ERR_OK;
	}
	row->is_doubtful = true;
	return roster_note(m->plan, row, false, 0, "import.name_other", "old", student->full_name.p,
			"value", row->full_name.p, NULL);
}

static enum err decide_known(
		struct match *m, size_t i, const struct roster_known_student *student) {
	struct roster_row *row = &m->plan->rows[i];
	size_t *named_by = &m->row_of[student - m->known->students];
	if (*named_by != SIZE_MAX) {
		row->action = ROSTER_DUPLICATE;
		return note_place(m, row, false, "import.duplicate", *named_by);
	}
	*named_by = i;
	row->student_id = student->student_id;
	row->person_id = student->person_id;
	row->student_version = student->student_version;
	row->person_version = student->person_version;
	enum err e = roster_diff(m->plan, row, student, &m->phones, m->target->personal_id_key);
	row->action = row->change_count > 0 ? ROSTER_CHANGE : ROSTER_SAME;
	return e ? e : doubt_name(m, row, student);
}

static enum err decide(struct match *m, size_t i) {
	struct roster_row *row = &m->plan->rows[i];
	if (row->action == ROSTER_SKIPPED || row->action == ROSTER_ERROR) {
		return ERR_OK;
	}
	struct row_keys keys;
	enum err e = make_keys(m, row, &keys);
	if (e) {
		return e;
	}
	bool is_done = false;
	e = check_above(m, i, &keys, &is_done);
	if (e || is_done) {
		return e;
	}
	const struct roster_known_student *student = NULL;
	e = find_student(m, row, &keys, &student);
	if (e || row->action == ROSTER_ERROR) {
		return e;
	}
	place_row(m, row);
	if (student) {
		return decide_known(m, i, student);
	}
	row->action = ROSTER_NEW;
	if (!date_is_valid(row->birth)) {
		e = roster_note(m->plan, row, false, 0, "import.birth_missing", NULL);
		if (e) {
			return e;
		}
	}
	e = make_code(m, row);
	return e ? e : roster_diff(m->plan, row, NULL, &m->phones, m->target->personal_id_key);
}

enum err roster_match(struct roster_plan *plan, const struct roster_known *known,
		const struct roster_target *target) {
	_cleanup_(match_finish) struct match m = { .plan = plan, .known = known, .target = target };
	m.row_of = calloc(known->student_count + 1, sizeof(*m.row_of));
	if (!m.row_of) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < known->student_count; i++) {
		m.row_of[i] = SIZE_MAX;
	}
	enum err e = index_all(&m);
	if (!e) {
		e = settle_classes(&m);
	}
	for (size_t i = 0; !e && i < plan->row_count; i++) {
		e = decide(&m, i);
	}
	return e;
}
