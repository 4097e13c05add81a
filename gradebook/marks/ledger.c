#include "gradebook/marks/ledger.h"

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/seal/chain.h"

enum {
	ROW_BYTES = 80, /* without the reason */
	NO_VALUE = 255,
	VALUE_MAX = 100,
};

static bool is_value(int x10) {
	return x10 >= -1 && x10 <= VALUE_MAX;
}

static void add_value(struct buf *b, int x10) {
	buf_add_char(b, (char)(x10 < 0 ? NO_VALUE : x10));
}

enum err ledger_next(const struct ledger_head *head, const struct ledger_row *row,
		struct ledger_head *out) {
	if (head->number == UINT32_MAX || row->number != head->number + 1 ||
			!is_value(row->old_x10) || !is_value(row->new_x10) || row->at_ms < 0 ||
			row->why.n > LEDGER_WHY_BYTES_MAX) {
		return ERR_INVAL;
	}
	_cleanup_(buf_finish) struct buf b = buf_make(ROW_BYTES + LEDGER_WHY_BYTES_MAX);
	buf_add_be64(&b, row->school_id);
	buf_add_be64(&b, row->class_id);
	buf_add_be64(&b, row->subject_id);
	buf_add_be32(&b, row->number);
	buf_add_be64(&b, row->column_id);
	buf_add_be64(&b, row->student_id);
	buf_add_char(&b, (char)row->act);
	add_value(&b, row->old_x10);
	add_value(&b, row->new_x10);
	buf_add_be64(&b, row->person_id);
	buf_add_be64(&b, (uint64_t)row->at_ms);
	buf_add_be16(&b, (uint16_t)row->why.n);
	buf_add(&b, row->why.p, row->why.n);
	if (buf_err(&b)) {
		return buf_err(&b);
	}
	struct ledger_head next = { .number = row->number };
	chain_next("TT1M", &head->hash, b.data, b.len, &next.hash);
	*out = next;
	return ERR_OK;
}

enum err ledger_check(
		struct ledger_head *head, const struct ledger_row *row, const struct hash *stored) {
	struct ledger_head next;
	enum err e = ledger_next(head, row, &next);
	if (e) {
		return e == ERR_INVAL ? ERR_CORRUPT : e;
	}
	if (!hash_equal(&next.hash, stored)) {
		return ERR_CORRUPT;
	}
	*head = next;
	return ERR_OK;
}
