#ifndef CORE_OUTBOX_SCHOOL_RECORDS_STORE_H
#define CORE_OUTBOX_SCHOOL_RECORDS_STORE_H

/*
 * The kinds of records whose tables every module shares (core/school): truong, namhoc, monhoc,
 * lophoc, giaovien, hocsinh, xeplop, phancong. What they leave out, and why: docs/exchange.md.
 */

#include "core/outbox/record_kind.h"

enum { SCHOOL_RECORD_KINDS = 8 };

/* In the order in which they are told: what others refer to comes first. */
extern const struct record_kind *const school_record_kinds[SCHOOL_RECORD_KINDS];

#endif
