#include "ws/service/demo_link_io.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/db/process_io.h"
#include "ws/app.h"
#include "ws/service/demo_department.h"
#include "ws/service/demo_people.h"
#include "ws/service/sync.h"

enum {
	PATH_BYTES = CONFIG_TEXT_BYTES + 32,
	URL_BYTES = 64,
	STOP_MS = 20000,
	TURN_MS = 100,
	LOOK_TURNS = 10, /* so often it is looked whether the department still runs */
};

struct demo_link {
	struct app *app;
	unsigned port;
	pid_t pid;         /* 0: none; the thread's */
	bool wants_school; /* the school has not enrolled yet */
	struct enrolment_code code;
	char url[URL_BYTES];
	pthread_t thread;
	bool has_thread;
	atomic_bool is_stopping;
};

static void wait_a_turn(void) {
	struct timespec t = { .tv_nsec = TURN_MS * 1000000L };
	(void)nanosleep(&t, NULL); /* woken early, it looks early */
}

/* ---- the other process ---- */

static void fd_closep(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* a pipe */
	}
}

/* The code goes through a pipe: other users see a command line. */
static enum err write_code(const struct demo_link *link, int fd) {
	char text[ENROLMENT_TEXT_BYTES];
	if (!link->wants_school) {
		return ERR_OK;
	}
	enrolment_code_print(&link->code, text);
	size_t n = strlen(text);
	text[n] = '\n'; /* in the place of the end */
	ssize_t written = write(fd, text, n + 1);
	explicit_bzero(text, sizeof(text));
	return written == (ssize_t)(n + 1) ? ERR_OK : ERR_IO;
}

static enum err spawn(struct demo_link *link) {
	const struct config *c = link->app->config;
	char self[PATH_BYTES];
	char data[PATH_BYTES];
	char port_option[32];
	char data_option[PATH_BYTES + 16];
	char web[PATH_BYTES];
	char address[PATH_BYTES];
	char level[] = "--log-level=warn";
	char code[] = "--province-code=" DEMO_PROVINCE_CODE;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0 || n >= (ssize_t)sizeof(self) - 1) {
		return ERR_LIMIT;
	}
	self[n] = '\0';
	(void)snprintf(data, sizeof(data), "%s/so", c->data_dir); /* fits by its size */
	(void)snprintf(port_option, sizeof(port_option), "--port=%u", link->port);
	(void)snprintf(data_option, sizeof(data_option), "--data=%s", data);
	(void)snprintf(web, sizeof(web), "--web-dir=%s", c->web_dir);
	(void)snprintf(address, sizeof(address), "--listen-address=%s", c->listen_address);
	const char *const argv[] = { self, "demo", "province", port_option, data_option, web,
		address, level, code, NULL };
	int fds[2];
	if (pipe(fds)) {
		return ERR_IO;
	}
	_cleanup_(fd_closep) int in_fd = fds[0];
	_cleanup_(fd_closep) int out_fd = fds[1];
	enum err e = write_code(link, out_fd);
	const struct process_plan plan = {
		.argv = argv, .in_fd = in_fd, .out_fd = STDERR_FILENO, .death_signal = SIGTERM
	};
	return e ? e : process_start(&plan, &link->pid);
}

enum err demo_link_new(struct app *app, struct db *db, unsigned port, struct demo_link **out) {
	struct demo_link *link = calloc(1, sizeof(*link));
	if (!link) {
		return ERR_NOMEM;
	}
	uint64_t id = 0;
	size_t count = 0;
	link->app = app;
	link->port = port;
	(void)snprintf(link->url, sizeof(link->url), "http://127.0.0.1:%u", port); /* fits */
	enum err e = destination_store_ids(db, DEMO_SCHOOL, &id, 1, &count);
	if (e) {
		free(link);
		return e;
	}
	link->wants_school = count == 0;
	if (link->wants_school) {
		enrolment_code_make(&link->code);
	}
	*out = link;
	return ERR_OK;
}

const char *demo_link_address(const struct demo_link *link) {
	return link->url;
}

/* Starts it at first, and again when it has ended: the port or the folder may still be held by
 * that of a killed run. */
static void keep_running(struct demo_link *link) {
	int status = 0;
	if (link->pid > 0 && process_wait(link->pid, 0, &status) == ERR_BUSY) {
		return;
	}
	link->pid = 0;
	enum err e = spawn(link);
	if (e) {
		log_warn(&link->app->log, "demo.department", log_err(e));
	}
}

/* ---- the thread ---- */

/* ERR_BUSY: it is not up yet. */
static enum err enrol(struct demo_link *link, struct sync *s) {
	struct sync_fault fault = { .code = "" };
	struct sync_enrolled done;
	const struct sync_enrolment what = { DEMO_SCHOOL, link->url, NULL, &link->code };
	return sync_join(s, &what, (struct str){ "", 0 }, &done, &fault);
}

static void look_after(struct demo_link *link, struct sync *s) {
	for (unsigned turn = 0; !atomic_load(&link->is_stopping); turn++) {
		if (turn % LOOK_TURNS == 0) {
			keep_running(link);
		}
		enum err e = link->wants_school ? enrol(link, s) : ERR_BUSY;
		if (e != ERR_BUSY) {
			link->wants_school = false; /* done, or not to be had by asking again */
		}
		if (e && e != ERR_BUSY && e != ERR_CLOSED) {
			log_warn(&link->app->log, "demo.department", log_err(e));
		}
		wait_a_turn();
	}
}

static void *run(void *arg) {
	struct demo_link *link = arg;
	struct app *app = link->app;
	struct sync s = { .keys = app->keys,
		.clock = app->clock,
		.data_dir = app->config->data_dir,
		.takes_here = true,
		.stop = &link->is_stopping };
	enum err e = sync_init(&s);
	e = e ? e : pool_take(app->pool, &s.db);
	if (!e) {
		look_after(link, &s);
		pool_give(app->pool, s.db);
	}
	e = link->pid > 0 ? process_end(link->pid, STOP_MS) : e;
	if (e) {
		log_warn(&app->log, "demo.department", log_err(e));
	}
	sync_finish(&s);
	return NULL;
}

void demo_link_begin(struct demo_link *link) {
	sigset_t every;
	sigset_t before;
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	link->has_thread = pthread_create(&link->thread, NULL, run, link) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void demo_link_free(struct demo_link *link) {
	if (!link) {
		return;
	}
	atomic_store(&link->is_stopping, true);
	if (link->has_thread) {
		pthread_join(link->thread, NULL);
	}
	enrolment_code_wipe(&link->code);
	free(link);
}
