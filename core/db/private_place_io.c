#include "core/db/private_place_io.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/db/process_io.h"
#include "core/seal/hash.h"

enum {
	SOCKET_PATH_MAX = 100,    /* the system's limit is 107 bytes */
	INSTALL_MS = 120000,      /* installing took 0.3 s on an ordinary disk */
	ORPHAN_MS = 5000,         /* for a server left behind to end by itself */
	LOG_OLD_BYTES = 16 << 20, /* a longer log is put aside */
	LOG_TAIL_BYTES = 8192,
	COPY_BYTES = 65536,
};

static const char *const programs[] = {
	"/usr/sbin/mariadbd",
	"/usr/local/sbin/mariadbd",
	"/usr/libexec/mariadbd",
	"/usr/bin/mariadbd",
	"/usr/local/bin/mariadbd",
};
static const char *const shares[] = {
	"/usr/share/mysql",
	"/usr/share/mariadb",
	"/usr/local/share/mysql",
	"/usr/local/share/mariadb",
};
static const char *const system_files[] = {
	"mysql_system_tables.sql",
	"mysql_performance_tables.sql",
	"mysql_system_tables_data.sql",
};
/* The server reads one statement a line here. Only root exists, without a password: the folder,
 * which nobody else may enter, is what keeps others out. */
static const char sql_install_first[] = "CREATE DATABASE mysql;\n"
					"USE mysql;\n"
					"SET @auth_root_socket = NULL;\n";

static void fd_close(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* what was written matters only when it is used, and then shows */
	}
}

void private_say(struct private_server_problem *problem, const char *format, ...) {
	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format, ap); /* cut when long */
	va_end(ap);
}

/* Prints a path; ERR_LIMIT when it does not fit. */
static enum err set_path(char *out, const char *folder, const char *name) {
	int n = snprintf(out, PRIVATE_SERVER_PATH_BYTES, "%s/%s", folder, name);
	return n > 0 && n < PRIVATE_SERVER_PATH_BYTES ? ERR_OK : ERR_LIMIT;
}

static enum err io_error(
		struct private_server_problem *problem, const char *what, const char *path) {
	int number = errno;
	private_say(problem, "%s %s: %s", what, path, strerror(number));
	return number == ENOSPC || number == EDQUOT           ? ERR_DISK_FULL
			: number == EACCES || number == EPERM ? ERR_DENIED
							      : ERR_IO;
}

enum err private_server_free_bytes(const char *path, uint64_t *out) {
	struct statvfs s;
	if (statvfs(path, &s)) {
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	}
	*out = (uint64_t)s.f_bavail * s.f_frsize;
	return ERR_OK;
}

static enum err find_program(
		const char *wanted, char *out, struct private_server_problem *problem) {
	if (wanted && wanted[0]) {
		(void)snprintf(out, PRIVATE_SERVER_PATH_BYTES, "%s", wanted);
		if (access(out, X_OK) == 0) {
			return ERR_OK;
		}
		private_say(problem, "%s cannot be run: %s", wanted, strerror(errno));
		return ERR_MISSING;
	}
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (access(programs[i], X_OK) == 0) {
			(void)snprintf(out, PRIVATE_SERVER_PATH_BYTES, "%s", programs[i]);
			return ERR_OK;
		}
	}
	private_say(problem, "MariaDB is not installed: apt-get install mariadb-server-core");
	return ERR_MISSING;
}

static enum err set_paths(struct private_place *p) {
	enum err e = set_path(p->files, p->folder, "files");
	if (!e) {
		e = set_path(p->log, p->folder, "mariadbd.log");
	}
	if (!e) {
		e = set_path(p->pid_file, p->folder, "mariadbd.pid");
	}
	if (!e) {
		e = set_path(p->scratch, p->folder, "scratch");
	}
	if (!e) {
		e = set_path(p->socket, p->folder, "mariadbd.sock");
	}
	return e;
}

static enum err make_folder(const char *path, struct private_server_problem *problem) {
	if (mkdir(path, 0700) == 0) {
		return ERR_OK;
	}
	if (errno != EEXIST) {
		return io_error(problem, "cannot make the folder", path);
	}
	struct stat s;
	if (lstat(path, &s) || !S_ISDIR(s.st_mode)) {
		private_say(problem, "%s is there but is not a folder", path);
		return ERR_IO;
	}
	return ERR_OK;
}

/* Takes the lock that says who uses the folder. It goes with the process that holds it. */
static enum err take_lock(struct private_place *p, struct private_server_problem *problem) {
	char path[PRIVATE_SERVER_PATH_BYTES];
	enum err e = set_path(path, p->folder, "lock");
	if (e) {
		return e;
	}
	_cleanup_(fd_close) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		return io_error(problem, "cannot open", path);
	}
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		char who[24] = "";
		ssize_t n = pread(fd, who, sizeof(who) - 1, 0);
		who[n > 0 ? n : 0] = '\0';
		private_say(problem, "the folder %s is in use by another program (process %s)",
				p->folder, who[0] ? who : "unknown");
		return ERR_BUSY;
	}
	char text[24];
	int n = snprintf(text, sizeof(text), "%d", (int)getpid());
	if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)n, 0) != n) {
		return io_error(problem, "cannot write", path);
	}
	p->lock_fd = fd;
	fd = -1;
	return ERR_OK;
}

/* Whether every folder on the way may be entered by anybody. */
static bool is_open_to_all(const char *folder) {
	char path[PRIVATE_SERVER_PATH_BYTES];
	(void)snprintf(path, sizeof(path), "%s", folder);
	for (char *slash = strrchr(path, '/'); slash && slash != path; slash = strrchr(path, '/')) {
		*slash = '\0';
		struct stat s;
		if (stat(path, &s) || !(s.st_mode & S_IXOTH)) {
			return false;
		}
	}
	return true;
}

/* The user the server runs as: who has owned the data from the start, or the best there is. */
static enum err choose_user(struct private_place *p, struct private_server_problem *problem) {
	struct stat s;
	bool has_files = stat(p->files, &s) == 0;
	if (geteuid() != 0) {
		if (has_files && s.st_uid != geteuid()) {
			private_say(problem, "%s belongs to another user", p->files);
			return ERR_DENIED;
		}
		return ERR_OK;
	}
	if (has_files) {
		p->changes_user = s.st_uid != 0;
		p->uid = s.st_uid;
		p->gid = s.st_gid;
		return ERR_OK;
	}
	struct passwd entry;
	struct passwd *found = NULL;
	char text[4096];
	if (getpwnam_r("mysql", &entry, text, sizeof(text), &found) == 0 && found &&
			is_open_to_all(p->folder)) {
		p->changes_user = true;
		p->uid = entry.pw_uid;
		p->gid = entry.pw_gid;
	}
	return ERR_OK;
}

static enum err give_to_user(const struct private_place *p, const char *path,
		struct private_server_problem *problem) {
	if (p->changes_user && chown(path, p->uid, p->gid)) {
		return io_error(problem, "cannot give to the server's user:", path);
	}
	return ERR_OK;
}

/* A folder under /tmp with a short name, when the socket's path would be too long. Its name
 * hangs on the folder, so that the next run finds it; it must be ours and nobody else's. */
static enum err place_socket(struct private_place *p, struct private_server_problem *problem) {
	if (strlen(p->socket) <= SOCKET_PATH_MAX) {
		return ERR_OK;
	}
	struct hash h;
	hash_bytes(NULL, p->folder, strlen(p->folder), &h);
	char hex[2 * 8 + 1];
	str_hex(h.b, 8, hex);
	(void)snprintf(p->socket_folder, sizeof(p->socket_folder), "/tmp/truongthi-%s", hex);
	enum err e = make_folder(p->socket_folder, problem);
	if (e) {
		return e;
	}
	struct stat s;
	if (lstat(p->socket_folder, &s) || (s.st_uid != geteuid() && s.st_uid != p->uid) ||
			(s.st_mode & 077)) {
		private_say(problem, "%s belongs to someone else", p->socket_folder);
		return ERR_DENIED;
	}
	e = give_to_user(p, p->socket_folder, problem);
	if (e) {
		return e;
	}
	return set_path(p->socket, p->socket_folder, "sock");
}

/* Ends a server that still uses the files: its parent was killed. */
static enum err end_orphan(const struct private_place *p, struct private_server_problem *problem) {
	char argument[PRIVATE_SERVER_PATH_BYTES + 16];
	(void)snprintf(argument, sizeof(argument), "--datadir=%s", p->files);
	const char *slash = strrchr(p->program, '/');
	pid_t pid = 0;
	enum err e = process_find(slash ? slash + 1 : p->program, argument, &pid);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	e = process_end(pid, ORPHAN_MS);
	if (e) {
		private_say(problem,
				"a database server of an earlier run (process %d) does not end",
				(int)pid);
	}
	return e;
}

static enum err check_space(const struct private_server_settings *settings, const char *folder,
		struct private_server_problem *problem) {
	uint64_t least = settings->space_min_bytes ? settings->space_min_bytes
						   : (uint64_t)PRIVATE_SERVER_SPACE_MIN_MIB << 20;
	uint64_t free_bytes = 0;
	enum err e = private_server_free_bytes(folder, &free_bytes);
	if (e) {
		return e;
	}
	if (free_bytes < least) {
		private_say(problem,
				"the disk under %s is too full: %llu MiB free, %llu MiB are needed",
				folder, (unsigned long long)(free_bytes >> 20),
				(unsigned long long)(least >> 20));
		return ERR_DISK_FULL;
	}
	return ERR_OK;
}

/* With the lock in hand: user, leftovers, socket. */
static enum err settle(struct private_place *p, struct private_server_problem *problem) {
	enum err e = end_orphan(p, problem);
	if (!e) {
		e = choose_user(p, problem);
	}
	if (!e && chmod(p->folder, 0700)) {
		e = io_error(problem, "cannot close to others:", p->folder);
	}
	if (!e) {
		e = give_to_user(p, p->folder, problem);
	}
	if (!e) {
		e = make_folder(p->scratch, problem);
	}
	if (!e) {
		e = give_to_user(p, p->scratch, problem);
	}
	if (!e) {
		e = place_socket(p, problem);
	}
	if (!e) {
		(void)unlink(p->socket); /* left by a killed server; mostly not there */
		(void)unlink(p->pid_file);
	}
	return e;
}

enum err private_place_open(const struct private_server_settings *settings, struct private_place *p,
		struct private_server_problem *problem) {
	*p = (struct private_place){ .lock_fd = -1 };
	enum err e = find_program(settings->program, p->program, problem);
	if (e) {
		return e;
	}
	e = make_folder(settings->folder, problem);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) char *real = realpath(settings->folder, NULL);
	if (!real) {
		return io_error(problem, "cannot reach", settings->folder);
	}
	if (strlen(real) + 32 > PRIVATE_SERVER_PATH_BYTES) {
		private_say(problem, "the path of the data folder is too long");
		return ERR_LIMIT;
	}
	(void)snprintf(p->folder, sizeof(p->folder), "%s", real);
	e = set_paths(p);
	if (!e) {
		e = take_lock(p, problem);
	}
	if (!e) {
		e = check_space(settings, p->folder, problem);
	}
	if (!e) {
		e = settle(p, problem);
	}
	return e;
}

void private_place_close(struct private_place *p) {
	if (p->lock_fd < 0) {
		return; /* the folder never was ours */
	}
	if (p->socket_folder[0]) {
		(void)unlink(p->socket); /* a server that ended cleanly took it along */
		(void)rmdir(p->socket_folder);
	}
	(void)close(p->lock_fd); /* gives the lock back */
	p->lock_fd = -1;
}

enum err private_place_open_log(const struct private_place *p, int *out_fd, int64_t *out_at) {
	struct stat s;
	if (stat(p->log, &s) == 0 && s.st_size > LOG_OLD_BYTES) {
		char old[PRIVATE_SERVER_PATH_BYTES + 4];
		(void)snprintf(old, sizeof(old), "%s.1", p->log);
		(void)rename(p->log, old); /* else it grows once more */
	}
	int fd = open(p->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || fstat(fd, &s)) {
		_cleanup_(fd_close) int failed = fd;
		return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	}
	*out_fd = fd;
	*out_at = s.st_size;
	return ERR_OK;
}

static bool contains(struct str s, const char *what) {
	return memmem(s.p, s.n, what, strlen(what)) != NULL;
}

enum err private_server_log_reason(struct str log, struct private_server_problem *problem) {
	struct str last = { 0 };
	for (size_t at = 0; at < log.n;) {
		const char *end = memchr(log.p + at, '\n', log.n - at);
		size_t n = end ? (size_t)(end - log.p) - at : log.n - at;
		struct str line = { log.p + at, n };
		if (contains(line, "[ERROR]") && !contains(line, "Aborting")) {
			last = line;
		}
		at += n + 1;
	}
	private_say(problem, "the database server ended: %.*s", last.n ? (int)last.n : 37,
			last.n ? last.p : "its log does not say why; look there.");
	if (contains(log, "No space left") || contains(log, "Disk is full") ||
			contains(log, "Errcode: 28") || contains(log, "error number 28")) {
		return ERR_DISK_FULL;
	}
	if (contains(log, "Unable to lock") || contains(log, "Can't lock aria")) {
		return ERR_BUSY;
	}
	return contains(log, "Permission denied") ? ERR_DENIED : ERR_IO;
}

enum err private_place_log_reason(const struct private_place *p, int64_t from,
		struct private_server_problem *problem) {
	char text[LOG_TAIL_BYTES];
	_cleanup_(fd_close) int fd = open(p->log, O_RDONLY | O_CLOEXEC);
	struct stat s;
	ssize_t n = 0;
	if (fd >= 0 && fstat(fd, &s) == 0) {
		int64_t at = s.st_size - LOG_TAIL_BYTES;
		n = pread(fd, text, sizeof(text), at > from ? at : from);
	}
	return private_server_log_reason((struct str){ text, n > 0 ? (size_t)n : 0 }, problem);
}

static int remove_entry(const char *path, const struct stat *s, int kind, struct FTW *where) {
	(void)s;
	(void)kind;
	(void)where;
	return remove(path);
}

static enum err remove_tree(const char *path, struct private_server_problem *problem) {
	if (access(path, F_OK) && errno == ENOENT) {
		return ERR_OK;
	}
	if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS)) {
		return io_error(problem, "cannot remove", path);
	}
	return ERR_OK;
}

static enum err copy_file(int from, int to) {
	char *bytes = malloc(COPY_BYTES);
	_cleanup_(mem_freep) char *owned = bytes;
	if (!bytes) {
		return ERR_NOMEM;
	}
	for (;;) {
		ssize_t n = read(from, bytes, COPY_BYTES);
		if (n <= 0) {
			return n == 0 ? ERR_OK : ERR_IO;
		}
		if (write(to, bytes, (size_t)n) != n) {
			return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
		}
	}
}

static const char *find_share(void) {
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		char path[PRIVATE_SERVER_PATH_BYTES];
		if (!set_path(path, shares[i], system_files[0]) && access(path, R_OK) == 0) {
			return shares[i];
		}
	}
	return NULL;
}

/* One file with all statements of the installation, open for reading, nameless already. */
static enum err write_install(const struct private_place *p, int *out_fd,
		struct private_server_problem *problem) {
	const char *share = find_share();
	if (!share) {
		private_say(problem,
				"MariaDB's system tables are not installed: "
				"apt-get install mariadb-server-core");
		return ERR_MISSING;
	}
	_cleanup_(fd_close) int fd = open(p->scratch, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) {
		return io_error(problem, "cannot write to", p->scratch);
	}
	size_t n = sizeof(sql_install_first) - 1;
	if (write(fd, sql_install_first, n) != (ssize_t)n) {
		return io_error(problem, "cannot write to", p->scratch);
	}
	for (size_t i = 0; i < sizeof(system_files) / sizeof(system_files[0]); i++) {
		char path[PRIVATE_SERVER_PATH_BYTES];
		enum err e = set_path(path, share, system_files[i]);
		if (e) {
			return e;
		}
		_cleanup_(fd_close) int from = open(path, O_RDONLY | O_CLOEXEC);
		e = from >= 0 ? copy_file(from, fd) : ERR_IO;
		if (e) {
			return io_error(problem, "cannot copy", path);
		}
	}
	if (lseek(fd, 0, SEEK_SET) != 0) {
		return ERR_IO;
	}
	*out_fd = fd;
	fd = -1;
	return ERR_OK;
}

static enum err run_install(const struct private_place *p, const char *fresh,
		struct private_server_problem *problem) {
	char data_arg[PRIVATE_SERVER_PATH_BYTES + 16];
	char scratch_arg[PRIVATE_SERVER_PATH_BYTES + 16];
	(void)snprintf(data_arg, sizeof(data_arg), "--datadir=%s", fresh);
	(void)snprintf(scratch_arg, sizeof(scratch_arg), "--tmpdir=%s", p->scratch);
	const char *const argv[] = { p->program, "--no-defaults", "--bootstrap", "--silent-startup",
		data_arg, scratch_arg, "--log-warnings=0", "--innodb-log-file-size=64M",
		"--innodb-buffer-pool-size=32M",
		geteuid() == 0 && !p->changes_user ? "--user=root" : NULL, NULL };
	_cleanup_(fd_close) int in_fd = -1;
	enum err e = write_install(p, &in_fd, problem);
	if (e) {
		return e;
	}
	_cleanup_(fd_close) int log_fd = -1;
	int64_t log_at = 0;
	e = private_place_open_log(p, &log_fd, &log_at);
	if (e) {
		return e;
	}
	struct process_plan plan = {
		.argv = argv,
		.changes_user = p->changes_user,
		.uid = p->uid,
		.gid = p->gid,
		.in_fd = in_fd,
		.out_fd = log_fd,
		.death_signal = SIGKILL, /* a half-made installation is thrown away anyway */
	};
	pid_t pid = 0;
	e = process_start(&plan, &pid);
	if (e) {
		private_say(problem, "cannot run %s", p->program);
		return e;
	}
	int status = 0;
	e = process_wait(pid, INSTALL_MS, &status);
	if (e) {
		private_say(problem, "installing the database took too long");
		enum err ended = process_end(pid, 0);
		return ended ? ended : ERR_IO;
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		return private_place_log_reason(p, log_at, problem);
	}
	return ERR_OK;
}

enum err private_place_install(
		const struct private_place *p, struct private_server_problem *problem) {
	char fresh[PRIVATE_SERVER_PATH_BYTES];
	enum err e = set_path(fresh, p->folder, "files.new");
	if (e) {
		return e;
	}
	e = remove_tree(fresh, problem); /* of a run that was killed while installing */
	if (e || access(p->files, F_OK) == 0) {
		return e;
	}
	e = make_folder(fresh, problem);
	if (!e) {
		e = give_to_user(p, fresh, problem);
	}
	if (!e) {
		e = run_install(p, fresh, problem);
	}
	if (e) {
		return e;
	}
	if (rename(fresh, p->files)) {
		return io_error(problem, "cannot rename", fresh);
	}
	return ERR_OK;
}
