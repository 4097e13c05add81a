#ifndef WS_CMD_DEMO_H
#define WS_CMD_DEMO_H

#include <stdbool.h>

/* Whether the demo made that data folder. */
bool demo_made(const char *data_dir);

/* The second form of `truongthi demo`: its department. argv[0] is any word. */
int demo_province_run(int argc, char **argv);

#endif
