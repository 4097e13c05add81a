/*
 * Bulk insert into the hall's event table, as the answer writer does it: one transaction a batch,
 * one execute a batch, durable at each commit. Prints rows a second, the median of five runs.
 *
 *     bulk [ROWS_A_BATCH]        512 unless said otherwise; TT_TEST_DB names a server
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/db/db.h"
#include "tests/db/testdb.h"

enum {
	RUNS = 5,
	ROWS_A_RUN = 200000,
	BATCHES_A_RUN = 5000, /* at most: small batches take long */
	BATCH = 512,          /* as the answer writer */
	ATTEMPTS = 1000,      /* the rows go round them, as busy sitters send */
	ID_BYTES = 16,
	HASH_BYTES = 32,
};

/* As exam/hall/event_store.c has it. */
static const char sql_insert[] = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static unsigned char ids[ATTEMPTS][ID_BYTES];
static unsigned char head[HASH_BYTES];

struct batch {
	size_t first; /* number of the first row in the whole run */
	size_t rows;
	uint64_t gen;
};

static void add_row(struct db_bulk *bulk, size_t number, uint64_t gen) {
	db_bulk_bytes(bulk, 0, ids[number % ATTEMPTS], ID_BYTES);
	db_bulk_u64(bulk, 1, gen);
	db_bulk_u64(bulk, 2, number / ATTEMPTS + 1);
	db_bulk_u64(bulk, 3, 7);
	db_bulk_u64(bulk, 4, 1);
	db_bulk_u64(bulk, 5, number % 40 + 1);
	db_bulk_u64(bulk, 6, 1);
	db_bulk_i64(bulk, 7, 1790000000000 + (int64_t)number);
	db_bulk_u64(bulk, 8, 0);
	db_bulk_bytes(bulk, 9, "\"B\"", 3);
	db_bulk_bytes(bulk, 10, head, HASH_BYTES);
	db_bulk_bytes(bulk, 11, head, HASH_BYTES);
	db_bulk_row(bulk);
}

static enum err insert(struct db *db, void *ctx) {
	const struct batch *batch = ctx;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_insert, batch->rows, &bulk);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < batch->rows; i++) {
		add_row(bulk, batch->first + i, batch->gen);
	}
	return db_bulk_run(bulk);
}

static double seconds(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Rows a second of one run of `rows` rows. */
static double run(struct db *db, size_t rows_a_batch, size_t rows, uint64_t gen) {
	double start = seconds();
	for (size_t done = 0; done < rows; done += rows_a_batch) {
		struct batch batch = { done, rows_a_batch, gen };
		if (batch.rows > rows - done) {
			batch.rows = rows - done;
		}
		enum err e = db_transact(db, insert, &batch);
		if (e) {
			fprintf(stderr, "bulk: %s: %s\n", err_name(e), db_error(db));
			exit(1);
		}
	}
	return (double)rows / (seconds() - start);
}

static int compare(const void *a, const void *b) {
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	uint64_t rows_a_batch = BATCH;
	if (argc > 1 &&
			(str_parse_u64(str_from(argv[1]), &rows_a_batch) || rows_a_batch == 0 ||
					rows_a_batch > DB_BULK_ROWS_MAX)) {
		fprintf(stderr, "usage: bulk [ROWS_A_BATCH]   1 to %d\n", DB_BULK_ROWS_MAX);
		return 2;
	}
	struct testdb t;
	testdb_start(&t, "bulk");
	struct db_settings settings = testdb_settings(&t);
	settings.io_timeout_s = 120; /* a busy machine is slow, not wrong */
	_cleanup_(db_freep) struct db *db = NULL;
	if (db_new(&settings, &db)) {
		return 1;
	}
	for (size_t i = 0; i < ATTEMPTS; i++) {
		for (size_t k = 0; k < ID_BYTES; k++) {
			ids[i][k] = (unsigned char)rand();
		}
		memcpy(ids[i], &i, sizeof(i) / 2); /* different in any case */
	}
	size_t rows = rows_a_batch * BATCHES_A_RUN;
	rows = rows < ROWS_A_RUN ? rows : ROWS_A_RUN;
	double rates[RUNS];
	for (int i = 0; i < RUNS; i++) {
		rates[i] = run(db, rows_a_batch, rows, (uint64_t)i + 1);
	}
	if (testdb_number(db, "SELECT COUNT(*) FROM event") != (int64_t)(RUNS * rows)) {
		fprintf(stderr, "bulk: rows are missing\n");
		return 1;
	}
	db_free(STEAL(db));
	testdb_stop(&t);
	qsort(rates, RUNS, sizeof(rates[0]), compare);
	printf("{\"bench\": \"bulk\", \"rows_a_batch\": %llu, \"rows_per_s\": %.0f,"
	       " \"least\": %.0f, \"most\": %.0f}\n",
			(unsigned long long)rows_a_batch, rates[RUNS / 2], rates[0],
			rates[RUNS - 1]);
	return 0;
}
