#include "ws/http/metrics.h"

#include <inttypes.h>

static const struct {
	const char *name;
	const char *labels;
	const char *help; /* NULL: the row before has said it */
} rows[METRIC_COUNT_] = {
	[METRIC_CONNECTIONS] = { "connections_total", "", "Connections accepted" },
	[METRIC_CONNECTIONS_REFUSED] = { "connections_refused_total", "",
			"Connections closed at once: too many of one address, or in all" },
	[METRIC_REQUESTS] = { "requests_total", "", "Requests whose head was read" },
	[METRIC_STATUS_2XX] = { "responses_total", "{class=\"2xx\"}", "Answers by status" },
	[METRIC_STATUS_3XX] = { "responses_total", "{class=\"3xx\"}", NULL },
	[METRIC_STATUS_4XX] = { "responses_total", "{class=\"4xx\"}", NULL },
	[METRIC_STATUS_5XX] = { "responses_total", "{class=\"5xx\"}", NULL },
	[METRIC_HEADS_REFUSED] = { "heads_refused_total", "",
			"Requests refused for their head alone" },
	[METRIC_QUEUE_REFUSED] = { "queue_refused_total", "",
			"Requests answered 503 since a queue was full" },
	[METRIC_RATE_REFUSED] = { "rate_refused_total", "",
			"Requests answered 429: too many of one session or address" },
	[METRIC_SLOW_CLOSED] = { "slow_closed_total", "", "Connections given up for being slow" },
	[METRIC_SOCKETS] = { "sockets_total", "", "WebSockets opened" },
	[METRIC_SOCKETS_REFUSED] = { "sockets_refused_total", "", "WebSockets refused" },
	[METRIC_FRAMES_IN] = { "frames_in_total", "", "Messages from browsers" },
	[METRIC_FRAMES_OUT] = { "frames_out_total", "", "Messages to browsers" },
	[METRIC_FRAMES_REFUSED] = { "frames_refused_total", "",
			"Messages too long, too many or not well formed" },
	[METRIC_FRAMES_DIRECT] = { "frames_out_direct_total", "",
			"Messages written straight from the wake-up" },
	[METRIC_STAMPS] = { "stamps_total", "", "Stamps sent while the database was away" },
	[METRIC_HAND_INS] = { "hand_ins_total", "", "Attempts closed" },
	[METRIC_CHECKPOINTS] = { "checkpoints_total", "", "Checkpoints of attempts signed" },
	[METRIC_SESSION_HITS] = { "session_cache_hits_total", "",
			"Sessions found without the database" },
	[METRIC_SESSION_MISSES] = { "session_cache_misses_total", "",
			"Sessions looked up in the database" },
	[METRIC_SESSION_LOOKUPS] = { "session_lookups_total", "",
			"Sessions looked up in the database" },
	[METRIC_LOOP_TURNS] = { "loop_turns_total", "", "Turns of the service thread's loop" },
	[METRIC_REQUEST_US] = { "request_microseconds_total", "",
			"Time from the last byte read to the answer, summed" },
};

void metrics_print(struct metrics *m, struct buf *out) {
	for (int i = 0; i < METRIC_COUNT_; i++) {
		if (rows[i].help) {
			buf_addf(out, "# HELP truongthi_%s %s\n# TYPE truongthi_%s counter\n",
					rows[i].name, rows[i].help, rows[i].name);
		}
		buf_addf(out, "truongthi_%s%s %" PRIu64 "\n", rows[i].name, rows[i].labels,
				metric_get(m, (enum metric)i));
	}
}

void metrics_print_gauge(struct buf *out, const char *name, const char *help, uint64_t value) {
	buf_addf(out,
			"# HELP truongthi_%s %s\n# TYPE truongthi_%s gauge\ntruongthi_%s %" PRIu64
			"\n",
			name, help, name, name, value);
}
