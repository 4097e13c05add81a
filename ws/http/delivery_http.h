#ifndef WS_HTTP_DELIVERY_HTTP_H
#define WS_HTTP_DELIVERY_HTTP_H

/* What leaves the house, for the office: the channels, and what became of each delivery. */

#include "ws/http/route.h"

/* GET /notice-channels, PUT /notice-channels/{channel}, POST /notice-channels/{channel}/test,
 * GET /deliveries, POST /deliveries/{delivery}/resend. */
route_handler channel_list;
route_handler channel_put;
route_handler channel_test;
route_handler delivery_list;
route_handler delivery_resend;

#endif
