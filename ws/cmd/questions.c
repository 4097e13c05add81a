#include "ws/cmd/cmd.h"

#include <stdio.h>

int cmd_questions(int argc, char **argv) {
	(void)argc; /* the reader joins in the next change */
	(void)argv;
	fputs("usage: truongthi questions read FILE [--json]\n", stderr);
	return 2;
}
