#ifndef CORE_DOC_PDF_FONTS_H
#define CORE_DOC_PDF_FONTS_H

/* The fonts of core/doc/pdf.c: ten Liberation faces, and nothing else that the machine has. */

#include "core/base/err.h"

/*
 * Makes these fonts the process's own, once, whichever thread comes first; they stay until it ends
 * and are only read from then on, so that documents can be drawn in several threads.
 * Errors  ERR_NOT_FOUND  they are not installed, or cannot write Vietnamese
 */
enum err pdf_fonts_use(void) MUST_CHECK;

#endif
