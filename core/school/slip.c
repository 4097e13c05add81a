#include "core/school/slip.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/doc/pdf.h"

enum {
	COLUMNS = 2,
	ROWS = 4,
	GROUP = 4, /* signs of a code between two '-' */
	CODE_PRINTED_BYTES = SLIP_CODE_BYTES_MAX + SLIP_CODE_BYTES_MAX / GROUP + 1,
	SENTENCE_BYTES_MAX = 2048,
	GREY = 0x555555,
};

#define PAGE_MARGIN_MM 10.0
#define PAD_MM 4.0
#define SLIP_WIDTH_MM ((PDF_A4_WIDTH_MM - 2 * PAGE_MARGIN_MM) / COLUMNS)
#define SLIP_HEIGHT_MM ((PDF_A4_HEIGHT_MM - 2 * PAGE_MARGIN_MM) / ROWS)
#define INNER_MM (SLIP_WIDTH_MM - 2 * PAD_MM)
#define QR_SIDE_MM 30.0
#define LEFT_MM (INNER_MM - QR_SIDE_MM + 1.0) /* of the text beside the QR code */
#define LABEL_MM 23.0
#define LINE_MM 4.6

static const struct pdf_style style_small = { .size_pt = 8, .size_min_pt = 6, .rgb = GREY };
static const struct pdf_style style_title = { .size_pt = 11, .size_min_pt = 8, .is_bold = true };
static const struct pdf_style style_name = { .size_pt = 13, .size_min_pt = 8, .is_bold = true };
static const struct pdf_style style_value = { .size_pt = 10, .size_min_pt = 6 };
static const struct pdf_style style_mono = {
	.face = PDF_MONO, .size_pt = 10, .size_min_pt = 6, .is_bold = true
};
static const struct pdf_style style_code = {
	.face = PDF_MONO, .size_pt = 13, .size_min_pt = 7, .is_bold = true
};
static const struct pdf_style style_how = { .size_pt = 7.5, .size_min_pt = 6 };

/* A file of slips under way. The first failure sticks, as in pdf.h. */
struct page {
	struct pdf *pdf;
	enum lang lang;
	enum err err;
	double x_mm; /* upper left corner of the current slip, inside its padding */
	double y_mm;
	double line_y_mm; /* where the next label and value go */
};

static void fail(struct page *page, enum err e) {
	if (!page->err) {
		page->err = e;
	}
}

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* A sentence of the catalogue, with up to the parameters given. */
static void say(struct page *page, const char *code, const struct message_param *params,
		size_t count, struct buf *out) {
	enum err e = messages_print(code, page->lang, params, count, out);
	if (e) {
		fail(page, e);
	}
}

static void put(struct page *page, double dy_mm, double h_mm, const struct pdf_style *style,
		struct str text) {
	struct pdf_box box = { page->x_mm, page->y_mm + dy_mm, INNER_MM, h_mm };
	(void)pdf_text(page->pdf, box, style, text); /* cut at worst, never outside */
}

/* A label from the catalogue and a value beside it, left of the QR code. */
static void put_line(struct page *page, const char *label, const struct pdf_style *style,
		struct str value) {
	if (value.n == 0) {
		return;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
	say(page, label, NULL, 0, &text);
	struct pdf_box box = { page->x_mm, page->line_y_mm + 0.5, LABEL_MM, LINE_MM - 0.5 };
	(void)pdf_text(page->pdf, box, &style_small, of(&text)); /* our own short word */
	box = (struct pdf_box){ page->x_mm + LABEL_MM, page->line_y_mm, LEFT_MM - LABEL_MM,
		LINE_MM };
	(void)pdf_text(page->pdf, box, style, value); /* cut at worst */
	page->line_y_mm += LINE_MM;
}

/* "7K2MQX0A" as "7K2M-QX0A"; '-' and blanks of the given code are placed anew. */
static void group_code(struct str code, struct buf *out) {
	size_t signs = 0;
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] == '-' || code.p[i] == ' ') {
			continue;
		}
		if (signs > 0 && signs % GROUP == 0) {
			buf_add_char(out, '-');
		}
		buf_add_char(out, code.p[i]);
		signs++;
	}
}

static void put_qr(struct page *page, struct str address, const char *path, struct str code) {
	_cleanup_(buf_finish) struct buf url =
			buf_make(SLIP_ADDRESS_BYTES_MAX + SLIP_CODE_BYTES_MAX + 64);
	buf_add(&url, address.p, address.n);
	buf_add_str(&url, path);
	for (size_t i = 0; i < code.n; i++) {
		if (code.p[i] != '-' && code.p[i] != ' ') {
			buf_add_char(&url, code.p[i]);
		}
	}
	_cleanup_(qr_freep) struct qr *qr = NULL;
	enum err e = qr_new(of(&url), QR_LEVEL_M, &qr);
	if (url.data) {
		explicit_bzero(url.data, url.len);
	}
	if (e) {
		fail(page, e);
		return;
	}
	/* The quiet zone may reach into the padding: it is as white as that. */
	pdf_qr(page->pdf, qr, page->x_mm + INNER_MM - QR_SIDE_MM + 3, page->y_mm + 9, QR_SIDE_MM);
}

/* Lines between the slips, over the whole page so that a paper cutter can follow them. */
static void draw_cut_lines(struct pdf *pdf) {
	const struct pdf_pen pen = { .width_mm = 0.15, .dash_mm = 1.5, .rgb = 0x888888 };
	for (int column = 1; column < COLUMNS; column++) {
		double x_mm = PAGE_MARGIN_MM + column * SLIP_WIDTH_MM;
		pdf_line(pdf, x_mm, 0, x_mm, PDF_A4_HEIGHT_MM, &pen);
	}
	for (int row = 0; row <= ROWS; row++) {
		double y_mm = PAGE_MARGIN_MM + row * SLIP_HEIGHT_MM;
		pdf_line(pdf, 0, y_mm, PDF_A4_WIDTH_MM, y_mm, &pen);
	}
}

/* Moves to the place of slip i, on a new page when the last one is full. */
static void move_to(struct page *page, size_t i) {
	size_t on_page = i % (COLUMNS * ROWS);
	if (on_page == 0) {
		pdf_page(page->pdf);
		draw_cut_lines(page->pdf);
	}
	page->x_mm = PAGE_MARGIN_MM + (double)(on_page % COLUMNS) * SLIP_WIDTH_MM + PAD_MM;
	page->y_mm = PAGE_MARGIN_MM + (double)(on_page / COLUMNS) * SLIP_HEIGHT_MM + PAD_MM;
}

/* What both kinds begin with: where from, the title, the name, and the first line's place. */
static void put_top(struct page *page, struct str above, struct str title, struct str name) {
	put(page, 0, 4, &style_small, above);
	put(page, 4, 5.5, &style_title, title);
	struct pdf_box box = { page->x_mm, page->y_mm + 10.5, LEFT_MM, 9.5 };
	(void)pdf_text(page->pdf, box, &style_name, name); /* two lines, smaller, then cut */
	page->line_y_mm = page->y_mm + 20.5;
}

/* What both end with: the code and what to do with it. */
static void put_bottom(struct page *page, struct str label, struct str code, struct str how) {
	_cleanup_(buf_finish) struct buf grouped = buf_make(CODE_PRINTED_BYTES);
	group_code(code, &grouped);
	put(page, 39.5, 4, &style_small, label);
	put(page, 43, 6, &style_code, of(&grouped));
	put(page, 49.5, SLIP_HEIGHT_MM - 2 * PAD_MM - 49.5 + 2, &style_how, how);
	if (grouped.data) {
		explicit_bzero(grouped.data, grouped.len);
	}
}

static void print_day(int64_t ms, struct page *page, char out[DATE_VI_BYTES]) {
	struct date day;
	if (date_in_vietnam(ms, &day)) {
		fail(page, ERR_INVAL);
		day = (struct date){ 1970, 1, 1 };
	}
	date_print_vi(day, out);
}

static enum err begin(struct page *page, struct str title, struct str school, int64_t created_ms) {
	struct pdf_info info = { .title = title, .author = school, .created_ms = created_ms };
	return pdf_new(&info, &page->pdf);
}

static enum err finish(struct page *page, struct buf *out) {
	return page->err ? page->err : pdf_finish(page->pdf, out);
}

/* What to do with a sign-in slip, a line each. */
static void print_how(struct page *page, const struct slip_sheet *sheet, bool is_guardian,
		struct buf *out) {
	const struct message_param address = { "address", sheet->address };
	say(page, "slip.how_open", &address, 1, out);
	buf_add_char(out, '\n');
	say(page, "slip.how_choose", NULL, 0, out);
	buf_add_char(out, '\n');
	say(page, is_guardian ? "slip.how_later_phone" : "slip.how_later", NULL, 0, out);
	buf_add_char(out, '\n');
	say(page, "slip.how_keep", NULL, 0, out);
}

static void draw_slip(struct page *page, const struct slip_sheet *sheet, const struct slip *slip) {
	char day[DATE_VI_BYTES];
	print_day(sheet->expires_ms, page, day);
	_cleanup_(buf_finish) struct buf label = buf_make(SENTENCE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf how = buf_make(SENTENCE_BYTES_MAX);
	say(page, "slip.code", &(struct message_param){ "date", str_from(day) }, 1, &label);
	bool is_guardian = slip->phone.n > 0;
	print_how(page, sheet, is_guardian, &how);

	_cleanup_(buf_finish) struct buf title = buf_make(SENTENCE_BYTES_MAX);
	say(page, is_guardian ? "slip.title_guardian" : "slip.title", NULL, 0, &title);
	put_top(page, sheet->school_name, of(&title), slip->full_name);
	if (is_guardian) {
		put_line(page, "slip.children", &style_value, slip->children);
		put_line(page, "slip.class", &style_value, slip->class_name);
		put_line(page, "slip.phone", &style_mono, slip->phone);
	} else {
		put_line(page, "slip.class", &style_value, slip->class_name);
		put_line(page, "slip.school_code", &style_mono, sheet->school_code);
		put_line(page, "slip.login", &style_mono, slip->login);
	}
	put_qr(page, sheet->address, "/activate#", slip->code);
	put_bottom(page, of(&label), slip->code, of(&how));
}

static bool is_short(struct str s) {
	return s.n <= SLIP_TEXT_BYTES_MAX;
}

static enum err check_slips(
		const struct slip_sheet *sheet, const struct slip *slips, size_t count) {
	if (count == 0) {
		return ERR_MISSING;
	}
	bool fits = count <= SLIP_COUNT_MAX && is_short(sheet->school_name) &&
			is_short(sheet->school_code) && sheet->address.n <= SLIP_ADDRESS_BYTES_MAX;
	for (size_t i = 0; fits && i < count; i++) {
		fits = is_short(slips[i].full_name) && is_short(slips[i].class_name) &&
				is_short(slips[i].login) && is_short(slips[i].children) &&
				is_short(slips[i].phone) && slips[i].code.n <= SLIP_CODE_BYTES_MAX;
	}
	return fits ? ERR_OK : ERR_LIMIT;
}

static void page_finish(struct page *page) {
	pdf_free(page->pdf);
}

enum err slip_print(const struct slip_sheet *sheet, const struct slip *slips, size_t count,
		struct buf *out) {
	enum err e = check_slips(sheet, slips, count);
	if (e) {
		return e;
	}
	_cleanup_(page_finish) struct page page = { .lang = sheet->lang };
	_cleanup_(buf_finish) struct buf title = buf_make(SENTENCE_BYTES_MAX);
	say(&page, "slip.document", &(struct message_param){ "school", sheet->school_name }, 1,
			&title);
	e = begin(&page, of(&title), sheet->school_name, sheet->created_ms);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < count && !page.err; i++) {
		move_to(&page, i);
		draw_slip(&page, sheet, &slips[i]);
	}
	return finish(&page, out);
}

/* "7:30 ngày 05/09/2026, 45 phút" */
static void print_time(struct page *page, const struct slip_ticket_sheet *sheet, struct buf *out) {
	char day[DATE_VI_BYTES];
	char hour[4];
	char minute[4];
	char limit[12];
	print_day(sheet->starts_ms, page, day);
	int64_t minutes = (sheet->starts_ms / 60000 + 7 * 60) % (24 * 60);
	(void)snprintf(hour, sizeof(hour), "%d", (int)(minutes / 60) % 24);  /* at most 23 */
	(void)snprintf(minute, sizeof(minute), "%02d", (int)(minutes % 60)); /* at most 59 */
	(void)snprintf(limit, sizeof(limit), "%u", sheet->limit_min);        /* any unsigned fits */
	const struct message_param params[] = {
		{ "hour", str_from(hour) },
		{ "minute", str_from(minute) },
		{ "date", str_from(day) },
		{ "limit", str_from(limit) },
	};
	say(page, "slip.ticket_time_value", params, 4, out);
}

static void put_student(struct page *page, const struct slip_ticket *ticket) {
	put_line(page, "slip.class", &style_value, ticket->class_name);
	if (date_is_valid(ticket->birth_date)) {
		char day[DATE_VI_BYTES];
		date_print_vi(ticket->birth_date, day);
		put_line(page, "slip.ticket_birth", &style_value, str_from(day));
	}
	put_line(page, "slip.ticket_student", &style_mono, ticket->student_code);
}

static void draw_ticket(struct page *page, const struct slip_ticket_sheet *sheet,
		const struct slip_ticket *ticket) {
	_cleanup_(buf_finish) struct buf label = buf_make(SENTENCE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf how = buf_make(SENTENCE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf title = buf_make(SENTENCE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf room = buf_make(SENTENCE_BYTES_MAX);
	say(page, "slip.ticket_code", NULL, 0, &label);
	say(page, "slip.ticket_how", &(struct message_param){ "address", sheet->address }, 1, &how);
	say(page, "slip.ticket_title", NULL, 0, &title);
	buf_add_str(&title, " · ");
	print_time(page, sheet, &title);
	buf_add(&room, sheet->room_name.p, sheet->room_name.n);
	if (ticket->number > 0) {
		buf_addf(&room, " · %u", ticket->number);
	}
	put_top(page, sheet->exam_title, of(&title), ticket->full_name);
	put_student(page, ticket);
	put_line(page, "slip.ticket_room", &style_value, of(&room));
	put_qr(page, sheet->address, "/#ticket=", ticket->code);
	put_bottom(page, of(&label), ticket->code, of(&how));
	put(page, SLIP_HEIGHT_MM - 2 * PAD_MM - 1.8, 4, &style_small, sheet->school_name);
}

static enum err check_tickets(const struct slip_ticket_sheet *sheet,
		const struct slip_ticket *tickets, size_t count) {
	if (count == 0) {
		return ERR_MISSING;
	}
	bool fits = count <= SLIP_COUNT_MAX && is_short(sheet->school_name) &&
			is_short(sheet->exam_title) && is_short(sheet->room_name) &&
			sheet->address.n <= SLIP_ADDRESS_BYTES_MAX;
	for (size_t i = 0; fits && i < count; i++) {
		fits = is_short(tickets[i].full_name) && is_short(tickets[i].class_name) &&
				is_short(tickets[i].student_code) &&
				tickets[i].code.n <= SLIP_CODE_BYTES_MAX;
	}
	return fits ? ERR_OK : ERR_LIMIT;
}

enum err slip_ticket_print(const struct slip_ticket_sheet *sheet, const struct slip_ticket *tickets,
		size_t count, struct buf *out) {
	enum err e = check_tickets(sheet, tickets, count);
	if (e) {
		return e;
	}
	_cleanup_(page_finish) struct page page = { .lang = sheet->lang };
	_cleanup_(buf_finish) struct buf title = buf_make(SENTENCE_BYTES_MAX);
	say(&page, "slip.ticket_document", &(struct message_param){ "title", sheet->exam_title }, 1,
			&title);
	e = begin(&page, of(&title), sheet->school_name, sheet->created_ms);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < count && !page.err; i++) {
		move_to(&page, i);
		draw_ticket(&page, sheet, &tickets[i]);
	}
	return finish(&page, out);
}
