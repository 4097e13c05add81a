#include "core/doc/qr.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

struct qr {
	QRcode *code; /* owned; data[y * width + x], bit 0 is "dark" */
};

static QRecLevel level_of(enum qr_level level) {
	switch (level) {
	case QR_LEVEL_L:
		return QR_ECLEVEL_L;
	case QR_LEVEL_M:
		return QR_ECLEVEL_M;
	case QR_LEVEL_Q:
		return QR_ECLEVEL_Q;
	case QR_LEVEL_H:
		return QR_ECLEVEL_H;
	}
	return QR_ECLEVEL_M;
}

enum err qr_new(struct str text, enum qr_level level, struct qr **out) {
	assert(out);
	if (text.n == 0 || memchr(text.p, '\0', text.n)) {
		return ERR_INVAL;
	}
	if (text.n > QR_TEXT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	char zero_ended[QR_TEXT_BYTES_MAX + 1];
	memcpy(zero_ended, text.p, text.n);
	zero_ended[text.n] = '\0';

	_cleanup_(qr_freep) struct qr *qr = calloc(1, sizeof(*qr));
	if (!qr) {
		return ERR_NOMEM;
	}
	qr->code = QRcode_encodeString(zero_ended, 0, level_of(level), QR_MODE_8, 1);
	if (!qr->code) {
		return errno == ENOMEM ? ERR_NOMEM : ERR_LIMIT;
	}
	*out = STEAL(qr);
	return ERR_OK;
}

void qr_free(struct qr *qr) {
	if (qr) {
		QRcode_free(qr->code);
		free(qr);
	}
}

size_t qr_size(const struct qr *qr) {
	return (size_t)qr->code->width;
}

bool qr_is_dark(const struct qr *qr, size_t x, size_t y) {
	assert(x < qr_size(qr) && y < qr_size(qr));
	return qr->code->data[y * qr_size(qr) + x] & 1;
}

enum err qr_svg_path(const struct qr *qr, struct buf *out) {
	size_t size = qr_size(qr);
	for (size_t y = 0; y < size; y++) {
		for (size_t x = 0; x < size;) {
			size_t end = x;
			while (end < size && qr_is_dark(qr, end, y)) {
				end++;
			}
			if (end == x) {
				x++;
				continue;
			}
			buf_addf(out, "M%zu %zuh%zuv1h-%zuz", x + QR_QUIET_MODULES,
					y + QR_QUIET_MODULES, end - x, end - x);
			x = end;
		}
	}
	return buf_err(out);
}
