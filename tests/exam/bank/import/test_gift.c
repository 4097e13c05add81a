#include "core/base/messages.h"
#include "exam/bank/import/import.h"
#include "tests/check.h"

/* One question as a line: kind|stem|options|key|confidence below 90?|problems. */
static void describe(const struct imported_question *q, struct buf *out) {
	struct json_out w;
	buf_addf(out, "%s|%s|", question_kind_name(q->q.kind), q->q.stem);
	for (size_t i = 0; i < q->q.choice_count; i++) {
		buf_addf(out, "%s%s", i ? ";" : "", q->q.choices[i]);
	}
	buf_add_char(out, '|');
	jo_begin(&w, out);
	question_print_key(&q->q, &w);
	for (size_t i = 0; i < q->problems.count; i++) {
		_cleanup_(buf_finish) struct buf sentence = buf_make(1000);
		CHECK_INT(q->problems.items[i].code,
				messages_print_item(&q->problems.items[i], LANG_EN, &sentence),
				ERR_OK);
		buf_addf(out, "|%s", q->problems.items[i].code);
	}
}

static const struct {
	const char *name;
	const char *gift;
	const char *want; /* questions joined by line ends */
} rows[] = {
	{ "choice", "::Q1:: 1+1? {~1 =2 ~3}", "single|1+1?|1;2;3|\"B\"" },
	{ "feedback", "1+1? {~1#no =2#yes ~3 ####because}", "single|1+1?|1;2;3|\"B\"" },
	{ "several right", "Even? {~%50%2 ~%50%4 ~%-100%3}", "multiple|Even?|2;4;3|[\"A\",\"B\"]" },
	{ "thirds", "Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}",
			"multiple|Which?|a;b;c;d|[\"A\",\"B\",\"C\"]" },
	{ "uneven weights", "Which? {=a ~%50%b ~c}", "single|Which?|a;b;c|\"A\"|reader.weights" },
	{ "true", "Sky is blue. {TRUE}", "single|Sky is blue.|Đúng;Sai|\"A\"" },
	{ "false with feedback", "Sky is red. {F#no}", "single|Sky is red.|Đúng;Sai|\"B\"" },
	{ "short answers", "Capital? {=Hà Nội =Ha Noi}",
			"text|Capital?||{\"accepted\":[\"Hà Nội\",\"Ha Noi\"]}" },
	{ "weighted short answer", "Capital? {=%100%Hà Nội =%50%Huế}",
			"text|Capital?||{\"accepted\":[\"Hà Nội\"]}|reader.weights" },
	{ "number with tolerance", "Pi? {#3.14:0.01}",
			"numeric|Pi?||{\"value\":\"3,14\",\"tolerance\":\"0,01\"}" },
	{ "number as a range", "n? {#1..5}", "numeric|n?||{\"value\":\"3\",\"tolerance\":\"2\"}" },
	{ "negative range", "n? {#-3..-2}",
			"numeric|n?||{\"value\":\"-2,5\",\"tolerance\":\"0,5\"}" },
	{ "several numbers", "n? {#=1822:0 =%50%1822:2}",
			"numeric|n?||{\"value\":\"1822\",\"tolerance\":\"0\"}|reader.weights" },
	{ "bad number", "n? {#many}", "numeric|n?||null|reader.value_odd|question.key_missing" },
	{ "essay", "Write. {}", "essay|Write.||null" },
	{ "missing word", "Water boils at {=100 ~90} degrees.",
			"single|Water boils at _____ degrees.|100;90|\"A\"" },
	{ "matching", "Match. {=a -> 1 =b -> 2}",
			"essay|Match.<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr>"
			"</table>||null|reader.matching" },
	{ "no braces", "Only text\n\nb {T}",
			"essay|Only text||null|reader.no_braces\nsingle|b|Đúng;Sai|\"A\"" },
	{ "escapes", "a \\= b \\{c\\} \\~ \\# \\: \\\\ {=x\\=1 ~y}",
			"single|a = b {c} ~ # : \\|x=1;y|\"A\"" },
	{ "formula with escaped braces", "$$\\\\frac\\{1\\}\\{2\\}$$ {=0.5 ~2}",
			"single|<span class=\"math\">\\frac{1}{2}</span>|0.5;2|\"A\"" },
	{ "a command that begins like a line end", "$x \\neq 1$ {=a ~b}",
			"single|<span class=\"math\">x \\neq 1</span>|a;b|\"A\"" },
	{ "line end", "a\\nb {=x ~y}", "single|a<br>b|x;y|\"A\"" },
	{ "html", "[html]<b onclick=x>a</b><script>y</script> {=<i>x</i> ~y}",
			"single|<b>a</b>|<i>x</i>;y|\"A\"" },
	{ "plain", "[plain]a <b> c {=x ~y}", "single|a &lt;b&gt; c|x;y|\"A\"" },
	{ "comments and blank lines", "// note\n\na {=x ~y}\n\n\n// end\nb {T}",
			"single|a|x;y|\"A\"\nsingle|b|Đúng;Sai|\"A\"" },
	{ "answers over lines", "a {\n  =x\n  ~y\n}", "single|a|x;y|\"A\"" },
	{ "Windows line ends", "a {=x ~y}\r\n\r\nb {=x ~y}",
			"single|a|x;y|\"A\"\nsingle|b|x;y|\"A\"" },
	{ "nine options", "a {=1 ~2 ~3 ~4 ~5 ~6 ~7 ~8 ~9}",
			"single|a|1;2;3;4;5;6;7;8|\"A\"|reader.options_many" },
	{ "byte order mark",
			"\xEF\xBB\xBF"
			"a {=x ~y}",
			"single|a|x;y|\"A\"" },
	{ "Aiken", "One?\nA. yes\nB) no\nANSWER: B\n\nTwo?\nA. a\nB. b\nANSWER: A",
			"single|One?|yes;no|\"B\"\nsingle|Two?|a;b|\"A\"" },
	{ "Aiken without its answer", "One?\nA. a\nB. b\nANSWER: A\n\nTwo?\nA. a\nB. b\n",
			"single|One?|a;b|\"A\"\nsingle|Two?|a;b|null|question.key_missing" },
	{ "a paper as text", "Câu 1. Một?\nA. a  *B. b\nCâu 2. Hai?\n*A. c\nB. d",
			"single|Một?|a;b|\"B\"\nsingle|Hai?|c;d|\"A\"" },
};

static void test_rows(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(imported_freep) struct imported *got = NULL;
		_cleanup_(diag_finish) struct diag why = { 0 };
		_cleanup_(buf_finish) struct buf text = buf_make(10000);
		CHECK_INT(rows[i].name, import_read(str_from(rows[i].gift), &got, &why), ERR_OK);
		for (size_t k = 0; got && k < got->count; k++) {
			buf_add_str(&text, k ? "\n" : "");
			describe(&got->questions[k], &text);
		}
		CHECK_STR(rows[i].name, buf_str(&text), rows[i].want);
	}
}

static void test_titles(void) {
	_cleanup_(imported_freep) struct imported *got = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	CHECK_INT("read",
			import_read(str_from("$CATEGORY: Toán/Lớp 10\n\n::Một\\: hai:: a {=x ~y ####<b>"
					     "vì</b>}"),
					&got, &why),
			ERR_OK);
	CHECK_STR("title", got->questions[0].title, "Một: hai");
	CHECK_STR("topic", got->questions[0].topic, "Toán/Lớp 10");
	CHECK_STR("solution", got->questions[0].solution, "<b>vì</b>");
	CHECK("source", strstr(got->questions[0].source, "::Một") != NULL);
	CHECK_INT("sure", got->questions[0].confidence, 100);
}

static const struct {
	const char *name;
	const char *bytes;
	size_t n;
	enum err want;
	const char *code;
} bad_rows[] = {
	{ "nothing", "", 0, ERR_MISSING, "reader.no_questions" },
	{ "only words", "Xin chào", 9, ERR_MISSING, "reader.no_questions" },
	{ "old Word", "\xD0\xCF\x11\xE0\xA1\xB1", 6, ERR_UNSUPPORTED, "reader.old_word" },
	{ "PDF", "%PDF-1.7", 8, ERR_UNSUPPORTED, "reader.pdf" },
	{ "RTF", "{\\rtf1 x}", 9, ERR_UNSUPPORTED, "reader.rtf" },
	{ "not UTF-8", "a\xff", 2, ERR_UNSUPPORTED, "reader.unknown" },
	{ "NUL", "a\0b", 3, ERR_UNSUPPORTED, "reader.unknown" },
	{ "cut off archive", "PK\x03\x04xxxx", 8, ERR_FORMAT, "reader.damaged" },
};

static void test_bad_rows(void) {
	for (size_t i = 0; i < sizeof(bad_rows) / sizeof(bad_rows[0]); i++) {
		struct imported *got = NULL;
		_cleanup_(diag_finish) struct diag why = { 0 };
		struct str bytes = { bad_rows[i].bytes, bad_rows[i].n };
		CHECK_INT(bad_rows[i].name, import_read(bytes, &got, &why), bad_rows[i].want);
		CHECK(bad_rows[i].name, !got && why.count == 1);
		CHECK_STR(bad_rows[i].name, why.items[0].code, bad_rows[i].code);
	}
}

static enum err with_questions(size_t count) {
	_cleanup_(buf_finish) struct buf text = buf_make(100000);
	for (size_t i = 0; i < count; i++) {
		buf_add_str(&text, "a {T}\n\n");
	}
	_cleanup_(imported_freep) struct imported *got = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	return import_read((struct str){ text.data, text.len }, &got, &why);
}

int main(void) {
	test_rows();
	test_titles();
	test_bad_rows();
	CHECK_INT("most questions", with_questions(IMPORT_QUESTIONS_MAX), ERR_OK);
	CHECK_INT("one question too many", with_questions(IMPORT_QUESTIONS_MAX + 1), ERR_LIMIT);
	return check_done();
}
