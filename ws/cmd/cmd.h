#ifndef WS_CMD_CMD_H
#define WS_CMD_CMD_H

/*
 * The subcommands of truongthi, one file each. argv[0] is the subcommand's own name. Each gives
 * the process's exit status: 0 done, 1 the input or the world said no (a sentence is on standard
 * error), 2 the words of the command line are off.
 */

int cmd_serve(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_school(int argc, char **argv);
int cmd_province(int argc, char **argv);
int cmd_questions(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_heads(int argc, char **argv);
int cmd_keys(int argc, char **argv);
int cmd_routes(int argc, char **argv);
int cmd_sync(int argc, char **argv);
int cmd_gradebook(int argc, char **argv);
int cmd_oneroster(int argc, char **argv);

#endif
