#include "exam/marking/short_text.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

/* Both texts are the same answer, or not. */
static const struct {
	const char *a, *b;
	int same;
} rows[] = {
	{ "Hà Nội", "hà nội", 1 },
	{ "Hà Nội", "HÀ   NỘI.", 1 },
	{ "Hà Nội", "Ha\xCC\x80 No\xCC\xA3\xCC\x82i", 1 }, /* decomposed */
	{ "Hà Nội", "Ha Noi", 0 },
	{ "má", "mà", 0 },
	{ "đá", "da", 0 },
	{ "hoà bình", "hòa bình", 1 },
	{ "HOÀ", "Hòa", 1 },
	{ "khoẻ", "khỏe", 1 },
	{ "thuỷ", "thủy", 1 },
	{ "Thuý Kiều", "Thúy Kiều", 1 },
	{ "quý", "qúy", 1 },
	{ "quý", "quỷ", 0 },
	{ "hoàn", "hòan", 0 }, /* before a consonant only one place is right */
	{ "toà-án", "tòa-án", 1 },
	{ "CO2", "co2", 1 },
	{ "a.b", "a.b.", 1 },
	{ "a.b", "ab", 0 },
	{ "xoà\xC2\xA0", "xòa", 1 },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf a = buf_make(1000);
		_cleanup_(buf_finish) struct buf b = buf_make(1000);
		CHECK_INT(rows[i].a, short_text_fold(str_from(rows[i].a), &a), ERR_OK);
		CHECK_INT(rows[i].b, short_text_fold(str_from(rows[i].b), &b), ERR_OK);
		CHECK_INT(rows[i].b, strcmp(buf_str(&a), buf_str(&b)) == 0, rows[i].same);
		/* Folding what is folded changes nothing. */
		buf_clear(&b);
		CHECK_INT(rows[i].a, short_text_fold((struct str){ buf_str(&a), a.len }, &b),
				ERR_OK);
		CHECK_STR(rows[i].a, buf_str(&b), buf_str(&a));
	}
	struct buf b = buf_make(10);
	CHECK_INT("empty", short_text_fold(str_from(" . "), &b), ERR_OK);
	CHECK_INT("empty", b.len, 0);
	CHECK_INT("bad", short_text_fold(str_from("\xC3"), &b), ERR_FORMAT);
	buf_finish(&b);
	return check_done();
}
