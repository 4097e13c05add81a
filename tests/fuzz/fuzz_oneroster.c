/*
 * Reading OneRoster bundles. An input that begins with "PK" is a bundle as it is. Of any other the
 * first byte says which file of a good one has the rest as its rows, since chance does not find a
 * zip's checksums.
 */

#include "gradebook/oneroster/bundle.h"
#include "tests/fuzz/fuzz.h"
#include "tests/gradebook/oneroster/small_bundle.h"

static void check(const struct bundle *b) {
	for (size_t i = 0; i < b->enrolments.count; i++) {
		assert(b->enrolments.items[i].class < b->classes.count);
		assert(b->people.items[b->enrolments.items[i].person].has_role);
	}
	for (size_t i = 0; i < b->columns.count; i++) {
		const struct bundle_column *c = &b->columns.items[i];
		assert(c->class < b->classes.count && c->subject < b->subjects.count);
		assert(c->term <= CALENDAR_TERMS_MAX);
		assert(c->term > 0 || c->kind == ONEROSTER_MEAN);
	}
	for (size_t i = 0; i < b->marks.count; i++) {
		const struct bundle_mark *m = &b->marks.items[i];
		assert(m->column < b->columns.count && m->person < b->people.count);
		assert(b->people.items[m->person].role == ONEROSTER_STUDENT);
		assert(m->value_x10 >= 0 && m->value_x10 <= 100);
		assert(date_is_valid(m->on));
	}
}

static void read_file(const void *bytes, size_t n) {
	_cleanup_(bundle_freep) struct bundle *b = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	enum err e = bundle_read(bytes, n, &b, &why);
	assert(e ? why.errors > 0 : why.errors == 0);
	if (!e) {
		check(b);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
		read_file(data, size);
		return 0;
	}
	if (size == 0 || size > SMALL_BYTES_MAX / 2) {
		return 0;
	}
	_cleanup_(buf_finish) struct buf zip = buf_make(SMALL_BYTES_MAX);
	enum oneroster_file file = (enum oneroster_file)(data[0] % (ONEROSTER_FILES + 1));
	small_bundle(&zip, file, (struct str){ (const char *)data + 1, size - 1 });
	read_file(zip.data, zip.len);
	return 0;
}
