#ifndef WS_SERVICE_DEMO_DEPARTMENT_H
#define WS_SERVICE_DEMO_DEPARTMENT_H

/* The demo's department of education: one officer, and the demo school that is asked to enrol. */

#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/enrolment.h"
#include "core/seal/keys.h"
#include "ws/service/province_role.h"

#define DEMO_PROVINCE_CODE "01"
#define DEMO_OFFICER_LOGIN "so.giaoduc"

/*
 * Makes what is not there yet. code: with which the school will enrol; NULL when it has.
 */
enum err demo_department_open(struct db *db, const struct province_role *role,
		const struct enrolment_code *code, int64_t now_ms) MUST_CHECK;

#endif
