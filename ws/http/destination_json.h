#ifndef WS_HTTP_DESTINATION_JSON_H
#define WS_HTTP_DESTINATION_JSON_H

/* Destinations as JSON, for the office. No secret is in them. */

#include "core/base/json_out.h"
#include "core/base/messages.h"
#include "core/exchange/destination_store.h"

/* A destination as a whole value. */
enum err destination_put_json(struct json_out *w, const struct destination *d,
		const struct destination_counts *counts, enum lang lang) MUST_CHECK;

/* {"code","detail"}, or null for a code "". The sentence is made of the parameters (a JSON object);
 * where there is none for that code it is the code itself. */
enum err destination_put_reason(struct json_out *w, const char *name, struct str code,
		struct str params, enum lang lang) MUST_CHECK;

#endif
