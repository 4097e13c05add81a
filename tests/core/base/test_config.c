#include "core/base/config.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static char folder[] = "/tmp/truongthi-config-XXXXXX";

static const char *write_file(const char *name, const char *text, size_t n, mode_t mode) {
	static char path[200];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *out = fopen(path, "wb");
	CHECK(name, out && fwrite(text, 1, n, out) == n && fclose(out) == 0);
	CHECK(name, chmod(path, mode) == 0);
	return path;
}

static void remove_file(const char *name) {
	char path[200];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

/* A load from a file alone; its mistakes as text without the folder. */
static enum err load_text(const char *text, size_t n, struct config *out, struct buf *said) {
	const char *path = write_file("t.ini", text, n, 0600);
	struct config_input input = { .default_path = path };
	struct diag mistakes = { 0 };
	enum err e = config_load(&input, out, &mistakes);
	_cleanup_(buf_finish) struct buf all = buf_make(65536);
	config_print_mistakes(&mistakes, LANG_EN, &all);
	const char *at = buf_str(&all);
	for (const char *hit = strstr(at, folder); hit; hit = strstr(at, folder)) {
		buf_add(said, at, (size_t)(hit - at));
		at = hit + strlen(folder) + 1;
	}
	buf_add_str(said, at);
	diag_finish(&mistakes);
	remove_file("t.ini");
	return e;
}

static void check_file(void) {
	static const struct {
		const char *name;
		const char *text;
		const char *want; /* the mistakes, "" for none */
	} rows[] = {
		{ "nothing", "", "" },
		{ "comments", "# a\n; b\n\n[listen]\n# c\n", "" },
		{ "values", "[listen]\nport = 9000\naddress=0.0.0.0\n[log]\nlevel = debug\n", "" },
		{ "no line feed at the end", "[listen]\nport = 9000", "" },
		{ "carriage returns", "[listen]\r\nport = 9000\r\n", "" },
		{ "byte order mark", "\xEF\xBB\xBF[listen]\nport = 9000\n", "" },
		{ "least", "[listen]\nport = 1\n", "" },
		{ "most", "[listen]\nport = 65535\n", "" },
		{ "one below", "[listen]\nport = 0\n",
				"t.ini:2: “listen.port” must be a whole number from 1 to 65535; it "
				"is “0”.\n" },
		{ "one above", "\n\n[listen]\nport = 65536\n",
				"t.ini:4: “listen.port” must be a whole number from 1 to 65535; it "
				"is “65536”.\n" },
		{ "no number", "[listen]\nport = 80a\n",
				"t.ini:2: “listen.port” must be a whole number from 1 to 65535; it "
				"is “80a”.\n" },
		{ "empty number", "[listen]\nport =\n",
				"t.ini:2: “listen.port” must be a whole number from 1 to 65535; it "
				"is “”.\n" },
		{ "unknown key", "[listen]\nports = 80\n",
				"t.ini:2: There is no setting named “listen.ports”.\n" },
		{ "unknown section", "[Listen]\nport = 80\n",
				"t.ini:2: There is no setting named “Listen.port”.\n" },
		{ "no section", "port = 80\n", "t.ini:1: There is no setting named “port”.\n" },
		{ "twice", "[listen]\nport = 80\nport = 80\n",
				"t.ini:3: The setting “listen.port” stands twice in the file, or "
				"this line begins with a blank.\n" },
		{ "continued", "[listen]\nport = 80\n  90\n",
				"t.ini:3: The setting “listen.port” stands twice in the file, or "
				"this line begins with a blank.\n" },
		{ "syntax", "[listen]\nwhat is this\n",
				"t.ini:2: This line is no “name = value”, no “[section]” and no "
				"comment that begins with #.\n" },
		{ "required", "[data]\ndir =\n", "t.ini:2: “data.dir” may not be empty.\n" },
		{ "level", "[log]\nlevel = loud\n",
				"t.ini:2: “log.level” must be debug, info, warn or error; it is "
				"“loud”.\n" },
		{ "not UTF-8", "[data]\ndir = \xFF\n",
				"t.ini:2: The value of “data.dir” has control characters or is not "
				"UTF-8.\n" },
		{ "two mistakes", "[listen]\nport = x\n[work]\nqueue = 0\n",
				"t.ini:2: “listen.port” must be a whole number from 1 to 65535; it "
				"is “x”.\n"
				"t.ini:4: “work.queue” must be a whole number from 1 to 65536; it "
				"is “0”.\n" },
		{ "networks", "[listen]\ntrusted_proxies = 10.0.0.1, 10.0.0.0/8 ,::1,fd00::/8\n",
				"" },
		{ "bad network", "[listen]\ntrusted_proxies = 10.0.0.0/33, proxy\n",
				"t.ini:2: “10.0.0.0/33” in “listen.trusted_proxies” is no IP "
				"address and no network such as 192.168.1.0/24.\n"
				"t.ini:2: “proxy” in “listen.trusted_proxies” is no IP address and "
				"no network such as 192.168.1.0/24.\n" },
		{ "url", "[listen]\nbase_url = https://thi.truong.edu.vn:8443\n", "" },
		{ "url with a path", "[listen]\nbase_url = https://thi.vn/\n",
				"t.ini:2: “listen.base_url” must look like https://host or "
				"http://host:port with no path behind it; it is “https://thi.vn/”.\n" },
		{ "url of another kind", "[listen]\nbase_url = ftp://thi.vn\n",
				"t.ini:2: “listen.base_url” must look like https://host or "
				"http://host:port with no path behind it; it is “ftp://thi.vn”.\n" },
		{ "two servers", "[database]\nsocket = /s\nhost = localhost\n",
				"Only one of “database.socket” and “database.host” may be set.\n" },
		{ "remote database", "[database]\nhost = db1\n",
				"“database.host” needs “database.tls_ca” as well.\n" },
		{ "remote database verified", "[database]\nhost = db1\ntls_ca = /ca.pem\n", "" },
		{ "certificate alone", "[listen]\ntls_certificate = /c.pem\n",
				"“listen.tls_certificate” needs “listen.tls_key” as well.\n" },
		{ "key alone", "[listen]\ntls_key = /k.pem\n",
				"“listen.tls_key” needs “listen.tls_certificate” as well.\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config config;
		memset(&config, 0x77, sizeof(config));
		_cleanup_(buf_finish) struct buf said = buf_make(65536);
		enum err e = load_text(rows[i].text, strlen(rows[i].text), &config, &said);
		CHECK_INT(rows[i].name, e, *rows[i].want ? ERR_INVAL : ERR_OK);
		CHECK_STR(rows[i].name, buf_str(&said), rows[i].want);
		CHECK(rows[i].name, (config.listen_port == 0x7777777777777777) == (e != ERR_OK));
	}
}

static void check_file_limits(void) {
	struct config config;
	_cleanup_(buf_finish) struct buf text = buf_make(1 << 20);
	_cleanup_(buf_finish) struct buf said = buf_make(65536);
	buf_add_str(&text, "[web]\ndir = ");
	while (text.len < 6 + CONFIG_LINE_BYTES_MAX) {
		buf_add_char(&text, 'w');
	}
	CHECK_INT("longest line", load_text(text.data, text.len, &config, &said), ERR_OK);
	CHECK_INT("longest line", strlen(config.web_dir), CONFIG_LINE_BYTES_MAX - 6);
	buf_add_char(&text, 'w');
	CHECK_INT("one longer", load_text(text.data, text.len, &config, &said), ERR_INVAL);
	CHECK_STR("one longer", buf_str(&said), "t.ini:2: This line is longer than 198 bytes.\n");
	buf_clear(&said);
	static const char with_nul[] = "[web]\ndir = a\0b\n";
	CHECK_INT("NUL", load_text(with_nul, sizeof(with_nul) - 1, &config, &said), ERR_INVAL);
	CHECK("NUL", strstr(buf_str(&said), "t.ini:2: This line is no") != NULL);
	buf_clear(&said);
	buf_clear(&text);
	while (text.len < CONFIG_FILE_BYTES_MAX) {
		buf_add_char(&text, '\n');
	}
	CHECK_INT("longest file", load_text(text.data, text.len, &config, &said), ERR_OK);
	buf_add_char(&text, '\n');
	CHECK_INT("longer file", load_text(text.data, text.len, &config, &said), ERR_INVAL);
	CHECK_STR("longer file", buf_str(&said), "t.ini: The file is larger than 65536 bytes.\n");
}

/* What a load from environment and command line says; the settings in *out. */
static enum err load_words(const char *const *env, const char *const *args, struct config *out,
		struct buf *said) {
	static const char *const aliases[] = { "port", "listen.port", "data", "data.dir", NULL };
	size_t count = 0;
	while (args && args[count]) {
		count++;
	}
	struct config_input input = { .env = (char *const *)env,
		.args = (char *const *)args,
		.arg_count = count,
		.aliases = aliases };
	struct diag mistakes = { 0 };
	enum err e = config_load(&input, out, &mistakes);
	config_print_mistakes(&mistakes, LANG_EN, said);
	diag_finish(&mistakes);
	return e;
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void check_words(void) {
	static const struct {
		const char *name;
		const char *env[3];
		const char *args[4];
		const char *want;
		int64_t port;
	} rows[] = {
		{ "fallback", { NULL }, { NULL }, "", 8080 },
		{ "environment", { "TRUONGTHI_LISTEN_PORT=81", "PATH=/bin" }, { NULL }, "", 81 },
		{ "option", { "TRUONGTHI_LISTEN_PORT=81" }, { "--listen-port=82" }, "", 82 },
		{ "option in two words", { NULL }, { "--listen-port", "83" }, "", 83 },
		{ "short option", { NULL }, { "--port", "84" }, "", 84 },
		{ "the last wins", { NULL }, { "--port=1", "--port=85" }, "", 85 },
		{ "unknown variable", { "TRUONGTHI_PORT=1" }, { NULL },
				"TRUONGTHI_PORT: There is no setting named “TRUONGTHI_PORT”.\n",
				0 },
		{ "bad variable", { "TRUONGTHI_LISTEN_PORT=" }, { NULL },
				"TRUONGTHI_LISTEN_PORT: “listen.port” must be a whole number from "
				"1 to 65535; it is “”.\n",
				0 },
		{ "unknown option", { NULL }, { "--ports=1" }, "There is no option “--ports”.\n",
				0 },
		{ "no value", { NULL }, { "--port" }, "The option “--port” needs a value.\n", 0 },
		{ "no value before another", { NULL }, { "--port", "--data=x" },
				"The option “--port” needs a value.\n", 0 },
		{ "stray word", { NULL }, { "start" },
				"“start” on the command line means nothing here.\n", 0 },
		{ "bad option", { NULL }, { "--port=x" },
				"--port: “listen.port” must be a whole number from 1 to 65535; it "
				"is “x”.\n",
				0 },
		{ "secret option", { NULL }, { "--database-password=x" },
				"“--database-password” may not stand on the command line, where "
				"others on the machine can read it; use a file or the "
				"environment.\n",
				0 },
		{ "file that is not there", { "TRUONGTHI_CONFIG=/nowhere/t.ini" }, { NULL },
				"/nowhere/t.ini: The file cannot be read: No such file or "
				"directory.\n",
				0 },
		{ "file option first", { "TRUONGTHI_CONFIG=/nowhere/t.ini" },
				{ "--config=/nowhere/u.ini" },
				"/nowhere/u.ini: The file cannot be read: No such file or "
				"directory.\n",
				0 },
		{ "password twice", { "TRUONGTHI_DATABASE_PASSWORD=x" },
				{ "--database-password-file=/dev/null" },
				"Only one of “database.password” and “database.password_file” may "
				"be set.\n"
				"/dev/null: The file holds a password but others on the machine "
				"can read it; set its mode to 0600.\n"
				"/dev/null:1: “database.password_file” may not be empty.\n",
				0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config config;
		_cleanup_(buf_finish) struct buf said = buf_make(65536);
		enum err e = load_words(rows[i].env, rows[i].args, &config, &said);
		CHECK_INT(rows[i].name, e, rows[i].port ? ERR_OK : ERR_INVAL);
		if (i + 1 < sizeof(rows) / sizeof(rows[0])) {
			CHECK_STR(rows[i].name, buf_str(&said), rows[i].want);
		}
		CHECK(rows[i].name, e || config.listen_port == rows[i].port);
	}
}

/* The order of the sources, and the file that is named by the environment. */
static void check_order(void) {
	static const char text[] = "[listen]\nport = 9000\naddress = 10.0.0.1\n[work]\nqueue = 7\n";
	char env[220];
	snprintf(env, sizeof(env), "TRUONGTHI_CONFIG=%s",
			write_file("o.ini", text, sizeof(text) - 1, 0644));
	struct config config;
	_cleanup_(buf_finish) struct buf said = buf_make(65536);
	enum err e = load_words(
			WORDS(env, "TRUONGTHI_LISTEN_ADDRESS=10.0.0.2", "TRUONGTHI_WORK_QUEUE=8"),
			WORDS("--work-queue=9"), &config, &said);
	CHECK_INT("order", e, ERR_OK);
	CHECK_INT("file before fallback", config.listen_port, 9000);
	CHECK_STR("environment before file", config.listen_address, "10.0.0.2");
	CHECK_INT("option before environment", config.work_queue, 9);
	CHECK_STR("fallback", config.database_name, "truongthi");
	remove_file("o.ini");
}

static void check_password(void) {
	struct config config;
	_cleanup_(buf_finish) struct buf said = buf_make(65536);
	char env[240];
	snprintf(env, sizeof(env), "TRUONGTHI_DATABASE_PASSWORD_FILE=%s",
			write_file("pw", " mật khẩu;#x \r\nmore\n", 24, 0600));
	CHECK_INT("password file", load_words(WORDS(env), NULL, &config, &said), ERR_OK);
	CHECK_STR("the first line as it is", config.database_password, " mật khẩu;#x ");
	CHECK_STR("quiet", buf_str(&said), "");
	(void)write_file("pw", "x", 1, 0644);
	CHECK_INT("open file", load_words(WORDS(env), NULL, &config, &said), ERR_OK);
	CHECK_STR("open file", config.database_password, "x");
	CHECK("a warning", strstr(buf_str(&said), "0600") != NULL);
	remove_file("pw");

	static const char text[] = "[database]\npassword = x\n";
	char path[200];
	snprintf(path, sizeof(path), "%s", write_file("s.ini", text, sizeof(text) - 1, 0640));
	struct config_input input = { .default_path = path };
	struct diag mistakes = { 0 };
	CHECK_INT("open settings", config_load(&input, &config, &mistakes), ERR_OK);
	CHECK_INT("open settings", mistakes.count, 1);
	CHECK_STR("open settings", mistakes.items[0].code, "config.file_open");
	diag_finish(&mistakes);
	remove_file("s.ini");
}

/* The table is whole, and what is printed from it can be read again. */
static void check_table(void) {
	struct config config;
	config_fallbacks(&config);
	CHECK_INT("fallback", config.listen_port, 8080);
	CHECK_INT("fallback", config.log_level, LOG_LEVEL_INFO);
	_cleanup_(buf_finish) struct buf help = buf_make(65536);
	_cleanup_(buf_finish) struct buf sample = buf_make(65536);
	for (int lang = 0; lang < LANG_COUNT_; lang++) {
		buf_clear(&help);
		buf_clear(&sample);
		config_print_help((enum lang)lang, &help);
		config_print_sample((enum lang)lang, &sample);
		CHECK_INT("help", buf_err(&help), ERR_OK);
		CHECK_INT("sample", buf_err(&sample), ERR_OK);
	}
	for (size_t i = 0; i < config_count(); i++) {
		const struct config_setting *s = config_at(i);
		_cleanup_(buf_finish) struct buf name = buf_make(200);
		config_env_name(s, &name);
		CHECK(s->name, strstr(buf_str(&help), buf_str(&name)) != NULL);
		buf_clear(&name);
		buf_addf(&name, "#%s =", strchr(s->name, '.') + 1);
		CHECK(s->name, strstr(buf_str(&sample), buf_str(&name)) != NULL);
		CHECK(s->name, i == 0 || strcmp(config_at(i - 1)->name, s->name) != 0);
	}
	_cleanup_(buf_finish) struct buf said = buf_make(65536);
	struct config again;
	memset(&again, 0, sizeof(again));
	/* With every "#key" made a key, the sample is a file that says what the fallbacks say. */
	_cleanup_(buf_finish) struct buf keys = buf_make(65536);
	char *rest = sample.data;
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		buf_addf(&keys, "%s\n", line[0] == '#' && line[1] != ' ' ? line + 1 : line);
	}
	CHECK_INT("sample", load_text(keys.data, keys.len, &again, &said), ERR_OK);
	CHECK_STR("sample", buf_str(&said), "");
	CHECK_MEM("sample", &again, &config, sizeof(config));
}

int main(void) {
	CHECK("folder", mkdtemp(folder) != NULL);
	check_file();
	check_file_limits();
	check_words();
	check_order();
	check_password();
	check_table();
	CHECK("folder", rmdir(folder) == 0);
	return check_done();
}
