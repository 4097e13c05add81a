/* What people are told of, and what leaves the house of it: two schools in one database. */
#include "core/notice/notice_store.h"

#include "core/base/cleanup.h"
#include "core/notice/delivery_store.h"
#include "core/notice/notice_setting_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static int64_t count(struct db *db, const char *sql) {
	return testdb_number(db, sql);
}

static struct notice_event event_of(const struct seed *s, const char *name) {
	return (struct notice_event){ .school_id = s->school_id,
		.kind = NOTICE_MARKS,
		.name = name,
		.about = str_from("Toán"),
		.at_ms = SEED_NOW_MS };
}

static void test_once(struct db *db, const struct seed *a, const struct seed *b) {
	struct notice_event event = event_of(a, "marks:1");
	for (int i = 0; i < 3; i++) {
		CHECK_INT("tell", notice_store_family(db, &event, a->student_ids[0]), ERR_OK);
		CHECK_INT("queue", notice_store_queue(db, &event), ERR_OK);
	}
	CHECK_INT("the mother and the student", count(db, "SELECT COUNT(*) FROM notice"), 2);
	CHECK_INT("her other child", notice_store_family(db, &event, a->student_ids[3]), ERR_OK);
	CHECK_INT("is another matter", count(db, "SELECT COUNT(*) FROM notice"), 4);
	CHECK_INT("another school's", notice_store_family(db, &event, b->student_ids[0]), ERR_OK);
	CHECK_INT("is nobody", count(db, "SELECT COUNT(*) FROM notice"), 4);
	CHECK_INT("nothing leaves", count(db, "SELECT COUNT(*) FROM delivery"), 0);
	uint64_t unread = 77;
	CHECK_INT("unread", notice_store_unread(db, a->parent_id, &unread), ERR_OK);
	CHECK_INT("two", unread, 2);
}

static void switch_on(struct db *db, const struct seed *s, enum notice_channel channel) {
	struct delivery_switch to = { s->school_id, channel, true, s->office_id, SEED_NOW_MS };
	CHECK_INT("switch", delivery_store_switch(db, &to), ERR_OK);
}

static enum err ask(struct db *db, uint64_t person_id, uint8_t nonce, int64_t now_ms) {
	struct notice_email_ask a = { .person_id = person_id,
		.email = str_from("me@example.vn"),
		.nonce = { nonce },
		.now_ms = now_ms };
	return notice_setting_store_ask(db, &a);
}

static void test_email(struct db *db, const struct seed *a) {
	struct notice_setting s;
	CHECK_INT("load", notice_setting_store_load(db, a->parent_id, &s), ERR_OK);
	CHECK("as usual", !s.email[0] && s.version == 0 && s.quiet_from_min == QUIET_FROM_MIN);
	CHECK_INT("ask", ask(db, a->parent_id, 1, SEED_NOW_MS), ERR_OK);
	CHECK_INT("too soon", ask(db, a->parent_id, 2, SEED_NOW_MS + NOTICE_LINK_WAIT_MS - 1),
			ERR_THROTTLED);
	CHECK_INT("in time", ask(db, a->parent_id, 2, SEED_NOW_MS + NOTICE_LINK_WAIT_MS), ERR_OK);
	const uint8_t old[NOTICE_NONCE_BYTES] = { 1 };
	const uint8_t nonce[NOTICE_NONCE_BYTES] = { 2 };
	int64_t asked = SEED_NOW_MS + NOTICE_LINK_WAIT_MS;
	CHECK_INT("an old link", notice_setting_store_confirm(db, a->parent_id, old, asked),
			ERR_EXPIRED);
	CHECK_INT("somebody else's", notice_setting_store_confirm(db, a->office_id, nonce, asked),
			ERR_EXPIRED);
	CHECK_INT("too late",
			notice_setting_store_confirm(db, a->parent_id, nonce,
					asked + NOTICE_LINK_HOURS * INT64_C(3600000)),
			ERR_EXPIRED);
	CHECK_INT("confirm", notice_setting_store_confirm(db, a->parent_id, nonce, asked), ERR_OK);
	CHECK_INT("again", notice_setting_store_confirm(db, a->parent_id, nonce, asked), ERR_OK);
	for (int i = 2; i < NOTICE_LINKS_A_DAY; i++) {
		CHECK_INT("more", ask(db, a->teacher_ids[0], 3, SEED_NOW_MS + i * INT64_C(60000)),
				ERR_OK);
	}
	CHECK_INT("load", notice_setting_store_load(db, a->parent_id, &s), ERR_OK);
	CHECK_INT("confirmed", s.email_state, NOTICE_EMAIL_CONFIRMED);
	s.by_phone = false;
	CHECK_INT("save", notice_setting_store_save(db, a->parent_id, &s), ERR_OK);
	CHECK_INT("seen before", notice_setting_store_save(db, a->parent_id, &s), ERR_STALE);
}

static void test_delivery(struct db *db, const struct seed *a, const struct seed *b) {
	switch_on(db, a, NOTICE_MAIL);
	struct notice_event event = event_of(a, "marks:2");
	CHECK_INT("tell", notice_store_family(db, &event, a->student_ids[0]), ERR_OK);
	CHECK_INT("queue", notice_store_queue(db, &event), ERR_OK);
	CHECK_INT("queue", notice_store_queue(db, &event), ERR_OK);
	CHECK_INT("her mail alone", count(db, "SELECT COUNT(*) FROM delivery"), 1);
	struct delivery d;
	int64_t lease = SEED_NOW_MS + 1000;
	CHECK_INT("no other channel", delivery_store_take(db, NOTICE_HOOK, SEED_NOW_MS, lease, &d),
			ERR_NOT_FOUND);
	CHECK_INT("not before", delivery_store_take(db, NOTICE_MAIL, SEED_NOW_MS - 1, lease, &d),
			ERR_NOT_FOUND);
	CHECK_INT("take", delivery_store_take(db, NOTICE_MAIL, SEED_NOW_MS, lease, &d), ERR_OK);
	CHECK_STR("to", d.email, "me@example.vn");
	CHECK_STR("about", d.about, "Toán");
	CHECK("whole", d.is_on && d.notice == NOTICE_MARKS && d.tries == 1 && !d.by_phone);
	CHECK_INT("leased", delivery_store_take(db, NOTICE_MAIL, lease - 1, lease + 1, &d),
			ERR_NOT_FOUND);
	CHECK_INT("left behind", delivery_store_take(db, NOTICE_MAIL, lease, lease + 1, &d),
			ERR_OK);
	CHECK_INT("the second try", d.tries, 2);
	struct delivery_fault fault = { lease + 5, true, "refused", str_from("550 no") };
	CHECK_INT("give up", delivery_store_fault(db, d.id, &fault), ERR_OK);
	CHECK_INT("gone", delivery_store_take(db, NOTICE_MAIL, lease + 9, lease + 10, &d),
			ERR_NOT_FOUND);
	CHECK_INT("another school", delivery_store_resend(db, b->school_id, d.id, lease),
			ERR_NOT_FOUND);
	CHECK_INT("resend", delivery_store_resend(db, a->school_id, d.id, lease), ERR_OK);
	CHECK_INT("once", delivery_store_resend(db, a->school_id, d.id, lease), ERR_CONFLICT);
	CHECK_INT("take", delivery_store_take(db, NOTICE_MAIL, lease, lease + 1, &d), ERR_OK);
	CHECK_INT("sent", delivery_store_sent(db, d.id, lease), ERR_OK);
	struct delivery_channel c;
	CHECK_INT("counts", delivery_store_channel(db, a->school_id, NOTICE_MAIL, lease, &c),
			ERR_OK);
	CHECK("of the channel", c.is_on && c.sent == 1 && c.waiting == 0 && c.failed == 0);
	CHECK_INT("the other's", delivery_store_channel(db, b->school_id, NOTICE_MAIL, lease, &c),
			ERR_OK);
	CHECK("are its own", !c.is_on && c.sent == 0);
}

static void test_tests(struct db *db, const struct seed *b) {
	uint64_t id = 0;
	struct delivery_new d = { b->school_id, NOTICE_HOOK, DELIVERY_TEST, b->office_id,
		str_from("+84912345678"), SEED_NOW_MS };
	for (int i = 0; i < DELIVERY_TESTS_AN_HOUR; i++) {
		CHECK_INT("test", delivery_store_add(db, &d, &id), ERR_OK);
	}
	CHECK_INT("one past", delivery_store_add(db, &d, &id), ERR_THROTTLED);
	d.now_ms += INT64_C(3600000);
	CHECK_INT("an hour later", delivery_store_add(db, &d, &id), ERR_OK);
}

int main(void) {
	struct testdb t;
	struct seed a;
	struct seed b;
	testdb_start(&t, "notice");
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	test_once(t.db, &a, &b);
	test_email(t.db, &a);
	test_delivery(t.db, &a, &b);
	test_tests(t.db, &b);
	testdb_stop(&t);
	return check_done();
}
