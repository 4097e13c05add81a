#ifndef WS_HTTP_EXAM_JSON_H
#define WS_HTTP_EXAM_JSON_H

/* Shapes of questions, papers and ids that several handlers of exams write and read. */

#include "core/base/json_out.h"
#include "core/base/messages.h"
#include "exam/bank/bank_store.h"
#include "exam/bank/paper_store.h"
#include "exam/hall/event.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

/* Who asks, for the stores of banks and papers. */
struct bank_actor exam_json_actor(const struct request *req);

/* A member that holds the id of a sitting or an attempt. */
void exam_json_id16(struct json_out *w, const char *name, const struct id16 *id);

/* A whole question of the bank: content, key, what is doubtful and where it came from. */
void exam_json_question(const struct bank_question *q, enum lang lang, struct json_out *w);

/*
 * A question as a slot of a variant shows it, into an open object: slot, question, kind, stem,
 * options or statements under their shown letters, passage, pointsText, and the key in those
 * letters. ERR_CORRUPT when the slot is not that question's.
 */
enum err exam_json_slot(const struct paper_slot *slot, unsigned number,
		const struct bank_question *q, struct json_out *w) MUST_CHECK;

/* Answers 409 "stale" with what is stored now. */
enum err exam_json_stale_question(struct reply *reply, const struct bank_question *q) MUST_CHECK;
enum err exam_json_stale_paper(struct reply *reply, const struct paper_whole *paper) MUST_CHECK;

/* A whole paper, with what a person should know about it. */
enum err exam_json_paper(
		const struct paper_whole *paper, enum lang lang, struct json_out *w) MUST_CHECK;

#endif
