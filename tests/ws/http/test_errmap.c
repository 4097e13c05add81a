#include "ws/http/errmap.h"

#include <stdbool.h>

#include "tests/check.h"

/* The statuses that browsers and programs act upon; the rest only has to be an error. */
static const struct {
	enum err err;
	int want;
	bool is_retried;
} rows[] = {
	{ ERR_SIGNED_OUT, 401, false },
	{ ERR_PASSWORD, 401, false },
	{ ERR_DENIED, 403, false },
	{ ERR_NOT_FOUND, 404, false },
	{ ERR_STALE, 409, false },
	{ ERR_FORMAT, 400, false },
	{ ERR_THROTTLED, 429, true },
	{ ERR_BUSY, 503, true },
	{ ERR_DB_AWAY, 503, true },
	{ ERR_DB_RETRY, 503, true },
	{ ERR_DISK_FULL, 507, false },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(err_name(rows[i].err), errmap_status(rows[i].err), rows[i].want);
		CHECK_INT(err_name(rows[i].err), errmap_retry_after_s(rows[i].err) > 0,
				rows[i].is_retried);
	}
	for (int e = 0; e < ERR_COUNT_; e++) {
		int status = errmap_status((enum err)e);
		CHECK("a problem is never a success", status >= 400 && status < 600);
		CHECK("every status has its phrase", strcmp(errmap_phrase(status), "Unknown") != 0);
	}
	CHECK_STR("a status we never send", errmap_phrase(418), "Unknown");
	return check_done();
}
