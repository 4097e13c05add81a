#include <string.h>

#include "core/school/roster_inner.h"

enum { TEXT_BYTES = 4 * 1024, CHANGES_MAX = 10 + 2 * ROSTER_GUARDIANS_MAX };

/* One row being held against a student. */
struct diff {
	struct roster_plan *plan;
	struct roster_row *row;
	const struct roster_known_student *student; /* NULL: new */
	const struct roster_phones *phones;
};

static enum err add_change(
		struct diff *d, enum roster_field field, struct str was, struct str now) {
	struct roster_row *row = d->row;
	if (!row->changes) {
		void *memory = NULL;
		enum err e = arena_take(
				&d->plan->arena, CHANGES_MAX * sizeof(*row->changes), &memory);
		if (e) {
			return e;
		}
		row->changes = memory;
	}
	struct roster_change *change = &row->changes[row->change_count];
	enum err e = arena_copy(&d->plan->arena, was, &change->old_text);
	if (!e) {
		e = arena_copy(&d->plan->arena, now, &change->new_text);
	}
	if (e) {
		return e;
	}
	change->field = field;
	row->change_count++;
	return ERR_OK;
}

/* A text that the list gives and that is another. */
static enum err diff_text(struct diff *d, enum roster_field field, struct str was, struct str now) {
	return now.n == 0 || str_eq(was, now) ? ERR_OK : add_change(d, field, was, now);
}

static enum err lower(struct str s, struct buf *out) {
	for (size_t at = 0; at < s.n;) {
		str_utf8_add(out, str_utf8_lower(str_utf8_next(s, &at)));
	}
	return buf_err(out);
}

/* Names that differ only in capitals are the same: lists are often written in capitals. */
static enum err diff_name(struct diff *d) {
	_cleanup_(buf_finish) struct buf was = buf_make(TEXT_BYTES);
	_cleanup_(buf_finish) struct buf now = buf_make(TEXT_BYTES);
	enum err e = lower(d->student->full_name, &was);
	if (!e) {
		e = lower(d->row->full_name, &now);
	}
	if (e || strcmp(buf_str(&was), buf_str(&now)) == 0) {
		return e;
	}
	return add_change(d, ROSTER_NAME, d->student->full_name, d->row->full_name);
}

static enum err diff_code(struct diff *d) {
	struct str was = d->student->code;
	struct str now = d->row->code;
	return now.n == 0 || str_eq_nocase(now, was.p) ? ERR_OK
						       : add_change(d, ROSTER_CODE, was, now);
}

static void print_iso(struct date date, char out[DATE_ISO_BYTES]) {
	out[0] = '\0';
	if (date_is_valid(date)) {
		date_print_iso(date, out);
	}
}

static enum err diff_birth(struct diff *d) {
	char was[DATE_ISO_BYTES];
	char now[DATE_ISO_BYTES];
	print_iso(d->student->birth, was);
	print_iso(d->row->birth, now);
	return diff_text(d, ROSTER_BIRTH, str_from(was), str_from(now));
}

static struct str sex_word(enum sex sex) {
	switch (sex) {
	case SEX_NOT_SAID:
		return str_from("");
	case SEX_MALE:
		return str_from("male");
	case SEX_FEMALE:
		return str_from("female");
	}
	return str_from("");
}

/* Personal ids are shown by their last four digits only. */
static enum err diff_personal_id(struct diff *d, const uint8_t *key) {
	struct str id = d->row->personal_id;
	if (id.n == 0) {
		return ERR_OK;
	}
	struct hash hash;
	roster_personal_id_hash(key, id, &hash);
	bool has_one = d->student->has_personal_id;
	if (has_one && hash_equal(&hash, &d->student->personal_id_hash)) {
		return ERR_OK;
	}
	char shown[16] = "········";
	memcpy(shown + 8, id.p + id.n - 4, 4);
	shown[12] = '\0';
	return add_change(d, ROSTER_PERSONAL_ID, str_from(has_one ? "········" : ""),
			str_from(shown));
}

static enum err diff_class(struct diff *d) {
	if (d->row->class_index == SIZE_MAX) {
		return ERR_OK;
	}
	struct str now = d->plan->classes[d->row->class_index].name;
	return d->student->class_id && roster_class_same(d->student->class_name, now)
			? ERR_OK
			: add_change(d, ROSTER_CLASS, d->student->class_name, now);
}

static enum err diff_state(struct diff *d) {
	if (!d->student->has_left) {
		return ERR_OK;
	}
	enum err e = roster_note(d->plan, d->row, false, 0, "import.returns", NULL);
	return e ? e : add_change(d, ROSTER_STATE, str_from("left"), str_from("learning"));
}

static enum err diff_student(struct diff *d, const uint8_t *key) {
	const struct roster_known_student *s = d->student;
	const struct roster_row *row = d->row;
	enum err e = diff_code(d);
	if (!e) {
		e = diff_name(d);
	}
	if (!e) {
		e = diff_birth(d);
	}
	if (!e) {
		e = diff_text(d, ROSTER_SEX, sex_word(s->sex), sex_word(row->sex));
	}
	if (!e) {
		e = diff_personal_id(d, key);
	}
	if (!e) {
		e = diff_class(d);
	}
	if (!e) {
		e = diff_text(d, ROSTER_BIRTH_PLACE, s->birth_place, row->birth_place);
	}
	if (!e) {
		e = diff_text(d, ROSTER_ETHNICITY, s->ethnicity, row->ethnicity);
	}
	if (!e) {
		e = diff_text(d, ROSTER_ADDRESS, s->address, row->address);
	}
	if (!e) {
		e = diff_text(d, ROSTER_NOTE, s->note, row->note);
	}
	return e ? e : diff_state(d);
}

/* This child's guardian who is meant: by number, else by name. */
static const struct roster_known_guardian *find_own(
		const struct diff *d, const struct roster_guardian *g) {
	const struct roster_known_student *s = d->student;
	for (size_t i = 0; s && g->phone.n > 0 && i < s->guardian_count; i++) {
		if (str_eq(s->guardians[i].phone, g->phone)) {
			return &s->guardians[i];
		}
	}
	for (size_t i = 0; s && !g->is_made_name && i < s->guardian_count; i++) {
		if (roster_same_name(s->guardians[i].full_name, g->full_name)) {
			return &s->guardians[i];
		}
	}
	return NULL;
}

static const struct roster_known_guardian *find_by_phone(
		const struct roster_phones *phones, struct str phone) {
	size_t count = 0;
	const struct roster_key *key =
			phone.n ? roster_keys_find(&phones->known, phone, &count) : NULL;
	return key ? phones->people[key->index] : NULL;
}

/* A number that the list gives to somebody of another name, here or in an earlier row. */
static enum err note_other_name(struct diff *d, const struct roster_guardian *g) {
	const struct roster_known_guardian *known = find_by_phone(d->phones, g->phone);
	if (g->phone.n == 0 || g->is_made_name) {
		return ERR_OK;
	}
	struct str other = known ? known->full_name : (struct str){ "", 0 };
	size_t count = 0;
	const struct roster_key *first = roster_keys_find(&d->phones->rows, g->phone, &count);
	for (size_t i = 0; !known && first && i < count; i++) {
		const struct roster_row *row = &d->plan->rows[first[i].index];
		for (size_t k = 0; row < d->row && other.n == 0 && k < row->guardian_count; k++) {
			const struct roster_guardian *of = &row->guardians[k];
			bool is_it = str_eq(of->phone, g->phone) && !of->is_made_name;
			other = is_it ? of->full_name : other;
		}
	}
	if (other.n == 0 || roster_same_name(other, g->full_name)) {
		return ERR_OK;
	}
	return roster_note(d->plan, d->row, false, 0, "import.phone_two_names", "value", g->phone.p,
			"name", other.p, NULL);
}

static enum err link_own(struct diff *d, struct roster_guardian *g,
		const struct roster_known_guardian *own) {
	g->is_linked = true;
	g->person_id = own->person_id;
	if (g->phone.n == 0 || str_eq(own->phone, g->phone)) {
		return ERR_OK;
	}
	if (own->phone.n > 0) {
		return roster_note(d->plan, d->row, false, 0, "import.phone_kept", "name",
				own->full_name.p, "old", own->phone.p, "value", g->phone.p, NULL);
	}
	if (find_by_phone(d->phones, g->phone)) {
		return note_other_name(d, g);
	}
	g->sets_phone = true;
	return add_change(d, ROSTER_GUARDIAN_PHONE_SET, own->full_name, g->phone);
}

static enum err diff_guardian(struct diff *d, struct roster_guardian *g) {
	const struct roster_known_guardian *own = find_own(d, g);
	if (own) {
		return link_own(d, g, own);
	}
	enum err e = note_other_name(d, g);
	if (e) {
		return e;
	}
	const struct roster_known_guardian *known = find_by_phone(d->phones, g->phone);
	g->person_id = known ? known->person_id : 0;
	if (!d->student) {
		return ERR_OK;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	buf_add(&text, g->full_name.p, g->full_name.n);
	if (g->phone.n > 0) {
		buf_add_str(&text, ", ");
		buf_add(&text, g->phone.p, g->phone.n);
	}
	if (buf_err(&text)) {
		return buf_err(&text);
	}
	return add_change(
			d, ROSTER_GUARDIAN, str_from(""), (struct str){ buf_str(&text), text.len });
}

enum err roster_diff(struct roster_plan *plan, struct roster_row *row,
		const struct roster_known_student *student, const struct roster_phones *phones,
		const uint8_t *personal_id_key) {
	struct diff d = { .plan = plan, .row = row, .student = student, .phones = phones };
	enum err e = student ? diff_student(&d, personal_id_key) : ERR_OK;
	for (size_t i = 0; !e && i < row->guardian_count; i++) {
		e = diff_guardian(&d, &row->guardians[i]);
	}
	return e;
}
