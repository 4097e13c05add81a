/*
 * with_db COMMAND [ARGUMENT…]: runs a command while a private database server runs, with the path
 * of its socket in TT_TEST_DB, and ends as the command ended. With TT_TEST_DB set already it only
 * runs the command.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/db/private_server_io.h"
#include "tests/db/testdb.h"

static volatile sig_atomic_t child_pid;

static void pass_on(int number) {
	if (child_pid > 0) {
		kill(child_pid, number);
	}
}

static int run_command(char **argv) {
	pid_t pid = fork();
	if (pid < 0) {
		perror("with_db: fork");
		return 1;
	}
	if (pid == 0) {
		execvp(argv[0], argv);
		fprintf(stderr, "with_db: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	child_pid = pid;
	int status = 0;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return 1;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv) {
	if (argc < 2) {
		fprintf(stderr, "usage: with_db COMMAND [ARGUMENT...]\n");
		return 2;
	}
	signal(SIGINT, pass_on);
	signal(SIGTERM, pass_on);
	const char *given = getenv("TT_TEST_DB");
	if (given && given[0]) {
		return run_command(argv + 1);
	}
	char folder[128];
	testdb_folder(folder, sizeof(folder));
	struct private_server_settings settings = { .folder = folder, .database = "truongthi" };
	struct private_server *server = NULL;
	struct private_server_problem problem;
	enum err e = private_server_start(&settings, &server, &problem);
	int result = 1;
	if (e) {
		fprintf(stderr, "with_db: %s: %s\n", err_name(e), problem.text);
	} else {
		setenv("TT_TEST_DB", private_server_socket(server), 1);
		result = run_command(argv + 1);
		private_server_stop(server);
	}
	testdb_remove(folder);
	return result;
}
