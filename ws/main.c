/*
 * Where the process begins: finds the subcommand and runs it.
 */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/seal/secret.h"
#include "ws/cmd/cmd.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about; /* NULL: not in the help */
} commands[] = {
	{ "serve", cmd_serve, "serve a school by its settings" },
	{ "demo", cmd_demo, "a school to try everything in, on this machine alone" },
	{ "school", cmd_school, "add a school with its office, or list the schools" },
	{ "province", cmd_province, "serve a department of education: what its schools send" },
	{ "questions", cmd_questions, "read a file of questions and print what was understood" },
	{ "verify", cmd_verify, "say what a receipt proves, or what is wrong with it" },
	{ "audit", cmd_audit, "name every row that was edited behind the program's back" },
	{ "heads", cmd_heads, "sign how far the history of marks has come, to be kept elsewhere" },
	{ "keys", cmd_keys, "list and rotate the keys that receipts are signed with" },
	{ "sync", cmd_sync, "carry records to the province and other destinations, by hand" },
	{ "routes", cmd_routes, NULL },
	{ "gradebook", cmd_gradebook, "work out means, levels, promotion and awards by the rules" },
	{ "oneroster", cmd_oneroster, "a school year as a OneRoster bundle, or from one" },
};

static void print_help(FILE *to) {
	fputs("truongthi: a school's records and its timed online exams\n\nCommands:\n", to);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].about) {
			fprintf(to, "  %-12s %s\n", commands[i].name, commands[i].about);
		}
	}
}

int main(int argc, char **argv) {
	if (secret_init()) {
		fputs("truongthi: this machine has no source of random numbers\n", stderr);
		return 1;
	}
	/* A browser or a reader of our output that hangs up is an error like any other. */
	(void)signal(SIGPIPE, SIG_IGN); /* cannot fail for this signal */
	if (argc < 2) {
		print_help(stderr);
		return 2;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
		print_help(stdout);
		return 0;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	fprintf(stderr, "truongthi: there is no command \"%s\"\n", argv[1]);
	print_help(stderr);
	return 2;
}
