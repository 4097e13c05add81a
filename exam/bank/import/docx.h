#ifndef EXAM_BANK_IMPORT_DOCX_H
#define EXAM_BANK_IMPORT_DOCX_H

/*
 * Reads a Word document (.docx) into lines of styled text. What the page shows is what the lines
 * say: automatic numbers are written out, tracked insertions are taken and deletions dropped,
 * fields show their result, formulas become LaTeX. Nothing here knows what a question is.
 */

#include <stddef.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "exam/bank/import/flow.h"

enum {
	DOCX_PART_BYTES_MAX = 24 * 1024 * 1024,  /* word/document.xml inflated */
	DOCX_MEDIA_BYTES_MAX = 16 * 1024 * 1024, /* one picture inflated */
	DOCX_PICTURES_MAX = 500,
};

/* A picture of the document, as it was stored in the file. */
struct docx_picture {
	char *name; /* inside the archive: "word/media/image1.png" */
	char *bytes;
	size_t n;
};

/* What the document says. */
struct docx {
	struct flow flow;
	struct docx_picture *pictures; /* each once, numbered as in flow.objects */
	size_t picture_count;
	bool has_hidden_text; /* text formatted as hidden was left out */
	bool has_old_font;    /* letters in a font of an old encoding (.VnTime, VNI-…) */
	bool has_fields;      /* a field without a result (an old EQ equation) was left out */
};

/*
 * Errors  ERR_FORMAT       no Word document, or a damaged one
 *         ERR_LIMIT        past a limit of the archive, the XML, the flow or this header
 *         ERR_UNSUPPORTED  encrypted
 */
enum err docx_read(const void *bytes, size_t n, struct docx **out) MUST_CHECK;
void docx_free(struct docx *d);
DEFINE_FREEP(struct docx *, docx_free);

#endif
