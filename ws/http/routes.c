#include "core/auth/access.h"
#include "ws/http/health_http.h"
#include "ws/http/route.h"

/*
 * Every address of the program. Grouped by subject, a blank line and a comment between groups.
 * enum access starts at ACCESS_NOBODY, so a row without a role is shut.
 */

/* clang-format off */
static const struct route rows[] = {
	/* The program itself (health_http.c) */
	{ HTTP_GET,    "/healthz",                             ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   health_get },
	{ HTTP_GET,    "/readyz",                              ACCESS_PUBLIC,    0,       ROUTE_PLAIN,   ready_get },
	{ HTTP_GET,    "/metrics",                             ACCESS_PUBLIC,    0,       ROUTE_NO_DB,   metrics_get },
};
/* clang-format on */

const struct route *route_table(size_t *out_count) {
	*out_count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
