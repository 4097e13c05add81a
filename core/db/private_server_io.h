#ifndef CORE_DB_PRIVATE_SERVER_IO_H
#define CORE_DB_PRIVATE_SERVER_IO_H

/*
 * A mariadbd of our own as a child, reached by a Unix socket only: for the demo, the tests and
 * for a school that runs everything on one box. Its files live in one folder:
 *     files/          the server's data
 *     mariadbd.log    what the server says
 *     mariadbd.pid    its number, for people
 *     lock            held while a program uses the folder
 *     mariadbd.sock   the socket, unless the path is too long for one: then in a folder under /tmp
 *
 * Started by root the server runs as the user mysql when there is one that can reach the folder,
 * else as root. A server left behind by a killed run is stopped before a new one starts. The
 * server never outlives the thread that started it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/cleanup.h"
#include "core/db/db.h"

enum {
	PRIVATE_SERVER_PATH_BYTES = 512,
	PRIVATE_SERVER_TEXT_BYTES = 400,
	PRIVATE_SERVER_SPACE_MIN_MIB = 256, /* free on the disk, or it does not start */
	PRIVATE_SERVER_READY_S = 60,        /* for recovery after a crash */
	PRIVATE_SERVER_STOP_MS = 4000,      /* patience before SIGKILL */
};

struct private_server_settings {
	const char *folder;       /* made when it is not there; its parent must be */
	const char *database;     /* made when it is not there */
	const char *program;      /* "" or NULL: looked for in the usual places */
	unsigned buffer_pool_mib; /* 0 means 128 */
	uint64_t space_min_bytes; /* 0 means PRIVATE_SERVER_SPACE_MIN_MIB */
};

struct private_server;

/* What went wrong, in a sentence for the person who started the program. */
struct private_server_problem {
	char text[PRIVATE_SERVER_TEXT_BYTES];
};

/*
 * Starts the server and waits until it answers and the database is there.
 *
 * Errors  ERR_MISSING    MariaDB is not installed
 *         ERR_DISK_FULL  too little room, before or while starting
 *         ERR_BUSY       another program uses the folder
 *         ERR_DENIED     the folder belongs to someone else
 *         ERR_LIMIT      the folder's path is too long
 *         ERR_IO         anything else; the problem's text quotes the server's log
 */
enum err private_server_start(const struct private_server_settings *settings,
		struct private_server **out, struct private_server_problem *out_problem) MUST_CHECK;

/* Stops the server cleanly, by force after PRIVATE_SERVER_STOP_MS, and frees. NULL is taken. */
void private_server_stop(struct private_server *server);
DEFINE_FREEP(struct private_server *, private_server_stop);

/* How to connect to it. The texts belong to the server. */
struct db_settings private_server_connection(const struct private_server *server);
const char *private_server_socket(const struct private_server *server);
pid_t private_server_pid(const struct private_server *server);

bool private_server_is_alive(struct private_server *server);

/*
 * Looks after the server: one that died is started again, at once the first time and then with a
 * growing pause (up to 30 s). Does not wait until it answers. now_ms is monotonic. Called about
 * once a second by the thread that started it.
 * *out_restarted tells that it had died and was started again.
 */
enum err private_server_tend(struct private_server *server, int64_t now_ms, bool *out_restarted,
		struct private_server_problem *out_problem) MUST_CHECK;

/* Bytes that the disk under path has free for this user. */
enum err private_server_free_bytes(const char *path, uint64_t *out) MUST_CHECK;

/* What the tail of the server's log says about why it ended: ERR_DISK_FULL, ERR_BUSY (files held
 * by another), ERR_DENIED, else ERR_IO. The last line that names an error goes into the problem. */
enum err private_server_log_reason(struct str log, struct private_server_problem *out_problem);

#endif
