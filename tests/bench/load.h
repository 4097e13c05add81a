#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

/*
 * The load generator's state: many sitters of the exam hall in one process, and what was measured
 * of them. sitter.c speaks the protocol, load.c says what is done when.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exam/hall/event.h"
#include "tests/bench/ws_client.h"

enum {
	LOAD_WINDOW_MAX = 16, /* answers of one sitter under way */
	LOAD_SLOTS = 40,
};

struct sitter {
	struct ws_client ws;
	struct load *load;
	char room[24];
	char attempt[32]; /* as it travels */
	char token[64];
	struct id16 id;
	struct hash head; /* behind the last answer sent */
	struct hash heads[LOAD_WINDOW_MAX];
	int64_t sent_ns[LOAD_WINDOW_MAX];
	uint32_t seq;   /* last number used */
	uint32_t acked; /* last number stored */
	uint32_t quota; /* answers that may still be sent */
	bool is_welcome;
	bool has_key;
	bool wants_write;
};

enum load_mode {
	LOAD_BUSY,
	LOAD_CALM,
	LOAD_BELL,
	LOAD_JOIN,
	LOAD_CONNECT,
	LOAD_SIT,
	LOAD_FIRST,
	LOAD_MODE_COUNT_,
};

struct load_options {
	enum load_mode mode;
	const char *sitters_file;
	const char *path;
	int port;
	int sockets;
	int at_once; /* connects under way */
	int window;
	int answers; /* of each sitter once it has the key, in LOAD_BELL */
	int64_t every_ns;
	double seconds;
	bool has_heads; /* the server's acks carry the protocol's heads: they are compared */
};

struct load {
	struct load_options opt;
	struct sitter *sitters;
	int count;
	int epoll;
	int next_connect;
	int connecting;
	int opened;
	int welcomed;
	int lost;
	int keyed;
	bool is_answering; /* sitters keep their windows full */
	bool is_measuring;
	uint64_t sent;
	uint64_t acks; /* answers covered by acks, all */
	uint64_t measured;
	uint64_t stamps;
	uint64_t refused;
	uint64_t wrong_heads;
	int64_t last_open_ns;
	int64_t last_welcome_ns;
	int64_t first_key_ns;
	int64_t last_key_ns;
	int64_t bell_late_ms; /* the last key behind the start that the welcome told, wall clock */
	int64_t starts_ms;
	uint32_t *latency_us;
	size_t latency_count;
	size_t latency_cap;
};

int64_t load_now_ns(void);

/* One turn of the loop: waits so long for what comes. */
void load_turn(struct load *l, int64_t wait_ns);
/* Connects as many as may be under way. */
void load_connect_more(struct load *l);
void load_answer(struct load *l, struct sitter *s);
void load_fill_window(struct load *l, struct sitter *s);
void load_lose(struct load *l, struct sitter *s);

#endif
