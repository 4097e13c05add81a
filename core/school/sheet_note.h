#ifndef CORE_SCHOOL_SHEET_NOTE_H
#define CORE_SCHOOL_SHEET_NOTE_H

/* What is said of a row of an office list: a message's code, its column and parameters; and the same
 * in JSON. Pure. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/json_out.h"
#include "core/base/messages.h"
#include "core/base/str.h"

enum {
	SHEET_MESSAGES_MAX = 8, /* of one row; the ninth is not said */
	SHEET_PARAMS_MAX = 3,
};

struct sheet_message {
	bool is_error;
	unsigned column; /* 0: the row */
	struct str code;
	size_t param_count;
	struct str names[SHEET_PARAMS_MAX];
	struct str values[SHEET_PARAMS_MAX];
};

struct sheet_notes {
	struct sheet_message *items; /* in the arena */
	size_t count;
};

/* Adds a message; names and values (const char *) come in pairs and end with NULL. Past
 * SHEET_MESSAGES_MAX nothing is added. */
enum err sheet_note_v(struct arena *arena, struct sheet_notes *notes, bool is_error,
		unsigned column, const char *code, va_list ap) MUST_CHECK;
enum err sheet_note(struct arena *arena, struct sheet_notes *notes, bool is_error, unsigned column,
		const char *code, ...) MUST_CHECK __attribute__((sentinel));

/* A member "messages" with sentences in that language. */
enum err sheet_notes_put(struct json_out *w, const struct sheet_message *items, size_t count,
		enum lang lang) MUST_CHECK;

#endif
