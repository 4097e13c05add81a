/* What leaves the house and what does not, and the words in which it does. */
#include "core/notice/delivery.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

#define NIGHT INT64_C(1795363200000) /* 2026-11-22 23:00 in Vietnam */
#define NOON (NIGHT - INT64_C(11) * 3600000)

static struct delivery usual(void) {
	return (struct delivery){ .id = 5,
		.kind = DELIVERY_NOTICE,
		.school_code = "dd",
		.school_name = "Trường Đầm Dơi",
		.utc_offset_min = QUIET_OFFSET_MIN,
		.person_id = 258,
		.phone = "+84912345678",
		.lang = LANG_VI,
		.email = "me@example.vn",
		.email_state = NOTICE_EMAIL_CONFIRMED,
		.by_email = true,
		.by_phone = true,
		.quiet_from_min = QUIET_FROM_MIN,
		.quiet_to_min = QUIET_TO_MIN,
		.is_on = true,
		.notice = NOTICE_MARKS,
		.about = "Toán",
		.made_at_ms = NOON };
}

static enum delivery_plan plan(const struct delivery *d, enum notice_channel channel, int64_t now) {
	int64_t until = 0;
	return delivery_plan_of(d, channel, now, &until);
}

static void test_notice(void) {
	struct delivery d = usual();
	int64_t until = 0;
	CHECK_INT("by day", plan(&d, NOTICE_MAIL, NOON), DELIVERY_SEND);
	CHECK_INT("at night", delivery_plan_of(&d, NOTICE_MAIL, NIGHT, &until), DELIVERY_WAIT);
	CHECK_INT("until the morning", until - NIGHT, INT64_C(27000000));
	d.by_email = false;
	CHECK_INT("not by mail", plan(&d, NOTICE_MAIL, NOON), DELIVERY_LEAVE);
	CHECK_INT("by phone", plan(&d, NOTICE_HOOK, NOON), DELIVERY_SEND);
	d.by_phone = false;
	CHECK_INT("not by phone", plan(&d, NOTICE_HOOK, NOON), DELIVERY_LEAVE);
	d = usual();
	d.phone[0] = '\0';
	CHECK_INT("no phone", plan(&d, NOTICE_HOOK, NOON), DELIVERY_LEAVE);
	d.email_state = NOTICE_EMAIL_ASKED;
	CHECK_INT("not confirmed", plan(&d, NOTICE_MAIL, NOON), DELIVERY_LEAVE);
	d = usual();
	d.is_on = false;
	CHECK_INT("switched off", plan(&d, NOTICE_MAIL, NIGHT), DELIVERY_LEAVE);
}

static void test_confirm(void) {
	struct delivery d = usual();
	d.kind = DELIVERY_CONFIRM;
	d.email_state = NOTICE_EMAIL_ASKED;
	(void)snprintf(d.address, sizeof(d.address), "me@example.vn");
	CHECK_INT("no link", plan(&d, NOTICE_MAIL, NIGHT), DELIVERY_LEAVE);
	d.nonce[15] = 7;
	CHECK_INT("at once", plan(&d, NOTICE_MAIL, NIGHT), DELIVERY_SEND);
	_cleanup_(buf_finish) struct buf subject = buf_make(DELIVERY_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf body = buf_make(DELIVERY_TEXT_BYTES_MAX);
	CHECK_INT("print", delivery_print_mail(&d, "https://x.vn", &subject, &body), ERR_OK);
	CHECK("the link",
			strstr(buf_str(&body),
					"\n\nhttps://x.vn/xac-nhan-email#AAAAAAAAAQIAAAAAAAAAAAAAAAAAAAAH\n\n"));
	(void)snprintf(d.address, sizeof(d.address), "old@example.vn");
	CHECK_INT("another address by now", plan(&d, NOTICE_MAIL, NIGHT), DELIVERY_LEAVE);
	d = usual();
	d.kind = DELIVERY_TEST;
	d.is_on = false;
	CHECK_INT("a test", plan(&d, NOTICE_MAIL, NIGHT), DELIVERY_SEND);
}

static void test_words(void) {
	struct delivery d = usual();
	_cleanup_(buf_finish) struct buf subject = buf_make(DELIVERY_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf body = buf_make(DELIVERY_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf json = buf_make(DELIVERY_TEXT_BYTES_MAX);
	CHECK_INT("mail", delivery_print_mail(&d, "https://x.vn", &subject, &body), ERR_OK);
	CHECK_STR("subject", buf_str(&subject), "[Trường Đầm Dơi] Có điểm mới môn Toán.");
	CHECK("link", strstr(buf_str(&body), "https://x.vn/thong-bao\n"));
	CHECK("the way to stop it", strstr(buf_str(&body), "https://x.vn/thong-bao/cai-dat"));
	d.thread_id = 9;
	d.notice = NOTICE_LETTER;
	CHECK_INT("hook", delivery_print_hook(&d, "https://x.vn", "tt-5-ab", &json), ERR_OK);
	CHECK_STR("json", buf_str(&json),
			"{\"id\":\"tt-5-ab\",\"kind\":\"notice\",\"event\":\"letter\","
			"\"phone\":\"+84912345678\",\"text\":\"Tin nhắn mới từ Toán.\","
			"\"link\":\"https://x.vn/tin-nhan/9\",\"school\":{\"code\":\"dd\","
			"\"name\":\"Trường Đầm Dơi\"},\"language\":\"vi\",\"at\":1795323600000}");
}

int main(void) {
	test_notice();
	test_confirm();
	test_words();
	return check_done();
}
