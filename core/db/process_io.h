#ifndef CORE_DB_PROCESS_IO_H
#define CORE_DB_PROCESS_IO_H

/*
 * Other programs as children: starting, waiting with a limit, ending, and finding one again that
 * outlived its parent. Knows nothing of databases.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/err.h"

struct process_plan {
	const char *const *argv; /* argv[0] is the program's full path; ends with NULL */
	bool changes_user;       /* become uid and gid below, dropping all other groups */
	uid_t uid;
	gid_t gid;
	int in_fd;        /* becomes standard input; -1 means /dev/null */
	int out_fd;       /* becomes standard output and error; -1 means /dev/null */
	int death_signal; /* sent to it when the thread that starts it ends; 0 for none */
};

/*
 * Starts the program in a process group of its own, with default signals and no other open file.
 *
 * The child dies with the THREAD that calls this when death_signal is set, so a thread that lives
 * as long as the process must call.
 *
 * Errors  ERR_MISSING  there is no such program
 *         ERR_DENIED   it may not be run, or not as that user
 *         ERR_IO       no process could be made
 */
enum err process_start(const struct process_plan *plan, pid_t *out_pid) MUST_CHECK;

/* Waits for a child of this process. ERR_BUSY when it still runs after timeout_ms (0: look only);
 * ERR_NOT_FOUND when there is no such child. *out_status as of waitpid(). */
enum err process_wait(pid_t pid, unsigned timeout_ms, int *out_status) MUST_CHECK;

/* SIGTERM (and SIGCONT, so that it can follow), then SIGKILL when it still runs after patience_ms,
 * and waits for its end. Works for children and for others. */
enum err process_end(pid_t pid, unsigned patience_ms) MUST_CHECK;

/* Whether a process of this number runs; one that has ended and was not waited for does not. */
bool process_is_running(pid_t pid);

/* The process whose program file is called `program` and which has `argument` among its
 * arguments. ERR_NOT_FOUND when there is none. */
enum err process_find(const char *program, const char *argument, pid_t *out_pid) MUST_CHECK;

#endif
