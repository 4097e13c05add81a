#ifndef WS_HTTP_NOTICE_HTTP_H
#define WS_HTTP_NOTICE_HTTP_H

/* What a person is told of, and how he or she wants to be told. */

#include "ws/http/route.h"

/* GET /notices, GET /notices/unread, POST /notices/read. */
route_handler notice_list;
route_handler notice_unread;
route_handler notice_read;

/* GET and PUT /notice-settings; PUT and DELETE /notice-settings/email; and, from the link in the
 * mail, by whoever holds it, POST /notice-settings/confirm. */
route_handler notice_setting_get;
route_handler notice_setting_put;
route_handler notice_email_put;
route_handler notice_email_drop;
route_handler notice_email_confirm;

#endif
