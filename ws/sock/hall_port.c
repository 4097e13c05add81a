/* The effects of a room: carried out, or handed to a worker or to the writer. */
#include <stdlib.h>
#include <string.h>

#include "ws/sock/hall_inner.h"
#include "ws/sock/proto.h"

static void find_name(void *owner, uint64_t tag, struct str *out_name, struct str *out_code) {
	const struct live_room *live = owner;
	if (tag >= live->open->seat_count) {
		*out_name = str_from("");
		*out_code = str_from("");
		return;
	}
	*out_name = str_from(live->open->seats[tag].name);
	*out_code = str_from(live->open->seats[tag].code);
}

static void on_send(void *owner, void *user, const struct message *message) {
	struct live_room *live = owner;
	struct hall_user *u = user;
	struct proto_names names = { .owner = live,
		.find = find_name,
		.sitting = { buf_str(&live->board_head), live->board_head.len } };
	u->send(u, message, &names);
}

static void on_answered(void *owner, void *user) {
	(void)owner; /* the user knows */
	struct hall_user *u = user;
	u->answered(u);
}

static void on_drop(void *owner, void *user) {
	(void)owner;
	struct hall_user *u = user;
	u->drop(u);
}

static void on_pause(void *owner, void *user, bool is_paused) {
	(void)owner;
	struct hall_user *u = user;
	u->pause(u, is_paused);
}

static enum err on_store(void *owner, const struct room_event *ev) {
	struct live_room *live = owner;
	struct writer_event event = { .school = live->school,
		.room = live->room,
		.attempt = ev->attempt,
		.gen = ev->gen,
		.lease = ev->lease,
		.seq = ev->seq,
		.kind = ev->kind,
		.slot = ev->slot,
		.flags = ev->is_after_end ? EVENT_FLAG_AFTER_END : 0,
		.is_resend = ev->is_resend,
		.at_ms = ev->at_ms,
		.why = (uint8_t)ev->why,
		.ends_revision = ev->ends_revision,
		.value = ev->value };
	if (ev->kind == EVENT_CLOSE && event.value.n == 0) {
		event.value = str_from("null");
	}
	return writer_push(live->hall->writer, &event);
}

static struct job *job_for(struct live_room *live, enum job_kind kind, const struct id16 *attempt) {
	struct job *job = job_new(live->hall, kind, live);
	job->place.attempt = *attempt;
	return job;
}

static void on_join(void *owner, const struct id16 *attempt) {
	job_push(job_for(owner, JOB_JOIN, attempt));
}

static void on_begin(void *owner, const struct id16 *attempt, int64_t at_ms) {
	struct job *job = job_for(owner, JOB_BEGIN, attempt);
	job->at_ms = at_ms;
	job_push(job);
}

/* The log is the caller's: values, events and proofs are copied. */
static bool copy_log(struct job *job, const struct message_log *log) {
	struct message_event *events = calloc(log->event_count + 1, sizeof(*events));
	struct message_proof *proofs = calloc(log->proof_count + 1, sizeof(*proofs));
	job->log = (struct message_log){ .gen = log->gen,
		.event_count = log->event_count,
		.events = events,
		.proof_count = log->proof_count,
		.proofs = proofs };
	if (!events || !proofs) {
		return false;
	}
	for (size_t i = 0; i < log->event_count; i++) {
		buf_add(&job->log_values, log->events[i].value.p, log->events[i].value.n);
	}
	if (buf_err(&job->log_values)) {
		return false;
	}
	size_t at = 0;
	for (size_t i = 0; i < log->event_count; i++) {
		events[i] = log->events[i];
		events[i].value.p = buf_str(&job->log_values) + at;
		at += log->events[i].value.n;
	}
	if (log->proof_count > 0) {
		memcpy(proofs, log->proofs, log->proof_count * sizeof(*proofs));
	}
	return true;
}

static void on_heal(void *owner, const struct id16 *attempt, const struct message_log *log) {
	struct live_room *live = owner;
	struct job *job = job_for(live, JOB_HEAL, attempt);
	job->at_ms = hall_now_ms(live->hall);
	if (!copy_log(job, log)) {
		abort(); /* as in job_new */
	}
	job_push(job);
}

static void on_reload(void *owner, const struct id16 *attempt) {
	job_push(job_for(owner, JOB_RELOAD, attempt));
}

static void on_timer(void *owner, int64_t at_ms) {
	struct live_room *live = owner;
	if (at_ms == PHASE_NEVER) {
		loop_timer_clear(live->timer);
		return;
	}
	int64_t after_ms = at_ms - hall_now_ms(live->hall);
	loop_timer_set(live->timer, after_ms > 0 ? after_ms : 0);
}

struct room_port hall_port(struct live_room *live) {
	return (struct room_port){
		.owner = live,
		.send = on_send,
		.answered = on_answered,
		.drop = on_drop,
		.pause = on_pause,
		.store = on_store,
		.join = on_join,
		.begin = on_begin,
		.heal = on_heal,
		.reload = on_reload,
		.timer = on_timer,
	};
}

/* Scores what was handed in, one room after the other. */
void hall_score_next(struct hall *hall) {
	for (size_t i = 0; i < HALL_BUCKETS && !hall->is_scoring; i++) {
		struct live_room *live = hall->rooms[i];
		while (live && !live->has_unscored) {
			live = live->next;
		}
		if (live) {
			live->has_unscored = false;
			hall->is_scoring = true;
			job_push(job_new(hall, JOB_SCORE, live));
		}
	}
}

void hall_score(struct live_room *live) {
	live->has_unscored = true;
	hall_score_next(live->hall);
}
