#include "core/db/process_io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/str.h"

enum {
	POLL_MS = 10,
	ARGUMENTS_BYTES = 16384, /* of a command line that is looked at */
	KILLED_WAIT_MS = 5000,   /* for the kernel to take a killed process down */
};

static void fd_close(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* nothing was written through it that matters */
	}
}

static void dir_close(DIR **dir) {
	if (*dir) {
		(void)closedir(*dir);
	}
}

static void sleep_ms(unsigned ms) {
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
	while (nanosleep(&t, &t) && errno == EINTR) {
	}
}

/* In the child, between fork and exec: only what is safe there after a fork with threads. */
static void become_user(const struct process_plan *plan, int report_fd) {
	if (plan->changes_user && (setgroups(0, NULL) || setgid(plan->gid) || setuid(plan->uid))) {
		int e = errno;
		ssize_t n = write(report_fd, &e, sizeof(e));
		_exit(n == (ssize_t)sizeof(e) ? 126 : 125);
	}
}

static void reset_signals(void) {
	for (int i = 1; i < NSIG; i++) {
		(void)signal(i, SIG_DFL); /* fails for KILL and STOP, which have no other */
	}
	sigset_t none;
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run_child(const struct process_plan *plan, pid_t parent, int report_fd) {
	(void)setpgid(0, 0); /* so that Ctrl-C in a terminal reaches the parent alone */
	reset_signals();
	become_user(plan, report_fd);
	/* After the change of user, which would take it back. */
	if (plan->death_signal) {
		(void)prctl(PR_SET_PDEATHSIG, plan->death_signal);
		if (getppid() != parent) {
			_exit(1); /* the parent died before */
		}
	}
	int nothing = open("/dev/null", O_RDWR);
	(void)dup2(plan->in_fd >= 0 ? plan->in_fd : nothing, STDIN_FILENO);
	(void)dup2(plan->out_fd >= 0 ? plan->out_fd : nothing, STDOUT_FILENO);
	(void)dup2(plan->out_fd >= 0 ? plan->out_fd : nothing, STDERR_FILENO);
	int keep_fd = dup2(report_fd, STDERR_FILENO + 1);
	(void)fcntl(keep_fd, F_SETFD, FD_CLOEXEC);
	(void)close_range((unsigned)keep_fd + 1, ~0U, 0);
	/* execv() only reads what it is given. */
	(void)execv(plan->argv[0], (char *const *)(uintptr_t)plan->argv);
	int e = errno;
	ssize_t n = write(keep_fd, &e, sizeof(e));
	_exit(n == (ssize_t)sizeof(e) ? 127 : 125);
}

enum err process_start(const struct process_plan *plan, pid_t *out_pid) {
	int pipe_fds[2];
	if (pipe2(pipe_fds, O_CLOEXEC)) {
		return ERR_IO;
	}
	_cleanup_(fd_close) int read_fd = pipe_fds[0];
	_cleanup_(fd_close) int write_fd = pipe_fds[1];
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0) {
		return ERR_IO;
	}
	if (pid == 0) {
		run_child(plan, parent, write_fd);
	}
	(void)setpgid(pid, pid); /* the child does it too: whoever is first */
	(void)close(write_fd);
	write_fd = -1;
	int child_errno = 0;
	ssize_t n;
	do {
		n = read(read_fd, &child_errno, sizeof(child_errno));
	} while (n < 0 && errno == EINTR);
	if (n == 0) {
		*out_pid = pid; /* the pipe closed itself at exec */
		return ERR_OK;
	}
	int status = 0;
	enum err e = process_wait(pid, KILLED_WAIT_MS, &status);
	if (e) {
		return ERR_IO;
	}
	return child_errno == ENOENT                                    ? ERR_MISSING
			: child_errno == EACCES || child_errno == EPERM ? ERR_DENIED
									: ERR_IO;
}

enum err process_wait(pid_t pid, unsigned timeout_ms, int *out_status) {
	for (unsigned waited_ms = 0;; waited_ms += POLL_MS) {
		int status = 0;
		pid_t got = waitpid(pid, &status, WNOHANG);
		if (got == pid) {
			*out_status = status;
			return ERR_OK;
		}
		if (got < 0 && errno != EINTR) {
			return ERR_NOT_FOUND;
		}
		if (waited_ms >= timeout_ms) {
			return ERR_BUSY;
		}
		sleep_ms(POLL_MS);
	}
}

/* The state letter of /proc/PID/stat, or 0 when there is no such process. */
static char process_state(pid_t pid) {
	char path[64];
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid); /* fits */
	_cleanup_(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return 0;
	}
	char text[512];
	ssize_t n = read(fd, text, sizeof(text) - 1);
	if (n <= 0) {
		return 0;
	}
	text[n] = '\0';
	const char *name_end = strrchr(text, ')');
	return name_end && name_end[1] == ' ' ? name_end[2] : 0;
}

bool process_is_running(pid_t pid) {
	char state = process_state(pid);
	return state != 0 && state != 'Z' && state != 'X';
}

/* Waits for the end of a process that need not be a child. */
static bool has_ended(pid_t pid, unsigned timeout_ms) {
	for (unsigned waited_ms = 0;; waited_ms += POLL_MS) {
		int status = 0;
		if (process_wait(pid, 0, &status) == ERR_OK || !process_is_running(pid)) {
			return true;
		}
		if (waited_ms >= timeout_ms) {
			return false;
		}
		sleep_ms(POLL_MS);
	}
}

enum err process_end(pid_t pid, unsigned patience_ms) {
	if (kill(pid, SIGTERM) && errno == EPERM) {
		return ERR_DENIED;
	}
	(void)kill(pid, SIGCONT);
	if (has_ended(pid, patience_ms)) {
		return ERR_OK;
	}
	(void)kill(pid, SIGKILL);
	return has_ended(pid, KILLED_WAIT_MS) ? ERR_OK : ERR_BUSY;
}

/* Whether the text of /proc/PID/cmdline, arguments each ended by '\0', has this argument. */
static bool has_argument(const char *text, size_t n, const char *argument) {
	for (size_t at = 0; at < n;) {
		size_t length = strnlen(text + at, n - at);
		if (length == strlen(argument) && memcmp(text + at, argument, length) == 0) {
			return true;
		}
		at += length + 1;
	}
	return false;
}

static bool is_process(pid_t pid, const char *program, const char *argument) {
	char path[64];
	char text[ARGUMENTS_BYTES];
	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	ssize_t n = readlink(path, text, sizeof(text) - 1);
	if (n <= 0) {
		return false;
	}
	text[n] = '\0';
	const char *slash = strrchr(text, '/');
	/* " (deleted)" follows when the package was upgraded meanwhile. */
	size_t name_n = strlen(program);
	if (!slash || strncmp(slash + 1, program, name_n) != 0 ||
			(slash[1 + name_n] != '\0' && slash[1 + name_n] != ' ')) {
		return false;
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	_cleanup_(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
	return n > 0 && has_argument(text, (size_t)n, argument);
}

enum err process_find(const char *program, const char *argument, pid_t *out_pid) {
	_cleanup_(dir_close) DIR *dir = opendir("/proc");
	if (!dir) {
		return ERR_IO;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		uint64_t pid = 0;
		if (str_parse_u64(str_from(entry->d_name), &pid) || pid > INT32_MAX) {
			continue;
		}
		if (is_process((pid_t)pid, program, argument) && process_is_running((pid_t)pid)) {
			*out_pid = (pid_t)pid;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}
