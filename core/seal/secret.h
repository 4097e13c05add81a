#ifndef CORE_SEAL_SECRET_H
#define CORE_SEAL_SECRET_H

/* Random bytes for secrets, comparing without telling where, wiping, and memory for keys. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"

/* Makes the library ready; every program calls it once before it starts threads. ERR_IO when
 * there is no source of randomness. Calling it again does nothing. */
enum err secret_init(void) MUST_CHECK;

void secret_random(void *out, size_t n);
/* Takes the same time wherever they differ. */
bool secret_equal(const void *a, const void *b, size_t n);
void secret_wipe(void *bytes, size_t n);

/* Zeroed memory that is kept out of swap and core dumps as far as the system allows; NULL when
 * there is none. secret_free wipes it and takes NULL. */
void *secret_alloc(size_t n);
void secret_free(void *p);

#endif
