#include "core/base/config.h"

#include <assert.h>
#include <string.h>

#define AT(member) offsetof(struct config, member)
#define MIB (INT64_C(1) << 20)

/* clang-format off */
static const struct config_setting settings[] = {
	/* name                          fallback      kind           required secret least      most               member */
	{ "listen.address",              "127.0.0.1",  CONFIG_TEXT,   true,  false, 0,           0,                 AT(listen_address) },
	{ "listen.port",                 "8080",       CONFIG_NUMBER, false, false, 1,           65535,             AT(listen_port) },
	{ "listen.tls_certificate",      "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(listen_tls_certificate) },
	{ "listen.tls_key",              "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(listen_tls_key) },
	{ "listen.base_url",             "",           CONFIG_URL,    false, false, 0,           0,                 AT(listen_base_url) },
	{ "listen.trusted_proxies",      "",           CONFIG_LIST,   false, false, 0,           0,                 AT(listen_trusted_proxies) },
	{ "data.dir",                    "data",       CONFIG_TEXT,   true,  false, 0,           0,                 AT(data_dir) },
	{ "web.dir",                     "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(web_dir) },
	{ "database.socket",             "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(database_socket) },
	{ "database.host",               "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(database_host) },
	{ "database.port",               "3306",       CONFIG_NUMBER, false, false, 1,           65535,             AT(database_port) },
	{ "database.user",               "truongthi",  CONFIG_TEXT,   true,  false, 0,           0,                 AT(database_user) },
	{ "database.password",           "",           CONFIG_TEXT,   false, true,  0,           0,                 AT(database_password) },
	{ "database.password_file",      "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(database_password_file) },
	{ "database.name",               "truongthi",  CONFIG_TEXT,   true,  false, 0,           0,                 AT(database_name) },
	{ "database.tls_ca",             "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(database_tls_ca) },
	{ "database.memory_mib",         "128",        CONFIG_NUMBER, false, false, 32,          1048576,           AT(database_memory_mib) },
	{ "work.threads",                "4",          CONFIG_NUMBER, false, false, 1,           64,                AT(work_threads) },
	{ "work.queue",                  "256",        CONFIG_NUMBER, false, false, 1,           65536,             AT(work_queue) },
	{ "argon2.threads",              "2",          CONFIG_NUMBER, false, false, 1,           16,                AT(argon2_threads) },
	{ "argon2.queue",                "128",        CONFIG_NUMBER, false, false, 1,           4096,              AT(argon2_queue) },
	{ "argon2.memory_kib",           "19456",      CONFIG_NUMBER, false, false, 19456,       262144,            AT(argon2_memory_kib) },
	{ "argon2.iterations",           "2",          CONFIG_NUMBER, false, false, 2,           10,                AT(argon2_iterations) },
	{ "log.level",                   "info",       CONFIG_LEVEL,  false, false, 0,           0,                 AT(log_level) },
	{ "limit.upload_bytes",          "8388608",    CONFIG_NUMBER, false, false, 65536,       64 * MIB,          AT(limit_upload_bytes) },
	{ "limit.sockets",               "20000",      CONFIG_NUMBER, false, false, 10,          1000000,           AT(limit_sockets) },
	{ "limit.sockets_per_session",   "8",          CONFIG_NUMBER, false, false, 1,           100,               AT(limit_sockets_per_session) },
	{ "limit.messages_per_second",   "20",         CONFIG_NUMBER, false, false, 1,           100000,            AT(limit_messages_per_second) },
	{ "limit.requests_per_second",   "30",         CONFIG_NUMBER, false, false, 1,           100000,            AT(limit_requests_per_second) },
	{ "limit.address_per_second",    "400",        CONFIG_NUMBER, false, false, 1,           1000000,           AT(limit_address_per_second) },
	{ "limit.school_per_second",     "20",         CONFIG_NUMBER, false, false, 1,           1000000,           AT(limit_school_per_second) },
	{ "hall.grace_ms",               "2000",       CONFIG_NUMBER, false, false, 0,           60000,             AT(hall_grace_ms) },
	{ "smtp.host",                   "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(smtp_host) },
	{ "smtp.port",                   "587",        CONFIG_NUMBER, false, false, 1,           65535,             AT(smtp_port) },
	{ "smtp.tls",                    "starttls",   CONFIG_TEXT,   true,  false, 0,           0,                 AT(smtp_tls) },
	{ "smtp.user",                   "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(smtp_user) },
	{ "smtp.password",               "",           CONFIG_TEXT,   false, true,  0,           0,                 AT(smtp_password) },
	{ "smtp.from",                   "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(smtp_from) },
	{ "smtp.ca",                     "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(smtp_ca) },
	{ "webhook.url",                 "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(webhook_url) },
	{ "webhook.secret",              "",           CONFIG_TEXT,   false, true,  0,           0,                 AT(webhook_secret) },
	{ "webhook.ca",                  "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(webhook_ca) },
	{ "notice.timeout_ms",           "20000",      CONFIG_NUMBER, false, false, 500,         120000,            AT(notice_timeout_ms) },
	{ "notice.retry_ms",             "30000",      CONFIG_NUMBER, false, false, 100,         3600000,           AT(notice_retry_ms) },
	{ "exchange.this_machine",       "0",          CONFIG_NUMBER, false, false, 0,           1,                 AT(exchange_this_machine) },
	{ "province.code",               "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(province_code) },
	{ "province.name",               "",           CONFIG_TEXT,   false, false, 0,           0,                 AT(province_name) },
	{ "metrics.token",               "",           CONFIG_TEXT,   false, true,  0,           0,                 AT(metrics_token) },
};
/* clang-format on */

size_t config_count(void) {
	return sizeof(settings) / sizeof(settings[0]);
}

const struct config_setting *config_at(size_t index) {
	assert(index < config_count());
	return &settings[index];
}

void config_env_name(const struct config_setting *s, struct buf *out) {
	buf_add_str(out, "TRUONGTHI_");
	for (const char *c = s->name; *c; c++) {
		buf_add_char(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : '_');
	}
}

void config_option_name(const struct config_setting *s, struct buf *out) {
	buf_add_str(out, "--");
	for (const char *c = s->name; *c; c++) {
		buf_add_char(out, *c == '.' || *c == '_' ? '-' : *c);
	}
}

/* The message "setting.NAME"; the tests see to it that each setting has one. */
static void add_about(const struct config_setting *s, enum lang lang, struct buf *out) {
	char code[CONFIG_TEXT_BYTES] = "setting.";
	size_t n = strlen(code);
	assert(n + strlen(s->name) < sizeof(code));
	memcpy(code + n, s->name, strlen(s->name) + 1);
	enum err e = messages_print(code, lang, NULL, 0, out);
	assert(!e || buf_err(out));
}

void config_print_help(enum lang lang, struct buf *out) {
	for (size_t i = 0; i < config_count(); i++) {
		const struct config_setting *s = config_at(i);
		buf_add_str(out, "  ");
		if (s->is_secret) {
			config_env_name(s, out); /* other users see a command line */
		} else {
			config_option_name(s, out);
		}
		buf_add_char(out, '=');
		buf_add_str(out, *s->fallback ? s->fallback : "…");
		buf_add_str(out, "\n        ");
		add_about(s, lang, out);
		if (s->kind == CONFIG_NUMBER) {
			buf_addf(out, " [%lld–%lld]", (long long)s->least, (long long)s->most);
		}
		buf_add_str(out, "\n        ");
		config_env_name(s, out);
		buf_addf(out, ", %s\n", s->name);
	}
}

void config_print_sample(enum lang lang, struct buf *out) {
	struct str before = { 0 };
	for (size_t i = 0; i < config_count(); i++) {
		const struct config_setting *s = config_at(i);
		const char *dot = strchr(s->name, '.');
		assert(dot);
		struct str section = { s->name, (size_t)(dot - s->name) };
		if (!str_eq(section, before)) {
			buf_addf(out, "%s[%.*s]\n", i ? "\n" : "", (int)section.n, section.p);
			before = section;
		}
		buf_add_str(out, "# ");
		add_about(s, lang, out);
		buf_addf(out, "\n#%s =%s%s\n", dot + 1, *s->fallback ? " " : "", s->fallback);
	}
}
