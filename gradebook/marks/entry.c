#include "gradebook/marks/entry.h"

void entry_print(const struct entry_cell *cell, struct buf *out) {
	buf_add_be64(out, cell->column_id);
	buf_add_be64(out, cell->student_id);
	buf_add_char(out, (char)cell->fate);
	buf_add_char(out, (char)cell_code(&cell->cell));
	buf_add_be32(out, cell->version);
	buf_add_be64(out, cell->changed_by);
	buf_add_be64(out, (uint64_t)cell->changed_at_ms);
}

static uint64_t take(const unsigned char **at, size_t n) {
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++) {
		v = v << 8 | *(*at)++;
	}
	return v;
}

enum err entry_parse(struct str bytes, struct entry_cell *out, size_t most, size_t *out_count) {
	size_t count = bytes.n / ENTRY_CELL_BYTES;
	const unsigned char *at = (const unsigned char *)bytes.p;
	if (bytes.n % ENTRY_CELL_BYTES != 0) {
		return ERR_CORRUPT;
	}
	if (count > most) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		struct entry_cell c = { .column_id = take(&at, 8), .student_id = take(&at, 8) };
		uint64_t fate = take(&at, 1);
		if (fate > ENTRY_EXEMPT || cell_from_code((unsigned)take(&at, 1), &c.cell)) {
			return ERR_CORRUPT;
		}
		c.fate = (enum entry_fate)fate;
		c.version = (uint32_t)take(&at, 4);
		c.changed_by = take(&at, 8);
		c.changed_at_ms = (int64_t)take(&at, 8);
		out[i] = c;
	}
	*out_count = count;
	return ERR_OK;
}
