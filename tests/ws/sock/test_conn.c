#include "ws/sock/conn.h"

#include "tests/check.h"

static struct conns *make(size_t total, size_t per_address) {
	struct conns *cs = NULL;
	struct conn_limits limits = { .total = total, .per_address = per_address };
	CHECK_INT("made", conns_new(limits, &cs), ERR_OK);
	return cs;
}

static void test_limits(void) {
	_cleanup_(conns_freep) struct conns *cs = make(3, 2);
	struct conn *a = NULL;
	struct conn *b = NULL;
	struct conn *c = NULL;
	struct conn *d = NULL;
	CHECK_INT("first", conns_add(cs, "10.0.0.1", 0, &a), ERR_OK);
	CHECK_INT("at the limit of its address", conns_add(cs, "10.0.0.1", 0, &b), ERR_OK);
	CHECK_INT("past it", conns_add(cs, "10.0.0.1", 0, &c), ERR_THROTTLED);
	CHECK_INT("another address, at the limit of all", conns_add(cs, "10.0.0.2", 0, &c), ERR_OK);
	CHECK_INT("past it", conns_add(cs, "10.0.0.3", 0, &d), ERR_LIMIT);
	CHECK("untouched", !d);
	CHECK_STR("its address", conn_address(c), "10.0.0.2");
	conns_remove(cs, c);
	conns_phase(cs, a, CONN_SOCKET, 0); /* somebody known: no longer of the address */
	CHECK_INT("so there is room again", conns_add(cs, "10.0.0.1", 0, &c), ERR_OK);
	CHECK_INT("three", conns_count(cs), 3);
	conns_remove(cs, a);
	conns_remove(cs, b);
	conns_remove(cs, c);
}

static void test_ids(void) {
	_cleanup_(conns_freep) struct conns *cs = make(1, 10);
	struct conn *a = NULL;
	CHECK_INT("added", conns_add(cs, "::1", 0, &a), ERR_OK);
	uint64_t first = a->id;
	CHECK("found", conns_find(cs, first) == a);
	conns_remove(cs, a);
	CHECK("gone", !conns_find(cs, first));
	CHECK_INT("the same place", conns_add(cs, "::1", 0, &a), ERR_OK);
	CHECK("another id", a->id != first);
	CHECK("the old id finds nobody", !conns_find(cs, first));
	CHECK("nor does one that never was", !conns_find(cs, UINT64_MAX));
	conns_remove(cs, a);
}

static void test_patience(void) {
	_cleanup_(conns_freep) struct conns *cs = make(4, 10);
	struct conn *a = NULL;
	struct conn *b = NULL;
	CHECK_INT("added", conns_add(cs, "::1", 1000, &a), ERR_OK);
	CHECK_INT("added", conns_add(cs, "::1", 1001, &b), ERR_OK);
	CHECK("not yet", !conns_next_due(cs, 1000 + CONN_HEAD_MS - 1));
	CHECK("now", conns_next_due(cs, 1000 + CONN_HEAD_MS) == a);
	conns_phase(cs, a, CONN_WORK, 2000);
	CHECK("a worker is waited for", !conns_next_due(cs, 1000 + CONN_HEAD_MS));
	CHECK("the next", conns_next_due(cs, 1001 + CONN_HEAD_MS) == b);
	conns_phase(cs, b, CONN_IDLE, 0);
	CHECK("at rest", conns_next_due(cs, CONN_IDLE_MS) == b);
	conns_remove(cs, b);
	conns_remove(cs, a);
}

static void test_slow_body(void) {
	_cleanup_(conns_freep) struct conns *cs = make(4, 10);
	struct conn *a = NULL;
	CHECK_INT("added", conns_add(cs, "::1", 0, &a), ERR_OK);
	conns_phase(cs, a, CONN_BODY, 0);
	conns_moved(cs, a, CONN_BODY_BYTES, 5);
	CHECK("fast enough", !conns_next_due(cs, CONN_BODY_MS));
	conns_moved(cs, a, CONN_BODY_BYTES - 1, CONN_BODY_MS + 5);
	CHECK("one byte too few", conns_next_due(cs, 2 * CONN_BODY_MS) == a);
	conns_phase(cs, a, CONN_BODY, 0);
	int64_t now = 0;
	struct conn *due = NULL;
	while (!due && now < 2 * CONN_BODY_MOST_MS) {
		now += CONN_BODY_MS;
		conns_moved(cs, a, CONN_BODY_BYTES, now - 1);
		due = conns_next_due(cs, now);
	}
	CHECK_INT("not for ever", now, CONN_BODY_MOST_MS);
	conns_phase(cs, a, CONN_SEND, 0);
	conns_moved(cs, a, 1, CONN_SEND_MS - 1);
	CHECK("one byte taken is progress", !conns_next_due(cs, CONN_SEND_MS));
	CHECK("then none", conns_next_due(cs, 2 * CONN_SEND_MS - 1) == a);
	conns_remove(cs, a);
}

static void count_and_remove(struct conn *c, void *arg) {
	conns_remove(arg, c);
}

static void test_each(void) {
	_cleanup_(conns_freep) struct conns *cs = make(4, 10);
	struct conn *a = NULL;
	for (int i = 0; i < 4; i++) {
		CHECK_INT("added", conns_add(cs, "::1", 0, &a), ERR_OK);
	}
	conns_phase(cs, a, CONN_IDLE, 0);
	conns_each_in(cs, CONN_HEAD, count_and_remove, cs);
	CHECK_INT("the others stay", conns_count(cs), 1);
	conns_remove(cs, a);
}

int main(void) {
	test_limits();
	test_ids();
	test_patience();
	test_slow_body();
	test_each();
	return check_done();
}
