#include "core/doc/qr.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static void check_limits(void) {
	char text[QR_TEXT_BYTES_MAX + 1];
	memset(text, 'a', sizeof(text));
	struct qr *qr = NULL;
	CHECK_INT("one past", qr_new((struct str){ text, sizeof(text) }, QR_LEVEL_M, &qr),
			ERR_LIMIT);
	CHECK("untouched", qr == NULL);
	CHECK_INT("empty", qr_new(str_from(""), QR_LEVEL_M, &qr), ERR_INVAL);
	CHECK_INT("zero byte", qr_new((struct str){ "a\0b", 3 }, QR_LEVEL_M, &qr), ERR_INVAL);
	CHECK_INT("at the limit", qr_new((struct str){ text, QR_TEXT_BYTES_MAX }, QR_LEVEL_H, &qr),
			ERR_OK);
	CHECK("largest code", qr && qr_size(qr) <= 177);
	qr_free(qr);
}

/* The three finder patterns stand in the corners of every code. */
static void check_matrix(void) {
	_cleanup_(qr_freep) struct qr *qr = NULL;
	CHECK_INT("new", qr_new(str_from("trường thi"), QR_LEVEL_M, &qr), ERR_OK);
	size_t last = qr_size(qr) - 1;
	CHECK_INT("version 1 holds it", qr_size(qr), 21);
	for (size_t i = 0; i < 7; i++) {
		CHECK("left edge", qr_is_dark(qr, 0, i) && qr_is_dark(qr, 0, last - i));
		CHECK("top edge", qr_is_dark(qr, i, 0) && qr_is_dark(qr, last - i, 0));
	}
	CHECK("light beside the finder", !qr_is_dark(qr, 7, 0) && !qr_is_dark(qr, last - 7, 0));
}

/* Paints the path's rectangles back into a matrix, as a browser would. */
static void check_svg(void) {
	_cleanup_(qr_freep) struct qr *qr = NULL;
	CHECK_INT("new", qr_new(str_from("https://truong.example/s#7K2M"), QR_LEVEL_Q, &qr),
			ERR_OK);
	_cleanup_(buf_finish) struct buf path = buf_make(100000);
	CHECK_INT("path", qr_svg_path(qr, &path), ERR_OK);
	static bool dark[256][256];
	size_t rectangles = 0;
	for (const char *at = buf_str(&path); *at;) {
		size_t x = 0;
		size_t y = 0;
		size_t w = 0;
		size_t back = 0;
		int used = 0;
		int got = sscanf(at, "M%zu %zuh%zuv1h-%zuz%n", &x, &y, &w, &back, &used);
		CHECK_INT("one rectangle", got, 4);
		if (got != 4) {
			return;
		}
		CHECK_INT("closes", w, back);
		for (size_t i = 0; i < w; i++) {
			CHECK("painted once", !dark[y][x + i]);
			dark[y][x + i] = true;
		}
		rectangles++;
		at += used;
	}
	CHECK("more than a frame", rectangles > qr_size(qr));
	size_t wrong = 0;
	for (size_t y = 0; y < qr_size(qr) + 2 * QR_QUIET_MODULES; y++) {
		for (size_t x = 0; x < qr_size(qr) + 2 * QR_QUIET_MODULES; x++) {
			bool is_inside = x >= QR_QUIET_MODULES && y >= QR_QUIET_MODULES &&
					x < qr_size(qr) + QR_QUIET_MODULES &&
					y < qr_size(qr) + QR_QUIET_MODULES;
			bool want = is_inside &&
					qr_is_dark(qr, x - QR_QUIET_MODULES, y - QR_QUIET_MODULES);
			wrong += dark[y][x] != want;
		}
	}
	CHECK_INT("every module", wrong, 0);
	_cleanup_(buf_finish) struct buf small = buf_make(path.len - 1);
	CHECK_INT("no room", qr_svg_path(qr, &small), ERR_LIMIT);
}

int main(void) {
	check_limits();
	check_matrix();
	check_svg();
	return check_done();
}
