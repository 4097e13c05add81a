#include "core/school/slip.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "tests/core/doc/run_tool.h"

enum { FILE_BYTES = 8 * 1024 * 1024, STUDENTS = 19 };

#define TEXT(z) \
	{ (z), sizeof(z) - 1 }

static const struct slip_sheet sheet = {
	.school_name = TEXT("Trường THPT chuyên Nguyễn Bỉnh Khiêm"),
	.school_code = TEXT("nbk-qnam"),
	.address = TEXT("https://thi.nbk.edu.example"),
	.created_ms = 1757000000000,
	.expires_ms = 1759000000000,
	.lang = LANG_VI,
};

static const char *const names[] = {
	"Nguyễn Thị Quỳnh Hương",
	"Đỗ An",
	"Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Linh Chi Ngọc Bảo Trân",
	"Trần Lê Nguye\xCC\x82\xCC\x83n Y\xCC\x81",
	"H’Hen Niê Mlô Kđăm",
};

static void make_code(size_t i, char out[24]) {
	static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	for (size_t k = 0; k < 20; k++) {
		out[k] = signs[(i * 7 + k * 11 + i * k) % 32];
	}
	out[20] = '\0';
}

/* What zbarimg reads on all pages, sorted by page only. */
static void read_codes(const char *pdf, struct buf *out) {
	char command[200];
	(void)snprintf(command, sizeof(command),
			"rm -f page-*; pdftoppm -r 150 -gray %s page && "
			"for p in page-*; do zbarimg -q --nodbus --raw $p || exit 1; done",
			pdf);
	tool_run(command, out);
}

static void check_slips(void) {
	struct slip slips[STUDENTS];
	char codes[STUDENTS][24];
	char logins[STUDENTS][16];
	for (size_t i = 0; i < STUDENTS; i++) {
		make_code(i, codes[i]);
		(void)snprintf(logins[i], sizeof(logins[i]), "hs2600%02zu", i);
		slips[i] = (struct slip){ .full_name = str_from(names[i % 5]),
			.class_name = str_from("10A1"),
			.login = str_from(logins[i]),
			.code = str_from(codes[i]) };
	}
	_cleanup_(buf_finish) struct buf bytes = buf_make(FILE_BYTES);
	CHECK_INT("print", slip_print(&sheet, slips, STUDENTS, &bytes), ERR_OK);
	tool_save("slips.pdf", &bytes);

	_cleanup_(buf_finish) struct buf text = buf_make(FILE_BYTES);
	tool_run("pdftotext slips.pdf -", &text);
	CHECK("diacritics", strstr(buf_str(&text), "Nguyễn Thị Quỳnh Hương") != NULL);
	CHECK("composed", strstr(buf_str(&text), "Trần Lê Nguyễn Ý") != NULL);
	CHECK("school", strstr(buf_str(&text), "Trường THPT chuyên Nguyễn Bỉnh Khiêm") != NULL);
	CHECK("last day", strstr(buf_str(&text), "28/09/2025") != NULL);
	size_t pages = 0;
	for (const char *at = buf_str(&text); (at = strchr(at, '\f')); at++) {
		pages++;
	}
	CHECK_INT("eight on a page", pages, 3);
	_cleanup_(buf_finish) struct buf read = buf_make(FILE_BYTES);
	read_codes("slips.pdf", &read);
	const char *last = buf_str(&text);
	for (size_t i = 0; i < STUDENTS; i++) {
		char grouped[32];
		(void)snprintf(grouped, sizeof(grouped), "%.4s-%.4s-%.4s-%.4s-%.4s", codes[i],
				codes[i] + 4, codes[i] + 8, codes[i] + 12, codes[i] + 16);
		CHECK("code in groups", strstr(buf_str(&text), grouped) != NULL);
		CHECK("login", strstr(buf_str(&text), logins[i]) != NULL);
		char url[600];
		(void)snprintf(url, sizeof(url), "https://thi.nbk.edu.example/activate#%s\n",
				codes[i]);
		CHECK("QR", strstr(buf_str(&read), url) != NULL);
		if (i % 8 == 0) {
			const char *here = strstr(buf_str(&text), grouped);
			CHECK("pages in order", here >= last);
			last = here;
		}
	}
}

/* The longest name stays in its slip: nothing dark on a cut line or beside it but the line. */
static void check_long_name(void) {
	_cleanup_(buf_finish) struct buf name = buf_make(1000);
	for (size_t i = 0; i < 30; i++) {
		buf_add_str(&name, "Nguyễn Hoàng ");
	}
	struct slip slip = { .full_name = { name.data, name.len },
		.class_name = str_from("12 chuyên Anh – Pháp"),
		.login = str_from("nguyenhoangnguyenhoangnguyenhoangnguyenhoang"),
		.code = str_from("0123456789ABCDEFGHJK") };
	_cleanup_(buf_finish) struct buf bytes = buf_make(FILE_BYTES);
	CHECK_INT("print", slip_print(&sheet, &slip, 1, &bytes), ERR_OK);
	tool_save("long.pdf", &bytes);
	_cleanup_(buf_finish) struct buf read = buf_make(FILE_BYTES);
	read_codes("long.pdf", &read);
	CHECK_STR("the QR code is not covered", buf_str(&read),
			"https://thi.nbk.edu.example/activate#0123456789ABCDEFGHJK\n");
	FILE *file = fopen("page-1.pgm", "rb");
	unsigned w = 0;
	unsigned h = 0;
	CHECK("picture", file && fscanf(file, "P5 %u %u 255", &w, &h) == 2 && fgetc(file) != EOF);
	size_t outside = 0;
	for (size_t i = 0; file && i < (size_t)w * h; i++) {
		bool is_dark = fgetc(file) < 100;
		double x_mm = (double)(i % w) * 25.4 / 150;
		double y_mm = (double)(i / w) * 25.4 / 150;
		bool is_inside = x_mm > 12 && x_mm < 103 && y_mm > 12 && y_mm < 77;
		outside += is_dark && !is_inside;
	}
	CHECK_INT("ink outside the slip", outside, 0);
	if (file) {
		fclose(file);
	}
}

static void check_tickets(void) {
	const struct slip_ticket_sheet tickets = {
		.school_name = sheet.school_name,
		.exam_title = str_from("Kiểm tra giữa kì I, Toán 10"),
		.room_name = str_from("Phòng 3"),
		.address = sheet.address,
		.starts_ms = 1757032200000, /* 2025-09-05 00:30 UTC */
		.created_ms = 1757000000000,
		.limit_min = 45,
		.lang = LANG_VI,
	};
	struct slip_ticket list[2] = {
		{ .full_name = str_from("Lê Văn Ẩn"),
				.class_name = str_from("10A1"),
				.student_code = str_from("2600123"),
				.birth_date = { 2010, 2, 28 },
				.number = 7,
				.code = str_from("7K2M-QX0A-1B9C-DEFG-HJKM") },
		{ .full_name = str_from("Đặng Ỷ Lan"),
				.student_code = str_from("2600124"),
				.code = str_from("AAAABBBBCCCCDDDDEEEE") },
	};
	_cleanup_(buf_finish) struct buf bytes = buf_make(FILE_BYTES);
	CHECK_INT("print", slip_ticket_print(&tickets, list, 2, &bytes), ERR_OK);
	tool_save("tickets.pdf", &bytes);
	_cleanup_(buf_finish) struct buf text = buf_make(FILE_BYTES);
	tool_run("pdftotext -layout tickets.pdf -", &text);
	CHECK("time in Vietnam", strstr(buf_str(&text), "7:30 ngày 05/09/2025, 45 phút") != NULL);
	CHECK("born", strstr(buf_str(&text), "28/02/2010") != NULL);
	CHECK("room and number", strstr(buf_str(&text), "Phòng 3 · 7") != NULL);
	CHECK("name", strstr(buf_str(&text), "Đặng Ỷ Lan") != NULL);
	CHECK("code on one line", strstr(buf_str(&text), "7K2M-QX0A-1B9C-DEFG-HJKM") != NULL);
	_cleanup_(buf_finish) struct buf read = buf_make(FILE_BYTES);
	read_codes("tickets.pdf", &read);
	CHECK("QR",
			strstr(buf_str(&read),
					"https://thi.nbk.edu.example/#ticket=7K2MQX0A1B9CDEFGHJKM") !=
					NULL);
	CHECK_INT("none", slip_ticket_print(&tickets, list, 0, &bytes), ERR_MISSING);
}

static void check_limits(void) {
	char code[SLIP_CODE_BYTES_MAX + 1];
	memset(code, 'A', sizeof(code));
	struct slip slip = { .full_name = str_from("Lê An"),
		.login = str_from("a"),
		.code = { code, SLIP_CODE_BYTES_MAX } };
	_cleanup_(buf_finish) struct buf bytes = buf_make(FILE_BYTES);
	CHECK_INT("code at the limit", slip_print(&sheet, &slip, 1, &bytes), ERR_OK);
	slip.code.n++;
	CHECK_INT("code one past", slip_print(&sheet, &slip, 1, &bytes), ERR_LIMIT);
	slip.code.n = 20;
	slip.full_name = str_from("\xC3");
	CHECK_INT("not UTF-8", slip_print(&sheet, &slip, 1, &bytes), ERR_FORMAT);
	CHECK_INT("none", slip_print(&sheet, &slip, 0, &bytes), ERR_MISSING);
	char text[SLIP_TEXT_BYTES_MAX + 1];
	memset(text, 'a', sizeof(text));
	slip.full_name = (struct str){ text, SLIP_TEXT_BYTES_MAX };
	CHECK_INT("name at the limit", slip_print(&sheet, &slip, 1, &bytes), ERR_OK);
	slip.full_name.n++;
	CHECK_INT("name one past", slip_print(&sheet, &slip, 1, &bytes), ERR_LIMIT);
	_cleanup_(mem_freep) struct slip *many = calloc(SLIP_COUNT_MAX + 1, sizeof(*many));
	CHECK("memory", many != NULL);
	CHECK_INT("slips one past", slip_print(&sheet, many, SLIP_COUNT_MAX + 1, &bytes),
			ERR_LIMIT);
}

static void check_guardian(void) {
	char code[24];
	make_code(5, code);
	struct slip slip = { .full_name = str_from("Nguyễn Văn Bình"),
		.class_name = str_from("10A1"),
		.children = str_from("Nguyễn Thị An, Nguyễn Văn Yên"),
		.phone = str_from("0912345678"),
		.code = str_from(code) };
	_cleanup_(buf_finish) struct buf bytes = buf_make(FILE_BYTES);
	_cleanup_(buf_finish) struct buf text = buf_make(FILE_BYTES);
	CHECK_INT("print", slip_print(&sheet, &slip, 1, &bytes), ERR_OK);
	tool_save("guardian.pdf", &bytes);
	tool_run("pdftotext guardian.pdf -", &text);
	CHECK("whose", strstr(buf_str(&text), "Nguyễn Thị An, Nguyễn Văn Yên") != NULL);
	CHECK("number", strstr(buf_str(&text), "0912345678") != NULL);
	CHECK("later by phone", strstr(buf_str(&text), "bằng số điện thoại") != NULL);
	CHECK("no sign-in name", strstr(buf_str(&text), "Tên đăng nhập") == NULL);
}

int main(void) {
	tool_init();
	check_slips();
	check_guardian();
	check_long_name();
	check_tickets();
	check_limits();
	tool_finish();
	return check_done();
}
