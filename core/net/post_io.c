#include "core/net/post_io.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/net/way_io.h"
#include "core/seal/mac.h"

enum { HEADER_BYTES = 160 };

struct post {
	struct post_settings settings;
	CURL *curl;
	char said[POST_DETAIL_BYTES]; /* the last line of the other side */
	size_t reply_bytes;
	struct str left; /* of what is uploaded */
};

enum err post_begin(void) {
	return curl_global_init(CURL_GLOBAL_DEFAULT) ? ERR_NOMEM : ERR_OK;
}

void post_end(void) {
	curl_global_cleanup();
}

enum err post_new(const struct post_settings *settings, struct post **out) {
	_cleanup_(post_freep) struct post *post = calloc(1, sizeof(*post));
	if (!post) {
		return ERR_NOMEM;
	}
	post->settings = *settings;
	post->curl = curl_easy_init();
	if (!post->curl) {
		return ERR_NOMEM;
	}
	*out = STEAL(post);
	return ERR_OK;
}

void post_free(struct post *post) {
	if (post) {
		curl_easy_cleanup(post->curl);
		free(post);
	}
}

/* ---- what libcurl calls ---- */

/* Keeps what can be shown: one line of printable ASCII. */
static void keep_said(struct post *post, const char *bytes, size_t n) {
	size_t k = 0;
	for (size_t i = 0; i < n && k + 1 < sizeof(post->said); i++) {
		if (bytes[i] >= ' ' && bytes[i] <= '~') {
			post->said[k++] = bytes[i];
		}
	}
	if (k > 0) {
		post->said[k] = '\0';
	}
}

/* A relay's refusals begin with their code; a gateway says why in its answer's body. */
static size_t on_header(char *bytes, size_t size, size_t count, void *ctx) {
	size_t n = size * count;
	if (n > 0 && (bytes[0] == '4' || bytes[0] == '5')) {
		keep_said(ctx, bytes, n);
	}
	return n;
}

static size_t on_reply(char *bytes, size_t size, size_t count, void *ctx) {
	struct post *post = ctx;
	size_t n = size * count;
	if (post->reply_bytes == 0) {
		keep_said(post, bytes, n);
	}
	post->reply_bytes += n;
	return post->reply_bytes > POST_REPLY_BYTES_MAX ? 0 : n;
}

static size_t on_read(char *bytes, size_t size, size_t count, void *ctx) {
	struct post *post = ctx;
	size_t n = size * count < post->left.n ? size * count : post->left.n;
	if (n > 0) {
		memcpy(bytes, post->left.p, n);
		post->left.p += n;
		post->left.n -= n;
	}
	return n;
}

/* ---- one delivery ---- */

static CURLcode set_common(struct post *post, const char *protocols) {
	CURL *c = post->curl;
	const struct post_settings *s = &post->settings;
	const struct way way = { .url = s->url,
		.protocols = protocols,
		.ca_path = s->ca_path,
		.timeout_ms = s->timeout_ms,
		.stop = s->stop };
	post->said[0] = '\0';
	post->reply_bytes = 0;
	CURLcode r = way_set(c, &way);
	r = r ? r : curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	r = r ? r : curl_easy_setopt(c, CURLOPT_HEADERDATA, post);
	r = r ? r : curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_reply);
	return r ? r : curl_easy_setopt(c, CURLOPT_WRITEDATA, post);
}

static enum err fail(const struct post *post, enum err e, const char *error, const char *detail,
		struct post_fault *fault) {
	(void)snprintf(fault->error, sizeof(fault->error), "%s", error); /* fits */
	(void)snprintf(fault->detail, sizeof(fault->detail), "%s",
			post->said[0] ? post->said : detail); /* a cut sentence still helps */
	return e;
}

/* Nothing was said of this delivery: the way there is at fault. */
static enum err fail_way(const struct post *post, CURLcode r, struct post_fault *fault) {
	const char *error = "";
	enum err e = way_fault(r, &error);
	return fail(post, e, error, curl_easy_strerror(r), fault);
}

/* A relay answered the sender, the recipient or the mail itself with a code of its own. */
static enum err judge_mail(struct post *post, CURLcode r, struct post_fault *fault) {
	long code = 0;
	if (r == CURLE_OK) {
		return ERR_OK;
	}
	CURLcode has_code = curl_easy_getinfo(post->curl, CURLINFO_RESPONSE_CODE, &code);
	bool is_said = !has_code &&
			(r == CURLE_SEND_ERROR || r == CURLE_RECV_ERROR ||
					r == CURLE_WEIRD_SERVER_REPLY);
	if (is_said && code >= 500 && code < 600) {
		return fail(post, ERR_UNSUPPORTED, "refused", "", fault);
	}
	if (is_said && code >= 400 && code < 500) {
		return fail(post, ERR_BUSY, "later", "", fault);
	}
	return fail_way(post, r, fault);
}

enum err post_mail(struct post *post, const char *from, const char *to, struct str bytes,
		struct post_fault *fault) {
	CURL *c = post->curl;
	const struct post_settings *s = &post->settings;
	CURLcode r = set_common(post, "smtp,smtps");
	struct curl_slist *list = curl_slist_append(NULL, to);
	if (!list) {
		return fail(post, ERR_NOMEM, "stopped", "", fault);
	}
	r = r ? r
	      : curl_easy_setopt(c, CURLOPT_USE_SSL,
				(long)(s->is_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	if (s->user[0]) {
		r = r ? r : curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
		r = r ? r : curl_easy_setopt(c, CURLOPT_PASSWORD, s->password);
	}
	post->left = bytes;
	r = r ? r : curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
	r = r ? r : curl_easy_setopt(c, CURLOPT_MAIL_RCPT, list);
	r = r ? r : curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
	r = r ? r : curl_easy_setopt(c, CURLOPT_READDATA, post);
	r = r ? r : curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	r = r ? r : curl_easy_perform(c);
	enum err e = judge_mail(post, r, fault);
	curl_easy_reset(c); /* the list is not looked at any more */
	curl_slist_free_all(list);
	return e;
}

/* ---- gateways ---- */

void post_signature(const char *secret, int64_t now_s, struct str body,
		char out[POST_SIGNATURE_BYTES]) {
	char head[32];
	uint8_t mac[MAC_SHA256_BYTES];
	int n = snprintf(head, sizeof(head), "%" PRId64 ".", now_s);
	const struct str parts[] = { { head, (size_t)n }, body };
	mac_sha256(str_from(secret), parts, 2, mac);
	str_hex(mac, sizeof(mac), out);
}

static bool add_header(struct curl_slist **list, const char *name, const char *value) {
	char line[HEADER_BYTES];
	int n = snprintf(line, sizeof(line), "%s: %s", name, value);
	struct curl_slist *next =
			n > 0 && (size_t)n < sizeof(line) ? curl_slist_append(*list, line) : NULL;
	if (next) {
		*list = next;
	}
	return next != NULL;
}

static enum err judge_json(struct post *post, CURLcode r, struct post_fault *fault) {
	long code = 0;
	CURLcode has_code = curl_easy_getinfo(post->curl, CURLINFO_RESPONSE_CODE, &code);
	bool is_said = !has_code && code >= 200 && (r == CURLE_OK || r == CURLE_WRITE_ERROR);
	if (!is_said) {
		return fail_way(post, r ? r : CURLE_WEIRD_SERVER_REPLY, fault);
	}
	if (code < 300) {
		return ERR_OK;
	}
	if (code < 400) {
		return fail(post, ERR_UNSUPPORTED, "redirect", "", fault);
	}
	bool is_for_now = code == 408 || code == 425 || code == 429 || code >= 500;
	return is_for_now ? fail(post, ERR_BUSY, "later", "", fault)
			  : fail(post, ERR_UNSUPPORTED, "refused", "", fault);
}

enum err post_json(struct post *post, const char *key, int64_t now_s, struct str body,
		struct post_fault *fault) {
	CURL *c = post->curl;
	char at[24];
	char signature[POST_SIGNATURE_BYTES];
	char signed_by[POST_SIGNATURE_BYTES + 4];
	(void)snprintf(at, sizeof(at), "%" PRId64, now_s); /* fits */
	post_signature(post->settings.secret, now_s, body, signature);
	(void)snprintf(signed_by, sizeof(signed_by), "v1=%s", signature); /* fits */
	CURLcode r = set_common(post, post->settings.is_plain ? "http" : "https");
	struct curl_slist *list = NULL;
	bool is_good = add_header(&list, "Content-Type", "application/json") &&
			add_header(&list, "Idempotency-Key", key) &&
			add_header(&list, "X-Truongthi-Timestamp", at) &&
			add_header(&list, "X-Truongthi-Signature", signed_by) &&
			add_header(&list, "User-Agent", "truongthi");
	r = r ? r : curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
	r = r ? r : curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
	r = r ? r : curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.p);
	r = r ? r : is_good ? curl_easy_perform(c) : CURLE_OUT_OF_MEMORY;
	enum err e = judge_json(post, r, fault);
	curl_easy_reset(c); /* the list is not looked at any more */
	curl_slist_free_all(list);
	return e;
}
