#ifndef WS_HTTP_HEALTH_HTTP_H
#define WS_HTTP_HEALTH_HTTP_H

/*
 * What watches the program: is it alive, may it be given work, and its counters.
 */

#include "ws/http/route.h"

/* 200 as long as requests are answered at all. */
route_handler health_get;
/* 200 when everything a request needs is there, else 503; either way with each part's state. */
route_handler ready_get;
/* Counters in Prometheus' text form; for this machine only. */
route_handler metrics_get;

#endif
