/* The private server: starting, stopping, and everything a killed run may leave behind. */
#include "core/db/private_server_io.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/db/process_io.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

/* No promise is judged by how long this machine takes: only what hangs for good is found. */
enum { PATIENCE_MS = 60000, AT_ONCE_MS = 1000, TRIES = 20 };

static int64_t now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct private_server *start(const char *folder) {
	struct private_server_settings settings = { .folder = folder, .database = "school" };
	struct private_server_problem problem;
	struct private_server *server = NULL;
	enum err e = private_server_start(&settings, &server, &problem);
	if (e) {
		fprintf(stderr, "private server: %s: %s\n", err_name(e), problem.text);
		exit(1);
	}
	return server;
}

/* io_timeout_s: 0 for the program's own. */
static struct db *connect_with(const struct private_server *server, unsigned io_timeout_s) {
	struct db_settings settings = private_server_connection(server);
	settings.io_timeout_s = io_timeout_s;
	struct db *db = NULL;
	CHECK_INT("new", db_new(&settings, &db), ERR_OK);
	for (int i = 0; i < PATIENCE_MS / 10 && !db_is_connected(db); i++) {
		db_forget_backoff(db);
		if (db_connect(db)) {
			usleep(10 * 1000);
		}
	}
	CHECK("connected", db_is_connected(db));
	return db;
}

static struct db *connect_to(const struct private_server *server) {
	return connect_with(server, PATIENCE_MS / 1000);
}

static void test_life(const char *folder) {
	struct private_server *server = start(folder);
	pid_t pid = private_server_pid(server);
	CHECK("alive", private_server_is_alive(server));
	struct stat s;
	CHECK("closed to others", stat(folder, &s) == 0 && (s.st_mode & 0777) == 0700);
	struct db *db = connect_to(server);
	CHECK_INT("no network", testdb_number(db, "SELECT @@skip_networking"), 1);
	CHECK_INT("durable", testdb_number(db, "SELECT @@innodb_flush_log_at_trx_commit"), 1);
	CHECK_INT("whole pages", testdb_number(db, "SELECT @@innodb_doublewrite"), 1);
	testdb_run(db, "CREATE TABLE kept (i INT)");
	testdb_run(db, "INSERT INTO kept VALUES (42)");

	struct private_server_settings settings = { .folder = folder, .database = "school" };
	struct private_server_problem problem;
	struct private_server *second = NULL;
	CHECK_INT("in use", private_server_start(&settings, &second, &problem), ERR_BUSY);
	CHECK("says by whom", strstr(problem.text, "in use") != NULL);

	db_free(db);
	private_server_stop(server);
	CHECK("gone", !process_is_running(pid));
	server = start(folder);
	db = connect_to(server);
	CHECK_INT("data kept", testdb_number(db, "SELECT i FROM kept"), 42);
	db_free(db);
	private_server_stop(server);
}

/* Tends as if it were that time. */
static void check_tend(struct private_server *server, int64_t at_ms, bool want) {
	bool is_restarted = !want;
	struct private_server_problem problem = { "" };
	CHECK_INT("tend", private_server_tend(server, at_ms, &is_restarted, &problem), ERR_OK);
	CHECK_INT("restarted", is_restarted, want);
	CHECK("says so", (problem.text[0] != '\0') == want);
}

static void test_death(const char *folder) {
	struct private_server *server = start(folder);
	struct db *db = connect_to(server);
	testdb_run(db, "INSERT INTO kept VALUES (43)");
	check_tend(server, now_ms(), false); /* nothing to do */
	for (int i = 0; i < 3; i++) {
		pid_t pid = private_server_pid(server);
		CHECK_INT("kill", kill(pid, SIGKILL), 0);
		siginfo_t end; /* with its last thread it is gone, and stays to be found so */
		CHECK_INT("dead", waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
		CHECK_INT("noticed", db_run(db, str_from("DO 1")), ERR_DB_AWAY);
		/* At once the first time, then after half a second and more. */
		int64_t at = now_ms();
		int64_t pause_ms = i == 0 ? 0 : 500 * i;
		if (i > 0) {
			check_tend(server, at, false);
			check_tend(server, at + pause_ms - 1, false);
		}
		check_tend(server, at + pause_ms, true);
		CHECK("again", private_server_is_alive(server));
		struct db *fresh = connect_to(server);
		CHECK_INT("nothing lost", testdb_number(fresh, "SELECT SUM(i) FROM kept"), 85);
		db_free(db);
		db = fresh;
	}
	db_free(db);
	private_server_stop(server);
}

/* A stopped server must look away, and come back by itself. */
static void test_stopped(const char *folder) {
	struct private_server *server = start(folder);
	struct db *db = connect_with(server, 0);
	pid_t pid = private_server_pid(server);
	CHECK_INT("stop", kill(pid, SIGSTOP), 0);
	int status = 0;
	CHECK_INT("all its threads", waitpid(pid, &status, WUNTRACED), pid);
	CHECK("stopped", WIFSTOPPED(status));
	int64_t at = now_ms();
	CHECK_INT("no answer", db_run(db, str_from("DO 1")), ERR_DB_AWAY);
	CHECK_INT("no connection", db_run(db, str_from("DO 1")), ERR_DB_AWAY);
	CHECK("in time", now_ms() - at < PATIENCE_MS);
	bool is_at_once =
			false; /* a try takes DB_CONNECT_TIMEOUT_S; between two of them there is none */
	for (int i = 0; i < TRIES && !is_at_once; i++) {
		at = now_ms();
		CHECK_INT("then at once", db_run(db, str_from("DO 1")), ERR_DB_AWAY);
		is_at_once = now_ms() - at < AT_ONCE_MS;
	}
	CHECK("at once", is_at_once);
	CHECK_INT("go on", kill(pid, SIGCONT), 0);
	at = now_ms();
	while (db_run(db, str_from("DO 1")) && now_ms() - at < PATIENCE_MS) {
		usleep(10 * 1000);
	}
	CHECK_INT("back", db_run(db, str_from("DO 1")), ERR_OK);
	kill(pid, SIGSTOP);
	db_free(db);
	private_server_stop(server);
	CHECK("a stopped one stops too", !process_is_running(pid));
}

/* The owner is killed: its server ends by itself, and the next start finds everything in order. */
static void test_killed_owner(const char *folder) {
	int fds[2];
	CHECK_INT("pipe", pipe(fds), 0);
	pid_t owner = fork();
	if (owner == 0) {
		struct private_server *server = start(folder);
		pid_t pid = private_server_pid(server);
		ssize_t n = write(fds[1], &pid, sizeof(pid));
		pause();
		_exit(n != (ssize_t)sizeof(pid));
	}
	pid_t pid = 0;
	CHECK_INT("started", read(fds[0], &pid, sizeof(pid)), sizeof(pid));
	CHECK("runs", process_is_running(pid));
	kill(owner, SIGKILL);
	waitpid(owner, NULL, 0);
	struct private_server *server = start(folder);
	CHECK("the other is gone", !process_is_running(pid) && private_server_pid(server) != pid);
	struct db *db = connect_to(server);
	CHECK_INT("data kept", testdb_number(db, "SELECT SUM(i) FROM kept"), 85);
	db_free(db);
	private_server_stop(server);
	close(fds[0]);
	close(fds[1]);
}

/* A server on the same files that nobody looks after any more, running or stopped. */
static void test_orphan(const char *folder, bool is_stopped) {
	char data_arg[600];
	char socket_arg[600];
	snprintf(data_arg, sizeof(data_arg), "--datadir=%s/files", folder);
	snprintf(socket_arg, sizeof(socket_arg), "--socket=%s/orphan.sock", folder);
	const char *const argv[] = { "/usr/sbin/mariadbd", "--no-defaults", data_arg, socket_arg,
		"--skip-networking", "--innodb-log-file-size=64M",
		geteuid() == 0 ? "--user=root" : "--silent-startup", NULL };
	struct process_plan plan = { .argv = argv, .in_fd = -1, .out_fd = -1 };
	pid_t orphan = 0;
	CHECK_INT("orphan", process_start(&plan, &orphan), ERR_OK);
	char path[600];
	snprintf(path, sizeof(path), "%s/orphan.sock", folder);
	for (int i = 0; i < PATIENCE_MS / 10 && access(path, F_OK); i++) {
		usleep(10 * 1000);
	}
	CHECK_INT("is up", access(path, F_OK), 0);
	if (is_stopped) {
		kill(orphan, SIGSTOP);
	}
	struct private_server *server = start(folder);
	CHECK("the orphan is gone", !process_is_running(orphan));
	struct db *db = connect_to(server);
	CHECK_INT("data kept", testdb_number(db, "SELECT SUM(i) FROM kept"), 85);
	db_free(db);
	private_server_stop(server);
}

static void write_file(const char *folder, const char *name, const char *text) {
	char path[600];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	CHECK("file", f != NULL);
	fputs(text, f);
	fclose(f);
}

static void test_leftovers(const char *folder) {
	char number[16];
	snprintf(number, sizeof(number), "%d", (int)getpid()); /* runs, but is no server */
	write_file(folder, "mariadbd.pid", number);
	write_file(folder, "mariadbd.sock", "");
	write_file(folder, "lock", "999999");
	char path[600];
	snprintf(path, sizeof(path), "%s/files.new", folder);
	CHECK_INT("half an installation", mkdir(path, 0700), 0);
	write_file(path, "ibdata1", "garbage");
	struct private_server *server = start(folder);
	CHECK("cleared away", access(path, F_OK) != 0);
	struct db *db = connect_to(server);
	CHECK_INT("data kept", testdb_number(db, "SELECT SUM(i) FROM kept"), 85);
	db_free(db);
	private_server_stop(server);
}

static void test_refusals(const char *folder) {
	struct private_server_problem problem;
	struct private_server *server = NULL;
	struct private_server_settings settings = { .folder = folder, .database = "school" };
	settings.program = "/nonexistent/mariadbd";
	CHECK_INT("not there", private_server_start(&settings, &server, &problem), ERR_MISSING);
	CHECK("says so", strstr(problem.text, "/nonexistent/mariadbd") != NULL);
	settings.program = NULL;
	settings.space_min_bytes = UINT64_MAX / 2;
	CHECK_INT("disk full", private_server_start(&settings, &server, &problem), ERR_DISK_FULL);
	CHECK("says how much", strstr(problem.text, "MiB free") != NULL);
	settings.space_min_bytes = 0;
	settings.folder = "/nonexistent/folder";
	CHECK_INT("no folder", private_server_start(&settings, &server, &problem), ERR_IO);
	char path[600];
	snprintf(path, sizeof(path), "%s/a-file", folder);
	write_file(folder, "a-file", "");
	settings.folder = path;
	CHECK_INT("a file", private_server_start(&settings, &server, &problem), ERR_IO);
	CHECK("nothing was made", server == NULL);
	uint64_t free_bytes = 0;
	CHECK_INT("free", private_server_free_bytes(folder, &free_bytes), ERR_OK);
	CHECK("some", free_bytes > 0);
	CHECK_INT("nowhere", private_server_free_bytes("/nonexistent", &free_bytes), ERR_NOT_FOUND);
}

static void test_long_path(const char *folder) {
	char path[400];
	snprintf(path, sizeof(path),
			"%s/a-folder-whose-name-is-so-long-that-the-path-of-a-socket-"
			"inside-of-it-would-pass-the-limit-of-the-system",
			folder);
	struct private_server *server = start(path);
	char socket[PRIVATE_SERVER_PATH_BYTES];
	snprintf(socket, sizeof(socket), "%s", private_server_socket(server));
	CHECK("short", strlen(socket) < 107 && strncmp(socket, "/tmp/", 5) == 0);
	db_free(connect_to(server));
	private_server_stop(server);
	*strrchr(socket, '/') = '\0';
	CHECK("its folder goes too", access(socket, F_OK) != 0);
}

static const struct {
	const char *name;
	const char *log;
	enum err want;
	const char *want_text;
} reasons[] = {
	{ "disk full",
			"x [ERROR] InnoDB: preallocating 12582912 bytes for file ./ibdata1 failed "
			"with error 28\nx [ERROR] mariadbd: Error writing file './a' (Errcode: 28 "
			"\"No space left on device\")\nx [ERROR] Aborting\n",
			ERR_DISK_FULL, "No space left" },
	{ "held", "x [ERROR] InnoDB: Unable to lock ./ibdata1 error: 11\n", ERR_BUSY, "ibdata1" },
	{ "rights", "x [ERROR] Can't create file 'a' (Errcode: 13 \"Permission denied\")\n",
			ERR_DENIED, "Permission denied" },
	{ "other", "x [Note] hello\nx [ERROR] unknown variable 'a=b'\nx [ERROR] Aborting", ERR_IO,
			"unknown variable" },
	{ "nothing", "", ERR_IO, "does not say why" },
};

static void test_reasons(void) {
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		struct private_server_problem problem = { "" };
		CHECK_INT(reasons[i].name,
				private_server_log_reason(str_from(reasons[i].log), &problem),
				reasons[i].want);
		CHECK(reasons[i].name, strstr(problem.text, reasons[i].want_text) != NULL);
	}
}

int main(void) {
	char folder[128];
	testdb_folder(folder, sizeof(folder));
	test_life(folder);
	test_death(folder);
	test_stopped(folder);
	test_killed_owner(folder);
	test_orphan(folder, false);
	test_orphan(folder, true);
	test_leftovers(folder);
	test_refusals(folder);
	test_long_path(folder);
	test_reasons();
	testdb_remove(folder);
	return check_done();
}
