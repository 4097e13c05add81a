#ifndef WS_HTTP_ONEROSTER_HTTP_H
#define WS_HTTP_ONEROSTER_HTTP_H

/* A school year as a OneRoster bundle, for the office: what leaves, for what purpose, is in the log. */

#include "ws/http/route.h"

route_handler oneroster_export_create;

#endif
