#ifndef WS_HTTP_STAFF_IMPORT_HTTP_H
#define WS_HTTP_STAFF_IMPORT_HTTP_H

/* Lists of teachers and of who teaches what from Excel, with a preview; who teaches what as Excel.
 * For the office. */

#include "ws/http/route.h"

route_handler teachers_import_create;
route_handler teachers_import_get;
route_handler teachers_import_drop;
route_handler teachers_import_commit;
route_handler teaching_import_create;
route_handler teaching_import_get;
route_handler teaching_import_drop;
route_handler teaching_import_commit;
route_handler teaching_export_get;

#endif
