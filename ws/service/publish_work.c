#include "ws/service/publish_work.h"

#include "gradebook/marks/publish_store.h"
#include "ws/app.h"

void publish_work_turn(struct publish_work *w, struct app *app, struct db *db, int64_t now_ms) {
	int64_t now_us = clock_boot_us(app->clock);
	if (now_us < w->next_us) {
		return;
	}
	struct publish_due due;
	size_t count = 0;
	enum err e = publish_store_due(db, now_ms, w->after, &due);
	w->has_more = !e || w->after > 0;
	w->next_us = now_us + (w->has_more ? PUBLISH_PIECE_MS : PUBLISH_REST_MS) * INT64_C(1000);
	if (e == ERR_NOT_FOUND) {
		w->after = 0;
		return;
	}
	if (!e) {
		e = publish_store_step(db, &due, now_ms, PUBLISH_PIECE, &count);
		w->after = e ? due.id : w->after;
	}
	if (e) {
		w->has_more = false;
		w->next_us = now_us + PUBLISH_FAILED_MS * INT64_C(1000);
	}
	if (e && e != ERR_DB_AWAY) {
		log_warn(&app->log, "clockwork.publish", log_err(e), log_z("why", db_error(db)));
	}
}
