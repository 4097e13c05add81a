/* `truongthi demo`: a school to try everything in, on this machine alone. */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ws/app.h"
#include "ws/cmd/cmd.h"
#include "ws/cmd/demo.h"
#include "ws/cmd/serve.h"
#include "ws/loop.h"
#include "ws/service/demo_department.h"
#include "ws/service/demo_link_io.h"
#include "ws/service/demo_people.h"
#include "ws/service/demo_school.h"

enum {
	ARGS_MAX = 32,
	OPEN_FILES = 16,
	PATH_BYTES = CONFIG_TEXT_BYTES + 32,
	PORT_MAX = 65535,
	PORT_NEXT = PORT_MAX + 1, /* the one behind the school's */
};

static const char marker[] = "truongthi-demo"; /* a folder with this file was made by us */

static int print_help(void) {
	fputs("usage: truongthi demo [--port=N] [--province-port=N] [--data=DIR] [--reset] [OPTION…]\n\n"
	      "Serves a demo school with its own private database in DIR (default: data), and the\n"
	      "department of education that its records go to, with another in DIR/so.\n"
	      "  --reset            start over: removes what the demo keeps in DIR\n"
	      "  --province-port=N  where the department is found; 0: none. Otherwise the port\n"
	      "                     behind the school's\n"
	      "Every option of `truongthi serve` may be given too.\n",
			stdout);
	return 0;
}

/* What a demo is beside its server. */
struct demo {
	unsigned province_port; /* 0: no department */
	struct demo_link *link; /* NULL: none */
};

static enum err prepare(struct app *app, struct db *db, void *ctx, char *why, size_t size) {
	struct demo *demo = ctx;
	enum err e = demo_school_open(db, app->keys, clock_wall_ms());
	if (e) {
		(void)snprintf(why, size, "the demo school cannot be loaded: %s (%s)", err_name(e),
				db_error(db)); /* a cut sentence is still one */
	}
	if (!e && demo->province_port) {
		e = demo_link_new(app, db, demo->province_port, &demo->link);
		if (e) {
			(void)snprintf(why, size, "the demo's department cannot be prepared: %s",
					err_name(e)); /* a cut sentence is still one */
		}
	}
	return e;
}

static void started(struct app *app, void *ctx) {
	struct demo *demo = ctx;
	printf("\nTrường Thi: http://%s\n\n"
	       "  Mã trường   " DEMO_SCHOOL_CODE
	       "        Mật khẩu của mọi tài khoản mẫu: " DEMO_PASSWORD "\n"
	       "  Văn phòng   vanphong\n"
	       "  Giáo viên   co.lan\n"
	       "  Học sinh    hs%04u … hs%04u (lớp 12A1)\n"
	       "  Phụ huynh   số điện thoại 0900000001\n",
			loop_listen_text(app->loop), demo_first_student(DEMO_FIRST_CLASS_12) + 1,
			demo_first_student(DEMO_FIRST_CLASS_12) + DEMO_READY_STUDENTS);
	if (demo->link) {
		printf("\nSở Giáo dục và Đào tạo nhận dữ liệu của trường: %s\n\n"
		       "  Mã tỉnh     " DEMO_PROVINCE_CODE "\n"
		       "  Cán bộ Sở   " DEMO_OFFICER_LOGIN "\n",
				demo_link_address(demo->link));
		demo_link_begin(demo->link);
	}
	printf("\nCtrl-C để dừng.\n\n");
	fflush(stdout);
}

static void stopped(void *ctx) {
	struct demo *demo = ctx;
	demo_link_free(demo->link);
	demo->link = NULL;
}

/* The number behind "--province-port="; false when the word is another option. */
static bool take_province_port(const char *word, unsigned *out, bool *out_bad) {
	static const char name[] = "--province-port=";
	uint64_t port = 0;
	if (strncmp(word, name, sizeof(name) - 1) != 0) {
		return false;
	}
	*out_bad = str_parse_u64(str_from(word + sizeof(name) - 1), &port) || port > PORT_MAX;
	*out = (unsigned)port;
	return true;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

bool demo_made(const char *data_dir) {
	char path[PATH_BYTES];
	(void)snprintf(path, sizeof(path), "%s/%s", data_dir, marker); /* fits by its size */
	return access(path, F_OK) == 0;
}

/* Removes the data folder, but only one that a demo has made. */
static int reset(const char *data_dir) {
	if (access(data_dir, F_OK)) {
		return 0;
	}
	if (!demo_made(data_dir)) {
		fprintf(stderr,
				"truongthi: %s was not made by the demo: it is left alone. Choose another"
				" folder with --data, or remove it yourself\n",
				data_dir);
		return 1;
	}
	if (nftw(data_dir, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS)) {
		fprintf(stderr, "truongthi: %s cannot be removed: %s\n", data_dir, strerror(errno));
		return 1;
	}
	return 0;
}

static int mark_folder(const char *data_dir) {
	char path[PATH_BYTES];
	if (mkdir(data_dir, 0750) && errno != EEXIST) {
		fprintf(stderr, "truongthi: %s cannot be made: %s\n", data_dir, strerror(errno));
		return 1;
	}
	(void)snprintf(path, sizeof(path), "%s/%s", data_dir, marker); /* fits by its size */
	FILE *f = fopen(path, "a");
	if (!f || fclose(f)) {
		fprintf(stderr, "truongthi: %s cannot be written: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}

int cmd_demo(int argc, char **argv) {
	char data[] = "--data=data";
	char *args[ARGS_MAX + 3] = { argv[0], data };
	int count = 2;
	bool wants_reset = false;
	bool is_bad = false;
	unsigned province_port = PORT_NEXT;
	if (argc > 1 && strcmp(argv[1], "province") == 0) {
		return demo_province_run(argc - 1, argv + 1);
	}
	/* What is given later wins, so the default stands first. */
	for (int i = 1; i < argc && count < ARGS_MAX; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return print_help();
		}
		if (strcmp(argv[i], "--reset") == 0) {
			wants_reset = true;
		} else if (!take_province_port(argv[i], &province_port, &is_bad)) {
			args[count++] = argv[i];
		}
		if (is_bad) {
			fprintf(stderr, "truongthi: %s: a port is a number up to %d\n", argv[i],
					PORT_MAX);
			return 2;
		}
	}
	struct config config;
	int status = serve_settings(count, args, &config);
	status = status ? status : wants_reset ? reset(config.data_dir) : 0;
	status = status ? status : mark_folder(config.data_dir);
	if (status) {
		return status;
	}
	bool is_private = !config.database_socket[0] && !config.database_host[0];
	unsigned next = (unsigned)config.listen_port + 1;
	struct demo demo = { .province_port = !is_private    ? 0
				: province_port != PORT_NEXT ? province_port
				: next <= PORT_MAX           ? next
							     : 0 };
	config.exchange_this_machine = 1; /* where its department is */
	struct serve_hooks hooks = {
		.prepare = prepare, .started = started, .stopped = stopped, .ctx = &demo
	};
	status = serve_run(&config, &hooks);
	stopped(&demo); /* when it never came to serving */
	return status;
}
