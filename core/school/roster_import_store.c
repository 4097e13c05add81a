#include "core/school/roster_import_store.h"

#include <string.h>

#include "core/school/account_store.h"
#include "core/school/guardian_store.h"
#include "core/school/plan_store.h"
#include "core/school/proof_store.h"
#include "core/school/roster_store.h"
#include "core/seal/box.h"

/* A plan being carried out, inside its transaction. */
struct work {
	const struct roster_import *import;
	const struct roster_plan *plan;
	struct date today;
	struct roster_known known;
	uint64_t class_ids[ROSTER_CLASSES_MAX]; /* of classes made here */
	struct roster_import_done done;
};

/* ERR_STALE unless the school is as the plan saw it. */
static enum err load_known(struct db *db, struct work *w) {
	roster_known_finish(&w->known); /* of a run that failed */
	enum err e = roster_import_load(
			db, w->import->school_id, w->import->school_year_id, &w->known);
	if (e) {
		return e;
	}
	struct hash now;
	roster_known_hash(&w->known, &now);
	return hash_equal(&now, &w->plan->basis) ? ERR_OK : ERR_STALE;
}

/* The class of a row, made when it is the first one in it. */
static enum err take_class(struct db *db, struct work *w, size_t index, uint64_t *out) {
	const struct roster_plan_class *c = &w->plan->classes[index];
	if (w->class_ids[index] == 0 && c->id == 0) {
		enum err e = roster_store_add_class(db, w->import->school_id,
				w->import->school_year_id, c->grade, c->name, 0,
				&w->class_ids[index]);
		if (e) {
			return e == ERR_EXISTS ? ERR_STALE : e;
		}
		w->done.classes_made++;
	}
	*out = c->id ? c->id : w->class_ids[index];
	return ERR_OK;
}

/* What account_store takes of a person; `box` holds the sealed personal id, `hash` its hash. */
static enum err make_person(const struct work *w, const struct roster_row *row, struct buf *box,
		struct hash *hash, struct person_new *out) {
	*out = (struct person_new){ .birth = row->birth, .sex = row->sex };
	enum err e = account_name_parse(row->full_name, &out->name);
	if (e || row->personal_id.n == 0) {
		return e;
	}
	e = box_seal(w->import->seal_key, row->personal_id, box);
	if (e) {
		return e;
	}
	roster_personal_id_hash(w->import->personal_id_key, row->personal_id, hash);
	out->personal_id_box = (struct str){ box->data, box->len };
	out->personal_id_hash = hash->b;
	return ERR_OK;
}

/* The person with that personal id, if it is the row's: a student who comes from another school. One
 * with another name or birth date is somebody else, of whom this school learns nothing. */
static enum err find_by_personal_id(struct db *db, const uint8_t *hash,
		const struct roster_row *row, uint64_t *out_person_id) {
	uint64_t id = 0;
	struct person_facts facts;
	enum err e = account_store_find_personal_id(db, hash, &id);
	e = e ? e : account_store_person_facts(db, id, &facts);
	if (e) {
		return e;
	}
	bool is_same_birth = !date_is_valid(row->birth) || !date_is_valid(facts.birth) ||
			date_compare(row->birth, facts.birth) == 0;
	if (!is_same_birth || !roster_same_name(row->full_name, str_from(facts.full_name))) {
		return ERR_EXISTS;
	}
	*out_person_id = id;
	return ERR_OK;
}

static void note_taken(struct work *w, const struct roster_row *row) {
	if (w->done.personal_ids_taken < ROSTER_TAKEN_MAX) {
		w->done.taken[w->done.personal_ids_taken] = row;
	}
	w->done.personal_ids_taken++;
}

static enum err add_person(struct db *db, struct work *w, const struct roster_row *row,
		uint64_t *out_person_id) {
	_cleanup_(buf_finish) struct buf box = buf_make(128);
	struct hash hash;
	struct person_new person;
	enum err e = make_person(w, row, &box, &hash, &person);
	if (e) {
		return e;
	}
	if (person.personal_id_hash) {
		e = find_by_personal_id(db, person.personal_id_hash, row, out_person_id);
		if (e == ERR_EXISTS) {
			note_taken(w, row);
			person.personal_id_box = (struct str){ NULL, 0 };
			person.personal_id_hash = NULL;
		} else if (e != ERR_NOT_FOUND) {
			return e;
		}
	}
	e = account_store_add_person(db, &person, w->import->now_ms, out_person_id);
	if (!e) {
		e = account_store_add_account(db, *out_person_id, str_from(""), w->import->now_ms);
	}
	return e;
}

/* The sign-in name is the code; when a teacher has it already, the code behind "hs-". */
static enum err add_membership(struct db *db, const struct work *w, const struct roster_row *row,
		uint64_t person_id) {
	char login[ACCOUNT_LOGIN_BYTES];
	enum err e = account_login_parse(row->code, login);
	if (e) {
		return e;
	}
	e = account_store_add_membership(
			db, w->import->school_id, person_id, ROLE_STUDENT, str_from(login));
	if (e != ERR_EXISTS || !db_error_is_key(db, "membership_login")) {
		return e;
	}
	char other[ACCOUNT_LOGIN_BYTES + 3] = "hs-";
	memcpy(other + 3, login, strlen(login) + 1);
	e = account_store_add_membership(
			db, w->import->school_id, person_id, ROLE_STUDENT, str_from(other));
	return e == ERR_EXISTS ? ERR_STALE : e;
}

/* A guardian's person: known at the school, or by number anywhere, or new. */
static enum err take_guardian_person(struct db *db, const struct work *w,
		const struct roster_guardian *g, uint64_t *out) {
	if (g->person_id) {
		*out = g->person_id;
		return ERR_OK;
	}
	if (g->phone.n > 0) {
		enum err e = account_store_find_phone(db, g->phone, out);
		if (e != ERR_NOT_FOUND) {
			return e;
		}
	}
	struct person_new person = { .sex = SEX_NOT_SAID };
	if (g->relation != ROSTER_OTHER) {
		person.sex = g->relation == ROSTER_FATHER ? SEX_MALE : SEX_FEMALE;
	}
	enum err e = account_name_parse(g->full_name, &person.name);
	if (!e) {
		e = account_store_add_person(db, &person, w->import->now_ms, out);
	}
	if (!e && g->phone.n > 0) {
		e = account_store_add_account(db, *out, g->phone, w->import->now_ms);
	}
	return e;
}

static enum err link_guardian(struct db *db, const struct work *w, const struct roster_guardian *g,
		uint64_t student_id) {
	uint64_t person_id = 0;
	enum err e = take_guardian_person(db, w, g, &person_id);
	e = e ? e : proof_store_ask(db, w->import->school_id, person_id, w->import->now_ms);
	if (!e) {
		e = account_store_add_membership(
				db, w->import->school_id, person_id, ROLE_PARENT, str_from(""));
	}
	return e ? e
		 : guardian_store_set(db, w->import->school_id, student_id, person_id,
				   (enum relation)g->relation);
}

/* A number for a guardian who had none. When it turns out to be somebody's at another school,
 * that person becomes a guardian too, and the one without a number stays. */
static enum err set_phone(struct db *db, const struct work *w, const struct roster_guardian *g,
		uint64_t student_id) {
	uint64_t owner = 0;
	enum err e = account_store_find_phone(db, g->phone, &owner);
	if (!e) {
		struct roster_guardian other = *g;
		other.person_id = owner;
		return link_guardian(db, w, &other, student_id);
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	e = account_store_set_phone(db, w->import->school_id, g->person_id, g->phone);
	return e == ERR_NOT_FOUND
			? account_store_add_account(db, g->person_id, g->phone, w->import->now_ms)
			: e;
}

static enum err apply_guardians(struct db *db, const struct work *w, const struct roster_row *row,
		uint64_t student_id) {
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < row->guardian_count; i++) {
		const struct roster_guardian *g = &row->guardians[i];
		if (g->sets_phone) {
			e = set_phone(db, w, g, student_id);
		} else if (!g->is_linked) {
			e = link_guardian(db, w, g, student_id);
		}
	}
	return e;
}

static enum err apply_new(struct db *db, struct work *w, const struct roster_row *row) {
	uint64_t person_id = 0;
	uint64_t student_id = 0;
	uint64_t class_id = 0;
	enum err e = add_person(db, w, row, &person_id);
	if (!e) {
		e = add_membership(db, w, row, person_id);
	}
	if (e) {
		return e;
	}
	struct student_new student = {
		.person_id = person_id,
		.code = row->code,
		.birth_place = row->birth_place,
		.ethnicity = row->ethnicity,
		.address = row->address,
		.note = row->note,
	};
	e = roster_store_add_student(db, w->import->school_id, &student, &student_id);
	if (e) {
		return e == ERR_EXISTS ? ERR_STALE : e;
	}
	e = take_class(db, w, row->class_index, &class_id);
	if (!e) {
		e = roster_store_enrol(db, w->import->school_id, class_id, student_id,
				row->position, w->today);
	}
	return e ? e : apply_guardians(db, w, row, student_id);
}

static bool changes(const struct roster_row *row, enum roster_field field) {
	for (size_t i = 0; i < row->change_count; i++) {
		if (row->changes[i].field == field) {
			return true;
		}
	}
	return false;
}

static struct str pick(const struct roster_row *row, enum roster_field field, struct str now,
		struct str was) {
	return changes(row, field) ? now : was;
}

/* A student as he or she will be: what is there, and over it what the list changes. */
static enum err write_student(struct db *db, const struct work *w, const struct roster_row *row,
		const struct roster_known_student *was) {
	bool is_learning = !was->has_left || changes(row, ROSTER_STATE);
	struct student_change change = {
		.birth = changes(row, ROSTER_BIRTH) ? row->birth : was->birth,
		.sex = changes(row, ROSTER_SEX) ? row->sex : was->sex,
		.code = pick(row, ROSTER_CODE, row->code, was->code),
		.birth_place = pick(row, ROSTER_BIRTH_PLACE, row->birth_place, was->birth_place),
		.ethnicity = pick(row, ROSTER_ETHNICITY, row->ethnicity, was->ethnicity),
		.address = pick(row, ROSTER_ADDRESS, row->address, was->address),
		.note = pick(row, ROSTER_NOTE, row->note, was->note),
		.state = is_learning ? STUDENT_LEARNING : STUDENT_LEFT,
	};
	enum err e = account_name_parse(
			pick(row, ROSTER_NAME, row->full_name, was->full_name), &change.name);
	if (!e) {
		e = roster_store_update_student(db, w->import->school_id, row->student_id,
				row->student_version, &change);
	}
	if (!e && changes(row, ROSTER_STATE)) {
		e = account_store_add_membership(db, w->import->school_id, row->person_id,
				ROLE_STUDENT, str_from(""));
	}
	return e == ERR_EXISTS ? ERR_STALE : e;
}

/* After write_student(), which has raised the person's version by one. */
static enum err write_personal_id(struct db *db, struct work *w, const struct roster_row *row,
		const struct roster_known_student *was) {
	_cleanup_(buf_finish) struct buf box = buf_make(128);
	struct hash hash;
	struct person_new person;
	enum err e = make_person(w, row, &box, &hash, &person);
	if (!e) {
		e = account_name_parse(pick(row, ROSTER_NAME, row->full_name, was->full_name),
				&person.name);
	}
	if (e) {
		return e;
	}
	person.birth = changes(row, ROSTER_BIRTH) ? row->birth : was->birth;
	person.sex = changes(row, ROSTER_SEX) ? row->sex : was->sex;
	e = account_store_update_person(
			db, w->import->school_id, row->person_id, &person, row->person_version + 1);
	if (e == ERR_EXISTS) {
		note_taken(w, row);
		return ERR_OK;
	}
	return e;
}

static enum err move_class(struct db *db, struct work *w, const struct roster_row *row,
		uint64_t old_class_id) {
	uint64_t class_id = 0;
	enum err e = take_class(db, w, row->class_index, &class_id);
	if (!e && old_class_id) {
		e = roster_store_leave(
				db, w->import->school_id, old_class_id, row->student_id, w->today);
	}
	return e ? e
		 : roster_store_enrol(db, w->import->school_id, class_id, row->student_id,
				   row->position, w->today);
}

static const struct roster_known_student *find_known(const struct work *w, uint64_t student_id) {
	for (size_t i = 0; i < w->known.student_count; i++) {
		if (w->known.students[i].student_id == student_id) {
			return &w->known.students[i];
		}
	}
	return NULL;
}

static enum err apply_change(struct db *db, struct work *w, const struct roster_row *row) {
	const struct roster_known_student *was = find_known(w, row->student_id);
	if (!was) {
		return ERR_STALE;
	}
	enum err e = write_student(db, w, row, was);
	if (!e && changes(row, ROSTER_PERSONAL_ID)) {
		e = write_personal_id(db, w, row, was);
	}
	if (!e && changes(row, ROSTER_CLASS)) {
		e = move_class(db, w, row, was->class_id);
	}
	return e ? e : apply_guardians(db, w, row, row->student_id);
}

static enum err run(struct db *db, void *ctx) {
	struct work *w = ctx;
	const struct roster_import *import = w->import;
	memset(w->class_ids, 0, sizeof(w->class_ids));
	w->done = (struct roster_import_done){ 0 };
	enum err e = plan_store_hold_school(db, import->school_id);
	if (!e) {
		e = plan_store_commit(db, import->school_id, PLAN_ROSTER, import->plan_id,
				import->plan_hash, import->now_ms);
	}
	if (!e) {
		e = load_known(db, w);
	}
	for (size_t i = 0; !e && i < w->plan->row_count; i++) {
		const struct roster_row *row = &w->plan->rows[i];
		if (row->is_doubtful && !row->is_agreed) {
			continue;
		}
		e = row->action == ROSTER_NEW ? apply_new(db, w, row) : apply_change(db, w, row);
	}
	return e;
}

enum err roster_import_commit(struct db *db, const struct roster_import *import,
		const struct roster_plan *plan, struct roster_import_done *out) {
	struct work w = { .import = import, .plan = plan };
	enum err e = date_in_vietnam(import->now_ms, &w.today);
	if (!e) {
		e = db_transact(db, run, &w);
	}
	roster_known_finish(&w.known);
	if (e) {
		return e;
	}
	*out = w.done;
	return ERR_OK;
}
