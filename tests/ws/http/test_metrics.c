#include "ws/http/metrics.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

int main(void) {
	struct metrics m = { 0 };
	metric_add(&m, METRIC_STATUS_5XX, 2);
	metric_add(&m, METRIC_STATUS_5XX, 1);
	_cleanup_(buf_finish) struct buf out = buf_make(1 << 16);
	metrics_print(&m, &out);
	metrics_print_gauge(&out, "x", "What x is", 7);
	CHECK_INT("printed", buf_err(&out), ERR_OK);
	const char *text = buf_str(&out);
	CHECK("a counter with a label",
			strstr(text, "\ntruongthi_responses_total{class=\"5xx\"} 3\n") != NULL);
	CHECK("a gauge", strstr(text, "# TYPE truongthi_x gauge\ntruongthi_x 7\n") != NULL);
	int lines = 0;
	int help = 0;
	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!*p) {
			break;
		}
		lines += strncmp(p, "truongthi_", 10) == 0;
		help += strncmp(p, "# HELP truongthi_", 17) == 0;
	}
	CHECK_INT("one line each", lines, METRIC_COUNT_ + 1);
	CHECK_INT("one explanation a name", help, METRIC_COUNT_ + 1 - 3);
	return check_done();
}
