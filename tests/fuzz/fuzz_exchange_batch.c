/*
 * Batches from schools: whatever is taken holds together (its lines lie inside the body and make
 * up all of it behind the header), and so does every line of it that reads as a record.
 */

#include <assert.h>

#include "core/base/cleanup.h"
#include "core/exchange/exchange_batch.h"
#include "core/exchange/exchange_line.h"
#include "tests/fuzz/fuzz.h"

static void try_line(struct str text) {
	struct exchange_line line = { .root = NULL };
	enum err e = exchange_line_parse(text, &line);
	assert(e == ERR_OK || e == ERR_FORMAT || e == ERR_LIMIT);
	if (e) {
		return;
	}
	assert(line.version > 0 && line.term <= EXCHANGE_TERM_MAX && line.kind.n > 0);
	assert(exchange_event_name(line.event)[0]);
	_cleanup_(buf_finish) struct buf id = buf_make(EXCHANGE_ID_BYTES_MAX);
	for (size_t i = 0;; i++) {
		_cleanup_(buf_finish) struct buf part = buf_make(EXCHANGE_ID_BYTES_MAX);
		e = exchange_id_part(line.id, i, &part);
		if (e == ERR_NOT_FOUND) {
			break;
		}
		assert(!e && part.len > 0);
		exchange_id_add(&id, (struct str){ part.data, part.len });
	}
	assert(str_eq((struct str){ buf_str(&id), id.len }, line.id));
	exchange_line_finish(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct str body = { (const char *)data, size };
	struct exchange_batch batch = { .lines = NULL };
	unsigned at = 0;
	enum err e = exchange_batch_read(body, &batch, &at);
	assert(e == ERR_OK || e == ERR_FORMAT || e == ERR_LIMIT);
	assert((e == ERR_FORMAT) == (at > 0));
	try_line(body);
	if (e) {
		return 0;
	}
	size_t bytes = 0;
	for (uint32_t i = 0; i < batch.header.records; i++) {
		struct str line = batch.lines[i];
		assert(line.n > 0 && line.p > body.p && line.p[line.n] == '\n');
		bytes += line.n + 1;
		try_line(line);
	}
	assert(batch.lines[0].p + bytes == body.p + body.n);
	exchange_batch_finish(&batch);
	return 0;
}
