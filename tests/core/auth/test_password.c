#include "core/auth/password.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct password_cost least = { PASSWORD_MEMORY_KIB_MIN, PASSWORD_ITERATIONS_MIN };

static void check_hash(void) {
	char a[PASSWORD_HASH_BYTES];
	char b[PASSWORD_HASH_BYTES];
	struct str password = str_from("bốn con mèo xanh");
	CHECK_INT("hash", password_hash(password, least, a), ERR_OK);
	CHECK_INT("again", password_hash(password, least, b), ERR_OK);
	CHECK("a new salt each time", strcmp(a, b) != 0);
	CHECK("PHC", strncmp(a, "$argon2id$v=19$m=19456,t=2,p=1$", 31) == 0);
	CHECK_INT("right", password_verify(password, a), ERR_OK);
	CHECK_INT("right", password_verify(password, b), ERR_OK);
	CHECK_INT("typed in NFD",
			password_verify(str_from("bo\u0302\u0301n con me\u0300o xanh"), a), ERR_OK);
	CHECK_INT("wrong", password_verify(str_from("bốn con mèo xanK"), a), ERR_PASSWORD);
	CHECK_INT("cut", password_verify((struct str){ password.p, password.n - 1 }, a),
			ERR_PASSWORD);
	CHECK_INT("nothing", password_verify(str_from(""), a), ERR_PASSWORD);
	CHECK_INT("not UTF-8", password_verify(str_from("\xFF"), a), ERR_PASSWORD);
	CHECK_INT("nobody", password_verify_nobody(password, least), ERR_PASSWORD);
	CHECK_INT("nobody, not UTF-8", password_verify_nobody(str_from("\xFF"), least),
			ERR_PASSWORD);
	CHECK("same cost", !password_needs_rehash(a, least));
	CHECK("more memory", password_needs_rehash(a, password_cost(32768, 2)));
	CHECK("more passes", password_needs_rehash(a, password_cost(19456, 3)));
	CHECK("no hash", password_needs_rehash("", least));
}

static void check_bad_hashes(void) {
	static const char *const rows[] = {
		"",
		"password",
		"$argon2id$v=19$m=19456,t=2,p=1$",
		"$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA",
		"$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=16$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=262145,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=11,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=4$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294987776,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i], password_verify(str_from("x"), rows[i]), ERR_CORRUPT);
	}
}

static void check_limits(void) {
	char hash[PASSWORD_HASH_BYTES] = "untouched";
	char text[PASSWORD_BYTES_MAX + 1];
	memset(text, 'a', sizeof(text));
	CHECK_INT("longer", password_hash((struct str){ text, sizeof(text) }, least, hash),
			ERR_INVAL);
	CHECK_INT("NUL", password_hash((struct str){ "a\0b", 3 }, least, hash), ERR_INVAL);
	CHECK_STR("untouched", hash, "untouched");
	CHECK_INT("longest", password_hash((struct str){ text, sizeof(text) - 1 }, least, hash),
			ERR_OK);
	CHECK_INT("longest", password_verify((struct str){ text, sizeof(text) - 1 }, hash), ERR_OK);
	text[sizeof(text) - 2] = 'b';
	CHECK_INT("nothing is cut off",
			password_verify((struct str){ text, sizeof(text) - 1 }, hash),
			ERR_PASSWORD);
	static const struct {
		int64_t memory_kib;
		int64_t iterations;
		struct password_cost want;
	} rows[] = {
		{ 0, 0, { PASSWORD_MEMORY_KIB_MIN, PASSWORD_ITERATIONS_MIN } },
		{ 19456, 2, { 19456, 2 } },
		{ 65536, 3, { 65536, 3 } },
		{ INT64_MAX, INT64_MAX, { PASSWORD_MEMORY_KIB_MAX, PASSWORD_ITERATIONS_MAX } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct password_cost got = password_cost(rows[i].memory_kib, rows[i].iterations);
		CHECK_INT("memory", got.memory_kib, rows[i].want.memory_kib);
		CHECK_INT("iterations", got.iterations, rows[i].want.iterations);
	}
}

static void check_faults(void) {
	static const struct {
		const char *password;
		enum password_fault want;
	} rows[] = {
		{ "tám ký", PASSWORD_SHORT },
		{ "1234567", PASSWORD_SHORT },
		{ "", PASSWORD_SHORT },
		{ "ếếếếếếế", PASSWORD_SHORT }, /* seven characters, 21 bytes */
		{ "e\u0302\u0301e\u0302\u0301e\u0302\u0301e\u0302\u0301", PASSWORD_SHORT },
		{ "kx7#mq2v", PASSWORD_GOOD },
		{ "bốn con mèo xanh", PASSWORD_GOOD },
		{ "correct horse battery staple", PASSWORD_GOOD },
		{ "!#%&/(=?+", PASSWORD_GOOD },
		{ "%$#a!&*?", PASSWORD_GOOD },
		{ "83619274", PASSWORD_GOOD }, /* no rules about kinds of characters */
		{ "зимний лес", PASSWORD_GOOD },
		{ "trăng sáng quá 12", PASSWORD_GOOD },
		{ "tab\tinside", PASSWORD_TEXT },
		{ "bell\ainside", PASSWORD_TEXT },
		{ "not utf-8 \xFF", PASSWORD_TEXT },
		{ "password", PASSWORD_COMMON },
		{ "PassWord", PASSWORD_COMMON },
		{ "P@ssw0rd", PASSWORD_COMMON },
		{ "p@ssw0rd123!", PASSWORD_COMMON },
		{ "password05091999", PASSWORD_COMMON },
		{ "mật khẩu", PASSWORD_COMMON },
		{ "Matkhau@123", PASSWORD_COMMON },
		{ "matkhaumatkhau", PASSWORD_COMMON },
		{ "anhyeuem", PASSWORD_COMMON },
		{ "Anh yêu em 520", PASSWORD_COMMON },
		{ "Nguyenvana1", PASSWORD_COMMON },
		{ "12345678", PASSWORD_COMMON },
		{ "0987654321", PASSWORD_COMMON },
		{ "qwertyuiop", PASSWORD_COMMON },
		{ "qwer1234", PASSWORD_COMMON },
		{ "abcd1234", PASSWORD_COMMON },
		{ "asdf!@#$", PASSWORD_COMMON },
		{ "poiuytrewq", PASSWORD_COMMON },
		{ "1qaz2wsx", PASSWORD_COMMON },
		{ "aaaaaaaa", PASSWORD_COMMON },
		{ "ếếếếếếếế", PASSWORD_COMMON },
		{ "abababab", PASSWORD_COMMON },
		{ "2580258025", PASSWORD_COMMON },
		{ "        ", PASSWORD_COMMON },
		{ "!!!!!!!!", PASSWORD_COMMON },
		{ "15081947", PASSWORD_COMMON }, /* anyone's birthday */
		{ "19470815", PASSWORD_COMMON },
		{ "15/08/1947", PASSWORD_COMMON },
		{ "admin@2024", PASSWORD_COMMON },
		{ "05092010", PASSWORD_BIRTH_DATE },
		{ "05/09/2010", PASSWORD_BIRTH_DATE },
		{ "5-9-2010!", PASSWORD_BIRTH_DATE },
		{ "2010-09-05", PASSWORD_BIRTH_DATE },
		{ "05092010abc", PASSWORD_BIRTH_DATE },
		{ "050910050910", PASSWORD_BIRTH_DATE },
		{ "nguyễn thị hòa", PASSWORD_NAME },
		{ "NguyenThiHoa", PASSWORD_NAME },
		{ "hoanguyen123", PASSWORD_NAME },
		{ "Hoa@05092010", PASSWORD_BIRTH_DATE },
		{ "hoa.2010.nth", PASSWORD_NAME },
		{ "hs2400123", PASSWORD_NAME },
		{ "0912345678", PASSWORD_NAME },
		{ "+84 912 345 678", PASSWORD_NAME },
		{ "thptleloi", PASSWORD_NAME },
		{ "THPT Lê Lợi 2025", PASSWORD_NAME },
		{ "hoa thích bún bò Huế", PASSWORD_GOOD },
		{ "hoahocthuvi9x", PASSWORD_GOOD },
	};
	const struct password_person person = {
		.full_name = str_from("Nguyễn Thị Hoà"),
		.login = str_from("hs2400123"),
		.phone = str_from("+84912345678"),
		.school_name = str_from("Trường THPT Lê Lợi"),
		.has_birth_date = true,
		.birth_date = { 2010, 9, 5 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].password, password_fault(str_from(rows[i].password), &person),
				rows[i].want);
	}
	const struct password_person nobody = { 0 };
	CHECK_INT("NUL", password_fault((struct str){ "kx7#mq2v\0", 9 }, &nobody), PASSWORD_TEXT);
	CHECK_INT("nothing known", password_fault(str_from("NguyenThiHoa"), &nobody),
			PASSWORD_GOOD);
	CHECK_INT("nothing known", password_fault(str_from("kx7#mq2v"), &nobody), PASSWORD_GOOD);
}

static void check_length_limits(void) {
	const struct password_person nobody = { 0 };
	static const char *const letters[] = { "ế", "k", "\U0001F600" };
	for (size_t i = 0; i < 3; i++) {
		_cleanup_(buf_finish) struct buf b = buf_make(4096);
		for (unsigned n = 0; n < PASSWORD_CHARS_MAX - 20; n++) {
			buf_add_str(&b, letters[i]);
		}
		buf_add_str(&b, "mười hai con ong bay");
		struct str s = { b.data, b.len };
		CHECK_INT("longest", str_utf8_count(s), PASSWORD_CHARS_MAX);
		CHECK_INT("longest", password_fault(s, &nobody), PASSWORD_GOOD);
		buf_add_char(&b, 'x');
		s = (struct str){ b.data, b.len };
		CHECK_INT("one longer", password_fault(s, &nobody), PASSWORD_LONG);
	}
	_cleanup_(buf_finish) struct buf huge = buf_make(1 << 20);
	for (unsigned n = 0; n < 100000; n++) {
		buf_add_char(&huge, (char)('a' + n % 7));
	}
	CHECK_INT("huge", password_fault((struct str){ huge.data, huge.len }, &nobody),
			PASSWORD_LONG);
}

static void check_sentences(void) {
	const struct message_param limits[] = { { "min", str_from("8") },
		{ "max", str_from("128") } };
	for (int fault = PASSWORD_GOOD + 1; fault <= PASSWORD_NAME; fault++) {
		for (int lang = 0; lang < LANG_COUNT_; lang++) {
			_cleanup_(buf_finish) struct buf b = buf_make(1000);
			const char *code = password_fault_code((enum password_fault)fault);
			CHECK_INT("sentence", messages_print(code, (enum lang)lang, limits, 2, &b),
					ERR_OK);
			CHECK("sentence", b.len > 20);
		}
	}
	_cleanup_(buf_finish) struct buf b = buf_make(1000);
	CHECK_INT("short",
			messages_print(password_fault_code(PASSWORD_SHORT), LANG_EN, limits, 2, &b),
			ERR_OK);
	CHECK_STR("short", buf_str(&b), "The password needs at least 8 characters.");
	CHECK("the list is there", password_common_count_ > 1000);
	for (size_t i = 1; i < password_common_count_; i++) {
		CHECK("sorted", strcmp(password_common_[i - 1], password_common_[i]) < 0);
	}
}

int main(void) {
	check_hash();
	check_bad_hashes();
	check_limits();
	check_faults();
	check_length_limits();
	check_sentences();
	return check_done();
}
