/*
 * Schools that send what changed in them to their province, all at once: each has a key, a
 * connection and marks of its own. The first batch makes a school's marks, each later one changes
 * all of them. Every answer is read as a school reads it: the receipt must be the province's, for
 * these bytes, and every record must be applied.
 *
 *     schools --keys yes [--schools N]      a line for each school: code, key's id, public key
 *     schools --port N --province-key HEX [--schools N] [--batches N] [--records N] [--first N]
 *
 * --first: the version (phienban) of the first batch. Prints one JSON object; an answer that is not
 * believed ends it.
 */

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/exchange/exchange_batch.h"
#include "core/exchange/exchange_receipt.h"
#include "tests/bench/http_client.h"
#include "tests/bench/load.h"

enum {
	SCHOOLS_MAX = 2000,
	RECORDS_MAX = EXCHANGE_BATCH_RECORDS_MAX,
	LINE_BYTES = 512,
	ANSWER_BYTES = 64 << 10,
	STACK_BYTES = 512 << 10,
	BUSY_WAIT_MS = 100, /* and up to twice as much more, by chance */
	CLASS_SIZE = 45,
};

struct crowd {
	int port;
	int schools;
	int batches;
	int records;
	int first;
	uint8_t province_key[SIGN_PUBLIC_BYTES];
	atomic_int next_school;
	atomic_ullong applied;
	atomic_ullong bytes;
	atomic_uint busy; /* answers that asked to come again later */
	atomic_bool has_failed;
	int64_t *took_ns; /* of each batch of each school */
};

struct school {
	char code[EXCHANGE_SCHOOL_BYTES_MAX + 1];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	char kid[EXCHANGE_KEY_TEXT_BYTES];
};

static void make_school(int index, struct school *out) {
	uint8_t seed[SIGN_SEED_BYTES] = { 0 };
	uint8_t kid[SIGN_KID_BYTES];
	memcpy(seed, &index, sizeof(index));
	(void)snprintf(out->code, sizeof(out->code), "B%05d", index);
	sign_pair(seed, out->public_key, out->secret);
	sign_kid(out->public_key, kid);
	sodium_bin2hex(out->kid, sizeof(out->kid), kid, sizeof(kid));
}

static int print_keys(int schools) {
	for (int i = 0; i < schools; i++) {
		struct school s;
		char key[2 * SIGN_PUBLIC_BYTES + 1];
		make_school(i, &s);
		sodium_bin2hex(key, sizeof(key), s.public_key, sizeof(s.public_key));
		printf("%s %s %s\n", s.code, s.kid, key);
	}
	return 0;
}

static int64_t wall_ms(void) {
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t); /* cannot fail */
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* One student's mark: its n-th student has it. */
static size_t print_mark(
		const struct school *s, int n, int version, int64_t now_ms, char out[LINE_BYTES]) {
	int class_number = n / CLASS_SIZE + 1;
	int length = snprintf(out, LINE_BYTES,
			"{\"bang\":\"diem\",\"idbanghi\":\"%s/diem/2026-2027/10A%d/toan/1/tx/1/HS%04d\","
			"\"sukien\":\"%s\",\"phienban\":%d,\"thoigiancapnhat\":%lld,"
			"\"lop\":\"2026-2027/10A%d\",\"hocky\":1,\"hocsinh\":\"HS%04d\",\"dulieu\":{"
			"\"namhoc\":\"2026-2027\",\"malop\":\"10A%d\",\"mamon\":\"toan\",\"hocky\":1,"
			"\"loai\":\"tx\",\"lan\":1,\"mahocsinh\":\"HS%04d\",\"diemx10\":%d,"
			"\"nhanxet\":null,\"trangthai\":\"co\"}}",
			s->code, class_number, n, version == 1 ? "NEW" : "UPDATE", version,
			(long long)now_ms, class_number, n, class_number, n,
			(n * 7 + version) % 101);
	return (size_t)length;
}

static enum err make_body(const struct crowd *c, const struct school *s, int version,
		struct exchange_batch_header *header, struct buf *out) {
	char *text = malloc((size_t)c->records * LINE_BYTES);
	struct str *lines = calloc((size_t)c->records, sizeof(*lines));
	enum err e = text && lines ? ERR_OK : ERR_NOMEM;
	for (int i = 0; !e && i < c->records; i++) {
		char *line = text + (size_t)i * LINE_BYTES;
		lines[i] = (struct str){ line,
			print_mark(s, i, version, header->made_at_ms, line) };
	}
	e = e ? e : exchange_batch_print(header, lines, out);
	free(lines);
	free(text);
	return e;
}

static bool send_batch(int fd, const struct crowd *c, const struct school *s, struct str body) {
	char signature[EXCHANGE_SIGNATURE_TEXT_BYTES];
	char head[1024];
	exchange_body_sign(s->secret, body, signature);
	int n = snprintf(head, sizeof(head),
			"POST /api/v1/exchange/batches HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
			"Content-Type: " EXCHANGE_BATCH_TYPE
			"\r\nContent-Length: %zu\r\n" EXCHANGE_KEY_HEADER
			": %s\r\n" EXCHANGE_SIGNATURE_HEADER ": %s\r\n\r\n",
			c->port, body.n, s->kid, signature);
	return http_send(fd, head, (size_t)n) && http_send(fd, body.p, body.n);
}

/* Whether the province applied all of it, and says so under its key. */
static bool is_applied(const struct crowd *c, const struct school *s,
		const struct exchange_batch_header *header, struct str body,
		const struct http_answer *a) {
	struct hash hash;
	hash_bytes(NULL, body.p, body.n, &hash);
	struct exchange_expected expected = {
		.school = s->code,
		.batch = header->id,
		.body = &hash,
		.records = header->records,
		.peer_key = c->province_key,
	};
	_cleanup_(exchange_answer_freep) struct exchange_answer *answer = NULL;
	return a->status == 200 && a->body_bytes <= a->body_room &&
			!exchange_answer_read((struct str){ a->body, a->body_bytes }, &expected,
					&answer) &&
			answer->statement.applied == header->records;
}

/* Sends until it is taken; false when that failed. */
static bool deliver(struct crowd *c, int fd, const struct school *s,
		const struct exchange_batch_header *header, struct str body,
		struct http_answer *a) {
	for (;;) {
		if (!send_batch(fd, c, s, body) || !http_read(fd, a)) {
			(void)fprintf(stderr, "schools: %s: the connection ended\n", s->code);
			return false;
		}
		if (a->status == 429 || a->status == 503) {
			atomic_fetch_add(&c->busy, 1);
			(void)usleep((BUSY_WAIT_MS + randombytes_uniform(2 * BUSY_WAIT_MS)) * 1000);
			continue;
		}
		if (!is_applied(c, s, header, body, a)) {
			(void)fprintf(stderr, "schools: %s: %.800s\n", s->code, a->head);
			return false;
		}
		return true;
	}
}

static bool send_all_of(struct crowd *c, int index, struct http_answer *a) {
	struct school s;
	make_school(index, &s);
	int fd = http_dial(c->port);
	bool is_good = true;
	for (int i = 0; i < c->batches && is_good && !c->has_failed; i++) {
		_cleanup_(buf_finish) struct buf body = buf_make(EXCHANGE_BATCH_BYTES_MAX);
		struct exchange_batch_header header = {
			.number = (int64_t)(c->first + i) * c->records,
			.records = (uint32_t)c->records,
			.made_at_ms = wall_ms(),
		};
		(void)snprintf(header.school, sizeof(header.school), "%s", s.code);
		randombytes_buf(header.id, sizeof(header.id));
		is_good = !make_body(c, &s, c->first + i, &header, &body);
		int64_t start = load_now_ns();
		struct str text = { buf_str(&body), body.len };
		is_good = is_good && deliver(c, fd, &s, &header, text, a);
		c->took_ns[index * c->batches + i] = load_now_ns() - start;
		atomic_fetch_add(&c->applied, is_good ? header.records : 0);
		atomic_fetch_add(&c->bytes, text.n);
	}
	(void)close(fd); /* all was read */
	return is_good;
}

static void *work(void *arg) {
	struct crowd *c = arg;
	struct http_answer *a = calloc(1, sizeof(*a));
	char *body = malloc(ANSWER_BYTES);
	if (a && body) {
		a->body = body;
		a->body_room = ANSWER_BYTES;
		if (!send_all_of(c, atomic_fetch_add(&c->next_school, 1), a)) {
			c->has_failed = true;
		}
	}
	free(body);
	free(a);
	return NULL;
}

static int by_time(const void *a, const void *b) {
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void report(struct crowd *c, double seconds) {
	size_t n = (size_t)c->schools * (size_t)c->batches;
	qsort(c->took_ns, n, sizeof(*c->took_ns), by_time);
	printf("{\"applied\":%llu,\"seconds\":%.4f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"bytes\":%llu,"
	       "\"busy\":%u}\n",
			(unsigned long long)c->applied, seconds, (double)c->took_ns[n / 2] / 1e6,
			(double)c->took_ns[n * 99 / 100] / 1e6, (unsigned long long)c->bytes,
			c->busy);
}

static int run(struct crowd *c) {
	pthread_t threads[SCHOOLS_MAX];
	pthread_attr_t attr;
	int started = 0;
	c->took_ns = calloc((size_t)c->schools * (size_t)c->batches, sizeof(*c->took_ns));
	if (!c->took_ns || pthread_attr_init(&attr) ||
			pthread_attr_setstacksize(&attr, STACK_BYTES)) {
		free(c->took_ns);
		return 1;
	}
	int64_t start = load_now_ns();
	while (started < c->schools && !pthread_create(&threads[started], &attr, work, c)) {
		started++;
	}
	for (int i = 0; i < started; i++) {
		(void)pthread_join(threads[i], NULL); /* they end by themselves */
	}
	bool is_good = started == c->schools && !c->has_failed;
	if (is_good) {
		report(c, (double)(load_now_ns() - start) / 1e9);
	}
	(void)pthread_attr_destroy(&attr); /* held no memory */
	free(c->took_ns);
	return is_good ? 0 : 1;
}

static bool read_options(struct crowd *c, int argc, char **argv, bool *out_keys) {
	for (int i = 1; i + 1 < argc; i += 2) {
		int number = (int)strtol(argv[i + 1], NULL, 10);
		if (strcmp(argv[i], "--port") == 0) {
			c->port = number;
		} else if (strcmp(argv[i], "--schools") == 0) {
			c->schools = number;
		} else if (strcmp(argv[i], "--batches") == 0) {
			c->batches = number;
		} else if (strcmp(argv[i], "--records") == 0) {
			c->records = number;
		} else if (strcmp(argv[i], "--first") == 0) {
			c->first = number;
		} else if (strcmp(argv[i], "--keys") == 0) {
			*out_keys = true;
		} else if (strcmp(argv[i], "--province-key") != 0 ||
				sodium_hex2bin(c->province_key, sizeof(c->province_key),
						argv[i + 1], strlen(argv[i + 1]), NULL, NULL,
						NULL)) {
			return false;
		}
	}
	return argc % 2 == 1 && c->schools >= 1 && c->schools <= SCHOOLS_MAX && c->batches >= 1 &&
			c->records >= 1 && c->records <= RECORDS_MAX && c->first >= 1;
}

int main(int argc, char **argv) {
	struct crowd c = {
		.port = 8080, .schools = 500, .batches = 10, .records = 100, .first = 1
	};
	bool wants_keys = false;
	if (sodium_init() < 0 || !read_options(&c, argc, argv, &wants_keys)) {
		(void)fputs("usage: schools --port N --province-key HEX [--schools N] [--batches N]"
			    " [--records N] [--first N] | --keys yes [--schools N]\n",
				stderr);
		return 2;
	}
	return wants_keys ? print_keys(c.schools) : run(&c);
}
