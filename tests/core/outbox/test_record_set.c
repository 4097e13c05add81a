/* What there is against what was told: every way in which a record can differ. */
#include "core/outbox/record_set.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"

/* Adds a record of that key and value. */
static void add(struct record_set *set, const char *key, int value) {
	struct record_draft *d = record_set_draft(set);
	record_id_add(&d->id, str_from(key));
	jo_ki64(&d->w, "v", value);
	d->class_id = 7;
	CHECK_INT(key, record_set_add(set), ERR_OK);
}

static struct record_set *make(void) {
	struct record_set *set = NULL;
	CHECK_INT("set", record_set_new(str_from("A"), "diem", &set), ERR_OK);
	return set;
}

/* What the hash of such a record is. */
static struct hash content_of(const char *key, int value) {
	_cleanup_(record_set_freep) struct record_set *set = make();
	add(set, key, value);
	record_set_sort(set);
	return record_set_item(set, 0)->content;
}

static void know(struct record_set *set, const char *key, int value, unsigned version,
		enum exchange_event event) {
	char id[64];
	(void)snprintf(id, sizeof(id), "A/diem/%s", key); /* keys of the tests are short */
	struct record_known known = { .record_id = version * 10,
		.version = version,
		.event = event,
		.content = content_of(key, value),
		.id = str_from(id) };
	CHECK_INT(key, record_set_know(set, &known), ERR_OK);
}

static enum err note_change(const struct record_change *change, void *ctx) {
	struct buf *out = ctx;
	struct str id = change->item ? change->item->id : change->known->id;
	buf_addf(out, "%s %u %.*s;", exchange_event_name(change->event), change->version, (int)id.n,
			id.p);
	return buf_err(out);
}

static void check_changes(const char *name, struct record_set *set, const char *want) {
	_cleanup_(buf_finish) struct buf out = buf_make(10000);
	record_set_sort(set);
	CHECK_INT(name, record_set_changes(set, note_change, &out), ERR_OK);
	CHECK_STR(name, buf_str(&out), want);
}

static void test_changes(void) {
	_cleanup_(record_set_freep) struct record_set *set = make();
	check_changes("nothing", set, "");
	add(set, "new", 1);
	check_changes("new", set, "NEW 1 A/diem/new;");
	add(set, "same", 1);
	know(set, "same", 1, 4, EXCHANGE_UPDATE);
	add(set, "other", 2);
	know(set, "other", 1, 1, EXCHANGE_NEW);
	know(set, "gone", 1, 2, EXCHANGE_NEW);
	know(set, "long-gone", 1, 3, EXCHANGE_CANCEL);
	add(set, "again", 1);
	know(set, "again", 1, 5, EXCHANGE_CANCEL);
	check_changes("all", set,
			"CANCEL 3 A/diem/gone;NEW 6 A/diem/again;NEW 1 A/diem/new;UPDATE 2 A/diem/other;");
	add(set, "new", 1);
	know(set, "gone", 1, 2, EXCHANGE_NEW);
	check_changes("twice is once", set,
			"CANCEL 3 A/diem/gone;NEW 6 A/diem/again;NEW 1 A/diem/new;UPDATE 2 A/diem/other;");
}

/* Where it hangs is a part of what it is: a later look by that scope must find it. */
static void test_scope(void) {
	_cleanup_(record_set_freep) struct record_set *set = make();
	struct record_draft *d = record_set_draft(set);
	record_id_add(&d->id, str_from("x"));
	jo_ki64(&d->w, "v", 1);
	d->class_id = 8;
	CHECK_INT("add", record_set_add(set), ERR_OK);
	know(set, "x", 1, 1, EXCHANGE_NEW);
	check_changes("another class", set, "UPDATE 2 A/diem/x;");
}

/* A record whose line no one would take must not stand in the way of the others. */
static void test_limits(void) {
	static const struct {
		const char *name;
		size_t data; /* letters of the text */
		size_t student;
		bool fits;
	} rows[] = {
		{ "short", 10, 5, true },
		{ "student at the limit", 10, EXCHANGE_STUDENT_BYTES_MAX, true },
		{ "student one past", 10, EXCHANGE_STUDENT_BYTES_MAX + 1, false },
		{ "a long text", 7900, 5, true },
		{ "too long", EXCHANGE_LINE_BYTES_MAX, 5, false },
		{ "longer than any draft", 100000, 5, false },
	};
	static char letters[100000];
	memset(letters, 'a', sizeof(letters));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(record_set_freep) struct record_set *set = make();
		struct record_draft *d = record_set_draft(set);
		buf_add(&d->student, letters, rows[i].student);
		jo_kstr(&d->w, "v", (struct str){ letters, rows[i].data });
		CHECK_INT(rows[i].name, record_set_add(set), ERR_OK);
		add(set, "other", 1);
		CHECK_INT(rows[i].name, (int)record_set_count(set), rows[i].fits ? 2 : 1);
	}
}

/* The longest line that fits is one that is read, and one byte more is left out. */
static void test_longest(void) {
	static char letters[EXCHANGE_LINE_BYTES_MAX];
	memset(letters, 'a', sizeof(letters));
	size_t longest = 0;
	for (size_t n = 7900; n < sizeof(letters); n++) {
		_cleanup_(record_set_freep) struct record_set *set = make();
		struct record_draft *d = record_set_draft(set);
		jo_kstr(&d->w, "v", (struct str){ letters, n });
		CHECK_INT("add", record_set_add(set), ERR_OK);
		if (record_set_count(set) == 0) {
			break;
		}
		longest = n;
	}
	CHECK("there is one", longest > 7900 && longest < sizeof(letters) - 1);
	_cleanup_(record_set_freep) struct record_set *set = make();
	struct record_draft *d = record_set_draft(set);
	jo_kstr(&d->w, "v", (struct str){ letters, longest });
	CHECK_INT("add", record_set_add(set), ERR_OK);
	record_set_sort(set);
	const struct record_item *item = record_set_item(set, 0);
	struct record_line line = { .kind = str_from("diem"),
		.id = item->id,
		.event = EXCHANGE_UPDATE,
		.version = INT32_MAX,
		.at_ms = JSON_INT_MAX,
		.data = item->data };
	_cleanup_(buf_finish) struct buf out = buf_make(2 * EXCHANGE_LINE_BYTES_MAX);
	record_line_print(&out, &line);
	CHECK_INT("to the byte", (int)out.len, EXCHANGE_LINE_BYTES_MAX);
	_cleanup_(exchange_line_finish) struct exchange_line read = { .root = NULL };
	CHECK_INT("is read", exchange_line_parse((struct str){ buf_str(&out), out.len }, &read),
			ERR_OK);
}

/* Many of them, in any order. */
static void test_many(void) {
	_cleanup_(record_set_freep) struct record_set *set = make();
	enum { MANY = 3000 };
	for (int i = 0; i < MANY; i++) {
		char key[16];
		(void)snprintf(key, sizeof(key), "%d", i * 7919 % MANY); /* fits */
		add(set, key, i);
	}
	record_set_sort(set);
	CHECK_INT("all of them", (int)record_set_count(set), MANY);
	for (size_t i = 1; i < record_set_count(set); i++) {
		struct str a = record_set_item(set, i - 1)->id;
		struct str b = record_set_item(set, i)->id;
		size_t n = a.n < b.n ? a.n : b.n;
		int order = memcmp(a.p, b.p, n);
		CHECK("sorted", order < 0 || (order == 0 && a.n < b.n));
	}
}

int main(void) {
	test_changes();
	test_scope();
	test_limits();
	test_longest();
	test_many();
	return check_failures != 0;
}
