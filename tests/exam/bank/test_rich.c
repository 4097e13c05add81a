#include "exam/bank/rich.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *name;
	const char *html;
	const char *want;
} rows[] = {
	{ "text", "Nước sôi ở 100 độ", "Nước sôi ở 100 độ" },
	{ "the five characters", "a < b && b > \"c\"", "a &lt; b &amp;&amp; b &gt; \"c\"" },
	{ "entities", "&lt;b&gt; &#60; &#x41;&amp;amp; &nbsp;&unknown; &#0; &#xD800;",
			"&lt;b&gt; &lt; A&amp;amp; \xC2\xA0&amp;unknown; \xEF\xBF\xBD \xEF\xBF\xBD" },
	{ "inline", "<b>a</b><i>b</i><u>c</u>H<sub>2</sub>O x<sup>2</sup>",
			"<b>a</b><i>b</i><u>c</u>H<sub>2</sub>O x<sup>2</sup>" },
	{ "other names", "<STRONG class=x>a</STRONG> <em>b</em>", "<b>a</b> <i>b</i>" },
	{ "nested wrongly", "<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c" },
	{ "never closed", "<p><b>a", "<p><b>a</b></p>" },
	{ "stray ends", "a</b></p></td></table>b", "ab" },
	{ "the same twice", "<b><b>a</b></b>", "<b>a</b>" },
	{ "empty ones vanish", "<p> </p><b></b><p><i></i></p>x", "x" },
	{ "paragraphs", "<div>a<div>b</div></div><h1>c</h1>", "<p>a</p><p>b</p><p>c</p>" },
	{ "white space", " a \n\t b <p>  c  <br>  d </p> ", "a b<p>c<br> d</p>" },
	{ "table", "<table><tbody><tr><th>a</th><td colspan=2>b</td></tr></tbody></table>",
			"<table><tr><td>a</td><td colspan=\"2\">b</td></tr></table>" },
	{ "empty cells stay", "<table><tr><td></td><td>b</td></tr></table>",
			"<table><tr><td></td><td>b</td></tr></table>" },
	{ "cells left open", "<table><tr><td>a<td>b<tr><td>c</table>d",
			"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d" },
	{ "text between cells", "<table> a <tr><td>b</td></tr></table>",
			"<table><tr><td>a</td></tr><tr><td>b</td></tr></table>" },
	{ "table in a table",
			"<table><tr><td>a<table><tr><td>b</td></tr></table>c</td></tr></table>",
			"<table><tr><td>abc</td></tr></table>" },
	{ "cell outside a table", "<td>a</td><tr>b", "ab" },
	{ "picture", "<img src=x data-picture=\"" ID "\" width=10 height='20' alt=\"a&quot;b\">",
			"<img data-picture=\"" ID
			"\" width=\"10\" height=\"20\" alt=\"a&#34;b\">" },
	{ "picture without an id", "a<img src=x onerror=alert(1)>b", "ab" },
	{ "picture with a bad id", "<img data-picture=\"../x\">a", "a" },
	{ "formula", "<span class=\"math\">\\frac{a}{b} &lt; <b>c</b></span>",
			"<span class=\"math\">\\frac{a}{b} &lt; c</span>" },
	{ "formulas in text", "cho $x^2$ và \\(y\\), \\[z\\] $$t$$",
			"cho <span class=\"math\">x^2</span> và <span class=\"math\">y</span>, "
			"<span class=\"math\">z</span> <span class=\"math\">t</span>" },
	{ "money", "from $5 to $6, $ 7 and $8", "from $5 to $6, $ 7 and $8" },
	{ "one dollar", "giá 5$", "giá 5$" },
	{ "empty formula", "a $$ b $ $ c", "a $$ b $ $ c" },
	{ "other spans", "<span style=\"color:red\">a</span>", "a" },
	{ "NFD",
			"to\xCC\x80"
			"a\xCC\x81n",
			"tòán" },
	{ "direction and zero width",
			"a\xE2\x80\xAE\xE2\x80\x8B\xC2\xAD"
			"b",
			"ab" },
	{ "comment", "a<!-- <b> -->b<!-->c", "abc" },
	{ "Word's conditions", "<![if !vml]>a<![endif]><o:p>b</o:p>", "ab" },
	/* Payloads. */
	{ "script", "a<script>alert('<b>')</script>b", "ab" },
	{ "script in capitals, with attributes", "<ScRiPt/src=//x>1</sCrIpT >b", "b" },
	{ "script never closed", "a<script>alert(1)", "a" },
	{ "script taken apart", "<scr<script>x</script>ipt>alert(1)", "xipt&gt;alert(1)" },
	{ "style", "<style>p{background:url(x)}</style>a", "a" },
	{ "handler", "<b onmouseover=alert(1)>a</b>", "<b>a</b>" },
	{ "handler behind a slash", "<b/onclick=alert(1)//>a</b>", "<b>a</b>" },
	{ "svg", "<svg onload=alert(1)><a xlink:href=\"javascript:alert(1)\">x</a></svg>b", "b" },
	{ "math markup", "<math><mi xlink:href=\"data:x,<script>\">x</mi></math>b", "b" },
	{ "frame", "<iframe src=javascript:alert(1)>a</iframe>b", "b" },
	{ "link", "<a href=\"javascript:alert(1)\">a</a>", "a" },
	{ "form", "<form action=x><input value=1><button>a</button></form>", "a" },
	{ "quote in an attribute", "<b title=\"a>b\">c</b>", "<b>c</b>" },
	{ "attribute breaks out",
			"<img data-picture=\"" ID "\" alt=\"x\" onerror=\"alert(1)\" width=\"1\" "
			"height=\"1\">",
			"<img data-picture=\"" ID "\" width=\"1\" height=\"1\" alt=\"x\">" },
	{ "alt breaks out", "<img data-picture='" ID "' alt='\"><script>alert(1)</script>'>",
			"<img data-picture=\"" ID "\" "
			"alt=\"&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;\">" },
	{ "entity becomes a tag never", "&lt;script&gt;alert(1)&lt;/script&gt;",
			"&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ "formula hides a tag", "$\\text{<img src=x onerror=alert(1)>}$",
			"<span class=\"math\">\\text{}</span>" },
	{ "formula around an empty element", "$x<b></b>^2$", "<span class=\"math\">x^2</span>" },
	{ "formula holds escaped markup",
			"<span class=math>&lt;img src=x onerror=alert(1)&gt;</span>",
			"<span class=\"math\">&lt;img src=x onerror=alert(1)&gt;</span>" },
	{ "tag name of a kind", "<bb>a</bb><b\xC2\xA0x>c", "ac" },
	{ "cut off in a tag", "a<b onclick=\"", "a" },
	{ "less than at the end", "a<", "a&lt;" },
	{ "less than before a digit", "3<4 và 5</6", "3&lt;4 và 5" },
	{ "mutation", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "" },
	{ "textarea", "<textarea><img src=x></textarea>a", "a" },
};

static void check_row(const char *name, const char *html, const char *want) {
	_cleanup_(buf_finish) struct buf out = buf_make(RICH_BYTES_MAX);
	_cleanup_(buf_finish) struct buf again = buf_make(RICH_BYTES_MAX);
	CHECK_INT(name, rich_rebuild(str_from(html), &out, NULL), ERR_OK);
	CHECK_STR(name, buf_str(&out), want);
	CHECK_INT(name, rich_rebuild(str_from(buf_str(&out)), &again, NULL), ERR_OK);
	CHECK_STR(name, buf_str(&again), buf_str(&out));
}

static const struct {
	const char *rich;
	const char *want;
} plain_rows[] = {
	{ "<p>a <b>b</b></p><p>c</p>", "a b c" },
	{ "H<sub>2</sub>O &amp; x &lt; 2&gt;", "H2O & x < 2>" },
	{ "a<br>b\xC2\xA0 c ", "a b c" },
	{ "khí <span class=\"math\">{H}_2</span>.", "khí ${H}_2$." },
	{ "<table><tr><td>a</td><td>b</td></tr></table>c", "a b c" },
	{ "a<img data-picture=\"" ID "\" alt=\"x\">b", "ab" },
	{ "", "" },
};

static void test_report(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(RICH_BYTES_MAX);
	struct rich_report report = { 0 };
	CHECK_INT("rebuild",
			rich_rebuild(str_from("<img data-picture=" ID "><img src=x>"
					      "<script></script><style></style>"),
					&out, &report),
			ERR_OK);
	CHECK_INT("kept", report.pictures, 1);
	CHECK_INT("lost", report.lost_pictures, 1);
	CHECK_INT("active", report.lost_active, 2);
}

static void test_pictures(void) {
	struct str rich = str_from("<p>x</p><img data-picture=\"" ID "\" alt=\"\">"
				   "<img data-picture=\"" ID "\" alt=\"\">");
	size_t at = 0;
	struct str id;
	CHECK("first", rich_next_picture(rich, &at, &id) && str_eq_z(id, ID));
	CHECK("second", rich_next_picture(rich, &at, &id));
	CHECK("no third", !rich_next_picture(rich, &at, &id));
	CHECK("a picture is something", !rich_is_empty(rich));
	CHECK("a formula is something", !rich_is_empty(str_from("<span class=\"math\">x</span>")));
	CHECK("a letter is something", !rich_is_empty(str_from("<p>x</p>")));
	CHECK("blanks are nothing", rich_is_empty(str_from("<p> \xC2\xA0</p><br>")));
}

static enum err rebuild_of(char c, size_t n) {
	_cleanup_(mem_freep) char *text = malloc(n);
	_cleanup_(buf_finish) struct buf out = buf_make(2 * RICH_INPUT_BYTES_MAX);
	memset(text, c, n);
	return rich_rebuild((struct str){ text, n }, &out, NULL);
}

static void test_limits(void) {
	CHECK_INT("longest result", rebuild_of('a', RICH_BYTES_MAX), ERR_OK);
	CHECK_INT("result too long", rebuild_of('a', RICH_BYTES_MAX + 1), ERR_LIMIT);
	CHECK_INT("longest input", rebuild_of(' ', RICH_INPUT_BYTES_MAX), ERR_OK);
	CHECK_INT("input too long", rebuild_of(' ', RICH_INPUT_BYTES_MAX + 1), ERR_LIMIT);
	CHECK_INT("not UTF-8", rebuild_of('\xff', 3), ERR_FORMAT);
	CHECK_INT("deep nonsense", rebuild_of('<', RICH_BYTES_MAX / 4), ERR_OK);
}

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(rows[i].name, rows[i].html, rows[i].want);
	}
	for (size_t i = 0; i < sizeof(plain_rows) / sizeof(plain_rows[0]); i++) {
		_cleanup_(buf_finish) struct buf out = buf_make(RICH_BYTES_MAX);
		rich_plain(str_from(plain_rows[i].rich), &out);
		CHECK_STR(plain_rows[i].rich, buf_str(&out), plain_rows[i].want);
	}
	test_report();
	test_pictures();
	test_limits();
	return check_done();
}
