#ifndef CORE_SCHOOL_SLIP_H
#define CORE_SCHOOL_SLIP_H

/*
 * Slips of paper for each student, eight on an A4 page with lines to cut along: sign-in slips
 * with a one-use activation code, and exam tickets. The code stands in groups to be typed and in
 * a QR code, there in the fragment of an address, which a browser never sends. Makes no codes and
 * stores none: what it is given ends on the paper and must be wiped by the caller.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/messages.h"
#include "core/base/str.h"

enum {
	SLIP_COUNT_MAX = 10000, /* in one file */
	SLIP_CODE_BYTES_MAX = 64,
	SLIP_ADDRESS_BYTES_MAX = 200,
	SLIP_TEXT_BYTES_MAX = 500, /* any other text */
};

/* What all slips of a file have in common. */
struct slip_sheet {
	struct str school_name;
	struct str school_code;
	struct str address; /* of this server as people reach it: "https://thi.truong.vn" */
	int64_t created_ms;
	int64_t expires_ms; /* of the codes */
	enum lang lang;
};

struct slip {
	struct str full_name;
	struct str class_name; /* empty for a teacher */
	struct str login;
	struct str children; /* of a guardian, who signs in by phone: names; empty for others */
	struct str phone;    /* a guardian's, as people write it */
	struct str code;     /* as typed, with or without '-' */
};

/*
 * Appends a PDF with a slip for each, in their order.
 * Errors  ERR_MISSING  no slip
 *         ERR_LIMIT    more than SLIP_COUNT_MAX, or a text longer than the limits above
 *         ERR_FORMAT   text that is not UTF-8
 *         and those of pdf_new
 */
enum err slip_print(const struct slip_sheet *sheet, const struct slip *slips, size_t count,
		struct buf *out) MUST_CHECK;

/* What all tickets of one exam room have in common. */
struct slip_ticket_sheet {
	struct str school_name;
	struct str exam_title;
	struct str room_name;
	struct str address;
	int64_t starts_ms;
	int64_t created_ms;
	unsigned limit_min;
	enum lang lang;
};

struct slip_ticket {
	struct str full_name;
	struct str class_name;
	struct str student_code;
	struct date birth_date; /* year 0: not known */
	unsigned number;        /* in the room's list; 0 for none */
	struct str code;
};

/* Appends a PDF with a ticket for each, in their order. Errors as above. */
enum err slip_ticket_print(const struct slip_ticket_sheet *sheet, const struct slip_ticket *tickets,
		size_t count, struct buf *out) MUST_CHECK;

#endif
