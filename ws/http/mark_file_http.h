#ifndef WS_HTTP_MARK_FILE_HTTP_H
#define WS_HTTP_MARK_FILE_HTTP_H

/* Marks as Excel files: our own form to be filled in, files read into the gradebook, and the
 * gradebook's marks written into a teacher's own file. */

#include "ws/http/route.h"

/* GET /marks/{class}/{subject}/{term}/sheet.xlsx */
route_handler mark_form_get;
/* POST /marks/{class}/{subject}/{term}/import?sheet= */
route_handler mark_import_create;
/* GET, DELETE /mark-imports/{plan} */
route_handler mark_import_get;
route_handler mark_import_drop;
/* POST /mark-imports/{plan}/commit */
route_handler mark_import_commit;
/* POST /marks/{class}/{subject}/{term}/fill?sheet= */
route_handler mark_fill_create;
/* GET, DELETE /mark-fills/{plan} */
route_handler mark_fill_get;
route_handler mark_fill_drop;
/* GET /mark-fills/{plan}/file.xlsx */
route_handler mark_fill_file;

#endif
