#include "core/base/buf.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

int main(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(8);
	buf_add_str(&b, "12345678");
	CHECK_INT("at the limit", buf_err(&b), ERR_OK);
	buf_add_char(&b, '9');
	CHECK_INT("one past", buf_err(&b), ERR_LIMIT);
	CHECK_STR("what was there stays", buf_str(&b), "12345678");
	buf_clear(&b);
	buf_add_i64(&b, -42);
	buf_addf(&b, "%03d", 7);
	CHECK_STR("numbers", buf_str(&b), "-42007");

	_cleanup_(buf_finish) struct buf wide = buf_make(1000);
	buf_add_i64(&wide, INT64_MIN);
	CHECK_STR("least", buf_str(&wide), "-9223372036854775808");
	buf_clear(&wide);
	buf_add_be16(&wide, 0x0102);
	buf_add_be32(&wide, 0x03040506);
	buf_add_be64(&wide, 0x0708090A0B0C0D0EULL);
	CHECK_MEM("big-endian", wide.data, "\1\2\3\4\5\6\7\x8\x9\xA\xB\xC\xD\xE", 14);
	size_t n = 0;
	char *bytes = buf_steal(&wide, &n);
	CHECK_INT("stolen", n, 14);
	CHECK_INT("empty after", wide.len, 0);
	free(bytes);
	return check_done();
}
