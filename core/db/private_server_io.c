#include "core/db/private_server_io.h"

#include <assert.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/db/private_place_io.h"
#include "core/db/process_io.h"

enum {
	ARGUMENTS_MAX = 32,
	ARGUMENT_BYTES = PRIVATE_SERVER_PATH_BYTES + 32,
	NAME_BYTES = 64,
	BUFFER_POOL_MIB = 128,
	READY_POLL_MS = 20,
	BACKOFF_FIRST_MS = 500,
	BACKOFF_MOST_MS = 30000,
	CALM_MS = 60000, /* alive for so long: the next death is a first one again */
};

struct private_server {
	struct private_place place;
	char database[NAME_BYTES];
	unsigned buffer_pool_mib;
	pid_t pid; /* 0 while there is none */
	int64_t log_at;
	int64_t started_at_ms;
	int64_t next_try_at_ms;
	unsigned backoff_ms;
};

/* Always the same, whatever the machine's own settings say. What makes an acknowledged row
 * durable is written out although some of it is the default. */
static const char *const fixed_arguments[] = {
	"--skip-networking",
	"--skip-name-resolve",
	"--character-set-server=utf8mb4",
	"--collation-server=utf8mb4_bin",
	"--innodb-flush-log-at-trx-commit=1",
	"--innodb-doublewrite=ON",
	"--innodb-log-file-size=64M",
	"--innodb-buffer-pool-dump-at-shutdown=OFF",
	"--innodb-buffer-pool-load-at-startup=OFF",
	"--max-connections=200",
	"--max-allowed-packet=64M",
	"--local-infile=OFF",
	"--log-warnings=1",
	"--silent-startup",
};

struct arguments {
	char text[ARGUMENTS_MAX][ARGUMENT_BYTES];
	const char *argv[ARGUMENTS_MAX + 1];
	size_t count;
};

static void add_argument(struct arguments *a, const char *name, const char *value) {
	assert(a->count < ARGUMENTS_MAX);
	char *text = a->text[a->count];
	(void)snprintf(text, ARGUMENT_BYTES, "%s%s", name, value); /* paths are bounded */
	a->argv[a->count++] = text;
	a->argv[a->count] = NULL;
}

static void set_arguments(const struct private_server *s, struct arguments *a) {
	char pool[16];
	(void)snprintf(pool, sizeof(pool), "%uM", s->buffer_pool_mib);
	a->count = 0;
	add_argument(a, s->place.program, "");
	add_argument(a, "--no-defaults", ""); /* must come first */
	add_argument(a, "--datadir=", s->place.files);
	add_argument(a, "--socket=", s->place.socket);
	add_argument(a, "--pid-file=", s->place.pid_file);
	add_argument(a, "--tmpdir=", s->place.scratch);
	add_argument(a, "--secure-file-priv=", s->place.scratch);
	add_argument(a, "--innodb-buffer-pool-size=", pool);
	if (geteuid() == 0 && !s->place.changes_user) {
		add_argument(a, "--user=", "root"); /* else it refuses to run as root */
	}
	for (size_t i = 0; i < sizeof(fixed_arguments) / sizeof(fixed_arguments[0]); i++) {
		add_argument(a, fixed_arguments[i], "");
	}
}

static void fd_close(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* the server has its own */
	}
}

static enum err launch(struct private_server *s, struct private_server_problem *problem) {
	_cleanup_(fd_close) int log_fd = -1;
	enum err e = private_place_open_log(&s->place, &log_fd, &s->log_at);
	if (e) {
		private_say(problem, "cannot write the database server's log %s", s->place.log);
		return e;
	}
	_cleanup_(mem_freep) struct arguments *a = calloc(1, sizeof(*a));
	if (!a) {
		return ERR_NOMEM;
	}
	set_arguments(s, a);
	struct process_plan plan = {
		.argv = a->argv,
		.changes_user = s->place.changes_user,
		.uid = s->place.uid,
		.gid = s->place.gid,
		.in_fd = -1,
		.out_fd = log_fd,
		.death_signal = SIGTERM, /* a clean stop when the program is killed */
	};
	e = process_start(&plan, &s->pid);
	if (e) {
		private_say(problem, "cannot run %s", s->place.program);
	}
	return e;
}

bool private_server_is_alive(struct private_server *s) {
	if (s->pid == 0) {
		return false;
	}
	int status = 0;
	if (process_wait(s->pid, 0, &status) == ERR_BUSY) {
		return true;
	}
	s->pid = 0;
	return false;
}

struct db_settings private_server_connection(const struct private_server *s) {
	return (struct db_settings){
		.socket_path = s->place.socket,
		.user = "root",
		.name = s->database,
	};
}

const char *private_server_socket(const struct private_server *s) {
	return s->place.socket;
}

pid_t private_server_pid(const struct private_server *s) {
	return s->pid;
}

static void sleep_ms(unsigned ms) {
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
	(void)nanosleep(&t, NULL); /* woken early the loop looks once more */
}

/* Waits until the server answers or has ended. */
static enum err wait_ready(
		struct private_server *s, struct db *db, struct private_server_problem *problem) {
	for (unsigned waited_ms = 0; waited_ms < PRIVATE_SERVER_READY_S * 1000;
			waited_ms += READY_POLL_MS) {
		if (!private_server_is_alive(s)) {
			return private_place_log_reason(&s->place, s->log_at, problem);
		}
		db_forget_backoff(db);
		enum err e = db_connect(db);
		if (e != ERR_DB_AWAY) {
			private_say(problem, "%s", db_error(db));
			return e;
		}
		sleep_ms(READY_POLL_MS);
	}
	private_say(problem, "the database server does not answer; its log is %s", s->place.log);
	return ERR_IO;
}

static enum err make_database(
		struct private_server *s, struct db *db, struct private_server_problem *problem) {
	char sql[160];
	int n = snprintf(sql, sizeof(sql),
			"CREATE DATABASE IF NOT EXISTS `%s` CHARACTER SET utf8mb4"
			" COLLATE utf8mb4_bin",
			s->database);
	enum err e = db_run(db, (struct str){ sql, (size_t)n });
	if (e) {
		private_say(problem, "cannot make the database: %s", db_error(db));
	}
	return e;
}

static enum err come_up(struct private_server *s, struct private_server_problem *problem) {
	enum err e = private_place_install(&s->place, problem);
	if (!e) {
		e = launch(s, problem);
	}
	if (e) {
		return e;
	}
	struct db_settings settings = private_server_connection(s);
	settings.name = "";
	_cleanup_(db_freep) struct db *db = NULL;
	e = db_new(&settings, &db);
	if (!e) {
		e = wait_ready(s, db, problem);
	}
	if (!e) {
		e = make_database(s, db, problem);
	}
	return e;
}

/* The name goes into a statement as it is, so nothing but these may be in it. */
static bool is_plain_name(const char *name) {
	size_t n = strlen(name);
	for (size_t i = 0; i < n; i++) {
		if (!islower((unsigned char)name[i]) && !isdigit((unsigned char)name[i]) &&
				name[i] != '_') {
			return false;
		}
	}
	return n > 0 && n < NAME_BYTES;
}

enum err private_server_start(const struct private_server_settings *settings,
		struct private_server **out, struct private_server_problem *out_problem) {
	assert(is_plain_name(settings->database));
	*out_problem = (struct private_server_problem){ "" };
	_cleanup_(private_server_stopp) struct private_server *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	(void)snprintf(s->database, sizeof(s->database), "%s", settings->database);
	s->buffer_pool_mib =
			settings->buffer_pool_mib ? settings->buffer_pool_mib : BUFFER_POOL_MIB;
	enum err e = private_place_open(settings, &s->place, out_problem);
	if (!e) {
		e = come_up(s, out_problem);
	}
	if (e) {
		return e;
	}
	*out = STEAL(s);
	return ERR_OK;
}

void private_server_stop(struct private_server *s) {
	if (!s) {
		return;
	}
	if (s->pid > 0) {
		enum err e = process_end(s->pid, PRIVATE_SERVER_STOP_MS);
		(void)e; /* what even SIGKILL does not end is the kernel's; nothing is left to try */
	}
	private_place_close(&s->place);
	free(s);
}

static void put_off(struct private_server *s, int64_t now_ms) {
	s->next_try_at_ms = now_ms + s->backoff_ms;
	s->backoff_ms = s->backoff_ms == 0 ? BACKOFF_FIRST_MS : s->backoff_ms * 2;
	if (s->backoff_ms > BACKOFF_MOST_MS) {
		s->backoff_ms = BACKOFF_MOST_MS;
	}
}

enum err private_server_tend(struct private_server *s, int64_t now_ms, bool *out_restarted,
		struct private_server_problem *out_problem) {
	bool had_one = s->pid > 0;
	if (private_server_is_alive(s)) {
		if (now_ms - s->started_at_ms > CALM_MS) {
			s->backoff_ms = 0;
		}
		*out_restarted = false;
		return ERR_OK;
	}
	if (had_one) {
		put_off(s, now_ms);
	}
	if (now_ms < s->next_try_at_ms) {
		*out_restarted = false;
		return ERR_OK;
	}
	struct private_server_problem problem = { "" };
	enum err why = private_place_log_reason(&s->place, s->log_at, &problem);
	enum err e = launch(s, &problem);
	*out_problem = problem;
	if (e) {
		put_off(s, now_ms);
		return e;
	}
	(void)why; /* its sentence is in the problem */
	s->started_at_ms = now_ms;
	*out_restarted = true;
	return ERR_OK;
}
