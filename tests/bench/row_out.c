#include "tests/bench/row_out.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradebook/marks/cell.h"

static bool has_column; /* of the row that is being printed */

static void separate(void) {
	if (has_column) {
		putchar_unlocked('\t');
	}
	has_column = true;
}

void row_int(int64_t v) {
	char digits[24];
	size_t n = sizeof(digits);
	uint64_t rest = v < 0 ? (uint64_t)-v : (uint64_t)v;
	do {
		digits[--n] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (v < 0) {
		digits[--n] = '-';
	}
	separate();
	(void)fwrite(digits + n, 1, sizeof(digits) - n, stdout); /* judged at the end */
}

void row_id(uint64_t v) {
	row_int((int64_t)v);
}

void row_bytes(const void *bytes, size_t n) {
	const unsigned char *p = bytes;
	separate();
	for (size_t i = 0; i < n; i++) {
		bool is_special = p[i] == '\t' || p[i] == '\n' || p[i] == '\\' || p[i] == 0;
		if (is_special) {
			putchar_unlocked('\\');
		}
		putchar_unlocked(p[i] == 0 ? '0' : p[i]);
	}
}

void row_text(const char *z) {
	row_bytes(z, strlen(z));
}

void row_null(void) {
	separate();
	(void)fputs("\\N", stdout); /* judged at the end */
}

void row_code(uint8_t code) {
	if (code == CELL_NONE) {
		row_null();
	} else {
		row_int(code);
	}
}

void row_end(void) {
	putchar_unlocked('\n');
	has_column = false;
}

void row_must(enum err e) {
	if (e) {
		(void)fprintf(stderr, "province: %s\n", err_name(e));
		exit(1);
	}
}
