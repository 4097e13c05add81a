#include "core/base/markup.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct {
	const char *text;
	const char *between_tags;
	const char *in_attribute;
} rows[] = {
	{ "", "", "" },
	{ "Toán", "Toán", "Toán" },
	{ "a<b> & \"c\"", "a&lt;b&gt; &amp; \"c\"", "a&lt;b&gt; &amp; &quot;c&quot;" },
	{ "&amp;", "&amp;amp;", "&amp;amp;" },
	{ "]]>", "]]&gt;", "]]&gt;" },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(100);
		_cleanup_(buf_finish) struct buf value = buf_make(100);
		markup_add_text(&text, str_from(rows[i].text));
		markup_add_attribute(&value, str_from(rows[i].text));
		CHECK(rows[i].text, strcmp(buf_str(&text), rows[i].between_tags) == 0);
		CHECK(rows[i].text, strcmp(buf_str(&value), rows[i].in_attribute) == 0);
	}
	return check_failures != 0;
}
