#include "exam/marking/decimal.h"

#include "tests/check.h"

static const struct {
	const char *text;
	enum err want_err;
	bool is_negative, has_more;
	int64_t units;
} reads[] = {
	{ "3,14", ERR_OK, false, false, 3140000000 },
	{ "3.14", ERR_OK, false, false, 3140000000 },
	{ " 3,14 ", ERR_OK, false, false, 3140000000 },
	{ "-2", ERR_OK, true, false, 2000000000 },
	{ "−2", ERR_OK, true, false, 2000000000 },
	{ "–2", ERR_OK, true, false, 2000000000 },
	{ "- 2", ERR_OK, true, false, 2000000000 },
	{ "+2", ERR_OK, false, false, 2000000000 },
	{ ",5", ERR_OK, false, false, 500000000 },
	{ "5,", ERR_OK, false, false, 5000000000 },
	{ "007", ERR_OK, false, false, 7000000000 },
	{ "-0", ERR_OK, true, false, 0 },
	{ "12 000", ERR_OK, false, false, 12000000000000 },
	{ "12\xC2\xA0"
	  "000",
			ERR_OK, false, false, 12000000000000 },
	{ "1 234 567", ERR_OK, false, false, 1234567000000000 },
	{ "0,123456789", ERR_OK, false, false, 123456789 },
	{ "0,1234567890", ERR_OK, false, false, 123456789 },
	{ "0,1234567891", ERR_OK, false, true, 123456789 },
	{ "999999999", ERR_OK, false, false, 999999999000000000 },
	{ "000999999999", ERR_OK, false, false, 999999999000000000 },
	{ "1000000000", ERR_LIMIT, false, false, 0 },
	{ "1 2", ERR_INVAL, false, false, 0 },
	{ "12 0000", ERR_INVAL, false, false, 0 },
	{ "1,2 345", ERR_INVAL, false, false, 0 },
	{ "1.234,5", ERR_INVAL, false, false, 0 },
	{ "1/2", ERR_INVAL, false, false, 0 },
	{ "1e3", ERR_INVAL, false, false, 0 },
	{ "5 cm", ERR_INVAL, false, false, 0 },
	{ "--5", ERR_INVAL, false, false, 0 },
	{ "-", ERR_INVAL, false, false, 0 },
	{ ",", ERR_INVAL, false, false, 0 },
	{ "", ERR_INVAL, false, false, 0 },
	{ "\xFF", ERR_INVAL, false, false, 0 },
};

static void check_reads(void) {
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		struct decimal got = { .units = -77 };
		enum err e = decimal_parse(str_from(reads[i].text), &got);
		CHECK_INT(reads[i].text, e, reads[i].want_err);
		CHECK_INT(reads[i].text, got.units, e ? -77 : reads[i].units);
		if (!e) {
			CHECK_INT(reads[i].text, got.is_negative, reads[i].is_negative);
			CHECK_INT(reads[i].text, got.has_more, reads[i].has_more);
		}
	}
	char longest[DECIMAL_BYTES_MAX + 2];
	memset(longest, '0', sizeof(longest));
	struct decimal got;
	CHECK_INT("longest", decimal_parse((struct str){ longest, DECIMAL_BYTES_MAX }, &got), 0);
	CHECK_INT("longer", decimal_parse((struct str){ longest, DECIMAL_BYTES_MAX + 1 }, &got),
			ERR_LIMIT);
}

static const struct {
	const char *answer, *key, *tolerance;
	bool want;
} nears[] = {
	{ "3,14", "3.14", "0", true },
	{ "3,140", "3,14", "0", true },
	{ "3,141", "3,14", "0", false },
	{ "-0", "0", "0", true },
	{ "-5", "5", "0", false },
	{ "3,15", "3,14", "0,01", true },
	{ "3,13", "3,14", "0,01", true },
	{ "3,150000001", "3,14", "0,01", false },
	/* digits behind the ninth place decide at the edge of the tolerance */
	{ "3,1500000000", "3,14", "0,01", true },
	{ "3,1500000001", "3,14", "0,01", false },
	{ "3,1299999999", "3,14", "0,01", false },
	{ "3,1300000001", "3,14", "0,01", true },
	{ "-3,1500000001", "-3,14", "0,01", false },
	{ "-3,1300000001", "-3,14", "0,01", true },
	{ "0,0000000001", "0", "0", false },
	{ "-0,0000000001", "0", "0", false },
	{ "-0,0000000001", "0", "0,000000001", true },
	{ "0,3333333333333", "0,333", "0,001", true },
	{ "999999999", "-999999999", "999999999", false },
};

static void check_nears(void) {
	for (size_t i = 0; i < sizeof(nears) / sizeof(nears[0]); i++) {
		struct decimal answer;
		struct decimal key;
		struct decimal tolerance;
		CHECK_INT(nears[i].answer, decimal_parse(str_from(nears[i].answer), &answer), 0);
		CHECK_INT(nears[i].answer, decimal_parse(str_from(nears[i].key), &key), 0);
		CHECK_INT(nears[i].answer, decimal_parse(str_from(nears[i].tolerance), &tolerance),
				0);
		CHECK_INT(nears[i].answer, decimal_is_near(&answer, &key, &tolerance),
				nears[i].want);
	}
}

int main(void) {
	check_reads();
	check_nears();
	return check_done();
}
