#ifndef WS_HTTP_BANK_HTTP_H
#define WS_HTTP_BANK_HTTP_H

/* Banks, their questions and pictures. For teachers: a student's pictures come inside the sealed
 * paper. */

#include "ws/http/route.h"

route_handler bank_list;
route_handler bank_create;
route_handler bank_get;
route_handler bank_put;
route_handler bank_questions_get;
route_handler bank_question_create;
route_handler question_get;
route_handler question_put;
route_handler question_delete;
route_handler picture_get;
route_handler picture_create;

#endif
