#ifndef WS_SOCK_HTTP_SEND_H
#define WS_SOCK_HTTP_SEND_H

/*
 * The way of an answer out of the process, on the service thread: a piece a write, only while the
 * client takes it, and what becomes of the connection behind it. What is answered is decided
 * elsewhere.
 *
 * Each of these gives what libwebsockets' callback has to return: 0, or HTTP_SEND_CLOSE.
 */

struct conn;
struct head_refusal;
struct loop;

enum {
	HTTP_SEND_CLOSE = -1,             /* the connection ends now */
	HTTP_SEND_CHUNK_BYTES = 32 << 10, /* of one write */
};

/* Sends the reply of the connection's exchange, which is sealed: now when it is small and the
 * socket takes it, else as the socket becomes writable. */
int http_send_reply(struct loop *loop, struct conn *c);
/* The socket takes more. */
int http_send_more(struct loop *loop, struct conn *c);

/* A problem made on the service thread; name and value: one parameter of its text, or NULL. */
int http_send_problem(struct loop *loop, struct conn *c, struct head_refusal no, const char *name,
		const char *value);
/* The same, and the connection ends behind it. */
int http_send_refusal(struct loop *loop, struct conn *c, struct head_refusal no);
/* The same for a request whose body will not be read: the connection lingers until the client has
 * read the answer. */
int http_send_unread(struct loop *loop, struct conn *c, struct head_refusal no, const char *name,
		const char *value);

#endif
