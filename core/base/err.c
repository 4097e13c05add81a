#include "core/base/err.h"

const char *err_name(enum err e) {
	switch (e) {
	case ERR_OK:
		return "ok";
	case ERR_NOMEM:
		return "no_memory";
	case ERR_INVAL:
		return "invalid";
	case ERR_MISSING:
		return "missing";
	case ERR_LIMIT:
		return "limit";
	case ERR_FORMAT:
		return "format";
	case ERR_UNSUPPORTED:
		return "unsupported";
	case ERR_NOT_FOUND:
		return "not_found";
	case ERR_EXISTS:
		return "exists";
	case ERR_CONFLICT:
		return "conflict";
	case ERR_SIGNED_OUT:
		return "signed_out";
	case ERR_DENIED:
		return "denied";
	case ERR_PASSWORD:
		return "password";
	case ERR_THROTTLED:
		return "throttled";
	case ERR_BUSY:
		return "busy";
	case ERR_LATE:
		return "late";
	case ERR_EARLY:
		return "early";
	case ERR_CLOSED:
		return "closed";
	case ERR_STALE:
		return "stale";
	case ERR_FORK:
		return "fork";
	case ERR_EXPIRED:
		return "expired";
	case ERR_CORRUPT:
		return "corrupt";
	case ERR_IO:
		return "io";
	case ERR_DISK_FULL:
		return "disk_full";
	case ERR_DB:
		return "database";
	case ERR_DB_RETRY:
		return "database_retry";
	case ERR_DB_AWAY:
		return "database_away";
	case ERR_COUNT_:
		break;
	}
	return "unknown";
}
