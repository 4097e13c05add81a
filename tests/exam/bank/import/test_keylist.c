#include "exam/bank/import/keylist.h"

#include "tests/check.h"

/* Entries as "1=B 2=ĐS.. 3=3,14". */
static void print_entries(const struct draft *d, struct buf *out) {
	for (size_t i = 0; i < d->key_count; i++) {
		const struct draft_key_entry *e = &d->keys[i];
		buf_addf(out, "%s%u=", i ? " " : "", e->number);
		for (int bit = 0; bit < 8; bit++) {
			if (e->key.letters >> bit & 1) {
				buf_add_char(out, (char)('A' + bit));
			}
			if (e->key.told >> bit & 1) {
				buf_addf(out, "%c%s", 'a' + bit,
						e->key.truths >> bit & 1 ? "+" : "-");
			}
		}
		buf_add_str(out, e->key.value);
	}
}

static const struct {
	const char *line;
	const char *want; /* NULL: no line of keys */
} lines[] = {
	{ "1-A   2-C   3-D", "1=A 2=C 3=D" },
	{ "1.A 2.B 3.C", "1=A 2=B 3=C" },
	{ "1A 2B 10C", "1=A 2=B 10=C" },
	{ "1. A; 2. B; 3. A, 4. D", "1=A 2=B 3=A 4=D" },
	{ "Câu 1: A\tCâu 2: B", "1=A 2=B" },
	{ "Đáp án: 1-A 2-B", "1=A 2=B" },
	{ "1 – A", "1=A" },
	{ "1: ĐSĐS\t2: SSSS", "1=a+b-c+d- 2=a-b-c-d-" },
	{ "Câu 2: a) Sai; b) Sai; c) Đúng; d) Sai", "2=a-b-c+d-" },
	{ "1: 3,14\t2: -25", "1=3,14 2=-25" },
	{ "1. Anh ấy đi học", NULL },
	{ "1. A. lá", NULL },
	{ "Câu 1. Chọn C", NULL },
	{ "1\t2\t3", NULL },
	{ "A B C D", NULL },
	{ "", NULL },
};

static void test_lines(void) {
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		_cleanup_(draft_freep) struct draft *d = NULL;
		_cleanup_(buf_finish) struct buf out = buf_make(1000);
		CHECK_INT("room", draft_new(&d), ERR_OK);
		struct keylist k = { .draft = d, .takes_values = true };
		bool is_list = keylist_line(&k, str_from(lines[i].line));
		print_entries(d, &out);
		CHECK_INT(lines[i].line, is_list, lines[i].want != NULL);
		CHECK_STR(lines[i].line, buf_str(&out), lines[i].want ? lines[i].want : "");
	}
}

/* Rows are split at '/', cells at '|'. */
static void make_table(struct flow *f, const char *text) {
	unsigned row = 0;
	unsigned column = 0;
	flow_begin_table(f);
	while (*text) {
		size_t n = strcspn(text, "|/");
		flow_begin_cell(f, row, column++, 1);
		flow_begin_line(f, 0);
		flow_add_text(f, (struct str){ text, n }, (struct flow_style){ 0 });
		flow_end_line(f);
		flow_end_cell(f);
		text += n;
		if (*text == '/') {
			row++;
			column = 0;
		}
		text += *text != '\0';
	}
	flow_end_table(f);
}

static const struct {
	const char *table;
	const char *want;
} tables[] = {
	{ "1.A|2.B/3.C|4.D", "1=A 2=B 3=C 4=D" },
	{ "Câu|1|2|3/ĐA|A|C|D", "1=A 2=C 3=D" },
	{ "1|2/A|B/3|4/C|D", "1=A 2=B 3=C 4=D" },
	{ "Câu|1|2/a|Đ|S/b|S|Đ", "1=a+ 2=a- 1=b- 2=b+" },
	{ "Câu|a|b|c|d/1|Đ|S|S|Đ/2|S|S|Đ|Đ", "1=a+ 1=b- 1=c- 1=d+ 2=a- 2=b- 2=c+ 2=d+" },
	{ "Câu|Đáp án|Câu|Đáp án/1|A|3|C/2|B|4|D", "1=A 2=B 3=C 4=D" },
	{ "1|A/2|B/3|C", "1=A 2=B 3=C" },
	{ "Câu 1|Câu 2/a) Đ|a) S/b) S|b) Đ", "1=a+ 2=a- 1=b- 2=b+" },
	{ "Câu 1|Câu 2/a) Đ|b) S/b) S|c) Đ", "1=a+ 2=b-" },
	{ "Câu|Ý|Đáp án/1|a|Đ/|b|S/2|a|S", "1=a+ 1=b- 2=a-" },
	{ "Câu|1|2/Đáp án|3|4", "1=3 2=4" },
	{ "Câu|1|2/Đáp án|Huế|Hà Nội", "1=Huế 2=Hà Nội" },
	{ "Năm|2010|2020/Sản lượng|40|42", "" },
	{ "Tên|Tuổi/An|15", "" },
};

static void test_tables(void) {
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		_cleanup_(draft_freep) struct draft *d = NULL;
		_cleanup_(flow_finish) struct flow f = flow_make();
		_cleanup_(buf_finish) struct buf out = buf_make(1000);
		CHECK_INT("room", draft_new(&d), ERR_OK);
		make_table(&f, tables[i].table);
		CHECK_INT("table", flow_err(&f), ERR_OK);
		struct keylist k = { .draft = d, .takes_values = true };
		size_t count = keylist_table(&k, &f, 0);
		CHECK_INT(tables[i].table, count, d->key_count);
		print_entries(d, &out);
		CHECK_STR(tables[i].table, buf_str(&out), tables[i].want);
	}
}

int main(void) {
	test_lines();
	test_tables();
	return check_done();
}
