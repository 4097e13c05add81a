#ifndef CORE_DOC_QR_H
#define CORE_DOC_QR_H

/*
 * QR codes (ISO/IEC 18004) as a matrix of modules: for slips and tickets on paper (pdf.h draws
 * them) and for the screen (an SVG path). Knows text and squares, never what the text means.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	QR_TEXT_BYTES_MAX = 1200, /* more would print too fine for a cheap phone's camera */
	QR_QUIET_MODULES = 4,     /* light margin that the standard asks for on each side */
};

/* How much of the code may be dirty or torn: about 7, 15, 25 and 30 percent. */
enum qr_level { QR_LEVEL_L, QR_LEVEL_M, QR_LEVEL_Q, QR_LEVEL_H };

struct qr;

/*
 * Encodes UTF-8 text. The smallest code that holds it is chosen.
 * Errors  ERR_INVAL  empty text, or a zero byte in it
 *         ERR_LIMIT  more than QR_TEXT_BYTES_MAX bytes
 */
enum err qr_new(struct str text, enum qr_level level, struct qr **out) MUST_CHECK;
void qr_free(struct qr *qr);
DEFINE_FREEP(struct qr *, qr_free);

/* Modules a side, without the quiet zone. */
size_t qr_size(const struct qr *qr);
/* Whether the module in this column and row is dark; both are below qr_size(). */
bool qr_is_dark(const struct qr *qr, size_t x, size_t y);

/*
 * Appends the `d` of one SVG path, one unit a module, the quiet zone included: the view box is
 * 0 0 n n with n = qr_size() + 2 * QR_QUIET_MODULES. Runs of dark modules are one rectangle.
 */
enum err qr_svg_path(const struct qr *qr, struct buf *out) MUST_CHECK;

#endif
