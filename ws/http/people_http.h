#ifndef WS_HTTP_PEOPLE_HTTP_H
#define WS_HTTP_PEOPLE_HTTP_H

/* For the office: who works in it, and a new way in for whoever lost his. */

#include "ws/http/route.h"

route_handler staff_list;
/* Name and phone number of a teacher or of somebody in the office. */
route_handler person_put;
/* A new one-use code, as JSON or as a slip of paper (as=pdf). Password and sessions end. */
route_handler person_activation;
/* Whether somebody's way in is locked, by whom and why; locking it ends every session at once. */
route_handler person_account_get;
route_handler person_account_put;

#endif
