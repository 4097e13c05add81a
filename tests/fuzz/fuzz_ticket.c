/*
 * Reading typed codes: what is taken prints and reads back to itself, and changing any one symbol
 * of it is noticed.
 */

#include <assert.h>

#include "core/auth/ticket.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ticket t;
	enum err e = ticket_parse((struct str){ (const char *)data, size }, &t);
	assert(e == ERR_OK || e == ERR_FORMAT || e == ERR_INVAL);
	if (e) {
		return 0;
	}
	char text[TICKET_TEXT_BYTES];
	ticket_print(&t, text);
	struct ticket again;
	e = ticket_parse(str_from(text), &again);
	assert(!e && again.kind == t.kind && strcmp(again.symbols, t.symbols) == 0);
	for (size_t i = 0; t.symbols[i]; i++) {
		again = t;
		again.symbols[i] = t.symbols[i] == '7' ? '8' : '7';
		e = ticket_parse(str_from(again.symbols), &again);
		assert(e == ERR_INVAL);
	}
	return 0;
}
