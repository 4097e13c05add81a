#ifndef WS_HTTP_IMPORT_HTTP_H
#define WS_HTTP_IMPORT_HTTP_H

/* Importing questions from a file: preview, mending, one commit of exactly what was previewed. */

#include "ws/http/route.h"

route_handler import_create;
route_handler import_get;
route_handler import_mend;
route_handler import_commit;
route_handler import_drop;

#endif
