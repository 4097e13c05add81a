#include "core/exchange/destination.h"
#include "core/outbox/outbox_store.h"
#include "core/school/audit_store.h"
#include "ws/service/sync.h"

struct adding {
	struct sync *sync;
	struct destination_new d;
	uint64_t id;
};

static enum err run_add(struct db *db, void *ctx) {
	struct adding *a = ctx;
	enum err e = destination_store_add(db, a->sync->keys, &a->d, &a->id);
	e = e ? e : outbox_store_begin(db, a->d.school_id);
	struct audit_entry entry = { .school_id = a->d.school_id,
		.at_ms = a->d.now_ms,
		.action = str_from("sending.enrol"),
		.subject = str_from("destination"),
		.subject_id = a->d.name };
	return e ? e : audit_store_add(db, &entry);
}

enum err sync_join(struct sync *s, const struct sync_enrolment *what, struct str name,
		struct sync_enrolled *out, struct sync_fault *fault) {
	struct destination_settings settings = { .port = 0 };
	enum err e = destination_url_parse(str_from(what->url), settings.url);
	e = e ? e : sync_enrol(s, what, out, fault);
	if (e) {
		return e;
	}
	struct adding a = { .sync = s,
		.d = { .school_id = what->school_id,
				.kind = DESTINATION_HTTPS,
				.name = name.n ? name : str_from(out->answer.name),
				.settings = &settings,
				.password = str_from(""),
				.ca_pem = str_from(what->ca_pem ? what->ca_pem : ""),
				.kid = out->kid,
				.peer_code = str_from(out->answer.province),
				.peer_name = str_from(out->answer.name),
				.peer_key = out->answer.key,
				.now_ms = clock_now_ms(s->clock) } };
	return db_transact(s->db, run_add, &a);
}
