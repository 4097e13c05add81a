#include "ws/http/child.h"

#include "core/auth/access.h"
#include "core/school/guardian_store.h"
#include "core/school/roster_store.h"
#include "ws/http/request.h"

enum err child_of_path(
		const struct request *req, uint64_t *out_school_id, uint64_t *out_person_id) {
	uint64_t school_id = 0;
	struct access_student child = { 0 };
	enum err e = guardian_store_school_of_child(request_db(req), request_person_id(req),
			request_path_id(req, 0), &school_id, &child.person_id);
	if (e) {
		return e;
	}
	child.is_guarded = true;
	if (!access_student_results(request_who(req), &child)) {
		return ERR_NOT_FOUND;
	}
	*out_school_id = school_id;
	*out_person_id = child.person_id;
	return ERR_OK;
}

enum err child_wanted(const struct request *req, struct child *out) {
	struct child child = { .student_id = request_path_id(req, 0) };
	enum err e = child_of_path(req, &child.school_id, &child.person_id);
	if (!e) {
		*out = child;
	}
	return e;
}

enum err child_self(const struct request *req, struct child *out) {
	struct child child = { .school_id = request_school_id(req),
		.person_id = request_person_id(req) };
	enum err e = roster_store_student_of_person(
			request_db(req), child.school_id, child.person_id, &child.student_id);
	if (!e) {
		*out = child;
	}
	return e;
}
