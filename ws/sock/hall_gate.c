#include "ws/sock/hall_gate.h"

#include "ws/app.h"
#include "ws/http/exchange.h"
#include "ws/http/route.h"
#include "ws/service/session_cache.h"
#include "ws/sock/conn.h"
#include "ws/sock/hall_sock.h"

/* "/hall/{room}" or "/board/{room}". */
static bool read_path(struct str path, enum room_role *out_role, uint64_t *out_room) {
	static const struct route rows[] = {
		{ HTTP_GET, "/hall/{room}", ACCESS_SIGNED_IN, 0, ROUTE_PLAIN, NULL },
		{ HTTP_GET, "/board/{room}", ACCESS_SIGNED_IN, 0, ROUTE_PLAIN, NULL },
	};
	struct route_match m = { 0 };
	if (route_find(rows, sizeof(rows) / sizeof(rows[0]), HTTP_GET, path, &m)) {
		return false;
	}
	*out_role = m.route == &rows[0] ? ROOM_STUDENT : ROOM_WATCHER;
	*out_room = m.params[0].id;
	return true;
}

bool hall_gate_is_websocket(struct lws *wsi) {
	char text[32];
	int n = lws_hdr_copy(wsi, text, sizeof(text), WSI_TOKEN_UPGRADE);
	return n > 0 && str_eq_nocase((struct str){ text, (size_t)n }, "websocket");
}

static bool is_version_13(struct lws *wsi) {
	char text[8];
	int n = lws_hdr_copy(wsi, text, sizeof(text), WSI_TOKEN_VERSION);
	return n > 0 && str_eq_z((struct str){ text, (size_t)n }, "13") &&
			lws_hdr_total_length(wsi, WSI_TOKEN_KEY) > 0;
}

struct head_refusal hall_gate_judge(
		struct app *app, struct conn *c, struct lws *wsi, struct sock *s) {
	struct request *req = &c->exchange->req;
	char path[ROUTE_PATH_BYTES_MAX + 1];
	int n = lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI);
	struct head h = { .is_upgrade = true };
	struct str asked = { path, n > 0 ? (size_t)n : 0 };
	struct head_refusal no = head_read(app, wsi, c, asked, req, &h);
	if (no.status) {
		return no;
	}
	if (!str_eq_z(h.method, "GET") || !read_path(req->path, &s->role, &s->room_id)) {
		return (struct head_refusal){ 404, "http.no_page" };
	}
	const char *protocol = s->role == ROOM_WATCHER ? BOARD_PROTOCOL : HALL_PROTOCOL;
	if (!is_version_13(wsi) || !str_eq_z(h.protocol, protocol)) {
		return (struct head_refusal){ 400, "http.bad_socket" };
	}
	if (req->is_by_cookie && !req->is_same_origin) {
		return (struct head_refusal){ 403, "http.forbidden_origin" };
	}
	int64_t now_ms = clock_now_ms(app->clock);
	enum err e = session_peek(app, req->token, now_ms, &s->who, &s->session);
	if (e == ERR_SIGNED_OUT) {
		return (struct head_refusal){ 401, "err.signed_out" };
	}
	s->is_signed_in = !e;
	return (struct head_refusal){ 0, NULL };
}
