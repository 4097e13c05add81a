#ifndef WS_HTTP_DESTINATION_HTTP_H
#define WS_HTTP_DESTINATION_HTTP_H

/* Where the school's records go, for its office: the destinations, their state, and what became of
 * single records. */

#include "core/exchange/destination_store.h"
#include "ws/http/route.h"

route_handler destination_list;    /* GET /destinations */
route_handler destination_create;  /* POST /destinations: a database or a folder */
route_handler destination_get;     /* GET /destinations/{destination} */
route_handler destination_put;     /* PUT /destinations/{destination} */
route_handler destination_drop;    /* DELETE /destinations/{destination} */
route_handler destination_pause;   /* POST /destinations/{destination}/pause */
route_handler destination_resume;  /* POST …/resume */
route_handler destination_send;    /* POST …/send: at once, whatever it waited for */
route_handler destination_compare; /* POST …/compare */
/* destination_enrol_http.c */
route_handler destination_enrol; /* POST /destinations/enrol: a province, by its one-time code */
route_handler destination_roll;  /* POST …/roll: the school signs with another key from now on */
/* destination_record_http.c */
route_handler destination_records;       /* GET …/records?state=&bang=&after= */
route_handler destination_record_resend; /* POST …/records/{record}/resend */
route_handler destination_resend;        /* POST …/resend-rejected: every rejected record */

/* Whether the operator allowed destinations on this machine. */
bool destination_takes_here(const struct request *req);
/* The destination that the address names, if it is the school's. ERR_NOT_FOUND. The caller finishes
 * *out. */
enum err destination_load(const struct request *req, struct destination *out) MUST_CHECK;
/* What came of adding one: the destination, or what speaks against it. */
enum err destination_reply_added(
		const struct request *req, struct reply *reply, enum err e, uint64_t id) MUST_CHECK;

#endif
