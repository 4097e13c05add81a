#include "gradebook/marks/ledger.h"

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/seal/chain.h"
#include "gradebook/marks/cell.h"

enum { ROW_BYTES = 104 /* without the reason */, U64_BYTES = 8 };

/* Half of a ref, big-endian. */
static void put_ref(struct ledger_row *row, unsigned from, uint64_t v) {
	for (unsigned i = 0; i < U64_BYTES; i++) {
		row->ref[from + i] = (uint8_t)(v >> (56 - 8 * i));
	}
}

void ledger_of_column(struct ledger_row *row, unsigned kind, unsigned position, uint64_t term_id) {
	row->old_code = (uint8_t)kind;
	row->new_code = (uint8_t)position;
	row->has_ref = true;
	put_ref(row, 0, term_id);
	put_ref(row, U64_BYTES, 0);
}

void ledger_of_lock(struct ledger_row *row, unsigned kind, unsigned grade, int64_t at_ms,
		uint64_t term_id) {
	row->old_code = (uint8_t)kind;
	row->new_code = (uint8_t)grade;
	row->has_ref = true;
	put_ref(row, 0, (uint64_t)at_ms);
	put_ref(row, U64_BYTES, term_id);
}

enum err ledger_next(const struct ledger_head *head, const struct ledger_row *row,
		struct ledger_head *out) {
	static const uint8_t no_ref[LEDGER_REF_BYTES];
	if (head->number == UINT32_MAX || row->number != head->number + 1 ||
			!cell_is_code(row->old_code) || !cell_is_code(row->new_code) ||
			row->at_ms < 0 || row->why.n > LEDGER_WHY_BYTES_MAX) {
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
	buf_add_char(&b, (char)row->old_code);
	buf_add_char(&b, (char)row->new_code);
	buf_add_be64(&b, row->person_id);
	buf_add_be64(&b, (uint64_t)row->at_ms);
	buf_add_be16(&b, (uint16_t)row->why.n);
	buf_add(&b, row->why.p, row->why.n);
	bool is_long = row->approved_by != 0 || row->has_ref;
	if (is_long) {
		buf_add_be64(&b, row->approved_by);
		buf_add(&b, row->has_ref ? row->ref : no_ref, LEDGER_REF_BYTES);
	}
	if (buf_err(&b)) {
		return buf_err(&b);
	}
	struct ledger_head next = { .number = row->number };
	chain_next(is_long ? "TT1B" : "TT1M", &head->hash, b.data, b.len, &next.hash);
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
