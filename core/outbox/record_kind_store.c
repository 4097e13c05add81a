#include "core/outbox/record_kind.h"

#include "core/db/db.h"

void record_text(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i) {
	jo_key(&d->w, name);
	if (db_col_is_null(row, i)) {
		jo_null(&d->w);
	} else {
		jo_str(&d->w, db_col_str(row, i));
	}
}

void record_number(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i) {
	if (db_col_is_null(row, i)) {
		jo_knull(&d->w, name);
	} else {
		jo_ki64(&d->w, name, db_col_i64(row, i));
	}
}

/* A day as text; empty for NULL. */
static struct str day_text(const struct db_stmt *row, unsigned i, char out[DATE_ISO_BYTES]) {
	out[0] = '\0';
	if (!db_col_is_null(row, i)) {
		date_print_iso(db_col_date(row, i), out);
	}
	return str_from(out);
}

void record_date(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i) {
	char day[DATE_ISO_BYTES];
	struct str s = day_text(row, i, day);
	jo_key(&d->w, name);
	if (s.n == 0) {
		jo_null(&d->w);
	} else {
		jo_str(&d->w, s);
	}
}

void record_key_text(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i) {
	record_id_add(&d->id, db_col_str(row, i));
	jo_kstr(&d->w, name, db_col_str(row, i));
}

void record_key_number(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i) {
	buf_add_char(&d->id, '/');
	buf_add_i64(&d->id, db_col_i64(row, i));
	jo_ki64(&d->w, name, db_col_i64(row, i));
}

void record_key_date(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i) {
	char day[DATE_ISO_BYTES];
	struct str s = day_text(row, i, day);
	record_id_add(&d->id, s);
	jo_kstr(&d->w, name, s);
}

void record_class(struct record_draft *d, const struct db_stmt *row, unsigned year, unsigned name) {
	jo_kstr(&d->w, "namhoc", db_col_str(row, year));
	jo_kstr(&d->w, "malop", db_col_str(row, name));
	exchange_id_add(&d->class_path, db_col_str(row, year));
	exchange_id_add(&d->class_path, db_col_str(row, name));
}

void record_key_class(
		struct record_draft *d, const struct db_stmt *row, unsigned year, unsigned name) {
	record_id_add(&d->id, db_col_str(row, year));
	record_id_add(&d->id, db_col_str(row, name));
	record_class(d, row, year, name);
}

void record_key_student(struct record_draft *d, const struct db_stmt *row, unsigned i) {
	struct str code = db_col_str(row, i);
	record_key_text(d, "mahocsinh", row, i);
	buf_add(&d->student, code.p, code.n);
}

void record_key_term(struct record_draft *d, const struct db_stmt *row, unsigned i) {
	record_key_number(d, "hocky", row, i);
	d->term = (unsigned)db_col_u64(row, i);
}

void record_word(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i,
		const char *const *words, size_t count) {
	uint64_t n = db_col_u64(row, i);
	jo_kstrz(&d->w, name, n >= 1 && n <= count ? words[n - 1] : NULL);
}
