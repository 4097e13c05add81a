#include "ws/loop.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/str.h"
#include "ws/app.h"
#include "ws/sock/conn.h"
#include "ws/sock/http_sock.h"

enum {
	LISTEN_BACKLOG = 4096,
	ACCEPTS_A_TURN = 64,     /* then the others have their turn */
	SPARE_DESCRIPTORS = 200, /* for everything that is not a connection */
	HEAD_BYTES_MAX = 8192,   /* of a request: line and fields together */
	LISTEN_TEXT_BYTES = 80,
	DESTROY_TURNS = 2000,
	/* Of one address, before it is known who they are: a school of two thousand sits behind
	 * one, and its pages open some connections each. */
	ADDRESS_CONNECTIONS_MAX = 8192,
};

struct loop {
	struct app *app;
	uv_loop_t uv;
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct conns *conns;
	int listen_fd;
	int spare_fd; /* given up to accept and close one connection when descriptors run out */
	uv_poll_t listener;
	uv_signal_t on_term;
	uv_signal_t on_int;
	uv_timer_t sweep;
	uv_prepare_t turn;
	char listen_text[LISTEN_TEXT_BYTES];
	pthread_mutex_t lock; /* over the two below */
	struct loop_task *first;
	struct loop_task **last;
	bool is_stopping;
	bool is_listening;
	int64_t stop_by_ms;
};

struct app *loop_app(struct loop *loop) {
	return loop->app;
}

struct conns *loop_conns(struct loop *loop) {
	return loop->conns;
}

int64_t loop_now_ms(struct loop *loop) {
	return (int64_t)uv_now(&loop->uv);
}

bool loop_is_stopping(const struct loop *loop) {
	return loop->is_stopping;
}

uv_loop_t *loop_uv(struct loop *loop) {
	return &loop->uv;
}

const char *loop_listen_text(const struct loop *loop) {
	return loop->listen_text;
}

const char *loop_engine(const struct loop *loop) {
	/* libwebsockets was given this very loop; without its plugin there is no context. */
	return loop->context ? "libuv" : "none";
}

void loop_wake(struct loop *loop) {
	lws_cancel_service(loop->context);
}

/* ---- work from other threads ---- */

void loop_post(struct loop *loop, struct loop_task *task) {
	task->next = NULL;
	pthread_mutex_lock(&loop->lock);
	bool was_empty = !loop->first;
	*loop->last = task;
	loop->last = &task->next;
	pthread_mutex_unlock(&loop->lock);
	if (was_empty) { /* else a wake-up is on its way already */
		lws_cancel_service(loop->context);
	}
}

static void run_posted(struct loop *loop) {
	pthread_mutex_lock(&loop->lock);
	struct loop_task *task = loop->first;
	loop->first = NULL;
	loop->last = &loop->first;
	pthread_mutex_unlock(&loop->lock);
	while (task) {
		struct loop_task *next = task->next;
		task->run(loop, task);
		task = next;
	}
}

/* ---- listening ---- */

/* Fills the address from the settings. */
/* The same bytes, as each of the calls wants them. */
union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static enum err listen_address(const struct config *s, union address *out, socklen_t *out_len) {
	union address a;
	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, s->listen_address, &a.v4.sin_addr) == 1) {
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = htons((uint16_t)s->listen_port);
		*out_len = sizeof(a.v4);
	} else if (inet_pton(AF_INET6, s->listen_address, &a.v6.sin6_addr) == 1) {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_port = htons((uint16_t)s->listen_port);
		*out_len = sizeof(a.v6);
	} else {
		return ERR_INVAL;
	}
	*out = a;
	return ERR_OK;
}

static enum err errno_to_err(int number) {
	switch (number) {
	case EADDRINUSE:
		return ERR_EXISTS;
	case EADDRNOTAVAIL:
		return ERR_NOT_FOUND;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case EAFNOSUPPORT:
		return ERR_UNSUPPORTED;
	default:
		return ERR_IO;
	}
}

/* The address that was really bound, as text. */
static void note_bound(struct loop *loop) {
	union address a;
	memset(&a, 0, sizeof(a));
	socklen_t len = sizeof(a);
	char text[INET6_ADDRSTRLEN] = "?";
	unsigned port = 0;
	if (getsockname(loop->listen_fd, &a.any, &len) == 0) {
		if (a.any.sa_family == AF_INET) {
			port = ntohs(a.v4.sin_port);
			(void)inet_ntop(AF_INET, &a.v4.sin_addr, text, sizeof(text)); /* fits */
		} else {
			port = ntohs(a.v6.sin6_port);
			(void)inet_ntop(AF_INET6, &a.v6.sin6_addr, text, sizeof(text)); /* fits */
		}
	}
	(void)snprintf(loop->listen_text, sizeof(loop->listen_text), /* fits by its size */
			a.any.sa_family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, port);
}

static enum err open_listener(struct loop *loop) {
	union address a;
	socklen_t len = 0;
	memset(&a, 0, sizeof(a));
	enum err e = listen_address(loop->app->config, &a, &len);
	if (e) {
		return e;
	}
	int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return errno_to_err(errno);
	}
	loop->listen_fd = fd;
	int on = 1;
	int off = 0;
	/* "::" means every address, also those of IPv4. */
	bool is_any = strcmp(loop->app->config->listen_address, "::") == 0;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
			(is_any && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off))) ||
			bind(fd, &a.any, len) || listen(fd, LISTEN_BACKLOG)) {
		return errno_to_err(errno);
	}
	note_bound(loop);
	return ERR_OK;
}

static void peer_text(const union address *a, char out[CONN_ADDRESS_BYTES]) {
	if (a->any.sa_family == AF_INET) {
		(void)inet_ntop(AF_INET, &a->v4.sin_addr, out, CONN_ADDRESS_BYTES); /* fits */
	} else if (IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr)) {
		(void)inet_ntop(AF_INET, a->v6.sin6_addr.s6_addr + 12, out, CONN_ADDRESS_BYTES);
	} else {
		(void)inet_ntop(AF_INET6, &a->v6.sin6_addr, out, CONN_ADDRESS_BYTES); /* fits */
	}
}

/* Hands an accepted socket to libwebsockets. */
static void adopt(struct loop *loop, int fd, const union address *a) {
	char address[CONN_ADDRESS_BYTES];
	peer_text(a, address);
	struct conn *c = NULL;
	if (conns_add(loop->conns, address, loop_now_ms(loop), &c)) {
		metric_add(&loop->app->metrics, METRIC_CONNECTIONS_REFUSED, 1);
		close(fd);
		return;
	}
	metric_add(&loop->app->metrics, METRIC_CONNECTIONS, 1);
	int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* only speed is lost */
	uint64_t id = c->id;
	lws_adopt_desc_t info = {
		.vh = loop->vhost,
		.type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL,
		.fd.sockfd = fd,
		.opaque = (void *)(uintptr_t)id,
	};
	struct lws *wsi = lws_adopt_descriptor_vhost_via_info(&info);
	c = conns_find(loop->conns, id);
	if (!wsi) { /* it has closed fd */
		if (c) {
			conns_remove(loop->conns, c);
		}
		return;
	}
	if (c) {
		c->wsi = wsi;
		/* Our own lists watch over slow clients; libwebsockets' one is walked at each
		 * insertion. */
		lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
	}
}

/* No descriptor is left: take one connection off the queue all the same and hang up, else the
 * listener would be readable for ever. */
static void shed_one(struct loop *loop) {
	if (loop->spare_fd >= 0) {
		close(loop->spare_fd);
	}
	int fd = accept4(loop->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		metric_add(&loop->app->metrics, METRIC_CONNECTIONS_REFUSED, 1);
	}
	loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void on_listen(uv_poll_t *handle, int status, int events) {
	struct loop *loop = handle->data;
	if (status < 0 || !(events & UV_READABLE)) {
		return;
	}
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		union address a;
		memset(&a, 0, sizeof(a));
		socklen_t len = sizeof(a);
		int fd = accept4(loop->listen_fd, &a.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			adopt(loop, fd, &a);
		} else if (errno == EMFILE || errno == ENFILE) {
			shed_one(loop);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return; /* EAGAIN: none is left */
		}
	}
}

static void close_listener(struct loop *loop) {
	if (loop->is_listening) {
		loop->is_listening = false;
		(void)uv_poll_stop(&loop->listener); /* cannot fail on an open handle */
		uv_close((uv_handle_t *)&loop->listener, NULL);
	}
	if (loop->listen_fd >= 0) {
		close(loop->listen_fd);
		loop->listen_fd = -1;
	}
}

/* ---- stopping ---- */

static void begin_stop(struct loop *loop) {
	if (loop->is_stopping) {
		return;
	}
	loop->is_stopping = true;
	loop->stop_by_ms = loop_now_ms(loop) + LOOP_STOP_MS;
	atomic_store(&loop->app->is_stopping, true);
	(void)sd_notify(0, "STOPPING=1"); /* not under systemd: nobody to tell */
	close_listener(loop);
	http_sock_begin_stop(loop);
	loop_wake(loop);
}

/* To the end of the process: asked once more, it goes on stopping. Without this a second signal
 * meets a process whose handlers are closed already, and cuts it off before its database is down. */
static void block_more_signals(void) {
	sigset_t more;
	sigemptyset(&more);
	sigaddset(&more, SIGTERM);
	sigaddset(&more, SIGINT);
	pthread_sigmask(SIG_BLOCK, &more, NULL);
}

static void on_signal(uv_signal_t *handle, int number) {
	struct loop *loop = handle->data;
	log_info(&loop->app->log, "serve.signal", log_i64("number", number));
	block_more_signals();
	begin_stop(loop);
}

static void on_sweep(uv_timer_t *timer) {
	struct loop *loop = timer->data;
	http_sock_sweep(loop);
	bool is_over = loop->is_stopping &&
			(conns_count(loop->conns) == 0 || loop_now_ms(loop) >= loop->stop_by_ms);
	if (is_over) {
		uv_stop(&loop->uv);
		return;
	}
	loop_wake(loop);
}

static void on_turn(uv_prepare_t *turn) {
	struct loop *loop = turn->data;
	metric_add(&loop->app->metrics, METRIC_LOOP_TURNS, 1);
}

int loop_on_cancelled(struct loop *loop) {
	run_posted(loop);
	if (loop->is_stopping && conns_count(loop->conns) == 0) {
		uv_stop(&loop->uv);
	}
	return 0;
}

void loop_run(struct loop *loop) {
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT); /* says whether handles are left: they are */
}

/* ---- making and unmaking ---- */

/* As many descriptors as are wanted, if the machine lets; gives how many there are. No more than
 * that: libwebsockets looks through a table as long as this limit at each coming and going. */
static size_t limit_descriptors(size_t wanted) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit)) {
		return 1024;
	}
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit)) {
		(void)getrlimit(RLIMIT_NOFILE, &limit); /* worked a moment ago */
	}
	return limit.rlim_cur > 1 << 20 ? 1 << 20 : (size_t)limit.rlim_cur;
}

static enum err new_conns(struct loop *loop) {
	const struct config *s = loop->app->config;
	size_t wanted = (size_t)s->limit_sockets;
	size_t limit = limit_descriptors(wanted + SPARE_DESCRIPTORS);
	size_t most = limit > SPARE_DESCRIPTORS + 64 ? limit - SPARE_DESCRIPTORS : 64;
	struct conn_limits limits = {
		.total = wanted < most ? wanted : most,
		.per_address = ADDRESS_CONNECTIONS_MAX,
	};
	return conns_new(limits, &loop->conns);
}

static enum err new_context(struct loop *loop) {
	const struct config *s = loop->app->config;
	/* All zero: no validity timers. They are one sorted list that is walked for each new
	 * connection; the hall finds dead peers by its own pulses. */
	static const lws_retry_bo_t no_validity = { 0 };
	void *foreign[1] = { &loop->uv };
	lws_set_log_level(0, NULL);
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER, /* we listen, and hand sockets over */
		.protocols = http_sock_protocols(),
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
				LWS_SERVER_OPTION_DISABLE_IPV6,
		.foreign_loops = foreign,
		.user = loop,
		.pcontext = &loop->context,
		.retry_and_idle_policy = &no_validity,
		.max_http_header_data = HEAD_BYTES_MAX,
		.pt_serv_buf_size = 8192,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.server_string = "web", /* in its own few answers; it asserts that there is one */
		.alpn = "http/1.1",
	};
	if (s->listen_tls_certificate[0]) {
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.ssl_cert_filepath = s->listen_tls_certificate;
		info.ssl_private_key_filepath = s->listen_tls_key;
	}
	loop->context = lws_create_context(&info);
	if (!loop->context) {
		return ERR_UNSUPPORTED;
	}
	loop->vhost = lws_create_vhost(loop->context, &info);
	return loop->vhost ? ERR_OK : s->listen_tls_certificate[0] ? ERR_FORMAT : ERR_IO;
}

static enum err start_handles(struct loop *loop) {
	loop->listener.data = loop;
	loop->on_term.data = loop;
	loop->on_int.data = loop;
	loop->sweep.data = loop;
	loop->turn.data = loop;
	if (uv_poll_init_socket(&loop->uv, &loop->listener, loop->listen_fd)) {
		return ERR_IO;
	}
	loop->is_listening = true;
	/* The next ones fail only for want of memory. */
	bool failed = uv_poll_start(&loop->listener, UV_READABLE, on_listen) != 0;
	failed |= uv_signal_init(&loop->uv, &loop->on_term) != 0;
	failed |= uv_signal_init(&loop->uv, &loop->on_int) != 0;
	failed |= uv_timer_init(&loop->uv, &loop->sweep) != 0;
	failed |= uv_prepare_init(&loop->uv, &loop->turn) != 0;
	failed |= uv_prepare_start(&loop->turn, on_turn) != 0;
	failed |= uv_signal_start(&loop->on_term, on_signal, SIGTERM) != 0;
	failed |= uv_signal_start(&loop->on_int, on_signal, SIGINT) != 0;
	failed |= uv_timer_start(&loop->sweep, on_sweep, LOOP_SWEEP_MS, LOOP_SWEEP_MS) != 0;
	return failed ? ERR_NOMEM : ERR_OK;
}

static void explain(struct loop *loop, enum err e, char *why, size_t size) {
	static const struct {
		enum err err;
		const char *text;
	} rows[] = {
		{ ERR_EXISTS,
				"the port is in use by another program; stop it, or choose another port "
				"with --port" },
		{ ERR_NOT_FOUND, "this is no address of this machine" },
		{ ERR_DENIED, "this user may not: ports under 1024 need more rights" },
		{ ERR_INVAL, "this is not an address" },
		{ ERR_UNSUPPORTED,
				"libwebsockets cannot use libuv: install the package "
				"libwebsockets-evlib-uv" },
		{ ERR_FORMAT,
				"the certificate (listen.tls_certificate) and its key (listen.tls_key) "
				"cannot be used; they must be PEM files of this user that belong "
				"together" },
	};
	const char *text = err_name(e);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].err == e) {
			text = rows[i].text;
		}
	}
	const struct config *s = loop->app->config;
	(void)snprintf(why, size, "cannot listen on %s, port %u: %s", s->listen_address,
			(unsigned)s->listen_port, text); /* a cut sentence is still one */
}

enum err loop_new(struct app *app, struct loop **out, char *why, size_t size) {
	_cleanup_(loop_freep) struct loop *loop = calloc(1, sizeof(*loop));
	if (!loop) {
		return ERR_NOMEM;
	}
	loop->app = app;
	loop->listen_fd = -1;
	loop->last = &loop->first;
	loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (pthread_mutex_init(&loop->lock, NULL) || uv_loop_init(&loop->uv)) {
		return ERR_NOMEM;
	}
	enum err e = open_listener(loop);
	if (!e) {
		e = new_conns(loop);
	}
	if (!e) {
		e = new_context(loop);
	}
	if (!e) {
		e = start_handles(loop);
	}
	if (e) {
		explain(loop, e, why, size);
		return e;
	}
	*out = STEAL(loop);
	return ERR_OK;
}

static void close_own(uv_handle_t *handle) {
	if (handle->loop && !uv_is_closing(handle)) {
		uv_close(handle, NULL);
	}
}

/* Runs the loop until every handle has closed. */
static void run_out(struct loop *loop) {
	int alive = 1;
	for (int i = 0; i < DESTROY_TURNS && alive; i++) {
		alive = uv_run(&loop->uv, UV_RUN_NOWAIT);
	}
}

void loop_free(struct loop *loop) {
	if (!loop) {
		return;
	}
	close_listener(loop);
	close_own((uv_handle_t *)&loop->on_term);
	close_own((uv_handle_t *)&loop->on_int);
	close_own((uv_handle_t *)&loop->sweep);
	close_own((uv_handle_t *)&loop->turn);
	if (loop->context) {
		/* libwebsockets closes its handles over some turns of the loop; on a loop that is
		 * not its own it frees the rest at the second call. */
		lws_context_destroy(loop->context);
		run_out(loop);
		if (loop->context) {
			lws_context_destroy(loop->context);
		}
	}
	run_out(loop);
	(void)uv_loop_close(&loop->uv); /* nothing is open any more */
	run_posted(loop);               /* what came too late is thrown away by its run */
	conns_free(loop->conns);
	if (loop->spare_fd >= 0) {
		close(loop->spare_fd);
	}
	pthread_mutex_destroy(&loop->lock);
	free(loop);
}
