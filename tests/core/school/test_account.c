#include "core/school/account.h"

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "tests/check.h"

static void check_names(void) {
	static const struct {
		const char *raw;
		enum err want_err;
		const char *full;
		const char *given;
		const char *rest;
		const char *search;
	} rows[] = {
		{ "Nguyễn Thị Hoà", ERR_OK, "Nguyễn Thị Hoà", "Hoà", "Nguyễn Thị",
				"nguyen thi hoa" },
		{ "  Trần \t Văn\u00A0 Đức \n", ERR_OK, "Trần Văn Đức", "Đức", "Trần Văn",
				"tran van duc" },
		{ "Nguye\u0302\u0303n Va\u0306n An", ERR_OK, "Nguyễn Văn An", "An", "Nguyễn Văn",
				"nguyen van an" },
		{ "An", ERR_OK, "An", "An", "", "an" },
		{ "LÊ THỊ BÍCH NGỌC", ERR_OK, "Lê Thị Bích Ngọc", "Ngọc", "Lê Thị Bích",
				"le thi bich ngoc" },
		{ "đỗ đăng ửng", ERR_OK, "Đỗ Đăng Ửng", "Ửng", "Đỗ Đăng", "do dang ung" },
		{ "LÊ Thị mai", ERR_OK, "LÊ Thị mai", "mai", "LÊ Thị", "le thi mai" },
		{ "H'HEN NIÊ", ERR_OK, "H'Hen Niê", "Niê", "H'Hen", "h'hen nie" },
		{ "k’sor h-bia", ERR_OK, "K’Sor H-Bia", "H-Bia", "K’Sor", "k’sor h-bia" },
		{ "Y Phước Niê Kđăm", ERR_OK, "Y Phước Niê Kđăm", "Kđăm", "Y Phước Niê",
				"y phuoc nie kdam" },
		{ "NGUYỄN THỊ Ý", ERR_OK, "Nguyễn Thị Ý", "Ý", "Nguyễn Thị", "nguyen thi y" },
		{ "Nguyễn\u200BVăn An", ERR_OK, "Nguyễn Văn An", "An", "Nguyễn Văn",
				"nguyen van an" },
		{ "", ERR_MISSING, NULL, NULL, NULL, NULL },
		{ " \u00A0\t", ERR_MISSING, NULL, NULL, NULL, NULL },
		{ "Nguyễn \x01 An", ERR_FORMAT, NULL, NULL, NULL, NULL },
		{ "Nguy\xFFn", ERR_FORMAT, NULL, NULL, NULL, NULL },
		{ "Nguyễn \u202EnaV \u202CAn", ERR_FORMAT, NULL, NULL, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct account_name name = { .full = "untouched" };
		enum err e = account_name_parse(str_from(rows[i].raw), &name);
		CHECK_INT(rows[i].raw, e, rows[i].want_err);
		CHECK_STR(rows[i].raw, name.full, e ? "untouched" : rows[i].full);
		if (!e && rows[i].full) {
			CHECK_STR(rows[i].raw, name.given, rows[i].given);
			CHECK_STR(rows[i].raw, name.rest, rows[i].rest);
			CHECK_STR(rows[i].raw, name.search, rows[i].search);
		}
	}
}

/* A word of `count` times ế, behind the others. */
static enum err parse_long(const char *before, size_t count) {
	_cleanup_(buf_finish) struct buf b = buf_make(4096);
	buf_add_str(&b, before);
	for (size_t i = 0; i < count; i++) {
		buf_add_str(&b, "ế");
	}
	struct account_name name;
	return account_name_parse((struct str){ b.data, b.len }, &name);
}

static void check_name_limits(void) {
	CHECK_INT("longest given name", parse_long("Lê ", ACCOUNT_GIVEN_CHARS_MAX), ERR_OK);
	CHECK_INT("one more", parse_long("Lê ", ACCOUNT_GIVEN_CHARS_MAX + 1), ERR_LIMIT);
	_cleanup_(buf_finish) struct buf b = buf_make(4096);
	for (size_t i = 0; i < ACCOUNT_NAME_CHARS_MAX / 2 - 1; i++) {
		buf_add_str(&b, "Ế ");
	}
	CHECK_INT("longest name", parse_long(buf_str(&b), 2), ERR_OK);
	CHECK_INT("one more", parse_long(buf_str(&b), 3), ERR_LIMIT);
}

static void check_phones(void) {
	static const struct {
		const char *raw;
		const char *want; /* NULL: ERR_INVAL */
	} rows[] = {
		{ "0912345678", "+84912345678" },
		{ "912345678", "+84912345678" },
		{ "+84912345678", "+84912345678" },
		{ "84912345678", "+84912345678" },
		{ "0084912345678", "+84912345678" },
		{ "+84 (0) 912 345 678", "+84912345678" },
		{ "0912.345.678", "+84912345678" },
		{ "0912-345-678", "+84912345678" },
		{ " 0912 345 678 ", "+84912345678" },
		{ "0912\u00A0345\u00A0678", "+84912345678" },
		{ "\u202A0912345678\u202C", NULL },
		{ "'0912345678", "+84912345678" },
		{ "0312345678", "+84312345678" },
		{ "0587654321", "+84587654321" },
		{ "0787654321", "+84787654321" },
		{ "0843456789", "+84843456789" },
		{ "843456789", "+84843456789" }, /* begins with 84, is a mobile number */
		{ "02438252525", "+842438252525" },
		{ "2438252525", "+842438252525" },
		{ "01681234567", "+84381234567" }, /* before September 2018 */
		{ "1681234567", "+84381234567" },
		{ "+841201234567", "+84701234567" },
		{ "01991234567", "+84591234567" },
		{ "01881234567", "+84581234567" },
		{ "01271234567", "+84811234567" },
		{ "01101234567", NULL }, /* no such prefix was ever in use */
		{ "", NULL },
		{ "không có", NULL },
		{ "091234567", NULL },
		{ "09123456789", NULL },
		{ "0412345678", NULL },
		{ "0612345678", NULL },
		{ "0024382525", NULL },
		{ "+1 202 555 0100", NULL },
		{ "++84912345678", NULL },
		{ "09123+45678", NULL },
		{ "0912345678 / 0987654321", NULL },
		{ "0912345678 0987654321", NULL },
		{ "0912345678a", NULL },
		{ "0912'345678", NULL },
		{ "９１２３４５６７８", NULL },
		{ "0912345678901234567890", NULL },
		{ "+", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char phone[ACCOUNT_PHONE_BYTES] = "untouched";
		enum err e = account_phone_parse(str_from(rows[i].raw), phone);
		CHECK_INT(rows[i].raw, e, rows[i].want ? ERR_OK : ERR_INVAL);
		CHECK_STR(rows[i].raw, phone, rows[i].want ? rows[i].want : "untouched");
		char again[ACCOUNT_PHONE_BYTES] = "";
		if (!e) {
			CHECK_INT(rows[i].raw, account_phone_parse(str_from(phone), again), ERR_OK);
			CHECK_STR("stays as it is", again, phone);
		}
	}
	char phone[ACCOUNT_PHONE_BYTES] = "untouched";
	CHECK_INT("NUL", account_phone_parse((struct str){ "0912345678\0", 11 }, phone), ERR_INVAL);
}

static void check_logins(void) {
	static const struct {
		const char *raw;
		const char *want; /* NULL: ERR_INVAL */
	} rows[] = {
		{ "annv", "annv" },
		{ " AnNV2 ", "annv2" },
		{ "an.nguyen_van-2", "an.nguyen_van-2" },
		{ "2400123", "2400123" },
		{ "", NULL },
		{ "an nv", NULL },
		{ "ân", NULL },
		{ "an@truong", NULL },
		{ "an'--", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char login[ACCOUNT_LOGIN_BYTES] = "untouched";
		CHECK_INT(rows[i].raw, account_login_parse(str_from(rows[i].raw), login),
				rows[i].want ? ERR_OK : ERR_INVAL);
		CHECK_STR(rows[i].raw, login, rows[i].want ? rows[i].want : "untouched");
	}
	char text[ACCOUNT_LOGIN_MAX + 1];
	memset(text, 'a', sizeof(text));
	char login[ACCOUNT_LOGIN_BYTES];
	CHECK_INT("longest", account_login_parse((struct str){ text, ACCOUNT_LOGIN_MAX }, login),
			ERR_OK);
	CHECK_INT("longest", strlen(login), ACCOUNT_LOGIN_MAX);
	CHECK_INT("one more", account_login_parse((struct str){ text, sizeof(text) }, login),
			ERR_INVAL);
}

static void check_states(void) {
	CHECK_INT("invited", account_sign_in(ACCOUNT_INVITED), ERR_PASSWORD);
	CHECK_INT("active", account_sign_in(ACCOUNT_ACTIVE), ERR_OK);
	CHECK_INT("locked", account_sign_in(ACCOUNT_LOCKED), ERR_DENIED);
	CHECK_INT("closed", account_sign_in(ACCOUNT_CLOSED), ERR_PASSWORD);
	enum account_state state = ACCOUNT_LOCKED;
	CHECK_INT("0", account_state_from_db(0, &state), ERR_CORRUPT);
	CHECK_INT("5", account_state_from_db(5, &state), ERR_CORRUPT);
	CHECK_INT("far", account_state_from_db(UINT64_C(1) << 32 | 1, &state), ERR_CORRUPT);
	CHECK_INT("untouched", state, ACCOUNT_LOCKED);
	CHECK_INT("2", account_state_from_db(2, &state), ERR_OK);
	CHECK_INT("2", state, ACCOUNT_ACTIVE);
	enum sex sex = SEX_MALE;
	CHECK_INT("3", sex_from_db(3, &sex), ERR_CORRUPT);
	CHECK_INT("2", sex_from_db(2, &sex), ERR_OK);
	CHECK_INT("2", sex, SEX_FEMALE);
}

int main(void) {
	check_names();
	check_name_limits();
	check_phones();
	check_logins();
	check_states();
	return check_done();
}
