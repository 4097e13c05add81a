#ifndef WS_CMD_WORDS_H
#define WS_CMD_WORDS_H

/* The own words of a command between the settings on its command line: --name=VALUE, or --name
 * VALUE. */

#include <stddef.h>

struct cmd_word {
	const char *name;   /* without the hyphens */
	const char **value; /* set when the word is there; "" when nothing stands behind it */
};

/* Takes the words out of argv; what stays are settings. Gives how many stay. */
int cmd_take_words(int argc, char **argv, const struct cmd_word *words, size_t count);

#endif
