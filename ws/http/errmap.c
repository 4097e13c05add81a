#include "ws/http/errmap.h"

int errmap_status(enum err e) {
	switch (e) {
	case ERR_OK:
	case ERR_NOMEM:
	case ERR_CORRUPT:
	case ERR_IO:
	case ERR_DB:
	case ERR_COUNT_:
		return 500;
	case ERR_INVAL:
	case ERR_MISSING:
	case ERR_LIMIT:
		return 422;
	case ERR_FORMAT:
		return 400;
	case ERR_UNSUPPORTED:
		return 415;
	case ERR_NOT_FOUND:
		return 404;
	case ERR_EXISTS:
	case ERR_CONFLICT:
	case ERR_LATE:
	case ERR_EARLY:
	case ERR_CLOSED:
	case ERR_STALE:
	case ERR_FORK:
		return 409;
	case ERR_EXPIRED:
		return 410;
	case ERR_SIGNED_OUT:
	case ERR_PASSWORD:
		return 401;
	case ERR_DENIED:
		return 403;
	case ERR_THROTTLED:
		return 429;
	case ERR_BUSY:
	case ERR_DB_RETRY:
	case ERR_DB_AWAY:
		return 503;
	case ERR_DISK_FULL:
		return 507;
	}
	return 500;
}

int errmap_retry_after_s(enum err e) {
	int status = errmap_status(e);
	if (status == 503) {
		return e == ERR_DB_AWAY ? 3 : 1;
	}
	return status == 429 ? 30 : 0;
}

const char *errmap_phrase(int status) {
	static const struct {
		int status;
		const char *phrase;
	} rows[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 206, "Partial Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" },
		{ 417, "Expectation Failed" },
		{ 421, "Misdirected Request" },
		{ 422, "Unprocessable Content" },
		{ 425, "Too Early" },
		{ 426, "Upgrade Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" },
		{ 507, "Insufficient Storage" },
	};
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].status == status) {
			return rows[i].phrase;
		}
	}
	return "Unknown";
}
