/*
 * The load generator: many sitters in one process over epoll. Each line of the sitters' file is
 *     ROOM ATTEMPT TOKEN
 * Modes
 *   busy     every sitter keeps --window answers under way for --seconds
 *   calm     every sitter sends an answer each --every ms
 *   bell     every sitter waits in the lobby; then each gives --answers answers
 *   join     connect, say hello, wait for the welcome
 *   connect  connect and upgrade, nothing more
 *   sit      join, and stay for --seconds
 *   first    one sitter tries again and again until an answer of it is stored
 * Says on stderr what it is at, one word a line, and prints one JSON object in the end. Latencies
 * are from the send of an answer to the ack that covers it; the first second is not counted.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "core/base/str.h"
#include "tests/bench/load.h"

#define SECOND_NS INT64_C(1000000000)

enum {
	JOIN_MOST_S = 120,
	DRAIN_MOST_S = 20,
	TURN_NS = 100000000,
	AGAIN_NS = 5000000,
};

static const char *const mode_names[LOAD_MODE_COUNT_] = {
	[LOAD_BUSY] = "busy",
	[LOAD_CALM] = "calm",
	[LOAD_BELL] = "bell",
	[LOAD_JOIN] = "join",
	[LOAD_CONNECT] = "connect",
	[LOAD_SIT] = "sit",
	[LOAD_FIRST] = "first",
};

static void say(const char *word) {
	(void)fprintf(stderr, "%s\n", word); /* nobody reads: nothing is lost */
}

/* ---- what is done when ---- */

static void join_all(struct load *l) {
	int64_t give_up = load_now_ns() + JOIN_MOST_S * SECOND_NS;
	const int *done = l->opt.mode == LOAD_CONNECT ? &l->opened : &l->welcomed;
	load_connect_more(l);
	while (*done + l->lost < l->count && load_now_ns() < give_up) {
		load_turn(l, TURN_NS);
		load_connect_more(l);
	}
}

/* Waits until what was sent is stored. */
static void drain(struct load *l) {
	int64_t give_up = load_now_ns() + DRAIN_MOST_S * SECOND_NS;
	while (l->acks < l->sent && l->lost == 0 && load_now_ns() < give_up) {
		load_turn(l, TURN_NS);
	}
}

static void run_until(struct load *l, int64_t end_ns) {
	while (load_now_ns() < end_ns) {
		load_turn(l, TURN_NS);
	}
}

static void answer_all(struct load *l, uint32_t quota) {
	l->is_answering = true;
	for (int i = 0; i < l->count; i++) {
		l->sitters[i].quota = quota;
		load_fill_window(l, &l->sitters[i]);
	}
}

static double measure_busy(struct load *l) {
	answer_all(l, UINT32_MAX);
	run_until(l, load_now_ns() + SECOND_NS);
	say("measuring");
	int64_t start = load_now_ns();
	l->is_measuring = true;
	run_until(l, start + (int64_t)(l->opt.seconds * SECOND_NS));
	l->is_measuring = false;
	double seconds = (double)(load_now_ns() - start) / SECOND_NS;
	say("measured");
	l->is_answering = false;
	drain(l);
	return seconds;
}

/* The sitters in turn, the same time apart, so that each sends every opt.every_ns. */
static void answer_in_turn(struct load *l, int64_t end_ns, uint64_t *inout_number) {
	int64_t start = load_now_ns();
	for (uint64_t done = 0;; done++) {
		int64_t due = start +
				(int64_t)(done * (uint64_t)l->opt.every_ns / (uint64_t)l->count);
		if (due >= end_ns) {
			return;
		}
		int64_t left = due - load_now_ns();
		while (left > 0) {
			load_turn(l, left);
			left = due - load_now_ns();
		}
		struct sitter *s = &l->sitters[(*inout_number)++ % (uint64_t)l->count];
		if (s->ws.state == WS_CLIENT_OPEN && s->is_welcome &&
				s->seq - s->acked < LOAD_WINDOW_MAX) {
			load_answer(l, s);
		}
		if (done % 16 == 0) {
			load_turn(l, 0); /* late with sending: what has come is read all the same */
		}
	}
}

static double measure_calm(struct load *l) {
	uint64_t number = 0;
	answer_in_turn(l, load_now_ns() + SECOND_NS, &number);
	say("measuring");
	int64_t start = load_now_ns();
	l->is_measuring = true;
	answer_in_turn(l, start + (int64_t)(l->opt.seconds * SECOND_NS), &number);
	l->is_measuring = false;
	double seconds = (double)(load_now_ns() - start) / SECOND_NS;
	say("measured");
	drain(l);
	return seconds;
}

static void wait_for_bell(struct load *l) {
	int64_t give_up = load_now_ns() + (int64_t)(l->opt.seconds * SECOND_NS);
	while (l->keyed < l->welcomed && l->lost == 0 && load_now_ns() < give_up) {
		load_turn(l, TURN_NS);
	}
	say("rung");
	answer_all(l, (uint32_t)l->opt.answers);
	drain(l);
}

/* Seconds until an answer of the first sitter is stored; it connects anew whenever it fails. */
static double find_first(struct load *l) {
	int64_t start = load_now_ns();
	int64_t give_up = start + (int64_t)(l->opt.seconds * SECOND_NS);
	struct sitter *s = &l->sitters[0];
	while (l->acks == 0 && load_now_ns() < give_up) {
		if (s->ws.fd < 0) {
			l->next_connect = 0;
			l->connecting = 0;
			s->is_welcome = false;
			load_connect_more(l);
		}
		load_turn(l, AGAIN_NS);
		if (s->is_welcome && s->seq == s->acked) {
			load_answer(l, s);
		}
	}
	return (double)(load_now_ns() - start) / SECOND_NS;
}

static double run(struct load *l, int64_t start_ns) {
	if (l->opt.mode == LOAD_FIRST) {
		return find_first(l);
	}
	join_all(l);
	say("seated");
	if (l->opt.mode == LOAD_BUSY) {
		return measure_busy(l);
	}
	if (l->opt.mode == LOAD_CALM) {
		return measure_calm(l);
	}
	if (l->opt.mode == LOAD_BELL) {
		wait_for_bell(l);
	} else if (l->opt.mode == LOAD_SIT) {
		run_until(l, load_now_ns() + (int64_t)(l->opt.seconds * SECOND_NS));
	}
	return (double)(load_now_ns() - start_ns) / SECOND_NS;
}

/* ---- the report ---- */

static int by_value(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static double percentile_ms(const struct load *l, double share) {
	if (l->latency_count == 0) {
		return 0;
	}
	return l->latency_us[(size_t)((double)(l->latency_count - 1) * share)] / 1000.0;
}

static double since_s(int64_t start_ns, int64_t ns) {
	return ns > start_ns ? (double)(ns - start_ns) / SECOND_NS : 0;
}

static double cpu_s(void) {
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
			(double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void report(struct load *l, int64_t start_ns, double seconds) {
	if (l->latency_count > 0) {
		qsort(l->latency_us, l->latency_count, sizeof(uint32_t), by_value);
	}
	printf("{\"mode\":\"%s\",\"sockets\":%d,\"opened\":%d,\"welcomed\":%d,\"lost\":%d,"
	       "\"sent\":%" PRIu64 ",\"acks\":%" PRIu64 ",\"measured\":%" PRIu64
	       ",\"stamps\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"wrongHeads\":%" PRIu64 ",",
			mode_names[l->opt.mode], l->count, l->opened, l->welcomed, l->lost, l->sent,
			l->acks, l->measured, l->stamps, l->refused, l->wrong_heads);
	printf("\"seconds\":%.3f,\"acksPerSecond\":%.0f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,"
	       "\"mostMs\":%.3f,\"openSeconds\":%.3f,\"joinSeconds\":%.3f,\"keys\":%d,"
	       "\"keySeconds\":%.3f,\"bellLateMs\":%" PRId64 ",\"cpuSeconds\":%.2f}\n",
			seconds, seconds > 0 ? (double)l->measured / seconds : 0,
			percentile_ms(l, 0.5), percentile_ms(l, 0.99), percentile_ms(l, 1),
			since_s(start_ns, l->last_open_ns), since_s(start_ns, l->last_welcome_ns),
			l->keyed, since_s(l->first_key_ns, l->last_key_ns), l->bell_late_ms,
			cpu_s());
}

/* ---- what is asked for ---- */

static bool read_sitters(struct load *l) {
	FILE *f = fopen(l->opt.sitters_file, "r");
	if (!f) {
		perror(l->opt.sitters_file);
		return false;
	}
	l->sitters = calloc((size_t)l->opt.sockets, sizeof(*l->sitters));
	while (l->sitters && l->count < l->opt.sockets) {
		struct sitter *s = &l->sitters[l->count];
		if (fscanf(f, "%23s %31s %63s", s->room, s->attempt, s->token) != 3 ||
				str_unb64(str_from(s->attempt), s->id.b, ID16_BYTES)) {
			break;
		}
		s->ws.fd = -1;
		l->count++;
	}
	(void)fclose(f); /* only read */
	return l->count == l->opt.sockets;
}

static bool set_option(struct load_options *o, const char *name, const char *value) {
	const struct {
		const char *name;
		int *out;
	} numbers[] = {
		{ "--port", &o->port },
		{ "--sockets", &o->sockets },
		{ "--window", &o->window },
		{ "--answers", &o->answers },
		{ "--at-once", &o->at_once },
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(name, numbers[i].name) == 0) {
			*numbers[i].out = (int)strtol(value, NULL, 10);
			return true;
		}
	}
	for (int i = 0; strcmp(name, "--mode") == 0 && i < LOAD_MODE_COUNT_; i++) {
		if (strcmp(value, mode_names[i]) == 0) {
			o->mode = (enum load_mode)i;
			return true;
		}
	}
	if (strcmp(name, "--sitters") == 0) {
		o->sitters_file = value;
	} else if (strcmp(name, "--path") == 0) {
		o->path = value;
	} else if (strcmp(name, "--heads") == 0) {
		o->has_heads = strcmp(value, "no") != 0;
	} else if (strcmp(name, "--seconds") == 0) {
		o->seconds = strtod(value, NULL);
	} else if (strcmp(name, "--every") == 0) {
		o->every_ns = strtoll(value, NULL, 10) * 1000000;
	} else {
		return false;
	}
	return true;
}

static bool parse(int argc, char **argv, struct load_options *o) {
	*o = (struct load_options){ .path = "/hall/",
		.port = 8080,
		.sockets = 1000,
		.at_once = 256,
		.window = 1,
		.every_ns = 5 * SECOND_NS,
		.seconds = 10,
		.has_heads = true };
	bool is_good = argc % 2 == 1;
	for (int i = 1; i + 1 < argc; i += 2) {
		is_good = is_good && set_option(o, argv[i], argv[i + 1]);
	}
	return is_good && o->sitters_file && o->sockets > 0 && o->window > 0 &&
			o->window <= LOAD_WINDOW_MAX && o->at_once > 0 && o->every_ns > 0;
}

int main(int argc, char **argv) {
	struct load l = { .epoll = -1 };
	if (!parse(argc, argv, &l.opt)) {
		(void)fputs("usage: load --sitters FILE --sockets N --port N"
			    " [--mode busy|calm|bell|join|connect|sit|first] [--seconds S]"
			    " [--window 1..16] [--every MS] [--answers N] [--at-once N]"
			    " [--path /hall/] [--heads yes|no]\n",
				stderr);
		return 2;
	}
	struct rlimit files = { 0 };
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (!read_sitters(&l)) {
		(void)fprintf(stderr, "load: %d sitters are not in the file\n", l.opt.sockets);
		return 1;
	}
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	int64_t start_ns = load_now_ns();
	double seconds = run(&l, start_ns);
	report(&l, start_ns, seconds);
	for (int i = 0; i < l.count; i++) {
		ws_client_close(&l.sitters[i].ws);
	}
	free(l.latency_us);
	free(l.sitters);
	return 0;
}
