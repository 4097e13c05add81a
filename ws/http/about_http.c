#include "ws/http/about_http.h"

#include "ws/app.h"
#include "ws/http/account_inner.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/province_role.h"

enum err keys_get(const struct request *req, struct reply *reply) {
	size_t count = 0;
	const struct keys_public *all = keys_public_all(request_app(req)->keys, &count);
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "keys");
	for (size_t i = 0; i < count; i++) {
		char id[2 * SIGN_KID_BYTES + 1];
		_cleanup_(buf_finish) struct buf key = buf_make(64);
		str_hex(all[i].kid, SIGN_KID_BYTES, id);
		str_b64_add(&key, all[i].key, SIGN_PUBLIC_BYTES);
		jo_obj(w);
		jo_kstrz(w, "id", id);
		jo_kstrz(w, "publicKey", buf_str(&key));
		jo_ki64(w, "from", all[i].from_ms);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

enum err about_get(const struct request *req, struct reply *reply) {
	const struct province_role *role = request_app(req)->province;
	struct json_out *w = reply_json(reply, 200);
	jo_kstrz(w, "kind", role ? "province" : "school");
	if (role) {
		const struct province_place *place = province_role_place(role);
		account_put_place(w, "province", place->code, place->name);
	} else {
		jo_knull(w, "province");
	}
	return ERR_OK;
}

enum err time_get(const struct request *req, struct reply *reply) {
	jo_ki64(reply_json(reply, 200), "now", request_now_ms(req));
	return ERR_OK;
}
