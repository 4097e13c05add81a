#ifndef WS_HTTP_REQUEST_H
#define WS_HTTP_REQUEST_H

/*
 * What a handler may ask of one request. Everything given out belongs to the request and lives
 * until the handler returns. Before a handler runs, this has been checked: the route's access
 * against the session's roles, the origin of a changing request that came with a cookie, the
 * size and the form of the body, the form of each parameter in the path.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/auth/access.h"
#include "core/base/err.h"
#include "core/base/json.h"
#include "core/base/messages.h"
#include "core/base/str.h"
#include "core/seal/hash.h"
#include "ws/http/route.h"

enum {
	REQUEST_PARTS_MAX = 8,         /* of one multipart body */
	REQUEST_FILE_NAME_BYTES = 256, /* of an uploaded file */
	REQUEST_ADDRESS_BYTES = 46,    /* text of an IPv6 address and its '\0' */
	REQUEST_IDEM_BYTES = 16,
};

struct app;
struct db;
struct request;

/* One part of an upload. The name and the type are the sender's words: trust neither. */
struct request_part {
	struct str field;     /* the form's field; "file" for bare bytes */
	struct str file_name; /* NFC, without folders or control characters; "" when there is none */
	struct str type;
	struct str bytes;
};

/* This worker's connection. Asserts on a ROUTE_NO_DB route. */
struct db *request_db(const struct request *req);
struct app *request_app(const struct request *req);

/* Who asks: for the rules of core/auth/access.h. All zero on a public route without a session. */
const struct access_actor *request_who(const struct request *req);
uint64_t request_person_id(const struct request *req);
uint64_t request_school_id(const struct request *req);
bool request_has_role(const struct request *req, uint32_t access_bits);
/* Under which the session is stored; NULL without one. */
const struct hash *request_session(const struct request *req);

/* When the last byte of the request had been read, on the program's clock (UTC ms). */
int64_t request_now_ms(const struct request *req);
/* By Accept-Language; Vietnamese when it says nothing of use. */
enum lang request_lang(const struct request *req);
/* The address of the client, past our own proxies. Never empty. */
const char *request_address(const struct request *req);
/* Scheme and host under which the client reached us, without a trailing slash, as for links
 * that go on paper: "https://thi.example.vn". */
struct str request_origin(const struct request *req);

/* Parameters of the path, in the order of the route's braces. */
uint64_t request_path_id(const struct request *req, size_t index);
const uint8_t *request_path_bytes16(const struct request *req, size_t index);
struct str request_path_str(const struct request *req, size_t index);

/* Query values, decoded, valid UTF-8. An empty span with p == NULL when the name is not there. */
struct str request_query(const struct request *req, const char *name);
/* The fallback when the name is not there; ERR_INVAL when it is no number. */
enum err request_query_u64(const struct request *req, const char *name, uint64_t fallback,
		uint64_t *out) MUST_CHECK;

/* The JSON body; NULL when there was none. json_get() and its kin take NULL. */
const struct json *request_json(const struct request *req);
/* The bare bytes of the body. */
struct str request_body(const struct request *req);
/* The first part of that field; NULL when there is none. A ROUTE_UPLOAD body that is not
 * multipart is one part "file", with its name from the header X-File-Name. */
const struct request_part *request_part(const struct request *req, const char *field);

/* True when the request carries an Idempotency-Key, which is copied to out. */
bool request_idem_key(const struct request *req, uint8_t out[REQUEST_IDEM_BYTES]);
/* What stands behind "Authorization: Bearer", whatever it is; empty when there is none. */
struct str request_bearer(const struct request *req);
/* The ETags of what the client has already; p == NULL when it does not say. */
struct str request_if_none_match(const struct request *req);
/* Of a body that a school signed: the key's id and the signature, unchecked; p == NULL without. */
struct str request_signing_key(const struct request *req);
struct str request_signature(const struct request *req);
/* Whether the body was sent as that media type. */
bool request_type_is(const struct request *req, const char *type);
/* A program asks for the token in the body (header X-Want-Token: 1). */
bool request_wants_token(const struct request *req);
/* This worker is one of those that hash passwords; others must not. */
bool request_may_hash(const struct request *req);
/* The connection is https, to us or to our proxy: cookies are Secure. */
bool request_is_secure(const struct request *req);

#endif
