#ifndef CORE_PROVINCE_AREA_STORE_H
#define CORE_PROVINCE_AREA_STORE_H

/*
 * The SQL for provinces and communes as they were and are: each row has its days, and a map says
 * what became of a place on which day. Two tiers since 2025-07-01; the provinces before are there
 * whole (migration 0023), communes come with a list (area_list.h).
 */

#include "core/db/db.h"
#include "core/province/area_list.h"
#include "core/school/place.h"

/* A place on one day. */
struct area {
	char code[PLACE_CODE_BYTES];
	char name[PLACE_NAME_BYTES];
	char parent[PLACE_CODE_BYTES]; /* a commune's province; "" of a province */
	struct date from;
	struct date to; /* the last day; year 0: still */
};

/* ERR_NOT_FOUND when there was none of that code on that day. */
enum err area_store_find(struct db *db, enum area_tier tier, struct str code, struct date on,
		struct area *out) MUST_CHECK;
/* Those of that day by code; of a province's communes. parent: "" for provinces. An error of
 * `each` ends it and is given back. */
enum err area_store_each(struct db *db, enum area_tier tier, struct str parent, struct date on,
		enum err (*each)(const struct area *area, void *ctx), void *ctx) MUST_CHECK;
/*
 * What a place of `then` is on the later day `on`: itself, or those it went into, through as many
 * changes as there were. Each once, by code.
 */
enum err area_store_became(struct db *db, enum area_tier tier, struct str code, struct date then,
		struct date on, enum err (*each)(const struct area *area, void *ctx),
		void *ctx) MUST_CHECK;

/* All provinces, and the communes of a department's province and of those it was made of, on
 * whatever day; by tier, code and first day. */
enum err area_store_around(struct db *db, uint32_t province_id,
		enum err (*each)(enum area_tier tier, const struct area *area, void *ctx),
		void *ctx) MUST_CHECK;
/* Texts are valid during `each`. */
struct area_change {
	enum area_tier tier;
	struct str before; /* codes */
	struct str after;
	struct date on;
};
/* What became of those, by tier, day and former code. */
enum err area_store_changes(struct db *db, uint32_t province_id,
		enum err (*each)(const struct area_change *change, void *ctx),
		void *ctx) MUST_CHECK;

/*
 * Takes a list of communes in: rows that are there already (code and first day) get the list's
 * name, last day and province. In one transaction. ERR_NOT_FOUND: the province of row *out_row
 * (from 1) is none on the row's first day.
 */
enum err area_store_import(struct db *db, const struct area_list *list, size_t *out_row) MUST_CHECK;

#endif
