#ifndef WS_CMD_DEMO_H
#define WS_CMD_DEMO_H

/* The second form of `truongthi demo`: its department. argv[0] is any word. */
int demo_province_run(int argc, char **argv);

#endif
