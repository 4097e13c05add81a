#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

/*
 * The assertion macros of every C test. A failed check prints where and what and goes on;
 * main returns check_done(), which prints the counts that ./dev test adds up.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int check_passes;
static int check_failures;

#define CHECK_REPORT_(ok, name, ...)                                              \
	do {                                                                      \
		if (ok) {                                                         \
			check_passes++;                                           \
		} else {                                                          \
			check_failures++;                                         \
			fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, name); \
			fprintf(stderr, __VA_ARGS__);                             \
			fputc('\n', stderr);                                      \
		}                                                                 \
	} while (0)

#define CHECK(name, condition) CHECK_REPORT_((condition), name, "not true: %s", #condition)

#define CHECK_INT(name, got, want)                                                      \
	do {                                                                            \
		intmax_t check_got_ = (intmax_t)(got);                                  \
		intmax_t check_want_ = (intmax_t)(want);                                \
		CHECK_REPORT_(check_got_ == check_want_, name,                          \
				"%s is %" PRIdMAX ", want %" PRIdMAX, #got, check_got_, \
				check_want_);                                           \
	} while (0)

#define CHECK_STR(name, got, want)                                                     \
	do {                                                                           \
		const char *check_got_ = (got);                                        \
		const char *check_want_ = (want);                                      \
		CHECK_REPORT_(check_got_ &&strcmp(check_got_, check_want_) == 0, name, \
				"%s is \"%s\", want \"%s\"", #got,                     \
				check_got_ ? check_got_ : "(null)", check_want_);      \
	} while (0)

#define CHECK_MEM(name, got, want, n) \
	CHECK_REPORT_(memcmp((got), (want), (n)) == 0, name, "%s differs from %s", #got, #want)

static inline int check_done(void) {
	printf("checks: %d passed, %d failed\n", check_passes, check_failures);
	return check_failures != 0;
}

#endif
