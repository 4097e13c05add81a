#ifndef CORE_BASE_MEM_H
#define CORE_BASE_MEM_H

/*
 * Memory that hangs behind a pointer from the moment it is made. gcc 12's -fanalyzer forgets what
 * it saw stored behind a pointer of unknown origin and then reports it as lost; it does not follow
 * what is made here. LeakSanitizer does, in every test. A local that owns memory uses calloc().
 */

#include <stddef.h>

/* `count` things of `size` bytes, all zero, for free(); NULL when there is no memory. Never NULL
 * because nothing was asked for. */
void *mem_zeros(size_t count, size_t size);

#endif
