#ifndef CORE_AUTH_ACCESS_H
#define CORE_AUTH_ACCESS_H

/*
 * Who may call a route, as bits: a row of the table of routes combines them, and a session
 * carries those of its person's roles at the school it acts in.
 */

enum access {
	ACCESS_NOBODY = 0, /* a row without a role is shut */
	ACCESS_STUDENT = 1 << 0,
	ACCESS_TEACHER = 1 << 1,
	ACCESS_OFFICE = 1 << 2,
	ACCESS_PARENT = 1 << 3,
	ACCESS_DEPARTMENT = 1 << 4,
	ACCESS_SIGNED_IN = 1 << 8, /* whoever has a session; never in a session's roles */
	ACCESS_PUBLIC = 1 << 9,    /* everybody */
};

#endif
