#ifndef WS_HTTP_FAMILY_HTTP_H
#define WS_HTTP_FAMILY_HTTP_H

/*
 * What guardians and students ask for: the children of all schools in one list, another school
 * joined by a code of its own, and what is new of one student. Nothing here is about anybody but
 * that student, and nothing compares with others (Circular 15/2026/TT-BGDDT, article 22.2).
 */

#include "ws/http/route.h"

route_handler my_children;
/* POST /account/schools: a code of a school, entered by whoever is signed in, proves that the
 * school means this person. A code of another person without a password hands the children over. */
route_handler family_join;
route_handler remark_child_get;
route_handler remark_mine_get;

/* GET /children/{student}/today, /my/today: everything of the page in one answer (today_http.c) */
route_handler today_child_get;
route_handler today_mine_get;

struct json_out;
struct news_remark;
void family_put_remark(struct json_out *w, const struct news_remark *remark);

#endif
