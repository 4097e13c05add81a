#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

/*
 * The one function of a fuzz target. It is called by libFuzzer (./dev fuzz), and by replay.c,
 * which feeds it the corpus in the unit suite. A target holds its reader to something: asserts
 * say what must be true of any input.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
