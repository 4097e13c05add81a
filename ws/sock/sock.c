#include "ws/sock/sock.h"

#include <assert.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

#include "ws/app.h"
#include "ws/sock/conn.h"

/* A message that waits: LWS_PRE bytes of room, then the text. */
struct sock_message {
	struct sock_message *next;
	size_t n;
	size_t sent;
	unsigned char bytes[];
};

struct sock *sock_new(struct loop *loop, struct conn *conn) {
	struct sock *s = calloc(1, sizeof(*s));
	if (s) {
		s->loop = loop;
		s->conn = conn;
		s->last = &s->first;
		s->partial = buf_make(PROTO_FRAME_BYTES_MAX + 1);
		s->pauses = SOCK_PAUSE_ENTERING;
	}
	return s;
}

static void drop_first(struct sock *s) {
	struct sock_message *m = s->first;
	s->first = m->next;
	if (!s->first) {
		s->last = &s->first;
	}
	s->waiting_bytes -= m->n;
	free(m);
}

void sock_free(struct sock *s) {
	if (s) {
		while (s->first) {
			drop_first(s);
		}
		buf_finish(&s->partial);
		free(s);
	}
}

static void ask_for_writeable(struct sock *s) {
	if (s->is_up && s->conn->wsi) {
		lws_callback_on_writable(s->conn->wsi);
	}
}

/* One lws_write of a message's next piece; false when the socket is broken. */
static bool write_piece(struct sock *s, unsigned char *text, size_t n, size_t *inout_sent) {
	size_t left = n - *inout_sent;
	size_t piece = left < SOCK_PIECE_BYTES ? left : SOCK_PIECE_BYTES;
	int flags = *inout_sent == 0 ? LWS_WRITE_TEXT : LWS_WRITE_CONTINUATION;
	if (piece < left) {
		flags |= LWS_WRITE_NO_FIN;
	}
	int got = lws_write(
			s->conn->wsi, text + *inout_sent, piece, (enum lws_write_protocol)flags);
	*inout_sent += piece;
	return got >= (int)piece;
}

static void keep(struct sock *s, const char *text, size_t n) {
	if (s->waiting_bytes + n > SOCK_WAITING_BYTES_MAX) {
		sock_close(s, SOCK_CLOSE_BUSY);
		return;
	}
	struct sock_message *m = malloc(sizeof(*m) + LWS_PRE + n);
	if (!m) {
		sock_close(s, SOCK_CLOSE_BUSY);
		return;
	}
	m->next = NULL;
	m->n = n;
	m->sent = 0;
	memcpy(m->bytes + LWS_PRE, text, n);
	*s->last = m;
	s->last = &m->next;
	s->waiting_bytes += n;
	ask_for_writeable(s);
}

void sock_send(struct sock *s, struct buf *print) {
	if (s->close_code != SOCK_CLOSE_NONE || !s->conn->wsi) {
		return;
	}
	struct metrics *metrics = &loop_app(s->loop)->metrics;
	metric_add(metrics, METRIC_FRAMES_OUT, 1);
	unsigned char *text = (unsigned char *)print->data + LWS_PRE;
	size_t n = print->len - LWS_PRE;
	/* Whether there is room in the socket shows when it is tried: what does not fit is kept by
	 * libwebsockets, and the next message waits here. */
	bool is_direct = s->is_up && !s->first && n <= SOCK_PIECE_BYTES &&
			!lws_partial_buffered(s->conn->wsi);
	if (!is_direct) {
		keep(s, (const char *)text, n);
		return;
	}
	size_t sent = 0;
	metric_add(metrics, METRIC_FRAMES_DIRECT, 1);
	if (!write_piece(s, text, n, &sent)) {
		sock_close(s, SOCK_CLOSE_BUSY);
	}
}

void sock_close(struct sock *s, int code) {
	if (s->close_code == SOCK_CLOSE_NONE) {
		s->close_code = code;
		/* A client that takes nothing more does not keep its socket for that. */
		conns_phase(loop_conns(s->loop), s->conn, CONN_LINGER, loop_now_ms(s->loop));
		ask_for_writeable(s);
	}
}

void sock_pause(struct sock *s, unsigned why, bool is_paused) {
	unsigned before = s->pauses;
	s->pauses = is_paused ? before | why : before & ~why;
	bool changes = (before == 0) != (s->pauses == 0);
	if (changes && s->is_up && s->conn->wsi && !s->has_said_bye) {
		lws_rx_flow_control(s->conn->wsi, s->pauses == 0);
	}
}

/*
 * Sends the close frame and then reads on until the client's echo or its end comes, so that what
 * it had sent before does not turn our close into a reset. lws_close_reason() with a negative
 * result would do the same, but Debian's libwebsockets, built for debugging, closes a second time
 * at once when that comes from a WRITEABLE callback, and the frame is never sent.
 */
static void say_bye(struct sock *s) {
	/* A final CLOSE frame of two bytes, unmasked (RFC 6455, 5.2 and 5.5.1). On a WebSocket,
	 * LWS_WRITE_HTTP sends bytes as they are. */
	unsigned char bytes[LWS_PRE + 4] = { 0 };
	unsigned char *frame = bytes + LWS_PRE;
	frame[0] = 0x88;
	frame[1] = 2;
	frame[2] = (unsigned char)(s->close_code >> 8);
	frame[3] = (unsigned char)s->close_code;
	s->has_said_bye = true;
	(void)lws_write(s->conn->wsi, frame, 4, LWS_WRITE_HTTP); /* a failure ends the connection */
	s->pauses = 0;
	lws_rx_flow_control(s->conn->wsi, 1);
}

void sock_go_on(struct sock *s) {
	if (s->close_code != SOCK_CLOSE_NONE && !s->first && !s->has_said_bye) {
		say_bye(s);
	}
}

int sock_on_writeable(struct sock *s) {
	struct sock_message *m = s->first;
	if (m) {
		if (!write_piece(s, m->bytes + LWS_PRE, m->n, &m->sent)) {
			return -1;
		}
		if (m->sent == m->n) {
			drop_first(s);
		}
	} else {
		sock_go_on(s);
	}
	bool is_more = s->first || (s->close_code != SOCK_CLOSE_NONE && !s->has_said_bye);
	if (is_more) {
		ask_for_writeable(s);
	}
	return 0;
}
