#ifndef CORE_BASE_CONFIG_H
#define CORE_BASE_CONFIG_H

/*
 * The settings of the program. One table names each of them with its fallback and range; the
 * settings file, the environment, the command line, --help and the sample file are all read off
 * that table. Later sources win:
 *     fallback  <  file "[listen] port = 8080"  <  TRUONGTHI_LISTEN_PORT  <  --listen-port=8080
 * A setting that is unknown, stands twice in the file, or has a bad value is a mistake that names
 * file and line; nothing is guessed and nothing is passed over.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/messages.h"

enum {
	CONFIG_TEXT_BYTES = 256,  /* a text value and its '\0' */
	CONFIG_LIST_BYTES = 1024, /* a list value and its '\0' */
	CONFIG_FILE_BYTES_MAX = 65536,
	CONFIG_LINE_BYTES_MAX = 198, /* libinih reads lines into 200 bytes */
};

struct config {
	char listen_address[CONFIG_TEXT_BYTES];
	int64_t listen_port;
	char listen_tls_certificate[CONFIG_TEXT_BYTES]; /* "": plain HTTP, or TLS in the proxy */
	char listen_tls_key[CONFIG_TEXT_BYTES];
	char listen_base_url[CONFIG_TEXT_BYTES];        /* "": from the address and port */
	char listen_trusted_proxies[CONFIG_LIST_BYTES]; /* addresses and networks, by commas */

	char data_dir[CONFIG_TEXT_BYTES];
	char web_dir[CONFIG_TEXT_BYTES];

	char database_socket[CONFIG_TEXT_BYTES]; /* both "": a private server in the data folder */
	char database_host[CONFIG_TEXT_BYTES];   /* "h1" or "h1:3306,h2:3306" */
	int64_t database_port;
	char database_user[CONFIG_TEXT_BYTES];
	char database_password
			[CONFIG_TEXT_BYTES]; /* from database_password_file when that is set */
	char database_password_file[CONFIG_TEXT_BYTES];
	char database_name[CONFIG_TEXT_BYTES];
	char database_tls_ca[CONFIG_TEXT_BYTES];

	int64_t database_memory_mib; /* of the private server */
	int64_t work_threads;
	int64_t work_queue;
	int64_t argon2_threads;
	int64_t argon2_queue;
	int64_t argon2_memory_kib;
	int64_t argon2_iterations;

	enum log_level log_level;

	int64_t limit_upload_bytes;
	int64_t limit_sockets;
	int64_t limit_sockets_per_session;
	int64_t limit_messages_per_second; /* of one socket */
	int64_t limit_requests_per_second; /* of one session */
	int64_t limit_address_per_second;  /* requests of one address without a session */
	int64_t exchange_this_machine;     /* 1: records may be carried to this machine */
	int64_t limit_school_per_second;   /* signed requests of one school, at a province */

	int64_t hall_grace_ms;

	char smtp_host[CONFIG_TEXT_BYTES]; /* "": no mail leaves */
	int64_t smtp_port;
	char smtp_tls[CONFIG_TEXT_BYTES]; /* "starttls", "tls", "none" */
	char smtp_user[CONFIG_TEXT_BYTES];
	char smtp_password[CONFIG_TEXT_BYTES];
	char smtp_from[CONFIG_TEXT_BYTES];
	char smtp_ca[CONFIG_TEXT_BYTES];
	char webhook_url[CONFIG_TEXT_BYTES]; /* "": no gateway is told */
	char webhook_secret[CONFIG_TEXT_BYTES];
	char webhook_ca[CONFIG_TEXT_BYTES];
	int64_t notice_timeout_ms;
	int64_t notice_retry_ms;

	char province_code[CONFIG_TEXT_BYTES]; /* of `truongthi province` */
	char province_name[CONFIG_TEXT_BYTES]; /* "": as in the list of provinces */

	char metrics_token[CONFIG_TEXT_BYTES]; /* "": /metrics answers this machine only */
};

enum config_kind {
	CONFIG_TEXT,   /* char[CONFIG_TEXT_BYTES] */
	CONFIG_LIST,   /* char[CONFIG_LIST_BYTES]: addresses and networks, separated by commas */
	CONFIG_URL,    /* char[CONFIG_TEXT_BYTES]: http(s)://host[:port], no path; or empty */
	CONFIG_NUMBER, /* int64_t within least and most */
	CONFIG_LEVEL,  /* enum log_level */
};

/* A row of the table. Its help sentence is the message "setting.NAME". */
struct config_setting {
	const char *name; /* "listen.port": section and key */
	const char *fallback;
	enum config_kind kind;
	bool is_required; /* a text that may not be empty */
	bool is_secret;   /* never shown, and refused on the command line */
	int64_t least;    /* of a CONFIG_NUMBER */
	int64_t most;
	size_t offset; /* of the member in struct config */
};

size_t config_count(void);
const struct config_setting *config_at(size_t index);
/* "TRUONGTHI_LISTEN_PORT" and "--listen-port" of a setting. */
void config_env_name(const struct config_setting *s, struct buf *out);
void config_option_name(const struct config_setting *s, struct buf *out);

/* Where the settings come from. */
struct config_input {
	/* Read when it is there, without complaint when not: /etc/truongthi/truongthi.ini. NULL:
	 * none. --config=PATH or TRUONGTHI_CONFIG name another file, which must be there. */
	const char *default_path;
	char *const *env;  /* "NAME=value", NULL at the end; NULL: none */
	char *const *args; /* without the program's and the command's name; NULL: none */
	size_t arg_count;
	/* The name of a setting that a short option stands for, such as --port; pairs, NULL at
	 * the end; NULL: none. */
	const char *const *aliases;
};

/*
 * Reads the settings from all sources. Each mistake is an item of the list, with the file's name
 * and line, the variable or the option in `where`.
 *
 * Errors  ERR_INVAL  there are mistakes; *out is untouched
 *         ERR_NOMEM
 */
enum err config_load(const struct config_input *input, struct config *out,
		struct diag *mistakes) MUST_CHECK;

/* The fallback of every setting. */
void config_fallbacks(struct config *out);

/* The list as lines for a terminal: "truongthi.ini:12: listen.port must be …". */
void config_print_mistakes(const struct diag *mistakes, enum lang lang, struct buf *out);
/* The options with their meaning and fallback, for --help. */
void config_print_help(enum lang lang, struct buf *out);
/* A settings file with every setting at its fallback, commented out, for the docs. */
void config_print_sample(enum lang lang, struct buf *out);

#endif
