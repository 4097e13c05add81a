#include "ws/http/page.h"

enum { PAGE_ITEMS = 50 };

enum err page_ask(const struct request *req, const char *from, uint64_t fallback, unsigned rows_max,
		struct page *out) {
	uint64_t limit = 0;
	*out = (struct page){ 0 };
	enum err e = request_query_u64(req, from, fallback, &out->from);
	e = e ? e : request_query_u64(req, "limit", PAGE_ITEMS, &limit);
	if (e || limit == 0 || limit >= rows_max) {
		return e ? e : ERR_INVAL;
	}
	out->limit = (unsigned)limit;
	return ERR_OK;
}

unsigned page_rows(const struct page *p) {
	return p->limit + 1;
}

void page_begin(struct page *p, struct json_out *w) {
	p->w = w;
	jo_karr(w, "items");
}

bool page_takes(struct page *p, uint64_t key) {
	if (p->count == p->limit) {
		p->has_more = true;
		return false;
	}
	p->count++;
	p->last = key;
	return true;
}

void page_end(struct page *p) {
	jo_end_arr(p->w);
	if (p->has_more) {
		jo_kid(p->w, "next", p->last);
	} else {
		jo_knull(p->w, "next");
	}
}
