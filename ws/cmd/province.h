#ifndef WS_CMD_PROVINCE_H
#define WS_CMD_PROVINCE_H

/* The parts of `truongthi province`: argv[0] is the part's name. Exit statuses as in cmd.h. */

int province_area_run(int argc, char **argv);
int province_officer_run(int argc, char **argv);
int province_school_run(int argc, char **argv);

#endif
