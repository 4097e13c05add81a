#ifndef WS_HTTP_EXCHANGE_REASON_H
#define WS_HTTP_EXCHANGE_REASON_H

/* Why a record or a batch was not taken, as a sentence: at the school's office and at the desk. */

#include "core/base/buf.h"
#include "core/base/messages.h"

/*
 * Appends the sentence of `code` with its parameters (a JSON object, as the province says them); a
 * record's member that is named in them is named in words. A code that this program does not know
 * stands for itself. ERR_NOMEM, ERR_LIMIT.
 */
enum err exchange_reason_print(
		struct str code, struct str params, enum lang lang, struct buf *out) MUST_CHECK;

#endif
