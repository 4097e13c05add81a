#ifndef WS_HTTP_ROSTER_HTTP_H
#define WS_HTTP_ROSTER_HTTP_H

/* Class lists: import from Excel with a preview, and export. For the office; a homeroom teacher
 * exports the own class. */

#include "ws/http/route.h"

route_handler roster_import_create;
route_handler roster_import_get;
route_handler roster_import_drop;
route_handler roster_import_commit_post;
route_handler roster_export_get;

#endif
