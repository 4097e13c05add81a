#include "ws/service/sign_work.h"

#include "exam/hall/root_store.h"
#include "gradebook/marks/head_store.h"
#include "ws/app.h"
#include "ws/sock/hall.h"

size_t sign_work_piece(uint64_t open_count) {
	uint64_t pieces = SIGN_WALK_MS / SIGN_PIECE_MS;
	uint64_t count = (open_count + pieces - 1) / pieces;
	if (count < SIGN_PIECE_LEAST) {
		return SIGN_PIECE_LEAST;
	}
	return count < CHECKPOINT_STEP_MAX ? (size_t)count : CHECKPOINT_STEP_MAX;
}

static enum err begin(struct sign_work *w, struct app *app, struct db *db, int64_t now_ms) {
	size_t roots = 0; /* how many does not matter here */
	uint64_t open_count = 0;
	enum err e = root_store_sign(db, app->keys, now_ms, &roots);
	e = e ? e : checkpoint_store_open_count(db, &open_count);
	if (!e) {
		w->piece = sign_work_piece(open_count);
		w->is_walking = open_count > 0;
	}
	return e;
}

static bool is_due(int64_t now_us, int64_t last_us, int64_t every_ms) {
	return last_us == 0 || now_us - last_us >= every_ms * 1000;
}

/* Heads of the history of marks: a piece, and soon the next while there are more. */
static enum err sign_heads(struct sign_work *w, struct app *app, struct db *db, int64_t now_ms) {
	size_t count = 0;
	w->has_heads = false;
	enum err e = head_store_sign(db, app->keys, 0, now_ms, HEAD_EVERY_MS, &count);
	w->has_heads = !e && count == HEAD_TOGETHER_MAX;
	return e;
}

static enum err walk(struct sign_work *w, struct app *app, struct db *db, int64_t now_ms) {
	bool is_busy = hall_writer_stats(app->hall).depth > SIGN_WRITER_BUSY;
	if (is_busy && w->put_off < SIGN_PUT_OFF_MAX) {
		w->put_off++;
		return ERR_OK;
	}
	w->put_off = 0;
	struct checkpoint_step step;
	enum err e = checkpoint_store_step(db, app->keys, now_ms, w->piece, &w->walk, &step);
	if (e) {
		return e == ERR_EXISTS ? ERR_OK : e; /* another process was quicker: once more */
	}
	w->is_walking = !step.is_last;
	metric_add(&app->metrics, METRIC_CHECKPOINTS, step.signed_count);
	return ERR_OK;
}

void sign_work_turn(struct sign_work *w, struct app *app, struct db *db, int64_t now_ms) {
	int64_t now_us = clock_boot_us(app->clock);
	enum err e = ERR_OK;
	if (w->is_walking && now_us - w->piece_us >= SIGN_PIECE_MS * INT64_C(1000)) {
		w->piece_us = now_us;
		e = walk(w, app, db, now_ms);
	} else if (!w->is_walking && is_due(now_us, w->began_us, SIGN_REST_MS)) {
		w->began_us = now_us;
		e = begin(w, app, db, now_ms);
	}
	if (!e && is_due(now_us, w->heads_us, w->has_heads ? SIGN_HEADS_MS : SIGN_REST_MS)) {
		w->heads_us = now_us;
		e = sign_heads(w, app, db, now_ms);
	}
	if (!e) {
		return;
	}
	/* The walk begins anew: whatever stands in its way must not be met twenty times a second. */
	w->is_walking = false;
	w->walk = (struct checkpoint_walk){ 0 };
	if (e != ERR_DB_AWAY) {
		log_warn(&app->log, "clockwork.sign", log_err(e), log_z("why", db_error(db)));
	}
}
