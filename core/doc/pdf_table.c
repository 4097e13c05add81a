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

static void draw_row(struct pdf *pdf, struct pdf_table *table, const struct pdf_style *style,
		const struct str *cells, double h_mm) {
	const struct pdf_pen pen = { .width_mm = table->line_mm };
	double x_mm = table->x_mm;
	for (size_t i = 0; i < table->column_count; i++) {
		const struct pdf_column *column = &table->columns[i];
		struct pdf_style aligned = *style;
		aligned.align = column->align;
		/* A hair of height more: the measured height is rounded on its way back. */
		struct pdf_box inside = { x_mm + table->pad_mm, table->y_mm + table->pad_mm,
			column->w_mm - 2 * table->pad_mm, h_mm - 2 * table->pad_mm + 0.01 };
		(void)pdf_text(pdf, inside, &aligned, cells[i]); /* higher than a page: cut */
		if (table->line_mm > 0) {
			struct pdf_box cell = { x_mm, table->y_mm, column->w_mm, h_mm };
			pdf_frame(pdf, cell, &pen);
		}
		x_mm += column->w_mm;
	}
	table->y_mm += h_mm;
}

void pdf_table_head(struct pdf *pdf, struct pdf_table *table) {
	assert(table->column_count > 0 && table->column_count <= PDF_TABLE_COLUMNS_MAX);
	struct str titles[PDF_TABLE_COLUMNS_MAX];
	for (size_t i = 0; i < table->column_count; i++) {
		titles[i] = table->columns[i].title;
	}
	double h_mm = row_height_mm(pdf, table, &table->head, titles);
	draw_row(pdf, table, &table->head, titles, h_mm);
}

void pdf_table_row(struct pdf *pdf, struct pdf_table *table, const struct str *cells) {
	double h_mm = row_height_mm(pdf, table, &table->body, cells);
	if (table->y_mm + h_mm > table->bottom_mm) {
		pdf_page(pdf);
		table->y_mm = table->top_mm;
		pdf_table_head(pdf, table);
		double most_mm = table->bottom_mm - table->y_mm;
		h_mm = h_mm > most_mm ? most_mm : h_mm;
	}
	draw_row(pdf, table, &table->body, cells, h_mm);
}
