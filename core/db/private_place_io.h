#ifndef CORE_DB_PRIVATE_PLACE_IO_H
#define CORE_DB_PRIVATE_PLACE_IO_H

/*
 * The folder of a private server: taking it, choosing its user, installing the system tables.
 * Part of private_server_io; nobody else includes this.
 */

#include "core/db/private_server_io.h"

struct private_place {
	char folder[PRIVATE_SERVER_PATH_BYTES]; /* real path */
	char files[PRIVATE_SERVER_PATH_BYTES];
	char log[PRIVATE_SERVER_PATH_BYTES];
	char pid_file[PRIVATE_SERVER_PATH_BYTES];
	char scratch[PRIVATE_SERVER_PATH_BYTES];
	char socket[PRIVATE_SERVER_PATH_BYTES];
	char socket_folder[PRIVATE_SERVER_PATH_BYTES]; /* "" when the socket is in folder */
	char program[PRIVATE_SERVER_PATH_BYTES];
	int lock_fd; /* -1 until the folder is ours */
	bool changes_user;
	uid_t uid;
	gid_t gid;
};

/*
 * Makes and takes the folder, ends a server that still runs in it, and clears what it left.
 * Errors as private_server_start(). The caller closes *place in every case.
 */
enum err private_place_open(const struct private_server_settings *settings,
		struct private_place *place, struct private_server_problem *problem) MUST_CHECK;
void private_place_close(struct private_place *place);

/* Installs the system tables unless they are there; whole or not at all. */
enum err private_place_install(const struct private_place *place,
		struct private_server_problem *problem) MUST_CHECK;

/* Opens the log for adding; a large old one is put aside first. *out_at is its length. */
enum err private_place_open_log(
		const struct private_place *place, int *out_fd, int64_t *out_at) MUST_CHECK;
/* Why the server ended, from what it has logged since byte `from`. Never ERR_OK. */
enum err private_place_log_reason(const struct private_place *place, int64_t from,
		struct private_server_problem *problem) MUST_CHECK;

void private_say(struct private_server_problem *problem, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

#endif
