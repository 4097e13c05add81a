#ifndef WS_HTTP_ERRMAP_H
#define WS_HTTP_ERRMAP_H

/*
 * From an error code to an HTTP status. Pure.
 */

#include "core/base/err.h"

/* The status of a problem with this error; 500 for ERR_OK, which is never a problem. */
int errmap_status(enum err e);

/* Seconds for Retry-After, 0 when trying again later does not help. */
int errmap_retry_after_s(enum err e);

/* The phrase behind a status: "Not Found". "Unknown" for one that we never send. */
const char *errmap_phrase(int status);

#endif
