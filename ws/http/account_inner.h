#ifndef WS_HTTP_ACCOUNT_INNER_H
#define WS_HTTP_ACCOUNT_INNER_H

/* What account_http.c gives to password_http.c and about_http.c; nobody else includes it. */

#include "core/base/json_out.h"
#include "core/school/account_store.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/sign_in.h"

/* Where the request comes from, and when. */
struct sign_in_from account_from(const struct request *req);

/* Begins the session and answers with the profile. */
enum err account_answer_in(const struct request *req, struct reply *reply,
		const struct account_sign_in *account) MUST_CHECK;
/* 429: too many failed tries. */
enum err account_answer_wait(struct reply *reply, int64_t wait_ms) MUST_CHECK;

/* A school or a province by its code. */
void account_put_place(struct json_out *w, const char *member, const char *code, const char *name);

#endif
