#include "ws/http/rate.h"

#include <stdbool.h>

#include "tests/check.h"

static const uint8_t key[HASH_KEY_BYTES] = { 1, 2, 3 };

static bool may(struct rate *r, const char *name, int64_t now_us) {
	return rate_wait_ms(r, 's', str_from(name), 10, 3, now_us) == 0;
}

static void test_burst(void) {
	_cleanup_(rate_freep) struct rate *r = NULL;
	CHECK_INT("made", rate_new(key, &r), ERR_OK);
	CHECK("first", may(r, "a", 0));
	CHECK("second", may(r, "a", 0));
	CHECK("third, at the burst", may(r, "a", 0));
	CHECK("one past it", !may(r, "a", 0));
	CHECK_INT("how long", rate_wait_ms(r, 's', str_from("a"), 10, 3, 0), 100);
	CHECK("just before", !may(r, "a", 99999));
	CHECK("then one", may(r, "a", 100000));
	CHECK("and no more", !may(r, "a", 100000));
	CHECK("others are not held to it", may(r, "b", 100000));
	CHECK_INT("nor is the same name of another kind",
			rate_wait_ms(r, 'i', str_from("a"), 10, 3, 100000), 0);
}

static void test_rate(void) {
	_cleanup_(rate_freep) struct rate *r = NULL;
	CHECK_INT("made", rate_new(key, &r), ERR_OK);
	int served = 0;
	for (int64_t now_us = 0; now_us < 10000000; now_us += 1000) {
		served += may(r, "a", now_us);
	}
	CHECK_INT("ten a second over ten seconds, and the burst", served, 102);
	CHECK("rest gives the burst back", may(r, "a", 20000000));
	CHECK("rest gives the burst back", may(r, "a", 20000000));
	CHECK("rest gives the burst back", may(r, "a", 20000000));
	CHECK("and not more than that", !may(r, "a", 20000000));
}

static void test_crowd(void) {
	_cleanup_(rate_freep) struct rate *r = NULL;
	CHECK_INT("made", rate_new(key, &r), ERR_OK);
	int refused = 0;
	for (int i = 0; i < 200000; i++) {
		char name[24];
		(void)snprintf(name, sizeof(name), "address %d", i); /* fits */
		refused += !may(r, name, 0);
	}
	CHECK_INT("more names than places: nobody is refused for another", refused, 0);
}

int main(void) {
	test_burst();
	test_rate();
	test_crowd();
	return check_done();
}
