#include "ws/service/session_cache.h"

#include <pthread.h>
#include <stdatomic.h>

#include "tests/check.h"

enum { NOW_MS = 1000000, LATER_MS = NOW_MS + 3600 * 1000 };

static struct hash session_of(uint64_t n) {
	struct hash h;
	hash_bytes(NULL, &n, sizeof(n), &h);
	return h;
}

/* An entry whose every member follows from one number, so that a torn one is seen. */
static struct access_actor actor_of(uint64_t n) {
	struct access_actor who = { .roles = 1, .person_id = n, .school_id = n + 1 };
	memset(who.attempt_id, (int)(n & 0xFF), sizeof(who.attempt_id));
	return who;
}

static void put(struct session_cache *sc, uint64_t n, int64_t expires_ms) {
	struct hash session = session_of(n);
	struct access_actor who = actor_of(n);
	session_cache_put(sc, &session, &who, expires_ms, NOW_MS, session_cache_epoch(sc));
}

static bool is_torn(const struct access_actor *who, uint64_t n) {
	struct access_actor want = actor_of(n);
	return who->person_id != want.person_id || who->school_id != want.school_id ||
			memcmp(who->attempt_id, want.attempt_id, sizeof(want.attempt_id)) != 0;
}

static enum err find(struct session_cache *sc, uint64_t n, int64_t now_ms) {
	struct hash session = session_of(n);
	struct access_actor who = { 0 };
	enum err e = session_cache_find(sc, &session, now_ms, &who);
	CHECK("what was put", e || !is_torn(&who, n));
	return e;
}

static void check_times(void) {
	_cleanup_(session_cache_freep) struct session_cache *sc = NULL;
	CHECK_INT("new", session_cache_new(&sc), ERR_OK);
	CHECK_INT("nothing yet", find(sc, 1, NOW_MS), ERR_NOT_FOUND);
	put(sc, 1, LATER_MS);
	put(sc, 2, NOW_MS + 10);
	CHECK_INT("known", find(sc, 1, NOW_MS), ERR_OK);
	CHECK_INT("to the last moment", find(sc, 1, NOW_MS + SESSION_CACHE_MS - 1), ERR_OK);
	CHECK_INT("then asked for again", find(sc, 1, NOW_MS + SESSION_CACHE_MS), ERR_NOT_FOUND);
	CHECK_INT("not past its own end", find(sc, 2, NOW_MS + 9), ERR_OK);
	CHECK_INT("at its own end", find(sc, 2, NOW_MS + 10), ERR_NOT_FOUND);
}

static void check_drops(void) {
	_cleanup_(session_cache_freep) struct session_cache *sc = NULL;
	CHECK_INT("new", session_cache_new(&sc), ERR_OK);
	put(sc, 1, LATER_MS);
	put(sc, 2, LATER_MS);
	put(sc, 3, LATER_MS);
	struct hash one = session_of(1);
	session_cache_drop(sc, &one);
	CHECK_INT("dropped", find(sc, 1, NOW_MS), ERR_NOT_FOUND);
	CHECK_INT("another stays", find(sc, 2, NOW_MS), ERR_OK);
	session_cache_drop_person(sc, 2);
	CHECK_INT("the person's", find(sc, 2, NOW_MS), ERR_NOT_FOUND);
	CHECK_INT("another person's stays", find(sc, 3, NOW_MS), ERR_OK);

	/* Read from the database before it was ended, put behind it. */
	uint64_t before = session_cache_epoch(sc);
	session_cache_drop(sc, &one);
	struct access_actor who = actor_of(1);
	session_cache_put(sc, &one, &who, LATER_MS, NOW_MS, before);
	CHECK_INT("what had ended does not come back", find(sc, 1, NOW_MS), ERR_NOT_FOUND);
}

/* As many as one process serves: of all that are known a few at most are forgotten, since their
 * set was full; and nobody's entry is taken for another's. */
static void check_room(void) {
	enum { SITTERS = 19000, FORGOTTEN_MOST = SITTERS / 1000 };
	_cleanup_(session_cache_freep) struct session_cache *sc = NULL;
	CHECK_INT("new", session_cache_new(&sc), ERR_OK);
	for (uint64_t n = 0; n < SITTERS; n++) {
		put(sc, n, LATER_MS);
	}
	size_t forgotten = 0;
	for (uint64_t n = 0; n < SITTERS; n++) {
		struct hash session = session_of(n);
		struct access_actor who = { 0 };
		bool is_known = session_cache_find(sc, &session, NOW_MS, &who) == ERR_OK;
		forgotten += !is_known || is_torn(&who, n);
	}
	CHECK("all but a few are known", forgotten <= FORGOTTEN_MOST);
}

struct shared {
	struct session_cache *sc;
	atomic_bool is_ended;   /* session ENDED, in the database */
	atomic_bool is_dropped; /* and here */
	atomic_uint wrong;
};

enum { THREADS = 4, ROUNDS = 20000, PEOPLE = 40, ENDED = 7 };

/* One question of a worker: memory, else the database and then into memory. */
static void ask(struct shared *s, uint64_t n) {
	struct hash session = session_of(n);
	struct access_actor who = { 0 };
	bool was_dropped = atomic_load(&s->is_dropped);
	uint64_t epoch = session_cache_epoch(s->sc);
	bool is_known = session_cache_find(s->sc, &session, NOW_MS, &who) == ERR_OK;
	atomic_fetch_add(&s->wrong, is_known && (is_torn(&who, n) || (n == ENDED && was_dropped)));
	bool is_alive = n != ENDED || !atomic_load(&s->is_ended);
	if (!is_known && is_alive) {
		who = actor_of(n);
		session_cache_put(s->sc, &session, &who, LATER_MS, NOW_MS, epoch);
	}
}

static void *use(void *arg) {
	struct shared *s = arg;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		ask(s, i % PEOPLE);
		if (i % 5000 == 4999) {
			session_cache_drop_person(s->sc, i % PEOPLE);
		}
	}
	return NULL;
}

/* Threads that ask, put and drop at once; one session is signed out in the middle. */
static void check_threads(void) {
	_cleanup_(session_cache_freep) struct session_cache *sc = NULL;
	CHECK_INT("new", session_cache_new(&sc), ERR_OK);
	struct shared s = { .sc = sc };
	pthread_t threads[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		CHECK_INT("thread", pthread_create(&threads[i], NULL, use, &s), 0);
	}
	struct hash ended = session_of(ENDED);
	atomic_store(&s.is_ended, true);
	session_cache_drop(sc, &ended);
	atomic_store(&s.is_dropped, true);
	for (size_t i = 0; i < THREADS; i++) {
		CHECK_INT("join", pthread_join(threads[i], NULL), 0);
	}
	CHECK_INT("no torn entry, nobody back who had signed out", atomic_load(&s.wrong), 0);
	CHECK_INT("signed out", find(sc, ENDED, NOW_MS), ERR_NOT_FOUND);
	CHECK_INT("the others are known", find(sc, 1, NOW_MS), ERR_OK);
}

int main(void) {
	check_times();
	check_drops();
	check_room();
	check_threads();
	return check_done();
}
