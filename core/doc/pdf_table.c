#include "core/doc/pdf.h"

#include <assert.h>
#include <string.h>

/* The height of a row: its highest cell and the room above and below it. */
static double row_height_mm(struct pdf *pdf, const struct pdf_table *table,
		const struct pdf_style *style, const struct str *cells) {
	double most_mm = 0;
	for (size_t i = 0; i < table->column_count; i++) {
		double h_mm = pdf_text_height_mm(
				pdf, table->columns[i].w_mm - 2 * table->pad_mm, style, cells[i]);
		most_mm = h_mm > most_mm ? h_mm : most_mm;
	}
	return most_mm + 2 * table->pad_mm;
}

/* What stands inside a cell. A hair of height more: the measured height is rounded on its way back. */
static struct pdf_box inside_of(const struct pdf_table *table, struct pdf_box cell) {
	return (struct pdf_box){ cell.x_mm + table->pad_mm, cell.y_mm + table->pad_mm,
		cell.w_mm - 2 * table->pad_mm, cell.h_mm - 2 * table->pad_mm + 0.01 };
}

static void draw_frame(struct pdf *pdf, const struct pdf_table *table, struct pdf_box cell) {
	const struct pdf_pen pen = { .width_mm = table->line_mm };
	if (table->line_mm > 0) {
		pdf_frame(pdf, cell, &pen);
	}
}

static void draw_row(
		struct pdf *pdf, struct pdf_table *table, const struct str *cells, double h_mm) {
	double x_mm = table->x_mm;
	for (size_t i = 0; i < table->column_count; i++) {
		const struct pdf_column *column = &table->columns[i];
		struct pdf_style aligned = table->body;
		aligned.align = column->align;
		struct pdf_box cell = { x_mm, table->y_mm, column->w_mm, h_mm };
		struct pdf_box inside = inside_of(table, cell);
		if (table->row_mm > 0) { /* letters have room above and below of their own */
			inside.y_mm = cell.y_mm;
			inside.h_mm = cell.h_mm;
			aligned.is_middle = true;
		}
		(void)pdf_text(pdf, inside, &aligned, cells[i]); /* higher than a page: cut */
		draw_frame(pdf, table, cell);
		x_mm += column->w_mm;
	}
	table->y_mm += h_mm;
}

/* ---- the head ---- */

static void draw_title(struct pdf *pdf, const struct pdf_table *table, struct pdf_box cell,
		enum pdf_align align, struct str title) {
	struct pdf_style style = table->head;
	style.align = align;
	style.is_middle = true;
	(void)pdf_text(pdf, inside_of(table, cell), &style, title); /* shrinks, cut at worst */
	draw_frame(pdf, table, cell);
}

static double group_width_mm(const struct pdf_table *table, size_t group, size_t first) {
	double w_mm = 0;
	for (size_t i = 0; i < table->groups[group].column_count; i++) {
		w_mm += table->columns[first + i].w_mm;
	}
	return w_mm;
}

static double groups_height_mm(struct pdf *pdf, const struct pdf_table *table) {
	double most_mm = 0;
	size_t first = 0;
	for (size_t g = 0; g < table->group_count; g++) {
		double w_mm = group_width_mm(table, g, first) - 2 * table->pad_mm;
		double h_mm = pdf_text_height_mm(pdf, w_mm, &table->head, table->groups[g].title) +
				2 * table->pad_mm;
		most_mm = h_mm > most_mm ? h_mm : most_mm;
		first += table->groups[g].column_count;
	}
	assert(first == table->column_count || table->group_count == 0);
	return most_mm;
}

static double titles_height_mm(struct pdf *pdf, const struct pdf_table *table) {
	struct str titles[PDF_TABLE_COLUMNS_MAX];
	for (size_t i = 0; i < table->column_count; i++) {
		titles[i] = table->columns[i].is_upright ? str_from("") : table->columns[i].title;
	}
	double h_mm = row_height_mm(pdf, table, &table->head, titles);
	return h_mm > table->head_mm ? h_mm : table->head_mm;
}

static void draw_column_title(struct pdf *pdf, const struct pdf_table *table,
		const struct pdf_column *column, struct pdf_box cell) {
	if (!column->is_upright) {
		draw_title(pdf, table, cell, column->align, column->title);
		return;
	}
	struct pdf_style style = table->head;
	style.align = PDF_LEFT;
	struct pdf_box inside = inside_of(table, cell);
	inside.h_mm -= table->pad_mm; /* off the line that it begins at */
	(void)pdf_text_up(pdf, inside, &style, column->title);
	draw_frame(pdf, table, cell);
}

void pdf_table_head(struct pdf *pdf, struct pdf_table *table) {
	assert(table->column_count > 0 && table->column_count <= PDF_TABLE_COLUMNS_MAX);
	const struct pdf_group all = { str_from(""), table->column_count };
	const struct pdf_group *groups = table->group_count ? table->groups : &all;
	size_t group_count = table->group_count ? table->group_count : 1;
	double above_mm = groups_height_mm(pdf, table);
	double h_mm = titles_height_mm(pdf, table);
	double x_mm = table->x_mm;
	size_t i = 0;
	for (size_t g = 0; g < group_count; g++) {
		bool is_named = groups[g].title.n > 0;
		double top_mm = is_named ? above_mm : 0;
		if (is_named) {
			struct pdf_box cell = { x_mm, table->y_mm, group_width_mm(table, g, i),
				above_mm };
			draw_title(pdf, table, cell, PDF_CENTER, groups[g].title);
		}
		for (size_t end = i + groups[g].column_count; i < end; i++) {
			struct pdf_box cell = { x_mm, table->y_mm + top_mm, table->columns[i].w_mm,
				above_mm + h_mm - top_mm };
			draw_column_title(pdf, table, &table->columns[i], cell);
			x_mm += table->columns[i].w_mm;
		}
	}
	table->y_mm += above_mm + h_mm;
}

void pdf_table_row(struct pdf *pdf, struct pdf_table *table, const struct str *cells) {
	double h_mm = table->row_mm > 0 ? table->row_mm
					: row_height_mm(pdf, table, &table->body, cells);
	if (table->y_mm + h_mm > table->bottom_mm) {
		pdf_page(pdf);
		table->y_mm = table->top_mm;
		pdf_table_head(pdf, table);
		double most_mm = table->bottom_mm - table->y_mm;
		h_mm = h_mm > most_mm ? most_mm : h_mm;
	}
	draw_row(pdf, table, cells, h_mm);
}
