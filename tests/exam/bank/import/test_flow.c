#include "exam/bank/import/flow.h"

#include <stdlib.h>

#include "tests/check.h"

static const struct flow_style plain = { 0 };
static const struct flow_style bold = { .flags = FLOW_BOLD };

static void test_text(void) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	_cleanup_(buf_finish) struct buf out = buf_make(1000);
	flow_begin_line(&f, 0);
	flow_add_text(&f, str_from("to"), plain);
	flow_add_text(&f,
			str_from("\xCC\x80"
				 "a\xCC\x81n"),
			bold); /* a mark in the next run */
	flow_add_text(&f, str_from("\xC2\xA0\xE2\x80\x8Bx\xC2\xAD\xE2\x80\x91y"), plain);
	flow_end_line(&f);
	CHECK_INT("written", flow_err(&f), ERR_OK);
	flow_plain(&f, &f.lines[0], 0, f.lines[0].n, &out);
	CHECK_STR("composed, blanks plain, invisible gone", buf_str(&out), "tòán x-y");
	CHECK_INT("runs", f.lines[0].run_count, 3);
	CHECK_INT("the mark went to its letter", f.runs[0].end, strlen("tò"));
	CHECK_INT("bold", flow_run_at(&f, &f.lines[0], strlen("tò"))->style.flags, FLOW_BOLD);
}

static void test_formulas(void) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	_cleanup_(buf_finish) struct buf out = buf_make(1000);
	flow_begin_line(&f, 0);
	flow_add_text(&f, str_from("a $x_"), plain);
	flow_add_text(&f, str_from("1$ b $5\t$6 "), bold);
	flow_add_formula(&f, str_from("y  \n z"), plain);
	flow_end_line(&f);
	CHECK_INT("objects", f.object_count, 2);
	CHECK("the first", str_eq_z(flow_latex(&f, &f.objects[1]), "x_1"));
	flow_plain(&f, &f.lines[0], 0, f.lines[0].n, &out);
	CHECK_STR("a tab ends no formula", buf_str(&out), "a $x_1$ b $5\t$6 $y z$");
	CHECK("in the text", memmem(f.text.data, f.text.len, FLOW_OBJECT_TEXT, 3) != NULL);
}

static void test_unknown(void) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	flow_begin_line(&f, 0);
	flow_add_text(&f,
			str_from("a\xEF\xA3\xBF"
				 "b"),
			plain);
	flow_end_line(&f);
	CHECK("shown as a box",
			str_eq_z(flow_line_text(&f, &f.lines[0]),
					"a\xE2\x96\xA1"
					"b"));
	CHECK_INT("and told", flow_run_at(&f, &f.lines[0], 1)->style.flags, FLOW_UNKNOWN);
}

static void test_tables(void) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	flow_begin_table(&f);
	for (unsigned row = 0; row < 3; row++) {
		for (unsigned column = 0; column < 2; column++) {
			flow_begin_cell(&f, row, column, 1);
			flow_begin_line(&f, 0);
			flow_end_line(&f);
			flow_end_cell(&f);
			if (column == 0 && row > 0) {
				flow_merge_cell_up(&f);
			}
		}
	}
	flow_end_table(&f);
	CHECK_INT("lines", f.tables[0].line_count, 6);
	CHECK_INT("rows", f.tables[0].row_count, 3);
	CHECK_INT("grew", f.cells[0].rowspan, 3);
	CHECK_INT("swallowed", f.cells[2].rowspan, 0);
	CHECK_INT("swallowed too", f.cells[4].rowspan, 0);
	CHECK_INT("beside it", f.cells[1].rowspan, 1);
	CHECK_INT("a line knows its cell", f.lines[5].cell, 6);
}

static enum err with_lines(size_t count) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	for (size_t i = 0; i < count; i++) {
		flow_begin_line(&f, 0);
		flow_end_line(&f);
	}
	return flow_err(&f);
}

static enum err with_bytes(size_t count) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	_cleanup_(mem_freep) char *bytes = malloc(count);
	memset(bytes, 'x', count);
	flow_begin_line(&f, 0);
	flow_add_text(&f, (struct str){ bytes, count }, plain);
	flow_end_line(&f);
	return flow_err(&f);
}

static enum err with_latex(size_t count) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	_cleanup_(mem_freep) char *bytes = malloc(count);
	memset(bytes, 'x', count);
	flow_begin_line(&f, 0);
	flow_add_formula(&f, (struct str){ bytes, count }, plain);
	flow_end_line(&f);
	return flow_err(&f);
}

int main(void) {
	test_text();
	test_formulas();
	test_unknown();
	test_tables();
	CHECK_INT("most lines", with_lines(FLOW_LINES_MAX), ERR_OK);
	CHECK_INT("one line too many", with_lines(FLOW_LINES_MAX + 1), ERR_LIMIT);
	CHECK_INT("longest line", with_bytes(FLOW_LINE_BYTES_MAX), ERR_OK);
	CHECK_INT("line too long", with_bytes(FLOW_LINE_BYTES_MAX + 1), ERR_LIMIT);
	CHECK_INT("longest formula", with_latex(FLOW_LATEX_BYTES_MAX), ERR_OK);
	CHECK_INT("formula too long", with_latex(FLOW_LATEX_BYTES_MAX + 1), ERR_LIMIT);
	return check_done();
}
