#include "core/net/https_io.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "core/net/way_io.h"

struct https {
	CURL *curl;
};

enum err https_new(struct https **out) {
	_cleanup_(https_freep) struct https *h = calloc(1, sizeof(*h));
	if (!h) {
		return ERR_NOMEM;
	}
	h->curl = curl_easy_init();
	if (!h->curl) {
		return ERR_NOMEM;
	}
	*out = STEAL(h);
	return ERR_OK;
}

void https_free(struct https *https) {
	if (https) {
		curl_easy_cleanup(https->curl);
		free(https);
	}
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx) {
	struct buf *body = ctx;
	buf_add(body, bytes, size * count);
	enum err e = buf_err(body);
	return e ? 0 : size * count; /* anything else ends the transfer */
}

/* One line into the list; false when it does not fit or there is no memory. */
static bool add_line(struct curl_slist **list, const char *name, const char *value) {
	char line[HTTPS_HEADER_BYTES];
	int n = snprintf(line, sizeof(line), "%s: %s", name, value);
	bool is_good = n > 0 && (size_t)n < sizeof(line) && !strpbrk(line, "\r\n");
	struct curl_slist *next = is_good ? curl_slist_append(*list, line) : NULL;
	if (next) {
		*list = next;
	}
	return next != NULL;
}

static bool add_lines(struct curl_slist **list, const struct https_request *q) {
	assert(q->header_count <= HTTPS_HEADERS_MAX);
	/* No "Expect: 100-continue": our own server answers without it, and waiting costs a second. */
	bool is_good = add_line(list, "User-Agent", "truongthi");
	struct curl_slist *next = is_good ? curl_slist_append(*list, "Expect:") : NULL;
	if (!next) {
		return false;
	}
	*list = next;
	for (size_t i = 0; i < q->header_count; i++) {
		if (!add_line(list, q->headers[i].name, q->headers[i].value)) {
			return false;
		}
	}
	return true;
}

static CURLcode set_all(CURL *c, const struct https_request *q, struct curl_slist *lines,
		struct https_answer *out, struct way_guard *guard) {
	const struct way way = { .url = q->url,
		.protocols = q->is_plain ? "http" : "https",
		.ca_pem = q->ca_pem,
		.timeout_ms = q->timeout_ms,
		.stop = q->stop,
		.guard = guard };
	CURLcode r = way_set(c, &way);
	r = r ? r : curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	r = r ? r : curl_easy_setopt(c, CURLOPT_HTTPHEADER, lines);
	r = r ? r : curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	r = r ? r : curl_easy_setopt(c, CURLOPT_WRITEDATA, &out->body);
	if (!r && q->is_post) {
		r = curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
		r = r ? r : curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body.n ? q->body.p : "");
	}
	return r;
}

static enum err judge(CURL *c, CURLcode r, struct https_answer *out, const char **out_error) {
	curl_off_t after = 0;
	if (r == CURLE_WRITE_ERROR) {
		enum err e = buf_err(&out->body);
		*out_error = "cut";
		return e ? e : ERR_IO;
	}
	if (r == CURLE_PARTIAL_FILE || r == CURLE_GOT_NOTHING || r == CURLE_RECV_ERROR) {
		*out_error = "cut";
		return ERR_IO;
	}
	if (r) {
		return way_fault(r, out_error);
	}
	r = curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &out->status);
	if (r || out->status == 0) {
		*out_error = "cut";
		return ERR_IO;
	}
	if (!curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &after) && after > 0) {
		out->retry_after_s = after < HTTPS_RETRY_AFTER_MAX_S ? (int64_t)after
								     : HTTPS_RETRY_AFTER_MAX_S;
	}
	return ERR_OK;
}

enum err https_ask(struct https *https, const struct https_request *request,
		struct https_answer *out, const char **out_error) {
	CURL *c = https->curl;
	struct curl_slist *lines = NULL;
	struct way_guard guard = { .takes_here = request->takes_here };
	*out = (struct https_answer){ .body = buf_make(request->answer_bytes_max) };
	*out_error = "stopped";
	if (!add_lines(&lines, request)) {
		curl_slist_free_all(lines);
		return ERR_INVAL;
	}
	CURLcode r = set_all(c, request, lines, out, &guard);
	r = r ? r : curl_easy_perform(c);
	enum err e = judge(c, r, out, out_error);
	if (r == CURLE_COULDNT_CONNECT && guard.has_refused) {
		*out_error = "address";
	}
	curl_easy_reset(c); /* neither the lines nor the body are looked at any more */
	curl_slist_free_all(lines);
	return e;
}
