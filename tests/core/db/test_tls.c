/* Connections over the network: encrypted and verified to any other machine, or not at all. The
 * address 127.0.0.2 stands for another machine; 127.0.0.1 is this one. */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/db/process_io.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

struct server {
	char folder[128];
	pid_t pid;
	unsigned port;
};

/* A port that nobody uses at this moment. */
static unsigned free_port(void) {
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1) };
	socklen_t n = sizeof(a);
	CHECK("port",
			fd >= 0 && bind(fd, (struct sockaddr *)&a, n) == 0 &&
					getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	close(fd);
	return ntohs(a.sin_port);
}

/* Files by a private server, which knows no network; then a server on the same files that does. */
static void start(struct server *s, const char *fixtures) {
	testdb_folder(s->folder, sizeof(s->folder));
	struct private_server_settings settings = { .folder = s->folder, .database = "school" };
	struct private_server_problem problem;
	struct private_server *first = NULL;
	enum err e = private_server_start(&settings, &first, &problem);
	if (e) {
		fprintf(stderr, "server: %s\n", problem.text);
		exit(1);
	}
	struct db_settings inside = private_server_connection(first);
	struct db *db = NULL;
	CHECK_INT("new", db_new(&inside, &db), ERR_OK);
	testdb_run(db, "CREATE USER tls@'127.0.0.%' IDENTIFIED BY 'geheim'");
	testdb_run(db, "GRANT ALL ON school.* TO tls@'127.0.0.%'");
	db_free(db);
	private_server_stop(first);

	s->port = free_port();
	char data[256], port[32], cert[512], key[512], sock[256];
	snprintf(data, sizeof(data), "--datadir=%s/files", s->folder);
	snprintf(sock, sizeof(sock), "--socket=%s/sock", s->folder);
	snprintf(port, sizeof(port), "--port=%u", s->port);
	snprintf(cert, sizeof(cert), "--ssl-cert=%s/server.pem", fixtures);
	snprintf(key, sizeof(key), "--ssl-key=%s/server.key", fixtures);
	const char *const argv[] = { "/usr/sbin/mariadbd", "--no-defaults", data, sock, port, cert,
		key, "--bind-address=127.0.0.1,127.0.0.2", "--skip-name-resolve",
		"--innodb-log-file-size=64M", geteuid() == 0 ? "--user=root" : "--silent-startup",
		NULL };
	struct process_plan plan = { .argv = argv, .in_fd = -1, .out_fd = -1, .death_signal = 15 };
	CHECK_INT("start", process_start(&plan, &s->pid), ERR_OK);
}

static struct db_settings settings_of(const struct server *s, const char *host, const char *ca) {
	return (struct db_settings){ .host = host,
		.port = s->port,
		.user = "tls",
		.password = "geheim",
		.name = "school",
		.ca_path = ca };
}

/* Connects, waiting for a server that is still coming up; the connector's number goes to *out. */
static enum err try(const struct db_settings *settings, unsigned *out_number, bool *out_is_secure) {
	struct db *db = NULL;
	CHECK_INT("new", db_new(settings, &db), ERR_OK);
	enum err e = ERR_DB_AWAY;
	for (int i = 0; i < 3000; i++) {
		db_forget_backoff(db);
		e = db_connect(db);
		if (db_error_number(db) != 2002) {
			break; /* anything but "refused" */
		}
		usleep(20 * 1000);
	}
	*out_number = db_error_number(db);
	*out_is_secure = e == ERR_OK &&
			testdb_number(db,
					"SELECT COUNT(*) FROM information_schema.SESSION_STATUS"
					" WHERE VARIABLE_NAME = 'SSL_CIPHER'"
					" AND VARIABLE_VALUE <> ''") == 1;
	CHECK("the password is in no message", !strstr(db_error(db), "geheim"));
	db_free(db);
	return e;
}

static const struct {
	const char *name;
	const char *host;
	const char *ca; /* a fixture, or NULL for the system's authorities */
	enum db_tls tls;
	enum err want;
	unsigned want_number;
	bool is_secure;
} rows[] = {
	{ "this machine", "127.0.0.1", NULL, DB_TLS_AUTO, ERR_OK, 0, false },
	{ "another, its authority known", "127.0.0.2", "ca.pem", DB_TLS_AUTO, ERR_OK, 0, true },
	{ "another authority", "127.0.0.2", "other-ca.pem", DB_TLS_AUTO, ERR_DB_AWAY, 2026, false },
	{ "no authority", "127.0.0.2", NULL, DB_TLS_AUTO, ERR_DB_AWAY, 2026, false },
	{ "switched off", "127.0.0.2", NULL, DB_TLS_OFF, ERR_OK, 0, false },
};

int main(int argc, char **argv) {
	if (argc < 2) {
		fprintf(stderr, "usage: test_tls FIXTURES\n");
		return 2;
	}
	struct server s = { .pid = 0 };
	start(&s, argv[1]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char ca[512] = "";
		if (rows[i].ca) {
			snprintf(ca, sizeof(ca), "%s/%s", argv[1], rows[i].ca);
		}
		struct db_settings settings = settings_of(&s, rows[i].host, ca);
		settings.tls = rows[i].tls;
		unsigned number = 0;
		bool is_secure = false;
		CHECK_INT(rows[i].name, try(&settings, &number, &is_secure), rows[i].want);
		if (rows[i].want) {
			CHECK_INT(rows[i].name, number, rows[i].want_number);
		}
		CHECK_INT(rows[i].name, is_secure, rows[i].is_secure);
	}
	/* The authority as an open file, which is how the courier has it. */
	char path[512];
	snprintf(path, sizeof(path), "%s/ca.pem", argv[1]);
	int fd = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct db_settings open_file = settings_of(&s, "127.0.0.2", path);
	unsigned none = 0;
	bool is_verified = false;
	CHECK_INT("an open file", try(&open_file, &none, &is_verified), ERR_OK);
	CHECK("an open file", is_verified);
	close(fd);
	/* Several hosts: the first that answers. */
	char hosts[64];
	snprintf(hosts, sizeof(hosts), "127.0.0.1:1,127.0.0.1:%u", s.port);
	struct db_settings several = settings_of(&s, hosts, "");
	several.tls = DB_TLS_OFF;
	unsigned number = 0;
	bool is_secure = true;
	CHECK_INT("the second of two", try(&several, &number, &is_secure), ERR_OK);
	CHECK_INT("end", process_end(s.pid, 5000), ERR_OK);
	testdb_remove(s.folder);
	return check_done();
}
