/*
 * Rebuilding HTML from outside: no bytes may crash it, nothing but the allow-list may come out,
 * and what came out is rebuilt to itself.
 */

#include <assert.h>

#include "core/base/cleanup.h"
#include "exam/bank/rich.h"
#include "tests/fuzz/fuzz.h"

/* Every '<' begins one of the tags that the stored form has, in the form it writes them. */
static void check_tags(struct str s) {
	static const char *const tags[] = { "<p>", "</p>", "<br>", "<b>", "</b>", "<i>", "</i>",
		"<u>", "</u>", "<sub>", "</sub>", "<sup>", "</sup>", "<table>", "</table>", "<tr>",
		"</tr>", "<td>", "<td ", "</td>", "<img data-picture=\"", "<span class=\"math\">",
		"</span>" };
	for (size_t i = 0; i < s.n; i++) {
		struct str rest = { s.p + i, s.n - i };
		bool is_known = s.p[i] != '<';
		for (size_t k = 0; k < sizeof(tags) / sizeof(tags[0]) && !is_known; k++) {
			is_known = str_starts(rest, tags[k]);
		}
		assert(is_known);
		assert(s.p[i] == '\t' || (unsigned char)s.p[i] >= 0x20);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct str html = { (const char *)data, size };
	_cleanup_(buf_finish) struct buf once = buf_make(RICH_BYTES_MAX);
	if (rich_rebuild(html, &once, NULL)) {
		return 0;
	}
	struct str s = { buf_str(&once), once.len };
	assert(str_is_utf8(s));
	check_tags(s);
	_cleanup_(buf_finish) struct buf twice = buf_make(RICH_BYTES_MAX);
	enum err e = rich_rebuild(s, &twice, NULL);
	assert(!e);
	assert(twice.len == once.len && memcmp(buf_str(&twice), s.p, s.n) == 0);
	_cleanup_(buf_finish) struct buf plain = buf_make(2 * RICH_BYTES_MAX);
	rich_plain(s, &plain);
	assert(!buf_err(&plain));
	return 0;
}
