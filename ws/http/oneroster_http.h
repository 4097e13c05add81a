#ifndef WS_HTTP_ONEROSTER_HTTP_H
#define WS_HTTP_ONEROSTER_HTTP_H

/* A school year as a OneRoster bundle, for the office: what leaves, for what purpose, is in the log;
 * and an empty school set up from one, looked at before it is done (oneroster_import_http.c). */

#include "ws/http/route.h"

route_handler oneroster_export_create;
route_handler oneroster_import_create;
route_handler oneroster_import_get;
route_handler oneroster_import_drop;
route_handler oneroster_import_commit;

#endif
