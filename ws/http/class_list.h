#ifndef WS_HTTP_CLASS_LIST_H
#define WS_HTTP_CLASS_LIST_H

/* The students of one class, kept while something is made of them: slips, a workbook. */

#include "core/base/arena.h"
#include "core/base/str.h"
#include "ws/http/request.h"

enum { CLASS_LIST_MAX = 200 }; /* students of a class */

struct class_list {
	struct arena arena;
	struct class_member {
		uint64_t person_id;
		uint64_t student_id;
		struct str full_name;
		struct str login;
		unsigned position;
		bool is_activated;
	} * items;
	size_t count;
	size_t cap;
	uint64_t class_id;
	struct str class_name;
	uint64_t school_year_id;
};

/* A class of the caller's school, into zeros. ERR_NOT_FOUND, ERR_LIMIT; finish it in any case. */
enum err class_list_load(
		const struct request *req, uint64_t class_id, struct class_list *out) MUST_CHECK;
void class_list_finish(struct class_list *list);

#endif
