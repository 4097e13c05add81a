#include "core/base/csv.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

/* The rows read, as text: fields in angle brackets, "line:" before each row, the error last. */
static void read_all(struct str text, struct buf *out) {
	_cleanup_(csv_reader_finish) struct csv_reader r;
	enum err e = csv_reader_init(&r, text);
	static struct csv_row row;
	while (!e) {
		e = csv_read(&r, &row);
		if (e) {
			break;
		}
		buf_addf(out, "%u:", r.line);
		for (size_t i = 0; i < row.count; i++) {
			buf_addf(out, "<%.*s>", (int)row.fields[i].n, row.fields[i].p);
		}
		buf_add_char(out, ' ');
	}
	if (e != ERR_NOT_FOUND) {
		buf_addf(out, "%s", err_name(e));
	}
}

static void check_reading(void) {
	static const struct {
		const char *name;
		const char *text;
		const char *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "one field", "a", "1:<a> " },
		{ "CRLF", "a,b\r\nc,d\r\n", "1:<a><b> 2:<c><d> " },
		{ "LF", "a,b\nc,d", "1:<a><b> 2:<c><d> " },
		{ "CR", "a\rb\r", "1:<a> 2:<b> " },
		{ "empty fields", ",\n,,", "1:<><> 2:<><><> " },
		{ "empty lines", "a\n\n\nb\n", "1:<a> 2:<> 3:<> 4:<b> " },
		{ "byte order mark", "\xEF\xBB\xBFTên,Lớp\n", "1:<Tên><Lớp> " },
		{ "quoted", "\"a,b\",\"c\"\"d\",\"\"\n", "1:<a,b><c\"d><> " },
		{ "mixed", "x,\"y\",z,\"\"\"\"", "1:<x><y><z><\"> " },
		{ "lines in quotes", "\"a\nb\r\nc\rd\",e\nf", "1:<a\nb\r\nc\rd><e> 5:<f> " },
		{ "blanks are kept", " a , b ", "1:< a >< b > " },
		{ "semicolons", "a;b\n1,5;2\n", "1:<a><b> 2:<1,5><2> " },
		{ "tabs", "a\tb\n1,5\t2;3\n", "1:<a><b> 2:<1,5><2;3> " },
		{ "separator hidden in quotes", "\"a;b;c\",d\n", "1:<a;b;c><d> " },
		{ "quote inside", "a\"b\n", "format" },
		{ "behind a quote", "\"a\"b\n", "format" },
		{ "blank behind a quote", "\"a\" ,b\n", "format" },
		{ "open quote", "x\n\"a\n", "1:<x> format" },
		{ "quote alone", "\"", "format" },
		{ "doubled and open", "\"\"\"", "format" },
		{ "not UTF-8", "a,\xFF\n", "format" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf got = buf_make(1000);
		read_all(str_from(rows[i].text), &got);
		CHECK_STR(rows[i].name, buf_str(&got), rows[i].want);
	}
	_cleanup_(buf_finish) struct buf got = buf_make(1000);
	read_all((struct str){ "a\0b", 3 }, &got);
	CHECK_STR("NUL", buf_str(&got), "format");
}

static enum err read_first(const struct buf *text, size_t *out_count) {
	_cleanup_(csv_reader_finish) struct csv_reader r;
	enum err e = csv_reader_init(&r, (struct str){ text->data, text->len });
	if (e) {
		return e;
	}
	static struct csv_row row;
	e = csv_read(&r, &row);
	*out_count = row.count;
	return e;
}

static void check_limits(void) {
	_cleanup_(buf_finish) struct buf text = buf_make(1 << 20);
	size_t count = 0;
	for (size_t i = 1; i < CSV_COLUMNS_MAX; i++) {
		buf_add_char(&text, ',');
	}
	CHECK_INT("most columns", read_first(&text, &count), ERR_OK);
	CHECK_INT("most columns", count, CSV_COLUMNS_MAX);
	buf_add_char(&text, ',');
	CHECK_INT("one column more", read_first(&text, &count), ERR_LIMIT);
	for (int quoted = 0; quoted <= 1; quoted++) {
		buf_clear(&text);
		buf_add_str(&text, quoted ? "\"" : "");
		for (size_t i = 0; i < CSV_FIELD_BYTES_MAX; i++) {
			buf_add_char(&text, 'a');
		}
		buf_add_str(&text, quoted ? "\"" : "");
		CHECK_INT("longest field", read_first(&text, &count), ERR_OK);
		text.len -= (size_t)quoted;
		buf_add_str(&text, quoted ? "a\"" : "a");
		CHECK_INT("one byte longer", read_first(&text, &count), ERR_LIMIT);
	}
}

static void check_writing(void) {
	static const struct {
		const char *text;
		const char *people;
		const char *programs;
	} rows[] = {
		{ "", "", "" },
		{ "Nguyễn Văn An", "Nguyễn Văn An", "Nguyễn Văn An" },
		{ "a,b", "\"a,b\"", "\"a,b\"" },
		{ "a;b", "\"a;b\"", "\"a;b\"" },
		{ "say \"x\"", "\"say \"\"x\"\"\"", "\"say \"\"x\"\"\"" },
		{ "a\nb", "\"a\nb\"", "\"a\nb\"" },
		{ " a", "\" a\"", "\" a\"" },
		{ "=1+1", "'=1+1", "=1+1" },
		{ "=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
				"\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"" },
		{ "+84912345678", "'+84912345678", "+84912345678" },
		{ "-", "'-", "-" },
		{ "@x", "'@x", "@x" },
		{ "\t=1", "\"'\t=1\"", "\"\t=1\"" },
		{ "＝1", "'＝1", "＝1" },
		{ "1=1", "1=1", "1=1" },
		{ "'x", "'x", "'x" },
		{ "\uFEFFx", "\"\uFEFFx\"", "\"\uFEFFx\"" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int use = CSV_FOR_PEOPLE; use <= CSV_FOR_PROGRAMS; use++) {
			_cleanup_(buf_finish) struct buf got = buf_make(1000);
			_cleanup_(buf_finish) struct buf want = buf_make(1000);
			struct csv_writer w;
			csv_begin(&w, &got, (enum csv_use)use);
			csv_textz(&w, rows[i].text);
			csv_i64(&w, -5);
			csv_end_row(&w);
			csv_textz(&w, NULL);
			csv_end_row(&w);
			bool is_people = use == CSV_FOR_PEOPLE;
			buf_addf(&want, "%s%s,-5\r\n\r\n", is_people ? "\xEF\xBB\xBF" : "",
					is_people ? rows[i].people : rows[i].programs);
			CHECK_STR(rows[i].text, buf_str(&got), buf_str(&want));
			_cleanup_(csv_reader_finish) struct csv_reader r;
			CHECK_INT("back", csv_reader_init(&r, (struct str){ got.data, got.len }),
					ERR_OK);
			static struct csv_row row;
			CHECK_INT("back", csv_read(&r, &row), ERR_OK);
			CHECK(rows[i].text,
					str_eq_z(is_people ? csv_unguard(row.fields[0])
							   : row.fields[0],
							rows[i].text));
		}
	}
	CHECK("only a guard is taken off", str_eq_z(csv_unguard(str_from("'x")), "'x"));
	CHECK("nothing to take off", str_eq_z(csv_unguard(str_from("'")), "'"));
}

int main(void) {
	check_reading();
	check_limits();
	check_writing();
	return check_done();
}
