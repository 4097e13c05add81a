#ifndef WS_HTTP_DESK_HTTP_H
#define WS_HTTP_DESK_HTTP_H

/*
 * The desk of a department of education, for its officers: schools and how their records come in,
 * exams that are on, counts and distributions, one student's records with a purpose, exports.
 * Everything is of the officer's own province; anything else is not there (404).
 */

#include "ws/http/route.h"

/* GET /desk/schools, GET /desk/schools/{school}, GET /desk/exams */
route_handler desk_school_list;
route_handler desk_school_get;
route_handler desk_exam_list;

/* POST /desk/schools, /desk/schools/{school}/{codes|revoke|suspend|resume}: audited. */
route_handler desk_school_invite;
route_handler desk_code_create;
route_handler desk_school_revoke;
route_handler desk_school_suspend;
route_handler desk_school_resume;

/* POST /desk/schools/{school}/records: who, and why the officer looks; audited. */
route_handler desk_record_list;

/* GET /desk/counts: what can be chosen; GET /desk/distribution: groups and their values. */
route_handler desk_counts_get;
route_handler desk_distribution_get;

/* GET /desk/log: what officers did and looked at, newest first. */
route_handler desk_log_list;

/* GET /desk/areas: provinces, this one's communes, and what became of former ones. */
route_handler desk_area_list;

/* POST /desk/exports, /desk/schools/{school}/bundle: files with their purpose in them; audited. */
route_handler desk_export_create;
route_handler desk_bundle_create;

#endif
