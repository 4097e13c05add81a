#include "core/base/arena.h"

#include <stdint.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static void check_limit(void) {
	_cleanup_(arena_finish) struct arena arena = arena_make(100000);
	void *p = NULL;
	CHECK_INT("one past", arena_take(&arena, 100001, &p), ERR_LIMIT);
	CHECK("untouched", p == NULL);
	CHECK_INT("a large piece", arena_take(&arena, 99990, &p), ERR_OK);
	CHECK_INT("at the limit", arena_take(&arena, 10, &p), ERR_OK);
	CHECK_INT("nothing more", arena_take(&arena, 1, &p), ERR_LIMIT);
	CHECK_INT("but nothing", arena_take(&arena, 0, &p), ERR_OK);
}

static void check_pieces(void) {
	_cleanup_(arena_finish) struct arena arena = arena_make(10000000);
	unsigned char *pieces[2000];
	size_t wrong = 0;
	for (size_t i = 0; i < 2000; i++) {
		void *p = NULL;
		CHECK_INT("take", arena_take(&arena, i, &p), ERR_OK);
		pieces[i] = p;
		wrong += (uintptr_t)p % 16 != 0;
		for (size_t k = 0; k < i; k++) {
			wrong += pieces[i][k] != 0;
			pieces[i][k] = (unsigned char)i;
		}
	}
	for (size_t i = 0; i < 2000; i++) {
		for (size_t k = 0; k < i; k++) {
			wrong += pieces[i][k] != (unsigned char)i;
		}
	}
	CHECK_INT("aligned, zero, apart from one another", wrong, 0);
	struct str copy = { 0 };
	char text[] = "Lê An";
	CHECK_INT("copy", arena_copy(&arena, str_from(text), &copy), ERR_OK);
	text[0] = 'x';
	CHECK_STR("a copy with its end", copy.p, "Lê An");
	CHECK_INT("empty", arena_copy(&arena, (struct str){ NULL, 0 }, &copy), ERR_OK);
	CHECK_STR("empty", copy.p, "");
}

int main(void) {
	check_limit();
	check_pieces();
	return check_done();
}
