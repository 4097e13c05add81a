#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

/*
 * The closed list of error codes. A code says what went wrong in the world;
 * our own mistakes are asserts. ws/http/errmap.c maps each code to a status.
 */

#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
	ERR_OK = 0,
	ERR_NOMEM,       /* no memory */
	ERR_INVAL,       /* a value is outside what the function accepts */
	ERR_MISSING,     /* something required is not there (yet) */
	ERR_LIMIT,       /* a named limit was passed */
	ERR_FORMAT,      /* bytes from outside are not in the form they claim */
	ERR_UNSUPPORTED, /* well formed, but of a kind this program does not take */
	ERR_NOT_FOUND,   /* no such row, file or key, or not the caller's to see */
	ERR_EXISTS,      /* a row or name is there already (unique key) */
	ERR_CONFLICT,    /* the row changed or its state forbids the change */
	ERR_SIGNED_OUT,  /* no session, or one that has ended */
	ERR_DENIED,      /* signed in, but the role may not do this */
	ERR_PASSWORD,    /* wrong name or secret; never says which */
	ERR_THROTTLED,   /* too many tries; wait */
	ERR_BUSY,        /* a bounded queue is full; try again soon */
	ERR_LATE,        /* after the end */
	ERR_EARLY,       /* before the start */
	ERR_CLOSED,      /* the attempt or lock is closed */
	ERR_STALE,       /* a lease, version or revision is not the current one */
	ERR_FORK,        /* other bytes under a number that is taken */
	ERR_EXPIRED,     /* a code or token has run out or was used */
	ERR_CORRUPT,     /* stored bytes contradict their hash or mac */
	ERR_IO,          /* a file, socket or process failed */
	ERR_DISK_FULL,   /* no room on the disk */
	ERR_DB,          /* the database refused a statement: our mistake or its */
	ERR_DB_RETRY,    /* deadlock, lock wait or snapshot conflict: run the transaction again */
	ERR_DB_AWAY,     /* the connection is lost or the server cannot be reached */
	ERR_COUNT_,      /* number of codes, not an error */
};

/* The code's stable name in lower case, as in logs and problem documents: "not_found". */
const char *err_name(enum err e);

#endif
