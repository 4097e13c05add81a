#ifndef WS_HTTP_MARK_SHEET_H
#define WS_HTTP_MARK_SHEET_H

/* The sheet of a class, subject and term: everything that stands on it, loaded once, and as JSON. */

#include "core/auth/access.h"
#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/json_out.h"
#include "gradebook/marks/lock.h"
#include "gradebook/marks/mark_store.h"
#include "gradebook/marks/publish_store.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

/* A mark from the class in which the student was before. */
struct sheet_carried {
	struct mark_cell cell;
	bool is_makeup;
	uint64_t class_id;
	struct str class_name;
};

struct sheet_student {
	uint64_t id;
	struct str code;
	struct str full_name;
	struct date birth;
	bool is_exempt;
	struct str remark;
	unsigned remark_version;
	struct mark_stored cells[MARK_COLUMNS_MAX]; /* in the order of the columns */
	struct sheet_carried carried[MARK_COLUMNS_MAX];
	size_t carried_count;
	size_t requests[MARK_COLUMNS_MAX]; /* index + 1 of the one that waits; 0: none */
};

struct sheet_request {
	uint64_t id;
	struct cell wanted;
	struct str why;
	uint64_t asked_by;
	struct str asked_by_name;
	int64_t asked_at_ms;
};

struct sheet {
	struct mark_place place;
	struct mark_facts facts;
	struct lock_facts locks;
	int64_t publishes_at_ms[SCHEDULE_KINDS]; /* as it is planned, by kind; 0: it is not */
	int64_t now_ms;
	struct mark_plan plan;
	struct mark_column columns[MARK_COLUMNS_MAX];
	size_t column_count;
	struct sheet_student students[MARK_STUDENTS_MAX];
	size_t student_count;
	struct {
		struct sheet_request *items;
		size_t count;
		size_t cap;
	} requests;
	struct arena arena;
};

/* The place that the first three ids of the path name. */
struct mark_place sheet_place(const struct request *req);
/* Asks a rule about a class and subject; ERR_DENIED, or ERR_NOT_FOUND for another school's. */
enum err sheet_check_access(const struct request *req, const struct mark_place *place,
		bool (*rule)(const struct access_actor *, const struct access_class *)) MUST_CHECK;

enum err sheet_load(struct db *db, const struct mark_place *place, int64_t now_ms,
		struct sheet **out) MUST_CHECK;
void sheet_free(struct sheet *s);
DEFINE_FREEP(struct sheet *, sheet_free);

/* "attempt": base64url of 16 bytes, or null. */
void sheet_put_id16(struct json_out *w, const char *name, bool has, const uint8_t *id);
/* "class", "subject", "term" of a place. */
void sheet_put_place(
		struct json_out *w, const struct mark_place *place, const struct mark_facts *facts);
/* Whether something was entered at a place in the class's own column. */
bool sheet_is_entered(const struct sheet *s, const struct sheet_student *one,
		const struct mark_cell *place);
/* A student's mean: always one whole value. */
enum err sheet_put_mean(struct json_out *w, const struct sheet *s, const struct sheet_student *one,
		enum lang lang) MUST_CHECK;
/* The whole sheet as the members of an open object. */
enum err sheet_put(struct json_out *w, const struct request *req, const struct sheet *s) MUST_CHECK;

#endif
