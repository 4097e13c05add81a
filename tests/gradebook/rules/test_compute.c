#include "gradebook/rules/compute.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

/* The members that most lines share. */
#define HEAD "{\"pack\":\"tt22\",\"level\":\"thpt\",\"subjects\":["
#define TOAN "{\"code\":\"toan\",\"kind\":\"mark\",\"terms\":["
#define TERM "{\"tx\":[80,90,70],\"gk\":75,\"ck\":85}"
#define GDTC "{\"code\":\"gdtc\",\"kind\":\"comment\",\"terms\":["
#define PASSED "{\"tx\":[\"D\",\"D\"],\"gk\":\"D\",\"ck\":\"D\"}"
#define FAILED "{\"tx\":[\"D\",\"D\"],\"gk\":\"D\",\"ck\":\"C\"}"
#define PRIMARY "{\"pack\":\"tt27\",\"level\":\"th\",\"subjects\":["

static const struct compute_options plain;

static enum err answer(const char *line, const struct compute_options *options, struct buf *out,
		struct diag *why) {
	return compute_line(str_from(line), options, out, why);
}

/* Lines and their whole answers. */
static const struct {
	const char *name;
	const char *line;
	const char *want;
} good[] = {
	{ "means of the terms and the year",
			HEAD TOAN TERM "," TERM "]}," GDTC FAILED "," PASSED
				       "]}],\"conduct\":[\"tot\",\"kha\"],\"absences\":12}",
			"{\"subjects\":[{\"code\":\"toan\",\"terms\":[81,81],\"year\":81},"
			"{\"code\":\"gdtc\",\"terms\":[\"C\",\"D\"],\"year\":\"D\"}],"
			"\"terms\":[{\"learning\":\"chua_dat\"},{\"learning\":\"chua_dat\"}],"
			"\"year\":{\"learning\":\"chua_dat\",\"conduct\":\"kha\","
			"\"promotion\":\"conditional\",\"retest\":[],\"summer\":false,"
			"\"award\":\"none\"},\"explain\":[]}" },
	{ "nothing is known", HEAD "]}",
			"{\"subjects\":[],\"terms\":[{\"learning\":null},{\"learning\":null}],"
			"\"year\":{\"learning\":null,\"conduct\":null,\"promotion\":null,"
			"\"retest\":null,\"summer\":null,\"award\":null},\"explain\":["
			"{\"what\":\"learning\",\"scope\":\"term_1\",\"code\":"
			"\"rule.learning_nothing\",\"params\":{\"scope\":\"term_1\"}},"
			"{\"what\":\"learning\",\"scope\":\"term_2\",\"code\":"
			"\"rule.learning_nothing\",\"params\":{\"scope\":\"term_2\"}},"
			"{\"what\":\"learning\",\"scope\":\"year\",\"code\":"
			"\"rule.learning_nothing\",\"params\":{\"scope\":\"year\"}},"
			"{\"what\":\"conduct\",\"scope\":\"year\",\"code\":"
			"\"rule.conduct_missing\",\"params\":{\"scope\":\"term_1\"}},"
			"{\"what\":\"conduct\",\"scope\":\"year\",\"code\":"
			"\"rule.conduct_missing\",\"params\":{\"scope\":\"term_2\"}},"
			"{\"what\":\"promotion\",\"scope\":\"year\",\"code\":"
			"\"rule.promotion_missing\",\"params\":{\"what\":\"learning\"}},"
			"{\"what\":\"promotion\",\"scope\":\"year\",\"code\":"
			"\"rule.promotion_missing\",\"params\":{\"what\":\"conduct\"}},"
			"{\"what\":\"promotion\",\"scope\":\"year\",\"code\":"
			"\"rule.promotion_missing\",\"params\":{\"what\":\"absences\"}},"
			"{\"what\":\"award\",\"scope\":\"year\",\"code\":\"rule.award_missing\","
			"\"params\":{\"what\":\"learning\"}},"
			"{\"what\":\"award\",\"scope\":\"year\",\"code\":\"rule.award_missing\","
			"\"params\":{\"what\":\"conduct\"}}]}" },
};

/* Lines and a part of their answers. */
static const struct {
	const char *name;
	const char *line;
	const char *part;
} parts[] = {
	{ "id", HEAD "],\"id\":\"HS-01\"}", "{\"id\":\"HS-01\",\"subjects\":[]" },
	{ "unknown members are left alone", HEAD TOAN TERM "],\"name\":\"Toán\"}],\"x\":[{}]}",
			"\"terms\":[81,null],\"year\":null" },
	{ "a mark is missing", HEAD TOAN "{\"tx\":[80,null,70],\"gk\":75,\"ck\":85}," TERM "]}]}",
			"\"terms\":[null,81],\"year\":null" },
	{ "and said so", HEAD TOAN "{\"tx\":[80,null,70],\"gk\":null,\"ck\":85}," TERM "]}]}",
			"{\"what\":\"mean\",\"subject\":\"toan\",\"scope\":\"term_1\",\"code\":"
			"\"mark.mean_missing\",\"params\":{\"have\":2,\"need\":3,\"midterm\":0,"
			"\"final\":1}}" },
	{ "a term is null", HEAD TOAN "null," TERM "]}]}", "\"terms\":[null,81],\"year\":null" },
	{ "null for the lists",
			"{\"pack\":\"tt22\",\"level\":\"thcs\",\"subjects\":[{\"code\":\"a\","
			"\"kind\":\"mark\",\"terms\":null}],\"conduct\":null}",
			"\"terms\":[null,null],\"year\":null" },
	{ "no regular mark", HEAD TOAN "{\"tx\":[],\"gk\":75,\"ck\":85}," TERM "]}]}",
			"\"terms\":[null,81]" },
	{ "four regular marks", HEAD TOAN "{\"tx\":[1,1,1,1],\"gk\":0,\"ck\":0}]}]}",
			"\"terms\":[0,null]" },
	{ "an exact half", HEAD TOAN "{\"tx\":[80,80,84],\"gk\":80,\"ck\":80}]}]}",
			"\"terms\":[81,null]" },
	{ "from another school", HEAD TOAN "{\"result\":62}," TERM "]}]}",
			"\"terms\":[62,81],\"year\":75" },
	{ "a comment from another school", HEAD GDTC "{\"result\":\"C\"},{\"result\":\"D\"}]}]}",
			"\"terms\":[\"C\",\"D\"],\"year\":\"D\"" },
	{ "exempt",
			HEAD "{\"code\":\"qpan\",\"kind\":\"mark\",\"exempt\":true,\"terms\":[" TERM
			     "," TERM "]}]}",
			"\"terms\":[null,null],\"year\":null" },
	{ "exempt for one term", HEAD TOAN TERM ",{\"exempt\":true}]}]}",
			"\"terms\":[81,null],\"year\":81" },
	{ "and said so", HEAD TOAN "{\"exempt\":true}," TERM "]}]}",
			"\"subject\":\"toan\",\"scope\":\"term_1\",\"code\":\"rule.exempt_term\"" },
	{ "a comment subject for term II", HEAD GDTC FAILED ",{\"exempt\":true}]}]}",
			"\"terms\":[\"C\",null],\"year\":\"C\"" },
	{ "in each term is the whole subject", HEAD TOAN "{\"exempt\":true},{\"exempt\":true}]}]}",
			"rule.exempt\"" },
	{ "the term that counts is missing", HEAD GDTC "null,{\"exempt\":true}]}]}",
			"\"code\":\"mark.year_missing\",\"params\":{\"term\":1}" },
	{ "lessons ask for more marks",
			HEAD "{\"code\":\"t\",\"kind\":\"mark\",\"lessons\":71,\"terms\":[" TERM
			     "]}]}",
			"\"have\":3,\"need\":4" },
	{ "absences alone", HEAD "],\"absences\":null,\"conduct\":[null,\"tot\"]}",
			"\"conduct\":null,\"promotion\":null" },
	{ "rules by year and grade",
			"{\"schoolYear\":\"2026-2027\",\"grade\":10,\"level\":\"thpt\","
			"\"subjects\":[]}",
			"{\"subjects\":[]" },
	{ "a carriage return behind", HEAD "]}\r", "{\"subjects\":[]" },
};

static const struct {
	const char *name;
	const char *line;
	const char *code;
	const char *at;
} bad[] = {
	{ "nothing", "", "rule.line_json", "" },
	{ "half a line", "{\"pack\":", "rule.line_json", "" },
	{ "two documents", HEAD "]}" HEAD "]}", "rule.line_json", "" },
	{ "a list", "[]", "rule.line_json", "" },
	{ "null", "null", "rule.line_json", "" },
	{ "a name twice", HEAD "],\"absences\":1,\"absences\":2}", "rule.line_json", "" },
	{ "bad UTF-8", HEAD "],\"id\":\"\xff\"}", "rule.line_json", "" },
	{ "no pack", "{\"level\":\"thpt\",\"subjects\":[]}", "rule.line_pack", "/pack" },
	{ "unknown pack", "{\"pack\":\"tt58\",\"level\":\"thpt\",\"subjects\":[]}",
			"rule.line_pack", "/pack" },
	{ "pack is a number", "{\"pack\":22,\"level\":\"thpt\",\"subjects\":[]}", "rule.line_pack",
			"/pack" },
	{ "no level", "{\"pack\":\"tt22\",\"subjects\":[]}", "rule.line_school_level", "/level" },
	{ "level of another pack", "{\"pack\":\"tt22\",\"level\":\"th\",\"subjects\":[]}",
			"rule.line_school_level", "/level" },
	{ "level of another grade",
			"{\"pack\":\"tt22\",\"level\":\"thcs\",\"grade\":10,\"subjects\":[]}",
			"rule.line_school_level", "/level" },
	{ "a year before the rules",
			"{\"schoolYear\":\"2023-2024\",\"grade\":12,\"level\":\"thpt\",\"subjects\":[]}",
			"rule.line_no_rules", "/schoolYear" },
	{ "a year of other rules",
			"{\"pack\":\"tt27\",\"schoolYear\":\"2026-2027\",\"grade\":6,\"level\":\"thcs\","
			"\"subjects\":[]}",
			"rule.line_other_rules", "/schoolYear" },
	{ "a strange year", "{\"pack\":\"tt22\",\"schoolYear\":\"2026\",\"level\":\"thpt\"}",
			"rule.line_year", "/schoolYear" },
	{ "grade 13", "{\"pack\":\"tt22\",\"grade\":13,\"level\":\"thpt\"}", "rule.line_number",
			"/grade" },
	{ "no subjects", "{\"pack\":\"tt22\",\"level\":\"thpt\"}", "rule.line_list", "/subjects" },
	{ "subjects by name", "{\"pack\":\"tt22\",\"level\":\"thpt\",\"subjects\":{}}",
			"rule.line_list", "/subjects" },
	{ "a subject without a code", HEAD "{\"kind\":\"mark\"}]}", "rule.line_code",
			"/subjects/0/code" },
	{ "a subject that is null", HEAD "null]}", "rule.line_code", "/subjects/0/code" },
	{ "a code of 33 bytes", HEAD "{\"code\":\"123456789012345678901234567890123\"}]}",
			"rule.line_code", "/subjects/0/code" },
	{ "a code twice", HEAD TOAN "]}," TOAN "]}]}", "rule.line_twice", "/subjects/1/code" },
	{ "no kind", HEAD "{\"code\":\"toan\"}]}", "rule.line_kind", "/subjects/0/kind" },
	{ "a strange kind", HEAD "{\"code\":\"toan\",\"kind\":\"test\"}]}", "rule.line_kind",
			"/subjects/0/kind" },
	{ "exempt in words", HEAD "{\"code\":\"toan\",\"kind\":\"mark\",\"exempt\":\"x\"}]}",
			"rule.line_flag", "/subjects/0/exempt" },
	{ "three terms", HEAD TOAN TERM "," TERM "," TERM "]}]}", "rule.line_many",
			"/subjects/0/terms" },
	{ "a term that is a number", HEAD TOAN "80]}]}", "rule.line_object",
			"/subjects/0/terms/0" },
	{ "five regular marks", HEAD TOAN TERM ",{\"tx\":[1,2,3,4,5]}]}]}", "rule.line_many",
			"/subjects/0/terms/1/tx" },
	{ "over 10", HEAD TOAN "{\"tx\":[100,101]}]}]}", "rule.line_mark",
			"/subjects/0/terms/0/tx/1" },
	{ "below 0", HEAD TOAN "{\"gk\":-1}]}]}", "rule.line_mark", "/subjects/0/terms/0/gk" },
	{ "8.5 points", HEAD TOAN "{\"ck\":8.5}]}]}", "rule.line_mark", "/subjects/0/terms/0/ck" },
	{ "a mark in words", HEAD TOAN "{\"ck\":\"85\"}]}]}", "rule.line_mark",
			"/subjects/0/terms/0/ck" },
	{ "a letter for a mark", HEAD TOAN "{\"ck\":\"D\"}]}]}", "rule.line_mark",
			"/subjects/0/terms/0/ck" },
	{ "a mark for a letter", HEAD GDTC "{\"ck\":85}]}]}", "rule.line_comment",
			"/subjects/0/terms/0/ck" },
	{ "a strange letter", HEAD GDTC "{\"tx\":[\"D\",\"d\"]}]}]}", "rule.line_comment",
			"/subjects/0/terms/0/tx/1" },
	{ "strange conduct", HEAD "],\"conduct\":[\"tot\",\"gioi\"]}", "rule.line_level",
			"/conduct/1" },
	{ "conduct of three terms", HEAD "],\"conduct\":[null,null,null]}", "rule.line_many",
			"/conduct" },
	{ "absences below 0", HEAD "],\"absences\":-1}", "rule.line_number", "/absences" },
	{ "1001 absences", HEAD "],\"absences\":1001}", "rule.line_number", "/absences" },
	{ "half an absence", HEAD "],\"absences\":1.5}", "rule.line_number", "/absences" },
	{ "a long id",
			HEAD
			"],\"id\":\"12345678901234567890123456789012345678901234567890123456789"
			"012345\"}",
			"rule.line_id", "/id" },
	{ "summer of an unknown subject", HEAD "],\"after\":{\"subjects\":{\"van\":50}}}",
			"rule.line_unknown", "/after/subjects" },
	{ "summer of a subject that may not be assessed again",
			HEAD TOAN TERM "," TERM "]}],\"conduct\":[\"tot\",\"tot\"],\"absences\":0,"
				       "\"after\":{\"subjects\":{\"toan\":90}}}",
			"rule.line_not_allowed", "/after/subjects/toan" },
	{ "training that was not due",
			HEAD "],\"conduct\":[\"tot\",\"tot\"],\"after\":{\"conduct\":\"dat\"}}",
			"rule.line_not_allowed", "/after/conduct" },
	{ "a half point in primary school",
			PRIMARY "{\"code\":\"toan\",\"kind\":\"test\",\"tests\":[95]}]}",
			"rule.line_whole", "/subjects/0/tests" },
	{ "a letter of the other kind",
			PRIMARY "{\"code\":\"toan\",\"kind\":\"test\",\"moments\":[\"D\"]}]}",
			"rule.line_letter", "/subjects/0/moments" },
	{ "a quality twice", PRIMARY "],\"qualities\":[{\"code\":\"a\"},{\"code\":\"a\"}]}",
			"rule.line_twice", "/qualities/1/code" },
	{ "recognised in words", PRIMARY "],\"recognised\":\"x\"}", "rule.line_flag",
			"/recognised" },
};

static void check_good(void) {
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		_cleanup_(buf_finish) struct buf out = buf_make(COMPUTE_ANSWER_BYTES_MAX);
		_cleanup_(diag_finish) struct diag why = { 0 };
		CHECK_INT(good[i].name, answer(good[i].line, &plain, &out, &why), ERR_OK);
		CHECK_STR(good[i].name, buf_str(&out), good[i].want);
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		_cleanup_(buf_finish) struct buf out = buf_make(COMPUTE_ANSWER_BYTES_MAX);
		_cleanup_(diag_finish) struct diag why = { 0 };
		CHECK_INT(parts[i].name, answer(parts[i].line, &plain, &out, &why), ERR_OK);
		CHECK_REPORT_(strstr(buf_str(&out), parts[i].part) != NULL, parts[i].name,
				"%s is not in %s", parts[i].part, buf_str(&out));
	}
}

static void check_bad_one(const char *name, struct str line, const char *code, const char *at) {
	_cleanup_(buf_finish) struct buf out = buf_make(COMPUTE_ANSWER_BYTES_MAX);
	_cleanup_(diag_finish) struct diag why = { 0 };
	buf_add_str(&out, "before");
	CHECK_INT(name, compute_line(line, &plain, &out, &why), ERR_INVAL);
	CHECK_STR(name, buf_str(&out), "before");
	CHECK_INT(name, why.count, 1);
	if (why.count == 1) {
		CHECK_STR(name, why.items[0].code, code);
		CHECK_STR(name, at ? why.items[0].values[0] : "", at ? at : "");
		for (enum lang lang = LANG_VI; lang < LANG_COUNT_; lang++) {
			CHECK_INT(name, messages_print_item(&why.items[0], lang, &out), ERR_OK);
		}
	}
}

/* n times the text, between two others. */
static void repeat(struct buf *out, const char *before, const char *text, size_t n,
		const char *after) {
	buf_clear(out);
	buf_add_str(out, before);
	for (size_t i = 0; i < n; i++) {
		buf_add_str(out, text);
	}
	buf_add_str(out, after);
}

static enum err answer_buf(const struct buf *line) {
	_cleanup_(buf_finish) struct buf out = buf_make(COMPUTE_ANSWER_BYTES_MAX);
	_cleanup_(diag_finish) struct diag why = { 0 };
	return compute_line((struct str){ buf_str(line), line->len }, &plain, &out, &why);
}

/* At each limit and one past it. */
static void check_limits(void) {
	_cleanup_(buf_finish) struct buf line = buf_make(COMPUTE_LINE_BYTES_MAX + 100);
	repeat(&line, HEAD "]}", " ", COMPUTE_LINE_BYTES_MAX - strlen(HEAD "]}"), "");
	CHECK_INT("the longest line", answer_buf(&line), ERR_OK);
	buf_add_char(&line, ' ');
	check_bad_one("one byte more", (struct str){ buf_str(&line), line.len }, "rule.line_long",
			NULL);
	repeat(&line, HEAD "],\"x\":", "[", 31, "");
	for (size_t i = 0; i < 31; i++) {
		buf_add_char(&line, ']');
	}
	buf_add_char(&line, '}');
	CHECK_INT("the deepest", answer_buf(&line), ERR_OK);
	repeat(&line, HEAD "],\"x\":", "[", 32, "");
	check_bad_one("one deeper", (struct str){ buf_str(&line), line.len }, "rule.line_deep", "");
	repeat(&line, "", "[", 100000, "");
	check_bad_one("much deeper", (struct str){ buf_str(&line), line.len }, "rule.line_deep",
			"");
	for (size_t n = 40; n <= 41; n++) {
		buf_clear(&line);
		buf_add_str(&line, HEAD);
		for (size_t i = 0; i < n; i++) {
			buf_addf(&line,
					"%s{\"code\":\"s%zu\",\"kind\":\"mark\",\"terms\":[" TERM
					"," TERM "]}",
					i ? "," : "", i);
		}
		buf_add_str(&line, "]}");
		CHECK_INT("subjects", answer_buf(&line), n == 40 ? ERR_OK : ERR_INVAL);
	}
}

/* In words the longest student still fits, in both languages. */
static void check_words(void) {
	_cleanup_(buf_finish) struct buf line = buf_make(COMPUTE_LINE_BYTES_MAX);
	buf_add_str(&line, HEAD);
	for (int i = 0; i < 40; i++) {
		buf_addf(&line, "%s{\"code\":\"%030d%02d\",\"kind\":\"%s\",\"terms\":[{},{}]}",
				i ? "," : "", 0, i, i % 2 ? "mark" : "comment");
	}
	buf_add_str(&line, "]}");
	for (enum lang lang = LANG_VI; lang < LANG_COUNT_; lang++) {
		const struct compute_options options = { .explains = true, .lang = lang };
		_cleanup_(buf_finish) struct buf out = buf_make(COMPUTE_ANSWER_BYTES_MAX);
		_cleanup_(diag_finish) struct diag why = { 0 };
		CHECK_INT("everything is missing", answer(buf_str(&line), &options, &out, &why),
				ERR_OK);
		buf_clear(&out);
		CHECK_INT("a formula", answer(HEAD TOAN TERM "," TERM "]}]}", &options, &out, &why),
				ERR_OK);
		const char *want = lang == LANG_VI
				? "\"sum\":645,\"weights\":8,\"mean\":81,"
				  "\"circular\":\"22/2021/TT-BGDĐT\",\"article\":\"9.1.b\"},"
				  "\"text\":\"(8,0 + 9,0 + 7,0 + 2 × 7,5 + 3 × 8,5) : (3 + 5) = "
				  "64,5 : 8 ≈ 8,1."
				: "\"text\":\"(8.0 + 9.0 + 7.0 + 2 × 7.5 + 3 × 8.5) : (3 + 5) = "
				  "64.5 : 8 ≈ 8.1.";
		CHECK_REPORT_(strstr(buf_str(&out), want) != NULL, "formula", "not in %s",
				buf_str(&out));
	}
}

int main(void) {
	check_good();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		check_bad_one(bad[i].name, str_from(bad[i].line), bad[i].code, bad[i].at);
	}
	check_limits();
	check_words();
	return check_done();
}
