#include "gradebook/sheets/mark_value.h"

#include "tests/check.h"

/* Each row is a cell of a file; the code is the cell's byte (gradebook/marks/cell.h). */
static const struct {
	const char *text;
	enum grid_kind grid;
	enum mark_scale scale;
	enum mark_value_kind kind;
	unsigned code;
	const char *fault;
} rows[] = {
	{ "7,5", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_MARK, 75, NULL },
	{ "7.5", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_MARK, 75, NULL },
	{ " 8 ", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_MARK, 80, NULL },
	{ "0", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_MARK, 0, NULL },
	{ "10", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_MARK, 100, NULL },
	{ "8,50", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_MARK, 85, NULL },
	{ "6b", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_MARK, CELL_MAKEUP + 60, NULL },
	{ "11", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_ASK, 11, NULL },
	{ "75", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_ASK, 75, NULL },
	{ "100", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_ASK, 100, NULL },
	{ "101", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_wrong" },
	{ "10.1", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_WRONG, CELL_NONE,
			"sheet.value_wrong" },
	{ "-1", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_wrong" },
	{ "7.55", GRID_NUMBER, MARK_SCALE_TENTHS, MARK_VALUE_WRONG, CELL_NONE,
			"sheet.value_decimals" },
	{ "V", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_MARK, CELL_MISSING, NULL },
	{ "vắng", GRID_TEXT, MARK_SCALE_PASSED, MARK_VALUE_MARK, CELL_MISSING, NULL },
	{ "Miễn", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_EXEMPT, CELL_NONE, NULL },
	{ "-", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_EMPTY, CELL_NONE, NULL },
	{ "  ", GRID_TEXT, MARK_SCALE_TENTHS, MARK_VALUE_EMPTY, CELL_NONE, NULL },
	{ "2026-05-08", GRID_DATE, MARK_SCALE_TENTHS, MARK_VALUE_WRONG, CELL_NONE,
			"sheet.value_date" },
	{ "#N/A", GRID_ERROR, MARK_SCALE_TENTHS, MARK_VALUE_WRONG, CELL_NONE, "import.cell_error" },
	{ "Đ", GRID_TEXT, MARK_SCALE_PASSED, MARK_VALUE_MARK, 1, NULL },
	{ "Đạt", GRID_TEXT, MARK_SCALE_PASSED, MARK_VALUE_MARK, 1, NULL },
	{ "CĐ", GRID_TEXT, MARK_SCALE_PASSED, MARK_VALUE_MARK, 0, NULL },
	{ "chưa đạt", GRID_TEXT, MARK_SCALE_PASSED, MARK_VALUE_MARK, 0, NULL },
	{ "8", GRID_NUMBER, MARK_SCALE_PASSED, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_comment" },
	{ "7", GRID_NUMBER, MARK_SCALE_WHOLE, MARK_VALUE_MARK, 70, NULL },
	{ "7,0", GRID_TEXT, MARK_SCALE_WHOLE, MARK_VALUE_MARK, 70, NULL },
	{ "7,5", GRID_TEXT, MARK_SCALE_WHOLE, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_whole" },
	{ "80", GRID_NUMBER, MARK_SCALE_WHOLE, MARK_VALUE_ASK, 80, NULL },
	{ "75", GRID_NUMBER, MARK_SCALE_WHOLE, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_wrong" },
	{ "T", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_MARK, 2, NULL },
	{ "h", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_MARK, 1, NULL },
	{ "Chưa hoàn thành", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_MARK, 0, NULL },
	{ "HTT", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_MARK, 2, NULL },
	{ "Tb", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_level" },
	{ "V", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_level" },
	{ "V", GRID_TEXT, MARK_SCALE_WHOLE, MARK_VALUE_MARK, CELL_MISSING, NULL },
	{ "Đ", GRID_TEXT, MARK_SCALE_LEVEL, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_level" },
	{ "9", GRID_NUMBER, MARK_SCALE_LEVEL, MARK_VALUE_WRONG, CELL_NONE, "sheet.value_level" },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct grid_cell cell = {
			.column = 1, .kind = rows[i].grid, .text = str_from(rows[i].text)
		};
		struct mark_value value;
		CHECK_INT(rows[i].text, mark_value_read(rows[i].scale, &cell, &value), ERR_OK);
		CHECK_INT(rows[i].text, value.kind, rows[i].kind);
		CHECK_INT(rows[i].text, cell_code(&value.cell), rows[i].code);
		CHECK_STR(rows[i].text, value.fault ? value.fault : "",
				rows[i].fault ? rows[i].fault : "");
	}
	struct mark_value value;
	const struct grid_cell formula = { .column = 1, .is_uncomputed = true };
	CHECK_INT("no cell", mark_value_read(MARK_SCALE_TENTHS, NULL, &value), ERR_OK);
	CHECK_INT("no cell", value.kind, MARK_VALUE_EMPTY);
	CHECK_INT("a formula", mark_value_read(MARK_SCALE_TENTHS, &formula, &value), ERR_OK);
	CHECK_STR("a formula", value.fault, "import.formula");
	return check_failures != 0;
}
