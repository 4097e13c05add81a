#include "ws/http/act_http.h"

#include <stdlib.h>
#include <string.h>

#include "exam/hall/attempt_act_store.h"
#include "exam/hall/sitting_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/sock/hall.h"

enum { ACT_TEXT_CHARS_MAX = 500 };

#define ACT_AMOUNT_MAX_MS INT64_C(36000000) /* 600 minutes */

struct changed {
	struct id16 attempt;
	struct attempt_times times;
};

/* What is told to the live room once it is committed. Owned by the ask. */
struct telling {
	enum attempt_act_kind kind;
	bool is_for_one;
	struct id16 attempt;
	struct buf text;
	struct changed *changed;
	size_t count;
	size_t cap;
};

static void telling_free(void *arg) {
	struct telling *t = arg;
	buf_finish(&t->text);
	free(t->changed);
	free(t);
}

static void keep_changed(void *ctx, const struct id16 *attempt, const struct attempt_times *times) {
	struct telling *t = ctx;
	if (t->count == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		struct changed *changed = realloc(t->changed, cap * sizeof(*changed));
		if (!changed) {
			return; /* the room reads the times again before it closes anybody */
		}
		t->changed = changed;
		t->cap = cap;
	}
	t->changed[t->count++] = (struct changed){ *attempt, *times };
}

static void on_room(struct ask *ask, struct live_room *live, void *arg) {
	const struct telling *t = arg;
	struct room *room = live_room_inner(live);
	int64_t now_ms = hall_now_ms(live_room_hall(live));
	const struct id16 *one = t->is_for_one ? &t->attempt : NULL;
	enum err e = ERR_OK;
	for (size_t i = 0; i < t->count; i++) {
		room_times(room, &t->changed[i].attempt, &t->changed[i].times.times,
				t->changed[i].times.ends_revision, TIME_EXTRA, now_ms);
	}
	if (t->kind == ATTEMPT_ACT_MESSAGE) {
		e = room_notice(room, one, (struct str){ buf_str(&t->text), t->text.len }, now_ms);
	} else if (t->kind == ATTEMPT_ACT_HAND_IN) {
		e = room_hand_in(room, one, now_ms);
	}
	ask_done(ask, e);
}

static enum err read_kind(const struct json *body, enum attempt_act_kind *out) {
	struct str kind;
	enum err e = json_get_str(body, "kind", &kind);
	if (e) {
		return e;
	}
	if (str_eq_z(kind, "extra")) {
		*out = ATTEMPT_ACT_EXTRA;
	} else if (str_eq_z(kind, "message")) {
		*out = ATTEMPT_ACT_MESSAGE;
	} else if (str_eq_z(kind, "handin")) {
		*out = ATTEMPT_ACT_HAND_IN;
	} else {
		return ERR_INVAL;
	}
	return ERR_OK;
}

/* Fills the act from the body; gives the code of what is wrong with it, or NULL. */
static const char *read_act(const struct request *req, struct attempt_act *act) {
	const struct json *body = request_json(req);
	struct str attempt;
	if (read_kind(body, &act->kind)) {
		return "hall.act_kind";
	}
	if (!request_idem_key(req, act->key.b)) {
		return "hall.act_key";
	}
	if (json_opt_str(body, "attempt", str_from(""), &attempt) ||
			json_opt_str(body, "text", str_from(""), &act->text) ||
			json_opt_i64(body, "amountMs", 0, &act->amount_ms)) {
		return "hall.frame";
	}
	act->is_for_one = attempt.n > 0;
	if (act->is_for_one && str_unb64(attempt, act->attempt.b, ID16_BYTES)) {
		return "hall.unknown";
	}
	bool is_extra = act->kind == ATTEMPT_ACT_EXTRA;
	if (is_extra && (act->amount_ms < 60000 || act->amount_ms > ACT_AMOUNT_MAX_MS)) {
		return "hall.act_amount";
	}
	size_t chars = str_utf8_count(act->text);
	bool is_message = act->kind == ATTEMPT_ACT_MESSAGE;
	if (chars > ACT_TEXT_CHARS_MAX || (is_message && str_trim(act->text).n == 0)) {
		return "hall.act_text";
	}
	return NULL;
}

static enum err tell_room(const struct request *req, struct telling *t) {
	struct ask_what what = { .school = request_school_id(req),
		.room = request_path_id(req, 0),
		.fn = on_room,
		.arg = t,
		.free_arg = telling_free };
	return hall_ask(request_app(req), &what);
}

static struct telling *telling_of(const struct attempt_act *act) {
	struct telling *t = calloc(1, sizeof(*t));
	if (t) {
		t->kind = act->kind;
		t->is_for_one = act->is_for_one;
		t->attempt = act->attempt;
		t->text = buf_make(MESSAGE_TEXT_BYTES_MAX);
		buf_add(&t->text, act->text.p ? act->text.p : "", act->text.n);
	}
	return t;
}

struct acting {
	const struct keys *keys;
	const struct attempt_act *act;
	const struct phase_sitting *times;
	struct telling *telling;
};

static enum err run_act(struct db *db, void *ctx) {
	const struct acting *a = ctx;
	a->telling->count = 0; /* of a run that was rolled back */
	return attempt_act_store_run(db, a->keys, a->act, a->times, keep_changed, a->telling);
}

/* The act, what it changes, and its row in the audit log, in one transaction. */
static enum err store_act(const struct request *req, const struct attempt_act *act,
		const struct phase_sitting *times, struct telling *t) {
	static const char *const actions[] = { [ATTEMPT_ACT_EXTRA] = "exam.extra",
		[ATTEMPT_ACT_MESSAGE] = "exam.message",
		[ATTEMPT_ACT_HAND_IN] = "exam.handin" };
	struct audit_deed of_room = { actions[act->kind], "room", &act->room };
	struct audit_deed16 of_one = { actions[act->kind], "attempt", &act->attempt };
	struct acting a = { request_app(req)->keys, act, times, t };
	return act->is_for_one ? audit_run16(req, &of_one, run_act, &a)
			       : audit_run(req, &of_room, run_act, &a);
}

enum err act_create(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	struct attempt_act act = { .school = request_school_id(req),
		.room = request_path_id(req, 0),
		.person = request_person_id(req),
		.at_ms = request_now_ms(req) };
	struct id16 sitting_id;
	enum err e = sitting_store_watches(db, act.school, act.room, act.person, &sitting_id);
	if (e) {
		return e;
	}
	const char *fault = read_act(req, &act);
	if (fault) {
		return reply_problem(reply, 422, fault, NULL);
	}
	struct sitting sitting;
	e = sitting_store_load(db, act.school, &sitting_id, &sitting);
	struct telling *t = e ? NULL : telling_of(&act);
	if (!t) {
		return e ? e : ERR_NOMEM;
	}
	struct phase_sitting times = sitting_times(&sitting);
	e = store_act(req, &act, &times, t);
	if (e == ERR_EXISTS) {
		telling_free(t);
		reply_json(reply, 200); /* done already: the same answer */
		return ERR_OK;
	}
	if (e) {
		telling_free(t);
		return e == ERR_CLOSED ? reply_problem(reply, 409, "hall.closed", NULL) : e;
	}
	e = tell_room(req, t);
	if (e == ERR_CLOSED || e == ERR_EARLY) {
		return reply_problem(
				reply, 409, e == ERR_CLOSED ? "hall.closed" : "hall.early", NULL);
	}
	if (e) {
		return e;
	}
	reply_json(reply, 200);
	return ERR_OK;
}
