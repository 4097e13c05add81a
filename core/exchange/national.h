#ifndef CORE_EXCHANGE_NATIONAL_H
#define CORE_EXCHANGE_NATIONAL_H

/*
 * A batch of records as JSON for the national education database: each record in its envelope
 * (idbanghi, sukien, phienban, thoigiancapnhat), results in the tables that its schema names. How our
 * records stand to those tables, and what is written where they have no field: docs/national.md. Pure.
 */

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

/*
 * Appends one JSON document for a batch as it is sent: its header line and the lines of its records.
 * Errors  ERR_FORMAT, ERR_LIMIT  a line that exchange_line_parse() does not take
 *         ERR_NOMEM, and what stuck to the buffer
 */
enum err national_print(struct str batch, struct buf *out) MUST_CHECK;

#endif
