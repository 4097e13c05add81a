#ifndef CORE_SCHOOL_PLACE_STORE_H
#define CORE_SCHOOL_PLACE_STORE_H

/*
 * The SQL for places. They are global: reached by code, by id, or through the place above. Texts
 * given to `each` are valid during the call; an error of `each` ends the reading and is given
 * back. Adding gives ERR_EXISTS when the code is taken.
 */

#include "core/db/db.h"
#include "core/school/place.h"

/* id: the province's number in the national list. */
enum err place_store_add_province(struct db *db, uint32_t id, struct str code, struct str name,
		struct date valid_from) MUST_CHECK;
/* ERR_MISSING when there is no such province. */
enum err place_store_add_commune(struct db *db, uint32_t province_id, struct str code,
		struct str name, struct date valid_from, uint32_t *out_id) MUST_CHECK;
/* The school's id and province_id are not looked at. ERR_MISSING: no such commune. */
enum err place_store_add_school(struct db *db, const struct school *school, int64_t now_ms,
		uint64_t *out_id) MUST_CHECK;

/* A province or a commune. */
struct place_row {
	uint32_t id;
	struct str code;
	struct str name;
};
/* Those that exist on that day, by name. */
enum err place_store_provinces(struct db *db, struct date on,
		enum err (*each)(const struct place_row *row, void *ctx), void *ctx) MUST_CHECK;
enum err place_store_communes(struct db *db, uint32_t province_id, struct date on,
		enum err (*each)(const struct place_row *row, void *ctx), void *ctx) MUST_CHECK;

/* A province's code and name. */
struct province {
	char code[PLACE_CODE_BYTES];
	char name[PLACE_NAME_BYTES];
};
/* ERR_NOT_FOUND when there is none. */
enum err place_store_province(struct db *db, uint32_t id, struct province *out) MUST_CHECK;

/* ERR_NOT_FOUND when there is none. */
enum err place_store_school(struct db *db, uint64_t id, struct school *out) MUST_CHECK;
enum err place_store_school_by_code(struct db *db, struct str code, struct school *out) MUST_CHECK;
/* The schools of a province, by name. */
enum err place_store_schools(struct db *db, uint32_t province_id,
		enum err (*each)(const struct school *school, void *ctx), void *ctx) MUST_CHECK;

#endif
