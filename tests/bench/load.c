/*
 * The load generator: many sitters in one process over epoll. Each line of the sitters' file is
 *     ROOM ATTEMPT TOKEN
 * Modes
 *   busy   every socket keeps `--window` answers under way for `--seconds`
 *   calm   every socket sends an answer each `--every` ms
 *   bell   every socket waits in the lobby; measured is the time from the first key to the last
 *   join   connect, say hello, wait for welcome: sockets a second with the real handshake
 * Prints one JSON object. Latencies are from the send of an answer to the ack that covers it.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/bench/ws_client.h"

enum {
	WINDOW_MAX = 16,
	SLOTS = 40,
	CONNECTS_AT_ONCE = 400,
};

struct sitter {
	struct ws_client ws;
	char room[24];
	char attempt[32];
	char token[64];
	uint32_t seq;   /* last number used */
	uint32_t acked; /* last number stored */
	int64_t sent_ns[WINDOW_MAX];
	int64_t next_ns;
	bool is_welcome;
	bool has_key;
	bool wants_write;
};

struct options {
	const char *mode;
	const char *sitters_file;
	const char *path;
	int port;
	int sockets;
	double seconds;
	int window;
	int every_ms;
};

struct load {
	struct options opt;
	struct sitter *sitters;
	int count;
	int epoll;
	int next_connect;
	int connecting;
	int welcomed;
	int lost;
	int keyed;
	uint64_t sent;
	uint64_t acks;
	uint64_t stamps;
	uint64_t refused;
	int64_t first_connect_ns;
	int64_t last_welcome_ns;
	int64_t first_key_ns;
	int64_t last_key_ns;
	bool is_measuring;
	uint32_t *latency_us;
	size_t latency_count;
	size_t latency_cap;
};

static int64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void note_latency(struct load *l, int64_t ns) {
	if (!l->is_measuring) {
		return;
	}
	if (l->latency_count == l->latency_cap) {
		l->latency_cap = l->latency_cap ? l->latency_cap * 2 : 1 << 20;
		l->latency_us = realloc(l->latency_us, l->latency_cap * sizeof(uint32_t));
		if (!l->latency_us) {
			abort();
		}
	}
	l->latency_us[l->latency_count++] = (uint32_t)(ns / 1000);
}

static void watch(struct load *l, struct sitter *s) {
	struct epoll_event ev = { .events = EPOLLIN | (s->wants_write ? EPOLLOUT : 0u) };
	ev.data.ptr = s;
	(void)epoll_ctl(l->epoll, EPOLL_CTL_MOD, s->ws.fd, &ev); /* the descriptor is ours */
}

static void lose(struct load *l, struct sitter *s) {
	l->lost++;
	l->connecting -= !s->is_welcome;
	ws_client_close(&s->ws);
}

static void begin_connect(struct load *l, struct sitter *s) {
	if (!ws_client_connect(&s->ws, l->opt.port)) {
		l->lost++;
		return;
	}
	l->connecting++;
	s->wants_write = true;
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT };
	ev.data.ptr = s;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, s->ws.fd, &ev) < 0) {
		lose(l, s);
	}
}

static void connect_more(struct load *l) {
	while (l->next_connect < l->count && l->connecting < CONNECTS_AT_ONCE) {
		begin_connect(l, &l->sitters[l->next_connect++]);
	}
}

static void send_answer(struct load *l, struct sitter *s, int64_t ns) {
	char text[160];
	s->seq++;
	int n = snprintf(text, sizeof(text),
			"{\"t\":\"answer\",\"seq\":%" PRIu32 ",\"slot\":%u,\"value\":\"%c\"}",
			s->seq, s->seq % SLOTS + 1, 'A' + (char)(s->seq / SLOTS % 4));
	s->sent_ns[s->seq % WINDOW_MAX] = ns;
	if (!ws_client_send(&s->ws, text, (size_t)n)) {
		lose(l, s);
		return;
	}
	l->sent++;
	if (s->ws.out_len > 0 && !s->wants_write) {
		s->wants_write = true;
		watch(l, s);
	}
}

static void fill_window(struct load *l, struct sitter *s, int64_t ns) {
	while (s->ws.state == WS_CLIENT_OPEN && s->seq - s->acked < (uint32_t)l->opt.window) {
		send_answer(l, s, ns);
	}
}

/* The number behind "name": in a frame, or fallback. */
static uint64_t field(const char *text, const char *name, uint64_t fallback) {
	const char *at = strstr(text, name);
	return at ? strtoull(at + strlen(name), NULL, 10) : fallback;
}

static void on_ack(struct load *l, struct sitter *s, const char *text, int64_t ns) {
	uint32_t upto = (uint32_t)field(text, "\"upto\":", field(text, "\"seq\":", s->acked));
	for (uint32_t n = s->acked + 1; n <= upto && n <= s->seq; n++) {
		note_latency(l, ns - s->sent_ns[n % WINDOW_MAX]);
		l->acks += l->is_measuring;
		s->acked = n;
	}
	if (strcmp(l->opt.mode, "busy") == 0) {
		fill_window(l, s, ns);
	}
}

static void on_welcome(struct load *l, struct sitter *s, const char *text, int64_t ns) {
	if (s->is_welcome) {
		return;
	}
	s->is_welcome = true;
	s->seq = s->acked = (uint32_t)field(text, "\"seq\":", 0);
	l->welcomed++;
	l->connecting--;
	l->last_welcome_ns = ns;
	int64_t every = (int64_t)l->opt.every_ms * 1000000;
	s->next_ns = ns + (every > 0 ? (int64_t)((uint64_t)random() % (uint64_t)every) : 0);
	connect_more(l);
	if (strcmp(l->opt.mode, "busy") == 0) {
		fill_window(l, s, ns);
	}
}

static void on_pulse(struct sitter *s, const char *text) {
	const char *nonce = strstr(text, "\"n\":\"");
	if (!nonce) {
		return;
	}
	nonce += 5;
	char reply[128];
	int n = snprintf(reply, sizeof(reply), "{\"t\":\"pulse\",\"n\":\"%.*s\"}",
			(int)strcspn(nonce, "\""), nonce);
	(void)ws_client_send(&s->ws, reply, (size_t)n); /* a lost socket shows at the next read */
}

static void on_frame(struct load *l, struct sitter *s, const char *text) {
	int64_t ns = now_ns();
	if (strncmp(text, "{\"t\":\"ack\"", 10) == 0) {
		on_ack(l, s, text, ns);
	} else if (strncmp(text, "{\"t\":\"welcome\"", 14) == 0) {
		on_welcome(l, s, text, ns);
	} else if (strncmp(text, "{\"t\":\"stamp\"", 12) == 0) {
		l->stamps++;
	} else if (strncmp(text, "{\"t\":\"refused\"", 14) == 0) {
		if (l->refused++ < 5) {
			fprintf(stderr, "refused: %s\n", text);
		}
	} else if (strncmp(text, "{\"t\":\"pulse\"", 12) == 0) {
		on_pulse(s, text);
	} else if (strncmp(text, "{\"t\":\"key\"", 10) == 0 && !s->has_key) {
		s->has_key = true;
		l->first_key_ns = l->keyed++ ? l->first_key_ns : ns;
		l->last_key_ns = ns;
	}
}

static void on_open(struct load *l, struct sitter *s) {
	char hello[160];
	(void)l; /* every sitter says hello alike */
	int n = snprintf(hello, sizeof(hello),
			"{\"t\":\"hello\",\"attempt\":\"%s\",\"gen\":1,\"head\":\"\",\"seq\":0}",
			s->attempt);
	(void)ws_client_send(&s->ws, hello, (size_t)n); /* a lost socket shows at the next read */
}

static void on_readable(struct load *l, struct sitter *s) {
	bool is_lost = false;
	bool was_open = s->ws.state == WS_CLIENT_OPEN;
	if (!ws_client_read(&s->ws, &is_lost)) {
		if (is_lost) {
			lose(l, s);
		}
		return;
	}
	if (!was_open && s->ws.state == WS_CLIENT_OPEN) {
		on_open(l, s);
	}
	const char *text = NULL;
	size_t n = 0;
	while (s->ws.state == WS_CLIENT_OPEN && ws_client_frame(&s->ws, &text, &n)) {
		on_frame(l, s, text);
	}
}

static void on_writable(struct load *l, struct sitter *s) {
	if (s->ws.state == WS_CLIENT_CONNECTING) {
		char path[80];
		char origin[40];
		snprintf(path, sizeof(path), "%s%s", l->opt.path, s->room);
		snprintf(origin, sizeof(origin), "127.0.0.1:%d", l->opt.port);
		if (!ws_client_upgrade(&s->ws, path, "truongthi.v1", s->token, origin)) {
			lose(l, s);
			return;
		}
	} else if (!ws_client_flush(&s->ws)) {
		lose(l, s);
		return;
	}
	if (s->ws.out_len == 0) {
		s->wants_write = false;
		watch(l, s);
	}
}

static void send_due(struct load *l) {
	int64_t ns = now_ns();
	for (int i = 0; i < l->count; i++) {
		struct sitter *s = &l->sitters[i];
		if (s->ws.state == WS_CLIENT_OPEN && s->is_welcome && s->next_ns <= ns) {
			s->next_ns += (int64_t)l->opt.every_ms * 1000000;
			send_answer(l, s, ns);
		}
	}
}

static void turn(struct load *l, int wait_ms) {
	struct epoll_event events[512];
	int n = epoll_wait(l->epoll, events, 512, wait_ms);
	for (int i = 0; i < n; i++) {
		struct sitter *s = events[i].data.ptr;
		if (s->ws.state != WS_CLIENT_CLOSED && (events[i].events & EPOLLOUT)) {
			on_writable(l, s);
		}
		if (s->ws.state != WS_CLIENT_CLOSED && (events[i].events & (EPOLLIN | EPOLLHUP))) {
			on_readable(l, s);
		}
	}
}

static int by_value(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static double percentile_ms(const struct load *l, double share) {
	if (l->latency_count == 0) {
		return 0;
	}
	size_t at = (size_t)((double)(l->latency_count - 1) * share);
	return l->latency_us[at] / 1000.0;
}

static void report(struct load *l, double seconds) {
	if (l->latency_count > 0) {
		qsort(l->latency_us, l->latency_count, sizeof(uint32_t), by_value);
	}
	double join_s = (double)(l->last_welcome_ns - l->first_connect_ns) / 1e9;
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	printf("{\"mode\":\"%s\",\"sockets\":%d,\"welcomed\":%d,\"lost\":%d,\"sent\":%" PRIu64
	       ",\"acks\":%" PRIu64 ",\"stamps\":%" PRIu64 ",\"refused\":%" PRIu64
	       ",\"seconds\":%.3f,\"acksPerSecond\":%.0f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,"
	       "\"maxMs\":%.3f,\"joinSeconds\":%.3f,\"joinsPerSecond\":%.0f,\"keys\":%d,"
	       "\"keySeconds\":%.3f,\"clientCpuSeconds\":%.2f}\n",
			l->opt.mode, l->count, l->welcomed, l->lost, l->sent, l->acks, l->stamps,
			l->refused, seconds, seconds > 0 ? (double)l->acks / seconds : 0,
			percentile_ms(l, 0.5), percentile_ms(l, 0.99), percentile_ms(l, 1), join_s,
			join_s > 0 ? l->welcomed / join_s : 0, l->keyed,
			(double)(l->last_key_ns - l->first_key_ns) / 1e9,
			(double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
					(double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) /
							1e6);
}

static bool read_sitters(struct load *l) {
	FILE *f = fopen(l->opt.sitters_file, "r");
	if (!f) {
		perror(l->opt.sitters_file);
		return false;
	}
	l->sitters = calloc((size_t)l->opt.sockets, sizeof(*l->sitters));
	while (l->sitters && l->count < l->opt.sockets) {
		struct sitter *s = &l->sitters[l->count];
		if (fscanf(f, "%23s %31s %63s", s->room, s->attempt, s->token) != 3) {
			break;
		}
		s->ws.fd = -1;
		l->count++;
	}
	fclose(f);
	return l->count > 0;
}

static bool all_settled(const struct load *l) {
	return l->welcomed + l->lost >= l->count;
}

static void join_all(struct load *l) {
	l->first_connect_ns = now_ns();
	connect_more(l);
	int64_t give_up = l->first_connect_ns + 120 * 1000000000LL;
	while (!all_settled(l) && now_ns() < give_up) {
		turn(l, 100);
		connect_more(l);
	}
}

/* A second of warm-up is not counted. */
static double measure(struct load *l) {
	bool is_calm = strcmp(l->opt.mode, "calm") == 0;
	int64_t start = now_ns() + 1000000000LL;
	int64_t end = start + (int64_t)(l->opt.seconds * 1e9);
	while (now_ns() < end) {
		l->is_measuring = now_ns() >= start;
		if (is_calm) {
			send_due(l);
		}
		turn(l, is_calm ? 1 : 100);
	}
	return (double)(now_ns() - start) / 1e9;
}

static void wait_for_bell(struct load *l) {
	fprintf(stderr, "waiting\n"); /* the caller rings now */
	int64_t give_up = now_ns() + (int64_t)(l->opt.seconds * 1e9);
	while (l->keyed < l->welcomed && now_ns() < give_up) {
		turn(l, 100);
	}
}

static bool parse(int argc, char **argv, struct options *o) {
	*o = (struct options){ .mode = "busy",
		.path = "/hall/",
		.port = 8080,
		.sockets = 1000,
		.seconds = 10,
		.window = 4,
		.every_ms = 5000 };
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *name = argv[i];
		const char *value = argv[i + 1];
		if (strcmp(name, "--mode") == 0) {
			o->mode = value;
		} else if (strcmp(name, "--sitters") == 0) {
			o->sitters_file = value;
		} else if (strcmp(name, "--path") == 0) {
			o->path = value;
		} else if (strcmp(name, "--port") == 0) {
			o->port = (int)strtol(value, NULL, 10);
		} else if (strcmp(name, "--sockets") == 0) {
			o->sockets = (int)strtol(value, NULL, 10);
		} else if (strcmp(name, "--seconds") == 0) {
			o->seconds = strtod(value, NULL);
		} else if (strcmp(name, "--window") == 0) {
			o->window = (int)strtol(value, NULL, 10);
		} else if (strcmp(name, "--every") == 0) {
			o->every_ms = (int)strtol(value, NULL, 10);
		} else {
			return false;
		}
	}
	return o->sitters_file && o->sockets > 0 && o->window > 0 && o->window <= WINDOW_MAX;
}

int main(int argc, char **argv) {
	struct load l = { .epoll = -1 };
	if (!parse(argc, argv, &l.opt)) {
		fputs("usage: load --sitters FILE [--mode busy|calm|bell|join] [--port N] "
		      "[--sockets N] [--seconds S] [--window 1..16] [--every MS] [--path /hall/]\n",
				stderr);
		return 2;
	}
	struct rlimit files = { 0 };
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (!read_sitters(&l)) {
		return 1;
	}
	l.epoll = epoll_create1(EPOLL_CLOEXEC);
	join_all(&l);
	double seconds = 0;
	if (strcmp(l.opt.mode, "bell") == 0) {
		wait_for_bell(&l);
	} else if (strcmp(l.opt.mode, "join") != 0) {
		seconds = measure(&l);
	}
	report(&l, seconds);
	for (int i = 0; i < l.count; i++) {
		if (l.sitters[i].ws.fd >= 0) {
			ws_client_close(&l.sitters[i].ws);
		}
	}
	free(l.latency_us);
	free(l.sitters);
	return 0;
}
