#include "core/doc/pdf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/doc/run_tool.h"

static const struct pdf_style plain = { .face = PDF_SANS, .size_pt = 11 };
static const struct pdf_style shrinking = { .face = PDF_SANS, .size_pt = 11, .size_min_pt = 7 };

static struct pdf *start(enum pdf_orientation orientation) {
	struct pdf_info info = {
		.title = str_from("Phiếu thử"),
		.author = str_from("Trường Thi"),
		.created_ms = 1757000000000,
		.orientation = orientation,
	};
	struct pdf *pdf = NULL;
	CHECK_INT("new", pdf_new(&info, &pdf), ERR_OK);
	return pdf;
}

/* Words come out of the page as they went in: diacritics, NFC of what was NFD, no lost blanks. */
static void check_text(void) {
	_cleanup_(pdf_freep) struct pdf *pdf = start(PDF_PORTRAIT);
	pdf_page(pdf);
	CHECK_INT("whole",
			pdf_text(pdf, (struct pdf_box){ 20, 20, 100, 10 }, &plain,
					str_from("Nguye\xCC\x82\xCC\x83n Thị Quỳnh Hương")),
			PDF_FIT_WHOLE);
	struct pdf_style serif = plain;
	serif.face = PDF_SERIF;
	serif.is_bold = true;
	(void)pdf_text(pdf, (struct pdf_box){ 20, 40, 150, 10 }, &serif,
			str_from("ỗ ợ ặ ẫ ỵ Ỹ Đ đ Ứ ừ ử ữ ự — “trích” ‘dẫn’ … ≤ ½"));
	struct pdf_style mono = plain;
	mono.face = PDF_MONO;
	(void)pdf_text(pdf, (struct pdf_box){ 20, 60, 150, 10 }, &mono, str_from("7K2M-QX0A-1B9C"));
	pdf_page(pdf);
	(void)pdf_text(pdf, (struct pdf_box){ 20, 20, 100, 10 }, &plain, str_from("Trang thứ hai"));
	(void)pdf_text(pdf, (struct pdf_box){ 20, 40, 20, 20 }, &mono,
			str_from("nguyenvananhbachkhoa"));
	CHECK_INT("pages", pdf_page_count(pdf), 2);
	_cleanup_(buf_finish) struct buf bytes = buf_make(PDF_BYTES_MAX);
	CHECK_INT("finish", pdf_finish(pdf, &bytes), ERR_OK);
	tool_save("text.pdf", &bytes);

	_cleanup_(buf_finish) struct buf text = buf_make(100000);
	tool_run("pdftotext -layout text.pdf -", &text);
	CHECK("composed", strstr(buf_str(&text), "Nguyễn Thị Quỳnh Hương") != NULL);
	CHECK("all marks",
			strstr(buf_str(&text), "ỗ ợ ặ ẫ ỵ Ỹ Đ đ Ứ ừ ử ữ ự — “trích” ‘dẫn’ … ≤ ½") !=
					NULL);
	CHECK("code", strstr(buf_str(&text), "7K2M-QX0A-1B9C") != NULL);
	const char *page = strchr(buf_str(&text), '\f');
	CHECK("second page", page && strstr(page, "Trang thứ hai"));
	CHECK("broken without a hyphen", page && strstr(page, "nguye") && !strchr(page, '-'));

	_cleanup_(buf_finish) struct buf fonts = buf_make(100000);
	tool_run("pdffonts text.pdf", &fonts);
	size_t count = 0;
	for (const char *at = strchr(buf_str(&fonts), '+'); at; at = strchr(at + 1, '+')) {
		count++;
		CHECK("only the pinned fonts, embedded", strncmp(at, "+Liberation", 11) == 0);
	}
	CHECK("three faces", count >= 3);
	_cleanup_(buf_finish) struct buf facts = buf_make(100000);
	tool_run("TZ=UTC pdfinfo -isodates text.pdf", &facts);
	CHECK("title", strstr(buf_str(&facts), "Phiếu thử") != NULL);
	CHECK("made when the caller said", strstr(buf_str(&facts), "2025-09-04T15:33:20") != NULL);
	CHECK("A4", strstr(buf_str(&facts), "(A4)") != NULL);
}

static void check_fit(void) {
	static const struct {
		const char *name;
		struct pdf_box box;
		const struct pdf_style *style;
		const char *text;
		enum pdf_fit want;
	} rows[] = {
		{ "fits", { 0, 0, 60, 6 }, &shrinking, "Lê An", PDF_FIT_WHOLE },
		{ "smaller", { 0, 0, 60, 6 }, &shrinking, "Nguyễn Hoàng Phương Linh Chi An",
				PDF_FIT_SHRUNK },
		{ "two lines when there is room", { 0, 0, 60, 12 }, &shrinking,
				"Nguyễn Hoàng Phương Linh Chi An", PDF_FIT_WHOLE },
		{ "never smaller than said", { 0, 0, 20, 6 }, &shrinking,
				"Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Linh", PDF_FIT_CUT },
		{ "may not shrink", { 0, 0, 20, 6 }, &plain, "Nguyễn Hoàng Phương Linh",
				PDF_FIT_CUT },
		{ "a word without blanks", { 0, 0, 30, 30 }, &plain,
				"nguyenhoangphuonglinhchian.k47.thptchuyen", PDF_FIT_WHOLE },
		{ "too many paragraphs", { 0, 0, 30, 10 }, &plain, "1\n2\n3\n4\n5\n6",
				PDF_FIT_CUT },
		{ "nothing", { 0, 0, 30, 10 }, &plain, "", PDF_FIT_WHOLE },
	};
	_cleanup_(pdf_freep) struct pdf *pdf = start(PDF_PORTRAIT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pdf_page(pdf);
		CHECK_INT(rows[i].name,
				pdf_text(pdf, rows[i].box, rows[i].style, str_from(rows[i].text)),
				rows[i].want);
	}
	_cleanup_(buf_finish) struct buf bytes = buf_make(PDF_BYTES_MAX);
	CHECK_INT("finish", pdf_finish(pdf, &bytes), ERR_OK);
	tool_save("fit.pdf", &bytes);
	/* Outside its box not one dark pixel: at 100 dpi the box of 20 mm is 79 pixels wide. */
	_cleanup_(buf_finish) struct buf none = buf_make(100000);
	tool_run("pdftoppm -r 100 -gray -f 4 -l 4 -singlefile fit.pdf fit", &none);
	FILE *file = fopen("fit.pgm", "rb");
	unsigned w = 0;
	unsigned h = 0;
	CHECK("picture", file && fscanf(file, "P5 %u %u 255", &w, &h) == 2 && fgetc(file) != EOF);
	size_t outside = 0;
	size_t inside = 0;
	for (size_t i = 0; file && i < (size_t)w * h; i++) {
		bool is_dark = fgetc(file) < 200;
		bool is_in = i % w <= 79 && i / w <= 24;
		outside += is_dark && !is_in;
		inside += is_dark && is_in;
	}
	CHECK_INT("outside the box", outside, 0);
	CHECK("inside the box", inside > 50);
	if (file) {
		fclose(file);
	}
}

static void check_qr(void) {
	static const char url[] = "https://truong.example/kich-hoat#7K2MQX0A1B9CDEFG";
	_cleanup_(qr_freep) struct qr *qr = NULL;
	CHECK_INT("qr", qr_new(str_from(url), QR_LEVEL_M, &qr), ERR_OK);
	_cleanup_(pdf_freep) struct pdf *pdf = start(PDF_LANDSCAPE);
	pdf_page(pdf);
	pdf_fill(pdf, (struct pdf_box){ 0, 0, 297, 210 }, 0xFFFFFF);
	pdf_qr(pdf, qr, 30, 30, 22);
	pdf_frame(pdf, (struct pdf_box){ 30, 30, 22, 22 }, &(struct pdf_pen){ .width_mm = 0.2 });
	pdf_line(pdf, 0, 100, 297, 100, &(struct pdf_pen){ .width_mm = 0.2, .dash_mm = 2 });
	_cleanup_(buf_finish) struct buf bytes = buf_make(PDF_BYTES_MAX);
	CHECK_INT("finish", pdf_finish(pdf, &bytes), ERR_OK);
	tool_save("qr.pdf", &bytes);
	_cleanup_(buf_finish) struct buf read = buf_make(100000);
	tool_run("pdftoppm -r 150 -gray -singlefile qr.pdf qr && "
		 "zbarimg -q --nodbus --raw qr.pgm",
			&read);
	CHECK_STR("a camera reads it", buf_str(&read),
			"https://truong.example/kich-hoat#7K2MQX0A1B9CDEFG\n");
}

static void check_table(void) {
	const struct pdf_column columns[] = {
		{ .title = str_from("STT"), .w_mm = 12, .align = PDF_RIGHT },
		{ .title = str_from("Họ và tên"), .w_mm = 60 },
		{ .title = str_from("Ghi chú"), .w_mm = 40, .align = PDF_CENTER },
	};
	struct pdf_table table = {
		.columns = columns,
		.column_count = 3,
		.head = { .size_pt = 10, .is_bold = true },
		.body = { .size_pt = 10 },
		.x_mm = 20,
		.top_mm = 20,
		.bottom_mm = 280,
		.pad_mm = 1,
		.line_mm = 0.2,
		.y_mm = 50,
	};
	_cleanup_(pdf_freep) struct pdf *pdf = start(PDF_PORTRAIT);
	pdf_page(pdf);
	pdf_table_head(pdf, &table);
	char number[8];
	for (int i = 1; i <= 60; i++) {
		(void)snprintf(number, sizeof(number), "%d", i);
		struct str cells[] = { str_from(number), str_from("Học sinh"),
			str_from(i == 3 ? "một dòng dài hơn bề ngang của ô này" : "") };
		double before_mm = table.y_mm;
		pdf_table_row(pdf, &table, cells);
		if (i == 3) {
			CHECK("two lines high", table.y_mm - before_mm > 9);
		}
		CHECK("ends above the bottom", table.y_mm <= 280);
	}
	CHECK_INT("two pages", pdf_page_count(pdf), 2);
	_cleanup_(buf_finish) struct buf bytes = buf_make(PDF_BYTES_MAX);
	CHECK_INT("finish", pdf_finish(pdf, &bytes), ERR_OK);
	tool_save("table.pdf", &bytes);
	_cleanup_(buf_finish) struct buf text = buf_make(100000);
	tool_run("pdftotext -layout table.pdf -", &text);
	size_t heads = 0;
	for (const char *at = buf_str(&text); (at = strstr(at, "Họ và tên")); at++) {
		heads++;
	}
	CHECK_INT("the head on each page", heads, 2);
	CHECK("the last row", strstr(buf_str(&text), "60") != NULL);
}

/* Titles of narrow columns run upwards below the name of their group; rows have one height. */
static void check_upright(void) {
	static const struct pdf_group groups[] = { { { "", 0 }, 1 },
		{ { "Phẩm chất", sizeof("Phẩm chất") - 1 }, 2 } };
	const struct pdf_column columns[] = {
		{ .title = str_from("Họ và tên"), .w_mm = 60 },
		{ .title = str_from("Trách nhiệm"), .w_mm = 9, .is_upright = true },
		{ .title = str_from("Trung thực"), .w_mm = 9, .is_upright = true },
	};
	struct pdf_table table = {
		.columns = columns,
		.column_count = 3,
		.head = { .size_pt = 8 },
		.body = { .size_pt = 8, .size_min_pt = 4 },
		.x_mm = 20,
		.top_mm = 20,
		.bottom_mm = 280,
		.pad_mm = 0.3,
		.line_mm = 0.2,
		.y_mm = 20,
		.head_mm = 30,
		.row_mm = 5,
		.groups = groups,
		.group_count = 2,
	};
	_cleanup_(pdf_freep) struct pdf *pdf = start(PDF_PORTRAIT);
	pdf_page(pdf);
	pdf_table_head(pdf, &table);
	CHECK("a group above 30 mm of titles", table.y_mm > 53 && table.y_mm < 56);
	double before_mm = table.y_mm;
	const struct str cells[] = { str_from("Công Tằng Tôn Nữ Nguyễn Phước Hoàng Ngọc Thanh "
					      "Quỳnh Như và cả họ hàng của em ấy nữa"),
		str_from("T"), str_from("Đ") };
	pdf_table_row(pdf, &table, cells);
	CHECK("as high as said", table.y_mm - before_mm > 4.99 && table.y_mm - before_mm < 5.01);
	const struct pdf_style style = { .size_pt = 8, .size_min_pt = 4 };
	CHECK_INT("too long for its height",
			pdf_text_up(pdf, (struct pdf_box){ 100, 20, 5, 8 }, &style,
					str_from("một tên môn học rất dài mà không chỗ nào chứa nổi")),
			PDF_FIT_CUT);
	CHECK_INT("fits",
			pdf_text_up(pdf, (struct pdf_box){ 120, 20, 7, 30 }, &style,
					str_from("Lịch sử và Địa lí")),
			PDF_FIT_WHOLE);
	_cleanup_(buf_finish) struct buf bytes = buf_make(PDF_BYTES_MAX);
	CHECK_INT("finish", pdf_finish(pdf, &bytes), ERR_OK);
	tool_save("upright.pdf", &bytes);
	_cleanup_(buf_finish) struct buf text = buf_make(100000);
	tool_run("pdftotext upright.pdf -", &text);
	static const char *const words[] = { "Trách nhiệm", "Trung thực", "Phẩm chất",
		"của em ấy nữa", "Lịch sử và Địa lí" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CHECK(words[i], strstr(buf_str(&text), words[i]) != NULL);
	}
}

static void check_failures_stick(void) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(PDF_BYTES_MAX);
	_cleanup_(pdf_freep) struct pdf *empty = start(PDF_PORTRAIT);
	CHECK_INT("no page", pdf_finish(empty, &bytes), ERR_MISSING);
	_cleanup_(pdf_freep) struct pdf *bad = start(PDF_PORTRAIT);
	pdf_page(bad);
	(void)pdf_text(bad, (struct pdf_box){ 0, 0, 50, 10 }, &plain, str_from("\xC3"));
	(void)pdf_text(bad, (struct pdf_box){ 0, 0, 50, 10 }, &plain, str_from("sau"));
	CHECK_INT("not UTF-8", pdf_finish(bad, &bytes), ERR_FORMAT);
	CHECK_INT("nothing written", bytes.len, 0);

	_cleanup_(pdf_freep) struct pdf *small = start(PDF_PORTRAIT);
	pdf_page(small);
	_cleanup_(buf_finish) struct buf tiny = buf_make(100);
	CHECK_INT("no room", pdf_finish(small, &tiny), ERR_LIMIT);

	_cleanup_(pdf_freep) struct pdf *many = start(PDF_PORTRAIT);
	for (size_t i = 0; i < PDF_PAGES_MAX; i++) {
		pdf_page(many);
	}
	CHECK_INT("at the limit", pdf_page_count(many), PDF_PAGES_MAX);
	pdf_page(many);
	CHECK_INT("one past", pdf_finish(many, &bytes), ERR_LIMIT);
}

/* The same calls give the same bytes: a file can be named by its hash. */
static void check_same_bytes(void) {
	_cleanup_(buf_finish) struct buf one = buf_make(PDF_BYTES_MAX);
	_cleanup_(buf_finish) struct buf two = buf_make(PDF_BYTES_MAX);
	struct buf *const outs[] = { &one, &two };
	for (size_t i = 0; i < 2; i++) {
		_cleanup_(pdf_freep) struct pdf *pdf = start(PDF_PORTRAIT);
		pdf_page(pdf);
		(void)pdf_text(pdf, (struct pdf_box){ 20, 20, 100, 10 }, &plain,
				str_from("Cùng một trang"));
		CHECK_INT("finish", pdf_finish(pdf, outs[i]), ERR_OK);
	}
	CHECK_INT("length", one.len, two.len);
	CHECK_MEM("bytes", one.data, two.data, one.len < two.len ? one.len : two.len);
}

static void *draw_some(void *out) {
	for (size_t i = 0; i < 5; i++) {
		_cleanup_(pdf_freep) struct pdf *pdf = NULL;
		struct pdf_info info = { .created_ms = 0 };
		if (pdf_new(&info, &pdf)) {
			return NULL;
		}
		pdf_page(pdf);
		(void)pdf_text(pdf, (struct pdf_box){ 20, 20, 100, 10 }, &plain,
				str_from("Cùng một trang"));
		buf_clear(out);
		if (pdf_finish(pdf, out)) {
			return NULL;
		}
	}
	return out;
}

/* Workers draw at the same time. */
static void check_threads(void) {
	enum { THREADS = 4 };
	pthread_t threads[THREADS];
	struct buf outs[THREADS];
	for (size_t i = 0; i < THREADS; i++) {
		outs[i] = buf_make(PDF_BYTES_MAX);
		CHECK_INT("thread", pthread_create(&threads[i], NULL, draw_some, &outs[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		void *done = NULL;
		(void)pthread_join(threads[i], &done); /* our own thread */
		CHECK("drawn", done != NULL);
	}
	for (size_t i = 1; i < THREADS; i++) {
		CHECK_INT("length", outs[i].len, outs[0].len);
		CHECK("bytes",
				outs[i].len == outs[0].len &&
						memcmp(outs[i].data, outs[0].data, outs[0].len) ==
								0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		buf_finish(&outs[i]);
	}
}

int main(void) {
	tool_init();
	check_text();
	check_fit();
	check_qr();
	check_table();
	check_upright();
	check_failures_stick();
	check_same_bytes();
	check_threads();
	tool_finish();
	return check_done();
}
