#include "core/auth/access.h"

#include <assert.h>
#include <string.h>

bool access_allows(uint32_t needed, uint32_t held) {
	if (needed & ACCESS_PUBLIC) {
		return true;
	}
	held &= ACCESS_HELD_MASK;
	if ((needed & ACCESS_SIGNED_IN) && held != 0) {
		return true;
	}
	return (needed & held) != 0;
}

enum err access_from_role(uint64_t role, uint32_t *out_bit) {
	if (role < ROLE_OFFICE || role >= ROLE_COUNT_) {
		return ERR_INVAL;
	}
	*out_bit = UINT32_C(1) << role;
	return ERR_OK;
}

static const char *const role_names[ROLE_COUNT_] = {
	[ROLE_OFFICE] = "office",
	[ROLE_TEACHER] = "teacher",
	[ROLE_STUDENT] = "student",
	[ROLE_PARENT] = "parent",
	[ROLE_DEPARTMENT] = "department",
	[ROLE_SYSTEM] = "system",
};

const char *access_role_name(enum role role) {
	assert(role >= ROLE_OFFICE && role < ROLE_COUNT_);
	return role_names[role];
}

/* The actor acts in that school and holds the role there. Roles of a session are those of its
 * school: one bit of another school is worth nothing here. */
static bool is_at(const struct access_actor *who, uint64_t school_id, uint32_t bit) {
	return school_id != 0 && who->school_id == school_id && (who->roles & bit) != 0;
}

bool access_class_view(const struct access_actor *who, const struct access_class *what) {
	if (is_at(who, what->school_id, ACCESS_OFFICE)) {
		return true;
	}
	return is_at(who, what->school_id, ACCESS_TEACHER) &&
			(what->is_homeroom || what->teaches_any || what->teaches_subject);
}

bool access_class_contacts(const struct access_actor *who, const struct access_class *what) {
	return is_at(who, what->school_id, ACCESS_OFFICE) ||
			(is_at(who, what->school_id, ACCESS_TEACHER) && what->is_homeroom);
}

bool access_class_results(const struct access_actor *who, const struct access_class *what) {
	return access_class_contacts(who, what);
}

bool access_marks_view(const struct access_actor *who, const struct access_class *what) {
	if (is_at(who, what->school_id, ACCESS_OFFICE)) {
		return true;
	}
	return is_at(who, what->school_id, ACCESS_TEACHER) &&
			(what->is_homeroom || what->teaches_subject);
}

/* The office sees marks but enters none: a mark is the teacher's. */
bool access_marks_enter(const struct access_actor *who, const struct access_class *what) {
	return is_at(who, what->school_id, ACCESS_TEACHER) && what->teaches_subject;
}

bool access_homeroom_remark(const struct access_actor *who, const struct access_class *what) {
	return is_at(who, what->school_id, ACCESS_TEACHER) && what->is_homeroom;
}

bool access_presence_take(const struct access_actor *who, const struct access_class *what) {
	return access_class_view(who, what);
}

bool access_conduct_enter(const struct access_actor *who, const struct access_class *what) {
	return access_class_contacts(who, what);
}

static bool is_person(const struct access_actor *who, uint64_t person_id, uint32_t bit) {
	return person_id != 0 && who->person_id == person_id && (who->roles & bit) != 0;
}

bool access_student_results(const struct access_actor *who, const struct access_student *what) {
	if (is_person(who, what->person_id, ACCESS_STUDENT)) {
		return true;
	}
	return (who->roles & ACCESS_PARENT) != 0 && what->is_guarded;
}

bool access_attempt_sit(const struct access_actor *who, const struct access_attempt *what) {
	if (!is_at(who, what->school_id, ACCESS_STUDENT | ACCESS_TICKET) ||
			!is_person(who, what->student_id, ACCESS_STUDENT | ACCESS_TICKET)) {
		return false;
	}
	bool is_bound = who->has_attempt || !(who->roles & ACCESS_STUDENT);
	if (!is_bound) {
		return true;
	}
	return who->has_attempt &&
			memcmp(who->attempt_id, what->attempt_id, ACCESS_ATTEMPT_BYTES) == 0;
}

bool access_attempt_watch(const struct access_actor *who, const struct access_attempt *what) {
	return is_at(who, what->school_id, ACCESS_TEACHER) &&
			(what->is_owner || what->is_invigilator);
}

bool access_attempt_mark(const struct access_actor *who, const struct access_attempt *what) {
	return is_at(who, what->school_id, ACCESS_TEACHER) && (what->is_owner || what->marks_it);
}

bool access_attempt_receipt(const struct access_actor *who, const struct access_attempt *what) {
	if (access_attempt_sit(who, what) || access_attempt_watch(who, what) ||
			access_attempt_mark(who, what)) {
		return true;
	}
	return (who->roles & ACCESS_PARENT) != 0 && what->is_guarded;
}

bool access_owned_view(const struct access_actor *who, const struct access_owned *what) {
	return is_at(who, what->school_id, ACCESS_TEACHER) && (what->is_owner || what->is_shared);
}

bool access_owned_change(const struct access_actor *who, const struct access_owned *what) {
	return is_at(who, what->school_id, ACCESS_TEACHER) && what->is_owner;
}

bool access_school_manage(const struct access_actor *who, uint64_t school_id) {
	return is_at(who, school_id, ACCESS_OFFICE);
}
