#ifndef CORE_EXCHANGE_DESTINATION_H
#define CORE_EXCHANGE_DESTINATION_H

/*
 * Where a school's records go: the three kinds of destination and what each must know. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

/* The numbers stand in the database. */
enum destination_kind {
	DESTINATION_HTTPS = 1,   /* a province's truongthi, or whoever keeps its contract */
	DESTINATION_MARIADB = 2, /* a database with the tables of docs/exchange.md */
	DESTINATION_FILES = 3,   /* a folder in the data folder */
};
const char *destination_kind_name(enum destination_kind kind); /* "https" */
enum err destination_kind_parse(struct str name, enum destination_kind *out) MUST_CHECK;

enum destination_state {
	DESTINATION_ON = 1,
	DESTINATION_PAUSED = 2,  /* by a person */
	DESTINATION_STOPPED = 3, /* by an error that trying again does not mend */
};
const char *destination_state_name(enum destination_state state); /* "on" */
enum err destination_state_parse(struct str name, enum destination_state *out) MUST_CHECK;

enum {
	DESTINATION_NAME_CHARS_MAX = 100,
	DESTINATION_NAME_BYTES = 401,
	DESTINATION_URL_BYTES = 257,
	DESTINATION_HOST_BYTES = 129,
	DESTINATION_WORD_BYTES = 65, /* a database, a user, a folder */
	DESTINATION_PASSWORD_CHARS_MAX = 100,
	DESTINATION_CA_BYTES_MAX = 32 << 10,
	DESTINATION_SETTINGS_BYTES_MAX = 2000,
	DESTINATION_WAIT_FIRST_MS = 1000,
	DESTINATION_WAIT_MOST_MS = 300000,
	DESTINATION_COMPARE_MS = 24 * 60 * 60 * 1000, /* with a province, by itself */
};

/* What is not secret; members that a kind does not need are empty. */
struct destination_settings {
	char url[DESTINATION_URL_BYTES]; /* https: "https://so.example.vn", no slash at the end */
	char host[DESTINATION_HOST_BYTES];
	unsigned port;
	char database[DESTINATION_WORD_BYTES];
	char user[DESTINATION_WORD_BYTES];
	char folder[DESTINATION_WORD_BYTES]; /* in DATA/exchange/SCHOOL */
};

/*
 * "https://", a host, maybe a port and a path, and nothing else: no user, no query, no fragment.
 * "http://" only for this machine (127.0.0.1, localhost). The slash at the end is cut off. ERR_INVAL
 */
enum err destination_url_parse(struct str text, char out[DESTINATION_URL_BYTES]) MUST_CHECK;
bool destination_url_is_plain(const char *url);
/* A host's name or address: letters, digits, "-", "." and ":"; or the path of a Unix socket, which
 * begins with "/". */
bool destination_host_is_good(struct str host);
/* A name of a database, a user or a folder: letters, digits, "_" and "-". */
bool destination_word_is_good(struct str word);

enum err destination_settings_print(enum destination_kind kind,
		const struct destination_settings *settings, struct buf *out) MUST_CHECK;
/* ERR_CORRUPT when it is not what was printed. */
enum err destination_settings_read(struct str text, struct destination_settings *out) MUST_CHECK;

/* How long to wait behind that many failures in a row: doubling, a quarter more or less by chance. */
int64_t destination_wait_ms(unsigned tries, uint64_t random);

#endif
