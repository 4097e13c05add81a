/* What waits for the writer: events and tips in one ring, closes in another. */
#include "exam/hall/writer_inner_io.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool ring_push(struct ring *r, struct node *n) {
	if (r->count == WRITER_QUEUE_MAX) {
		return false;
	}
	r->nodes[(r->first + r->count++) % WRITER_QUEUE_MAX] = n;
	return true;
}

/* The oldest one; there is one. */
static struct node *ring_first(const struct ring *r) {
	return r->nodes[r->first];
}

static struct node *ring_take(struct ring *r) {
	struct node *n = ring_first(r);
	r->first = (r->first + 1) % WRITER_QUEUE_MAX;
	r->count--;
	return n;
}

static bool has_due_close(const struct writer *w) {
	return w->closes.count > 0 && ring_first(&w->closes)->behind <= w->taken;
}

size_t writer_queue_take(struct writer *w) {
	size_t count = 0;
	size_t most = WRITER_BATCH_MAX - (w->closes.count > 0 ? WRITER_CLOSES_MAX : 0);
	bool is_tip = false;
	while (count < most && w->queue.count > 0 && !is_tip) {
		is_tip = ring_first(&w->queue)->is_tip;
		if (is_tip && count > 0) {
			break;
		}
		w->nodes[count++] = ring_take(&w->queue);
		w->taken++;
	}
	for (size_t closes = 0; !is_tip && closes < WRITER_CLOSES_MAX && has_due_close(w);
			closes++) {
		struct node *n = ring_take(&w->closes);
		if (n->event.kind == EVENT_CLOSE) {
			tips_drop(&w->closing, &n->event.attempt);
		}
		w->nodes[count++] = n;
	}
	w->stats.depth = w->queue.count + w->closes.count;
	return count;
}

/* The ring of a node, or NULL without memory to note its close. */
static struct ring *ring_of(struct writer *w, const struct node *n) {
	if (n->is_tip) {
		return &w->queue;
	}
	if (n->event.kind == EVENT_CLOSE) {
		struct tip tip = { .attempt = n->event.attempt };
		return tips_put(&w->closing, &tip) ? NULL : &w->closes;
	}
	return tips_find(&w->closing, &n->event.attempt) ? &w->closes : &w->queue;
}

static enum err push(struct writer *w, struct node *n) {
	pthread_mutex_lock(&w->lock);
	struct ring *ring = ring_of(w, n);
	n->behind = w->pushed;
	bool is_taken_in = ring && !w->is_stopping && ring_push(ring, n);
	if (is_taken_in) {
		w->pushed += ring == &w->queue;
		w->stats.depth = w->queue.count + w->closes.count;
		if (w->stats.depth > w->stats.depth_max) {
			w->stats.depth_max = w->stats.depth;
		}
		pthread_cond_signal(&w->has_work);
	}
	pthread_mutex_unlock(&w->lock);
	return is_taken_in ? ERR_OK : ERR_BUSY;
}

enum err writer_push(struct writer *w, const struct writer_event *event) {
	assert(event->value.n <= EVENT_VALUE_BYTES_MAX);
	struct node *n = malloc(sizeof(*n) + event->value.n + 1);
	if (!n) {
		return ERR_NOMEM;
	}
	n->is_tip = false;
	n->event = *event;
	if (event->value.n > 0) {
		memcpy(n->value, event->value.p, event->value.n);
	}
	n->value[event->value.n] = '\0';
	enum err e = push(w, n);
	if (e) {
		free(n);
	}
	return e;
}

enum err writer_know(struct writer *w, const struct writer_tip *tip) {
	struct node *n = calloc(1, sizeof(*n) + 1);
	if (!n) {
		return ERR_NOMEM;
	}
	n->is_tip = true;
	n->tip = *tip;
	enum err e = push(w, n);
	if (e) {
		free(n);
	}
	return e;
}
