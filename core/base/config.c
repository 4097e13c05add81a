#include "core/base/config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"

enum { NAME_BYTES = 128 };

static const char env_prefix[] = "TRUONGTHI_";
static const char env_config[] = "TRUONGTHI_CONFIG";
static const char option_config[] = "config";

/* Everything that the steps of a load share. */
struct load {
	struct config config; /* as far as it is read */
	struct diag *mistakes;
	const char *where; /* the file, variable or option being read */
	unsigned row;      /* its line, or 0 */
};

static void mistake(struct load *l, const char *code, const char *name, const char *value) {
	diag_add(l->mistakes, DIAG_ERROR, l->where, l->row, 0, code, "name", name, "value", value,
			NULL);
}

/* ---- One value ---- */

/* A copy with an end, for functions that want one. False when it does not fit. */
static bool copy_z(struct str s, char *out, size_t out_bytes) {
	if (s.n >= out_bytes) {
		return false;
	}
	if (s.n > 0) {
		memcpy(out, s.p, s.n);
	}
	out[s.n] = '\0';
	return true;
}

static bool is_plain(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x20 || c == 0x7F) {
			return false;
		}
	}
	return str_is_utf8(s);
}

/* http(s)://host[:port] and nothing behind it; or nothing at all. */
static bool is_url(struct str s) {
	if (s.n == 0) {
		return true;
	}
	size_t scheme = str_starts(s, "https://") ? 8 : 7;
	if ((scheme == 7 && !str_starts(s, "http://")) || s.n == scheme) {
		return false;
	}
	for (size_t i = scheme; i < s.n; i++) {
		char c = s.p[i];
		bool is_host = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || strchr(".-:[]", c);
		if (!is_host) {
			return false;
		}
	}
	return true;
}

/* An IPv4 or IPv6 address, with or without the length of a network's prefix. */
static bool is_network(struct str s) {
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	struct str address = { s.p, slash ? (size_t)(slash - s.p) : s.n };
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	if (!copy_z(address, text, sizeof(text))) {
		return false;
	}
	uint64_t most = 32;
	if (inet_pton(AF_INET, text, bytes) != 1) {
		most = 128;
		if (inet_pton(AF_INET6, text, bytes) != 1) {
			return false;
		}
	}
	if (!slash) {
		return true;
	}
	uint64_t prefix = 0;
	struct str digits = { slash + 1, s.n - address.n - 1 };
	return str_parse_u64(digits, &prefix) == ERR_OK && prefix <= most;
}

static void check_list(struct load *l, const char *name, struct str list) {
	while (list.n > 0) {
		const char *comma = memchr(list.p, ',', list.n);
		struct str part = { list.p, comma ? (size_t)(comma - list.p) : list.n };
		struct str network = str_trim(part);
		char text[NAME_BYTES];
		if (!is_network(network)) {
			bool fits = copy_z(network, text, sizeof(text));
			mistake(l, "config.network", name, fits ? text : "…");
		}
		list.p += part.n + (comma != NULL);
		list.n -= part.n + (comma != NULL);
	}
}

static void set_number(struct load *l, const struct config_setting *s, struct str value) {
	int64_t *out = (int64_t *)(void *)((char *)&l->config + s->offset);
	int64_t v = 0;
	if (str_parse_i64(value, &v) == ERR_OK && v >= s->least && v <= s->most) {
		*out = v;
		return;
	}
	char text[NAME_BYTES];
	char least[24];
	char most[24];
	(void)snprintf(least, sizeof(least), "%lld", (long long)s->least); /* always fits */
	(void)snprintf(most, sizeof(most), "%lld", (long long)s->most);    /* always fits */
	diag_add(l->mistakes, DIAG_ERROR, l->where, l->row, 0, "config.number", "name", s->name,
			"least", least, "most", most, "value",
			copy_z(value, text, sizeof(text)) ? text : "…", NULL);
}

static void set_level(struct load *l, const struct config_setting *s, struct str value) {
	enum log_level *out = (enum log_level *)(void *)((char *)&l->config + s->offset);
	char text[NAME_BYTES];
	if (log_level_parse(value, out)) {
		bool fits = copy_z(value, text, sizeof(text));
		mistake(l, "config.level", s->name, fits ? text : "…");
	}
}

static void set_text(struct load *l, const struct config_setting *s, struct str value) {
	size_t room = s->kind == CONFIG_LIST ? CONFIG_LIST_BYTES : CONFIG_TEXT_BYTES;
	if (!is_plain(value)) {
		mistake(l, "config.text", s->name, "");
		return;
	}
	if (s->is_required && value.n == 0) {
		mistake(l, "config.empty", s->name, "");
		return;
	}
	char *out = (char *)&l->config + s->offset;
	if (!copy_z(value, out, room)) {
		char most[24];
		(void)snprintf(most, sizeof(most), "%zu", room - 1); /* always fits */
		diag_add(l->mistakes, DIAG_ERROR, l->where, l->row, 0, "config.long", "name",
				s->name, "max", most, NULL);
		return;
	}
	if (s->kind == CONFIG_URL && !is_url(value)) {
		mistake(l, "config.url", s->name, out);
	}
	if (s->kind == CONFIG_LIST) {
		check_list(l, s->name, value);
	}
}

static void set_value(struct load *l, const struct config_setting *s, struct str value) {
	switch (s->kind) {
	case CONFIG_NUMBER:
		set_number(l, s, value);
		return;
	case CONFIG_LEVEL:
		set_level(l, s, value);
		return;
	case CONFIG_TEXT:
	case CONFIG_LIST:
	case CONFIG_URL:
		set_text(l, s, value);
		return;
	}
}

static void set_fallbacks(struct load *l) {
	for (size_t i = 0; i < config_count(); i++) {
		const struct config_setting *s = config_at(i);
		if (s->is_required || *s->fallback) {
			set_value(l, s, str_from(s->fallback));
		}
	}
}

void config_fallbacks(struct config *out) {
	struct diag mistakes = { 0 };
	struct load l = { .mistakes = &mistakes, .where = "" };
	set_fallbacks(&l);
	assert(mistakes.errors == 0); /* the table is at fault */
	diag_finish(&mistakes);
	*out = l.config;
}

/* ---- The file ---- */

/* Hands libinih one line after another and knows which it was, which libinih does not tell. */
struct lines {
	struct load *load;
	struct str rest;
	bool *is_seen; /* one flag a setting */
};

/* The mistake in a line that libinih must not see, or NULL. */
static const char *line_mistake(struct str line, int room) {
	if (line.n && memchr(line.p, '\0', line.n)) {
		return "config.syntax";
	}
	return line.n >= (size_t)room || line.n > CONFIG_LINE_BYTES_MAX ? "config.line_long" : NULL;
}

static char *next_line(char *out, int room, void *stream) {
	struct lines *lines = stream;
	if (lines->rest.n == 0) {
		return NULL;
	}
	const char *end = memchr(lines->rest.p, '\n', lines->rest.n);
	struct str line = { lines->rest.p, end ? (size_t)(end - lines->rest.p) : lines->rest.n };
	lines->rest.p += line.n + (end != NULL);
	lines->rest.n -= line.n + (end != NULL);
	lines->load->row++;
	if (line.n > 0 && (line.p[0] == '#' || line.p[0] == ';')) {
		line.n = 0; /* a comment may be as long as it likes */
	}
	const char *code = line_mistake(line, room);
	if (code) {
		char most[24];
		(void)snprintf(most, sizeof(most), "%d", CONFIG_LINE_BYTES_MAX); /* always fits */
		diag_add(lines->load->mistakes, DIAG_ERROR, lines->load->where, lines->load->row, 0,
				code, "max", most, NULL);
		line.n = 0;
	}
	bool fits = copy_z(line, out, (size_t)room);
	assert(fits);
	return out;
}

static size_t find_setting(struct str name) {
	for (size_t i = 0; i < config_count(); i++) {
		if (str_eq_z(name, config_at(i)->name)) {
			return i;
		}
	}
	return SIZE_MAX;
}

static int take_entry(void *user, const char *section, const char *key, const char *value) {
	struct lines *lines = user;
	char name[2 * NAME_BYTES + 256];
	int n = snprintf(name, sizeof(name), "%s%s%s", section, *section ? "." : "", key);
	assert(n >= 0 && (size_t)n < sizeof(name)); /* a line is shorter than that */
	size_t index = find_setting(str_from(name));
	if (index == SIZE_MAX) {
		mistake(lines->load, "config.unknown", name, "");
		return 1;
	}
	if (lines->is_seen[index]) {
		mistake(lines->load, "config.twice", name, "");
		return 1;
	}
	lines->is_seen[index] = true;
	set_value(lines->load, config_at(index), str_from(value));
	return 1;
}

static void file_mistake(struct load *l, const char *code, const char *why) {
	char most[24];
	(void)snprintf(most, sizeof(most), "%d", CONFIG_FILE_BYTES_MAX); /* always fits */
	diag_add(l->mistakes, DIAG_ERROR, l->where, 0, 0, code, "why", why, "max", most, NULL);
}

/* The whole file; false when there was a mistake. A file that is not there is one too, unless it
 * need not be. *out is NULL then. */
static bool read_whole(
		struct load *l, const char *path, bool is_needed, char **out, size_t *out_len) {
	*out = NULL;
	FILE *in = fopen(path, "re");
	if (!in) {
		if (errno == ENOENT && !is_needed) {
			return true;
		}
		file_mistake(l, "config.file", strerror(errno));
		return false;
	}
	_cleanup_(mem_freep) char *bytes = malloc(CONFIG_FILE_BYTES_MAX + 1);
	size_t n = bytes ? fread(bytes, 1, CONFIG_FILE_BYTES_MAX + 1, in) : 0;
	bool has_failed = !bytes || ferror(in);
	int why = has_failed ? errno : 0;
	(void)fclose(in); /* only read */
	if (has_failed) {
		file_mistake(l, "config.file", strerror(why));
		return false;
	}
	if (n > CONFIG_FILE_BYTES_MAX) {
		file_mistake(l, "config.file_long", "");
		return false;
	}
	*out = STEAL(bytes);
	*out_len = n;
	return true;
}

/* A password in a file that others can read is taken, but a person is told. */
static void check_mode(struct load *l, const char *path) {
	struct stat st;
	if (stat(path, &st) == 0 && (st.st_mode & (S_IRGRP | S_IROTH))) {
		diag_add(l->mistakes, DIAG_WARNING, path, 0, 0, "config.file_open", NULL);
	}
}

static void load_file(struct load *l, const char *path, bool is_needed) {
	l->where = path;
	l->row = 0;
	_cleanup_(mem_freep) char *text = NULL;
	size_t len = 0;
	if (!read_whole(l, path, is_needed, &text, &len) || !text) {
		return;
	}
	bool is_seen[64] = { false };
	assert(config_count() <= sizeof(is_seen) / sizeof(is_seen[0]));
	struct lines lines = { .load = l, .rest = { text, len }, .is_seen = is_seen };
	int bad_line = ini_parse_stream(next_line, &lines, take_entry, &lines);
	if (bad_line > 0) {
		l->row = (unsigned)bad_line;
		diag_add(l->mistakes, DIAG_ERROR, path, l->row, 0, "config.syntax", NULL);
	}
	if (is_seen[find_setting(str_from("database.password"))]) {
		check_mode(l, path);
	}
	explicit_bzero(text, len);
}

/* ---- Environment and command line ---- */

/* The value of "NAME=value" when it is that name, or NULL. */
static const char *env_value(const char *entry, const char *name) {
	size_t n = strlen(name);
	return strncmp(entry, name, n) == 0 && entry[n] == '=' ? entry + n + 1 : NULL;
}

static const char *find_env(char *const *env, const char *name) {
	for (; env && *env; env++) {
		const char *value = env_value(*env, name);
		if (value) {
			return value;
		}
	}
	return NULL;
}

static void load_env(struct load *l, char *const *env) {
	l->row = 0;
	for (; env && *env; env++) {
		if (strncmp(*env, env_prefix, strlen(env_prefix)) != 0 ||
				env_value(*env, env_config)) {
			continue;
		}
		char name[NAME_BYTES] = "";
		const char *equals = strchr(*env, '=');
		if (equals) {
			(void)copy_z((struct str){ *env, (size_t)(equals - *env) }, name,
					sizeof(name)); /* too long a name is unknown as "" */
		}
		l->where = name;
		bool is_known = false;
		for (size_t i = 0; i < config_count() && !is_known; i++) {
			_cleanup_(buf_finish) struct buf want = buf_make(NAME_BYTES);
			config_env_name(config_at(i), &want);
			is_known = strcmp(buf_str(&want), name) == 0;
			if (is_known) {
				set_value(l, config_at(i), str_from(equals + 1));
			}
		}
		if (!is_known) {
			mistake(l, "config.unknown", name, "");
		}
		l->where = "";
	}
}

/* "listen-port" or an alias; SIZE_MAX when there is no such option. */
static size_t find_option(struct str word, const char *const *aliases) {
	for (const char *const *it = aliases; it && it[0]; it += 2) {
		if (str_eq_z(word, it[0])) {
			return find_setting(str_from(it[1]));
		}
	}
	for (size_t i = 0; i < config_count(); i++) {
		_cleanup_(buf_finish) struct buf want = buf_make(NAME_BYTES);
		config_option_name(config_at(i), &want);
		if (str_eq_z(word, buf_str(&want) + 2)) {
			return i;
		}
	}
	return SIZE_MAX;
}

/* One option taken apart. */
struct option {
	struct str word;   /* without the dashes and the value */
	const char *value; /* NULL when it is missing */
};

/* Reads the option at *at and moves over it; false for a word that is none. */
static bool next_option(const struct config_input *in, size_t *at, struct option *out) {
	const char *arg = in->args[(*at)++];
	if (strncmp(arg, "--", 2) != 0) {
		return false;
	}
	const char *equals = strchr(arg, '=');
	out->word = equals ? (struct str){ arg + 2, (size_t)(equals - arg - 2) }
			   : str_from(arg + 2);
	out->value = equals ? equals + 1 : NULL;
	if (!out->value && *at < in->arg_count && strncmp(in->args[*at], "--", 2) != 0) {
		out->value = in->args[(*at)++];
	}
	return true;
}

/* The last --config, or NULL. */
static const char *find_config_option(const struct config_input *in) {
	const char *path = NULL;
	struct option option = { 0 };
	for (size_t at = 0; at < in->arg_count;) {
		if (next_option(in, &at, &option) && str_eq_z(option.word, option_config)) {
			path = option.value;
		}
	}
	return path;
}

static void load_args(struct load *l, const struct config_input *in) {
	l->row = 0;
	for (size_t at = 0; at < in->arg_count;) {
		const char *arg = in->args[at];
		struct option option = { 0 };
		if (!next_option(in, &at, &option)) {
			diag_add(l->mistakes, DIAG_ERROR, "", 0, 0, "config.argument", "argument",
					arg, NULL);
			continue;
		}
		char shown[NAME_BYTES];
		bool fits = copy_z((struct str){ arg, option.word.n + 2 }, shown, sizeof(shown));
		l->where = fits ? shown : "--…";
		size_t index = find_option(option.word, in->aliases);
		bool is_config = str_eq_z(option.word, option_config);
		if (index == SIZE_MAX && !is_config) {
			diag_add(l->mistakes, DIAG_ERROR, "", 0, 0, "config.option", "option",
					l->where, NULL);
		} else if (!option.value) {
			diag_add(l->mistakes, DIAG_ERROR, "", 0, 0, "config.option_value", "option",
					l->where, NULL);
		} else if (!is_config && config_at(index)->is_secret) {
			diag_add(l->mistakes, DIAG_ERROR, "", 0, 0, "config.secret", "option",
					l->where, NULL);
		} else if (!is_config) {
			set_value(l, config_at(index), str_from(option.value));
		}
		l->where = "";
	}
}

/* ---- What settings ask of one another ---- */

static void pair_mistake(struct load *l, const char *code, const char *name, const char *other) {
	diag_add(l->mistakes, DIAG_ERROR, "", 0, 0, code, "name", name, "other", other, NULL);
}

static bool is_this_machine(const char *host) {
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
			strcmp(host, "::1") == 0;
}

static void check_pairs(struct load *l) {
	const struct config *c = &l->config;
	if (*c->database_socket && *c->database_host) {
		pair_mistake(l, "config.both", "database.socket", "database.host");
	}
	if (*c->database_password && *c->database_password_file) {
		pair_mistake(l, "config.both", "database.password", "database.password_file");
	}
	if (*c->listen_tls_certificate && !*c->listen_tls_key) {
		pair_mistake(l, "config.pair", "listen.tls_certificate", "listen.tls_key");
	}
	if (*c->listen_tls_key && !*c->listen_tls_certificate) {
		pair_mistake(l, "config.pair", "listen.tls_key", "listen.tls_certificate");
	}
	if (*c->smtp_host && !*c->smtp_from) {
		pair_mistake(l, "config.pair", "smtp.host", "smtp.from");
	}
	if (*c->webhook_url && !*c->webhook_secret) {
		pair_mistake(l, "config.pair", "webhook.url", "webhook.secret");
	}
	if (*c->smtp_host && !*c->listen_base_url) {
		pair_mistake(l, "config.pair", "smtp.host", "listen.base_url");
	}
	if (*c->webhook_url && !*c->listen_base_url) {
		pair_mistake(l, "config.pair", "webhook.url", "listen.base_url");
	}
	if (*c->database_host && !is_this_machine(c->database_host) && !*c->database_tls_ca) {
		pair_mistake(l, "config.pair", "database.host", "database.tls_ca");
	}
}

/* The first line of the password's file becomes the password. */
static void load_password(struct load *l) {
	const char *path = l->config.database_password_file;
	if (!*path) {
		return;
	}
	l->where = path;
	l->row = 1;
	_cleanup_(mem_freep) char *text = NULL;
	size_t len = 0;
	if (!read_whole(l, path, true, &text, &len)) {
		return;
	}
	check_mode(l, path);
	struct str line = { text, len };
	const char *end = len ? memchr(text, '\n', len) : NULL;
	if (end) {
		line.n = (size_t)(end - text);
	}
	if (line.n > 0 && line.p[line.n - 1] == '\r') {
		line.n--;
	}
	if (line.n == 0) {
		mistake(l, "config.empty", "database.password_file", "");
	} else {
		set_value(l, config_at(find_setting(str_from("database.password"))), line);
	}
	explicit_bzero(text, len);
}

enum err config_load(const struct config_input *input, struct config *out, struct diag *mistakes) {
	size_t before = mistakes->errors;
	struct load l = { .mistakes = mistakes, .where = "" };
	config_fallbacks(&l.config);
	const char *path = find_config_option(input);
	if (!path) {
		path = find_env(input->env, env_config);
	}
	if (path) {
		load_file(&l, path, true);
	} else if (input->default_path) {
		load_file(&l, input->default_path, false);
	}
	load_env(&l, input->env);
	load_args(&l, input);
	check_pairs(&l);
	load_password(&l);
	enum err e = mistakes->errors == before ? ERR_OK : ERR_INVAL;
	if (!e) {
		*out = l.config;
	}
	explicit_bzero(l.config.database_password, sizeof(l.config.database_password));
	return e;
}

void config_print_mistakes(const struct diag *mistakes, enum lang lang, struct buf *out) {
	for (size_t i = 0; i < mistakes->count; i++) {
		const struct diag_item *item = &mistakes->items[i];
		buf_add_str(out, item->where);
		if (item->row) {
			buf_addf(out, ":%u", item->row);
		}
		buf_add_str(out, item->where[0] ? ": " : "");
		enum err e = messages_print_item(item, lang, out);
		assert(!e || buf_err(out));
		buf_add_char(out, '\n');
	}
	if (mistakes->dropped) {
		buf_addf(out, "… + %zu\n", mistakes->dropped);
	}
}
