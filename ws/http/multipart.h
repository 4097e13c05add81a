#ifndef WS_HTTP_MULTIPART_H
#define WS_HTTP_MULTIPART_H

/*
 * The parts of a multipart/form-data body (RFC 7578). Pure: spans into the body, no copies.
 */

#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct multipart_part {
	struct str name;      /* of the form's field, as it was sent */
	struct str file_name; /* as it was sent; p == NULL when there is none */
	struct str type;      /* "" when there is none */
	struct str bytes;
};

/*
 * Errors  ERR_FORMAT  not multipart with a usable boundary, or it does not end where it says
 *         ERR_LIMIT   more than max parts, or a part's head longer than 2 KiB
 */
enum err multipart_parse(struct str content_type, struct str body, struct multipart_part *parts,
		size_t max, size_t *out_count) MUST_CHECK;

#endif
