#ifndef TESTS_BENCH_ROW_OUT_H
#define TESTS_BENCH_ROW_OUT_H

/*
 * Rows for LOAD DATA on standard output: columns by tabs, a row a line, bytes as they are but
 * escaped by backslashes, \N for NULL. What cannot be written is noticed at the end, by ferror().
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

void row_int(int64_t v);
void row_id(uint64_t v);
void row_bytes(const void *bytes, size_t n);
void row_text(const char *z);
void row_null(void);
/* A cell's code (gradebook/marks/cell.h): NULL for CELL_NONE. */
void row_code(uint8_t code);
void row_end(void);

/* Ends the program unless it is ERR_OK: what is printed is worked out, so nothing may fail. */
void row_must(enum err e);

#endif
