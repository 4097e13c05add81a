#include "core/base/mem.h"

#include <stdlib.h>

void *mem_zeros(size_t count, size_t size) {
	return calloc(count ? count : 1, size ? size : 1);
}
