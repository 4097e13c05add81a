#ifndef TESTS_CORE_EXCHANGE_FOLDER_DESTINATION_H
#define TESTS_CORE_EXCHANGE_FOLDER_DESTINATION_H

/* A school's destination of the plainest kind, a folder, for tests. */

#include "core/exchange/destination_store.h"

/* To be changed as a test wants it, then added. `name` and `settings` must last as long. */
static inline struct destination_new folder_destination(
		uint64_t school_id, const char *name, const struct destination_settings *settings) {
	return (struct destination_new){ .school_id = school_id,
		.kind = DESTINATION_FILES,
		.name = str_from(name),
		.settings = settings,
		.password = str_from(""),
		.ca_pem = str_from(""),
		.peer_code = str_from(""),
		.peer_name = str_from(""),
		.now_ms = 1 };
}

#endif
