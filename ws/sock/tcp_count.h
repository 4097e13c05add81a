#ifndef WS_SOCK_TCP_COUNT_H
#define WS_SOCK_TCP_COUNT_H

/*
 * How many bytes a program has taken from a TCP socket so far, by the kernel's own count.
 */

#include <stdbool.h>
#include <stdint.h>

/* False when the kernel does not tell. */
bool tcp_count_read(int fd, uint64_t *out);

#endif
