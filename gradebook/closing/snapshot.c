#include "gradebook/closing/snapshot.h"

#include <assert.h>
#include <string.h>

#include "gradebook/conduct/conduct.h"
#include "gradebook/results/class_primary.h"

static unsigned level_code(enum pack_level level) {
	return level == PACK_LEVEL_NONE ? SNAPSHOT_NONE : conduct_level_to_db(level);
}

static unsigned sessions(const struct class_absences *a) {
	return a->excused + a->unexcused;
}

static void take_term(const struct class_student *s, unsigned k, struct snapshot *out) {
	out->learning = level_code(s->outcome.term_learning[k].level);
	out->conduct = level_code(s->input.conduct[k]);
	out->promotion = SNAPSHOT_NONE;
	out->award = SNAPSHOT_NONE;
	out->absences = sessions(&s->absences[k]);
}

static void take_year(const struct class_student *s, struct snapshot *out) {
	const struct tt22_outcome *o = &s->outcome;
	bool is_over = s->input.has_summer && o->promotion_again != PACK_PROMOTION_OPEN;
	enum pack_promotion promotion = is_over ? o->promotion_again : o->promotion;
	out->learning = level_code(is_over ? o->learning_again.level : o->learning.level);
	out->conduct = level_code(is_over ? o->conduct_again : o->conduct);
	out->promotion = promotion == PACK_PROMOTION_OPEN ? SNAPSHOT_NONE : (unsigned)promotion;
	out->award = o->award == TT22_AWARD_OPEN ? SNAPSHOT_NONE
						 : (unsigned)(o->award - TT22_AWARD_NONE);
	out->absences = sessions(&s->absences[0]) + sessions(&s->absences[1]);
}

/* The year's result, counted from the best; a term has none. */
static void take_primary(
		const struct class_student *s, enum class_scope scope, struct snapshot *out) {
	const struct tt27_outcome *o = &s->primary->outcome;
	bool is_year = scope == SCOPE_YEAR;
	bool has_row = is_year && o->row != TT27_ROW_OPEN;
	out->learning = has_row ? (unsigned)o->row + 1 : SNAPSHOT_NONE;
	out->conduct = SNAPSHOT_NONE;
	out->promotion = is_year && o->promotion != PACK_PROMOTION_OPEN ? (unsigned)o->promotion
									: SNAPSHOT_NONE;
	out->award = is_year && o->award != TT27_AWARD_OPEN ? (unsigned)(o->award - TT27_AWARD_NONE)
							    : SNAPSHOT_NONE;
	out->absences = is_year ? sessions(&s->absences[0]) + sessions(&s->absences[1])
				: sessions(&s->absences[scope == SCOPE_TERM_2]);
}

static enum err put_json(const struct class_year *year, const struct class_student *student,
		enum class_scope scope, struct buf *out) {
	struct json_out w;
	const struct class_json how = { scope, false, LANG_VI };
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstr(&w, "class", year->class_name);
	jo_kstr(&w, "year", year->year_code);
	jo_kstrz(&w, "part", class_scope_name(scope));
	jo_kstr(&w, "code", student->code);
	jo_kstr(&w, "fullName", student->full_name);
	jo_karr(&w, "subjects");
	for (size_t i = 0; i < year->subject_count; i++) {
		jo_obj(&w);
		jo_kstr(&w, "code", year->subjects[i].code);
		jo_kstr(&w, "name", year->subjects[i].name);
		jo_kstr(&w, "teachers", year->subjects[i].teachers);
		jo_end_obj(&w);
	}
	jo_end_arr(&w);
	enum err e = class_year_put_student(&w, year, student, &how);
	if (e) {
		return e;
	}
	jo_end_obj(&w);
	return buf_err(out);
}

enum err snapshot_make(const struct class_year *year, const struct class_student *student,
		enum class_scope scope, struct buf *json, struct snapshot *out) {
	struct snapshot s = { .school_id = year->school_id,
		.class_id = year->class_id,
		.student_id = student->id,
		.scope = scope,
		.pack = str_from(class_year_pack(year)) };
	if (year->primary) {
		take_primary(student, scope, &s);
	} else if (scope == SCOPE_YEAR) {
		take_year(student, &s);
	} else {
		take_term(student, scope == SCOPE_TERM_2, &s);
	}
	buf_clear(json);
	enum err e = put_json(year, student, scope, json);
	if (e) {
		return e;
	}
	s.json = (struct str){ buf_str(json), json->len };
	*out = s;
	return ERR_OK;
}

void snapshot_hash(const struct snapshot *s, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, "TT1Y", 4);
	hash_add_be64(&h, s->school_id);
	hash_add_be64(&h, s->class_id);
	hash_add_be64(&h, s->student_id);
	hash_add_u8(&h, (uint8_t)s->scope);
	hash_add_u8(&h, (uint8_t)s->learning);
	hash_add_u8(&h, (uint8_t)s->conduct);
	hash_add_u8(&h, (uint8_t)s->promotion);
	hash_add_u8(&h, (uint8_t)s->award);
	hash_add_be16(&h, (uint16_t)s->absences);
	hash_add_u8(&h, (uint8_t)s->pack.n);
	hash_add(&h, s->pack.p, s->pack.n);
	hash_add_be32(&h, (uint32_t)s->json.n);
	hash_add(&h, s->json.p, s->json.n);
	hash_end(&h, out);
}

void snapshot_note(enum class_scope scope, const struct hash *hash, char out[SNAPSHOT_NOTE_BYTES]) {
	out[0] = (char)('0' + scope);
	out[1] = ' ';
	str_hex(hash->b, HASH_BYTES, out + 2);
}

enum err snapshot_note_parse(struct str note, enum class_scope *out_scope, struct hash *out) {
	bool is_note = note.n == SNAPSHOT_NOTE_BYTES - 1 && note.p[1] == ' ' && note.p[0] >= '0' &&
			note.p[0] < '0' + (int)CLASS_YEAR_SCOPES;
	if (!is_note || str_unhex((struct str){ note.p + 2, note.n - 2 }, out->b, HASH_BYTES)) {
		return ERR_FORMAT;
	}
	*out_scope = (enum class_scope)(note.p[0] - '0');
	return ERR_OK;
}
