#ifndef WS_CMD_PROVINCE_LOG_H
#define WS_CMD_PROVINCE_LOG_H

/* What is done at a department's terminal stands in the department's log beside what its officers
 * do, with nobody's name. */

#include <stdint.h>

#include "core/db/db.h"

struct province_deed {
	uint32_t province_id;
	const char *action;  /* "department.revoke" */
	const char *subject; /* "province_school", "officer" */
	uint64_t id;         /* of the subject; 0: it is named by `login` */
	const char *why;     /* NULL: no reason is asked for */
	const char *login;   /* of an officer, else NULL */
	int64_t at_ms;
};
/* 0, or 1 with a line on stderr: it is done, but stands in no log. */
int province_log(struct db *db, const struct province_deed *deed);

#endif
