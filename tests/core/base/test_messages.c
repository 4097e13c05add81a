#include "core/base/messages.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

static void check_every_error(void) {
	for (int e = 0; e < ERR_COUNT_; e++) {
		for (int lang = 0; lang < LANG_COUNT_; lang++) {
			_cleanup_(buf_finish) struct buf b = buf_make(1000);
			CHECK_INT(err_name((enum err)e),
					messages_print_err((enum err)e, (enum lang)lang, &b),
					ERR_OK);
			CHECK(err_name((enum err)e), b.len > 0);
		}
	}
}

static void check_table(void) {
	for (size_t i = 0; i < messages_count(); i++) {
		const struct messages_row *row = messages_at(i);
		CHECK(row->code, i == 0 || strcmp(messages_at(i - 1)->code, row->code) < 0);
		CHECK(row->code, str_is_utf8(str_from(row->text[LANG_VI])));
		CHECK(row->code, strcmp(row->text[LANG_VI], row->text[LANG_EN]) != 0);
	}
}

static void check_print(void) {
	const struct message_param params[] = {
		{ "min", { "8{x}", 4 } },
		{ "unused", { "?", 1 } },
	};
	_cleanup_(buf_finish) struct buf b = buf_make(200);
	buf_add_str(&b, "> ");
	CHECK_INT("given", messages_print("password.short", LANG_EN, params, 2, &b), ERR_OK);
	CHECK_STR("put in as it is", buf_str(&b), "> The password needs at least 8{x} characters.");
	buf_clear(&b);
	buf_add_str(&b, "> ");
	CHECK_INT("not given", messages_print("password.short", LANG_VI, NULL, 0, &b), ERR_MISSING);
	CHECK_STR("nothing appended", buf_str(&b), "> ");
	CHECK_INT("unknown", messages_print("password.nope", LANG_VI, NULL, 0, &b), ERR_NOT_FOUND);
	CHECK_INT("no code", messages_print("", LANG_VI, NULL, 0, &b), ERR_NOT_FOUND);
	CHECK_STR("nothing appended", buf_str(&b), "> ");
	_cleanup_(buf_finish) struct buf small = buf_make(9);
	CHECK_INT("no room", messages_print("err.ok", LANG_VI, NULL, 0, &small), ERR_LIMIT);
}

static void check_item(void) {
	struct diag d = { 0 };
	diag_add(&d, DIAG_ERROR, "10A1", 7, 3, "password.short", "min", "8", NULL);
	_cleanup_(buf_finish) struct buf b = buf_make(200);
	CHECK_INT("item", messages_print_item(&d.items[0], LANG_VI, &b), ERR_OK);
	CHECK_STR("item", buf_str(&b), "Mật khẩu cần ít nhất 8 ký tự.");
	diag_finish(&d);
}

static void check_languages(void) {
	static const struct {
		const char *header;
		enum lang want;
	} rows[] = {
		{ "", LANG_VI },
		{ "vi", LANG_VI },
		{ "en", LANG_EN },
		{ "EN-us", LANG_EN },
		{ "fr", LANG_VI },
		{ "fr, en;q=0.5", LANG_EN },
		{ "vi-VN,vi;q=0.9,en-US;q=0.6,en;q=0.5", LANG_VI },
		{ "en-US,en;q=0.9,vi;q=0.8", LANG_EN },
		{ "en;q=0.8 , vi;q=0.9", LANG_VI },
		{ "en; q=0.3", LANG_EN },
		{ "en;q=0", LANG_VI },
		{ "en;q=2", LANG_VI },
		{ "en;level=1", LANG_VI },
		{ "english", LANG_VI },
		{ ",,;;,-", LANG_VI },
		{ "*", LANG_VI },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].header, messages_lang_accept(str_from(rows[i].header)),
				rows[i].want);
	}
	enum lang lang = LANG_VI;
	CHECK_INT("en", messages_lang_parse(str_from("en"), &lang), ERR_OK);
	CHECK_STR("en", messages_lang_name(lang), "en");
	CHECK_INT("other", messages_lang_parse(str_from("EN"), &lang), ERR_INVAL);
	CHECK_INT("untouched", lang, LANG_EN);
}

int main(void) {
	check_every_error();
	check_table();
	check_print();
	check_item();
	check_languages();
	return check_done();
}
