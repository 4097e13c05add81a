#include "exam/bank/import/scan.h"

#include "tests/check.h"

static const struct {
	const char *text;
	unsigned number; /* 0: no label */
	const char *content;
	bool is_delimited;
} questions[] = {
	{ "Câu 7. Nội dung", 7, "Nội dung", true },
	{ "CÂU 12: x", 12, "x", true },
	{ "  câu 3) x", 3, "x", true },
	{ "Câu1./ x", 1, "x", true },
	{ "Câu hỏi 5: x", 5, "x", true },
	{ "Bài 2. x", 2, "x", true },
	{ "Question 10. x", 10, "x", true },
	{ "Câu 4 (0,5 điểm): x", 4, "x", true },
	{ "Câu 4 [NB]. x", 4, "x", true },
	{ "Câu 8 x", 8, "x", false },
	{ "Câu 9", 9, "", false },
	{ "Câu II. x", 2, "x", true },
	{ "Câu I (2 điểm). x", 1, "x", true },
	{ "Câu I x", 0, "", false },
	{ "Câu 1.5 điểm", 0, "", false },
	{ "Câu 0. x", 0, "", false },
	{ "Câu 1000. x", 0, "", false },
	{ "Câu nào đúng?", 0, "", false },
	{ "Cầu thang 3. x", 0, "", false },
	{ "7. x", 0, "", false },
};

static void test_questions(void) {
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		struct str s = str_from(questions[i].text);
		struct scan_label label = { 0 };
		bool is_one = scan_question(s, 0, &label);
		CHECK_INT(questions[i].text, is_one, questions[i].number != 0);
		if (is_one) {
			CHECK_INT(questions[i].text, label.number, questions[i].number);
			CHECK_STR(questions[i].text, s.p + label.end, questions[i].content);
			CHECK_INT(questions[i].text, label.is_delimited, questions[i].is_delimited);
		}
	}
}

static const struct {
	const char *text;
	char letter; /* 0: no label */
	const char *content;
	bool is_starred;
} options[] = {
	{ "A. x", 'A', "x", false },
	{ "B) x", 'B', "x", false },
	{ "C/ x", 'C', "x", false },
	{ "(D) x", 'D', "x", false },
	{ "*C. x", 'C', "x", true },
	{ "* C. x", 'C', "x", true },
	{ "C*. x", 'C', "x", true },
	{ "H.x", 'H', "x", false },
	{ "A . x", 'A', "x", false },
	{ "\xD0\x90. x", 'A', "x", false }, /* a Cyrillic letter of the same shape */
	{ "I. x", 0, "", false },
	{ "a. x", 0, "", false },
	{ "A x", 0, "", false },
	{ "(A. x", 0, "", false },
	{ "Anh A. x", 0, "", false },
};

static void test_options(void) {
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct str s = str_from(options[i].text);
		struct scan_label label = { 0 };
		bool is_one = scan_option(s, 0, &label);
		CHECK_INT(options[i].text, is_one ? label.letter : 0, options[i].letter);
		if (is_one) {
			CHECK_STR(options[i].text, s.p + label.end, options[i].content);
			CHECK_INT(options[i].text, label.is_starred, options[i].is_starred);
		}
	}
}

static const struct {
	const char *text;
	int number; /* -1: no heading */
	enum scan_part_kind kind;
} parts[] = {
	{ "PHẦN I. Thí sinh trả lời từ câu 1 đến câu 18. Mỗi câu hỏi thí sinh chỉ chọn một phương án.",
			1, SCAN_PART_SINGLE },
	{ "PHẦN II. Câu trắc nghiệm đúng sai.", 2, SCAN_PART_TRUEFALSE },
	{ "Phần 3: Câu trắc nghiệm trả lời ngắn", 3, SCAN_PART_SHORT },
	{ "PHẦN TỰ LUẬN (3 điểm)", 0, SCAN_PART_ESSAY },
	{ "II. TỰ LUẬN", 2, SCAN_PART_ESSAY },
	{ "B. PHẦN TỰ LUẬN", 2, SCAN_PART_ESSAY },
	{ "Part B", 2, SCAN_PART_ANY },
	{ "TRẮC NGHIỆM (7 điểm)", 0, SCAN_PART_SINGLE },
	{ "Phần lớn học sinh", -1, SCAN_PART_ANY },
	{ "B. đúng một phần.", -1, SCAN_PART_ANY },
	{ "C. Tất cả các ý trên", -1, SCAN_PART_ANY },
	{ "I love you", -1, SCAN_PART_ANY },
};

static void test_parts(void) {
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		unsigned number = 77;
		bool is_one = scan_part(str_from(parts[i].text), &number);
		CHECK_INT(parts[i].text, is_one ? (int)number : -1, parts[i].number);
		if (is_one) {
			CHECK_INT(parts[i].text, scan_part_kind(str_from(parts[i].text)),
					parts[i].kind);
		}
	}
}

static const struct {
	const char *text;
	uint32_t letters; /* bit 0 is A */
	unsigned strength;
} choices[] = {
	{ "Chọn C", 4, 3 },
	{ "Chọn đáp án C.", 4, 3 },
	{ "=> Chọn phương án B", 2, 3 },
	{ "Vậy, chọn D", 8, 3 },
	{ "Chọn A, C", 5, 3 },
	{ "Chọn A và C", 5, 3 },
	{ "Đáp án: B", 2, 2 },
	{ "Đáp án A Vì nội dung đúng", 1, 2 },
	{ "Đáp án đúng là D", 8, 2 },
	{ "Answer: A", 1, 2 },
	{ "Ta có 2 + 2 = 4. Chọn B.", 2, 1 },
	{ "Đáp án A sai vì nhỏ; đáp án đúng là C", 4, 1 },
	{ "Đáp án B không đúng", 0, 0 },
	{ "Chọn phát biểu đúng", 0, 0 },
	{ "Chọn Anh", 0, 0 },
	{ "Chọn B2", 0, 0 },
	{ "Chọn câu trả lời", 0, 0 },
	{ "", 0, 0 },
};

static void test_choices(void) {
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		unsigned strength = 77;
		CHECK_INT(choices[i].text, scan_choice(str_from(choices[i].text), &strength),
				choices[i].letters);
		CHECK_INT(choices[i].text, strength, choices[i].strength);
	}
}

static const struct {
	const char *text;
	size_t count;
	uint32_t truths;
} truths[] = {
	{ "ĐSĐS", 4, 5 },
	{ "Đ - S - Đ - Đ", 4, 13 },
	{ "Đúng, Sai, Sai, Đúng", 4, 9 },
	{ "DSSD", 4, 9 },
	{ "T F T F", 4, 5 },
	{ "Đ", 0, 0 },
	{ "Sắt", 0, 0 },
	{ "ĐSĐSX", 0, 0 },
	{ "ĐSĐSĐSĐS", 8, 85 },
	{ "ĐSĐSĐSĐSĐ", 0, 0 },
};

static void test_truths(void) {
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++) {
		uint32_t got = 0;
		CHECK_INT(truths[i].text, scan_truths(str_from(truths[i].text), &got),
				truths[i].count);
		CHECK_INT(truths[i].text, got, truths[i].truths);
	}
}

static void test_groups(void) {
	struct scan_group g;
	CHECK("range in Vietnamese",
			scan_group(str_from("Đọc đoạn trích và trả lời từ câu 7 đến câu 14"), &g));
	CHECK_INT("from", g.from, 7);
	CHECK_INT("to", g.to, 14);
	CHECK("range in English",
			scan_group(str_from("Read the passage and answer questions 31-35."), &g));
	CHECK_INT("from", g.from, 31);
	CHECK_INT("to", g.to, 35);
	CHECK("no range", scan_group(str_from("Mark the letter A, B, C, or D"), &g));
	CHECK_INT("none", g.from, 0);
	CHECK("years are no range", !scan_group(str_from("Dựa vào số liệu từ 2010 đến 2015"), &g));
	CHECK("ages are no range",
			!scan_group(str_from("Cho biết lao động từ 15 đến 24 tuổi"), &g));
	CHECK("a part's instruction",
			!scan_group(str_from("Thí sinh trả lời từ câu 1 đến câu 18."), &g));
}

static void test_headings(void) {
	CHECK("end", scan_is_end(str_from("------------- HẾT -------------")));
	CHECK("end in English", scan_is_end(str_from("THE END")));
	CHECK("end with long dashes", scan_is_end(str_from("––– Hết –––")));
	CHECK("no end", !scan_is_end(str_from("Hết giờ làm bài")));
	CHECK("keys", scan_is_key_heading(str_from("BẢNG ĐÁP ÁN")));
	CHECK("keys of one paper", scan_is_key_heading(str_from("ĐÁP ÁN ĐỀ SỐ 1")));
	CHECK("no keys", !scan_is_key_heading(str_from("Đáp án: C")));
	CHECK("solution", scan_is_solution_heading(str_from("Lời giải:")));
	CHECK("no solution", !scan_is_solution_heading(str_from("Lời giải đúng là gì?")));
	CHECK("intro", scan_solution_intro(str_from("Giải thích: vì thế")) > 0);
	CHECK("blank to write on", scan_is_answer_blank(str_from("……… ____ |__|")));
	CHECK("no blank", !scan_is_answer_blank(str_from("... đúng")));
	CHECK("answer", str_eq_z(scan_answer(str_from("Đáp án: 3,14.")), "3,14"));
	CHECK("short form", str_eq_z(scan_answer(str_from("ĐS: -2")), "-2"));
	CHECK("no answer", scan_answer(str_from("Đáp án nào đúng")).n == 0);
}

int main(void) {
	test_questions();
	test_options();
	test_parts();
	test_choices();
	test_truths();
	test_groups();
	test_headings();
	return check_done();
}
