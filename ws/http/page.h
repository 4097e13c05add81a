#ifndef WS_HTTP_PAGE_H
#define WS_HTTP_PAGE_H

/*
 * A list that is read in pages: {"items": […], "next": …}. The store is asked for one row more than
 * the page has; that there is one tells that the list goes on.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/json_out.h"
#include "ws/http/request.h"

struct page {
	struct json_out *w;
	uint64_t from;  /* the key behind which it begins */
	unsigned limit; /* items of the page */
	unsigned count;
	uint64_t last; /* the key of the last item */
	bool has_more;
};

/*
 * What the query says: `from` names where it begins (the fallback is the beginning), "limit" how
 * many items, 50 by itself. ERR_INVAL for none, and unless fewer than rows_max: what the store
 * reads at once, with the row behind the page.
 */
enum err page_ask(const struct request *req, const char *from, uint64_t fallback, unsigned rows_max,
		struct page *out) MUST_CHECK;
/* How many rows the store is asked for. */
unsigned page_rows(const struct page *p);
/* Opens "items". */
void page_begin(struct page *p, struct json_out *w);
/* True when this row is an item of the page; false for the one behind it. */
bool page_takes(struct page *p, uint64_t key);
/* Closes "items" and says the id with which the next page is asked for, or null. */
void page_end(struct page *p);

#endif
