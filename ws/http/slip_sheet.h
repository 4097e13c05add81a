#ifndef WS_HTTP_SLIP_SHEET_H
#define WS_HTTP_SLIP_SHEET_H

/*
 * Sign-in slips under way: a fresh one-use code for each, the PDF, and what the database keeps of
 * the codes. The codes in plain are wiped with the sheet.
 */

#include <stddef.h>

#include "core/auth/activation_store.h"
#include "core/auth/ticket.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/school/slip.h"
#include "ws/http/request.h"

struct slips {
	const struct request *req;
	uint64_t class_id; /* whose sheet it is; 0: none's */
	bool keeps_live;   /* of core/auth/activation_store.h */
	struct slip *items;
	struct activation_new *codes;
	char (*texts)[TICKET_TEXT_BYTES];
	size_t count;
	size_t room;
};

/* Room for so many. Finish it in any case. */
enum err slips_begin(struct slips *s, size_t most) MUST_CHECK;
/* A slip with a fresh code; past the room it asserts. The texts of `slip` are not copied. */
void slips_add(struct slips *s, uint64_t person_id, struct slip slip);
/* Appends the PDF: before the codes are stored, since what cannot be printed makes nothing void. */
enum err slips_print(const struct slips *s, struct buf *out) MUST_CHECK;
/* Stores the codes: the deed of an audit_run(), with the slips as its ctx. */
enum err slips_store(struct db *db, void *ctx) MUST_CHECK;
void slips_finish(struct slips *s);

/* What a guardian's slip says: the children at the caller's school with their classes, as many as
 * there is room for; and the phone number "+84912345678" as people write it. Into the arena. */
enum err slips_children(const struct request *req, uint64_t person_id, struct arena *arena,
		struct str *out) MUST_CHECK;
enum err slips_phone(struct arena *arena, struct str phone, struct str *out) MUST_CHECK;

enum { SLIPS_BYTES_MAX = 64 << 20 }; /* of one PDF */

#endif
