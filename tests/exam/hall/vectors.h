#ifndef TESTS_EXAM_HALL_VECTORS_H
#define TESTS_EXAM_HALL_VECTORS_H

/*
 * The test vectors of the hall's protocol as one JSON document: tests/fixtures/
 * protocol_vectors.json holds it for every other program that speaks the protocol (the web
 * client's tests read it), test_vectors checks that this program still writes the same bytes.
 */

#include "core/base/buf.h"

enum err vectors_print(struct buf *out) MUST_CHECK;

#endif
