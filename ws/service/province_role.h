#ifndef WS_SERVICE_PROVINCE_ROLE_H
#define WS_SERVICE_PROVINCE_ROLE_H

/*
 * What a process is beside a server when it serves a department of education: which province, by
 * which keys. Made once before the first request; nothing in it changes but the counts of who sent
 * how much.
 */

#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/db/db.h"
#include "core/exchange/enrolment.h"
#include "core/school/place.h"
#include "core/seal/keys.h"

struct app;
struct province_role;

/*
 * The province of the settings; its row is made when it is not there. On failure a sentence for a
 * person is in why (size bytes).
 */
enum err province_role_new(struct app *app, struct db *db, struct province_role **out, char *why,
		size_t size) MUST_CHECK;
void province_role_free(struct province_role *role);
DEFINE_FREEP(struct province_role *, province_role_free);

/* The row of the province of that code (empty: of the settings), made with the name of the settings
 * or of the national list when it is not there. ERR_INVAL: no number from 1 to 99; ERR_NOT_FOUND:
 * neither place has a name. For the commands, too. */
struct province_place {
	uint32_t id;
	char code[PLACE_CODE_BYTES];
	char name[PLACE_NAME_BYTES];
};
enum err province_place_find(struct db *db, const char *code, const char *name, int64_t now_ms,
		struct province_place *out) MUST_CHECK;

const struct province_place *province_role_place(const struct province_role *role);
/* Under which codes of schools are sealed, KEYS_BYTES. */
const uint8_t *province_role_box_key(const struct province_role *role);
/* The answer of GET /api/v1/exchange/keys. */
struct str province_role_keys(const struct province_role *role);
/* Counts a signed request of a school, on any thread: 0, or how long the school must wait. */
int64_t province_role_wait_ms(struct province_role *role, uint64_t school_id);

#endif
