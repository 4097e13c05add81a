#ifndef EXAM_BANK_IMPORT_SCAN_H
#define EXAM_BANK_IMPORT_SCAN_H

/*
 * Recognises the words by which papers are laid out ("Câu 12.", "B.", "c)", "PHẦN II", "Chọn A")
 * in one line of text. Marks on letters and capitals do not matter. Pure; knows no document.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

enum {
	SCAN_NUMBER_MAX = 999, /* of a question */
	SCAN_PART_MAX = 20,
};

/* Index behind the blanks and tabs at `at`. */
size_t scan_blanks(struct str s, size_t at);
/*
 * Index behind `words` when they stand at `at`, else 0. Words are lower-case ASCII; a blank
 * stands for one or more blanks or tabs. The last word must end there.
 */
size_t scan_words(struct str s, size_t at, const char *words);
/* True when the words stand anywhere in s as whole words. */
bool scan_has(struct str s, const char *words);
/* Index of the first place at or after `from` where the words stand, or s.n. */
size_t scan_find(struct str s, size_t from, const char *words);
/* Decimal digits at `at`: index behind them (0 when there are none or too many). */
size_t scan_number(struct str s, size_t at, unsigned *out);

/* A Roman number up to X that ends as a word; index behind it, or 0. */
size_t scan_roman(struct str s, size_t at, unsigned *out);

/* A label at the beginning of something. */
struct scan_label {
	unsigned number; /* of a question */
	unsigned level;  /* of a question: 1 nhận biết … 4 vận dụng cao, 0 not said */
	char letter;     /* of an option 'A'…'H' or statement 'a'…'h' */
	size_t letter_at;
	size_t end;        /* where the content begins, blanks skipped */
	size_t punct_end;  /* where the label itself ends */
	bool is_starred;   /* a '*' stands beside an option's letter */
	bool is_delimited; /* a '.', ':' or ')' ends the label */
};

/* "Câu 7.", "CÂU 7:", "Bài 7", "Question 7.", "Câu 7 (0,5 điểm):" at `at`, blanks skipped. */
bool scan_question(struct str s, size_t at, struct scan_label *out);
/* "[NB]", "(Vận dụng cao)." at `at`: index behind it, 0 when there is none. *out is the level from 1
 * (nhận biết) to 4 (vận dụng cao). */
size_t scan_level(struct str s, size_t at, unsigned *out);
/* "7." or "7)" or "7/" with text or nothing behind it. */
bool scan_bare_number(struct str s, size_t at, struct scan_label *out);
/* "B.", "B)", "B/", "(B)", "*B." at `at`, blanks skipped. */
bool scan_option(struct str s, size_t at, struct scan_label *out);
/* "b)", "b." or "(b)". */
bool scan_statement(struct str s, size_t at, struct scan_label *out);

enum scan_part_kind {
	SCAN_PART_ANY,
	SCAN_PART_SINGLE,
	SCAN_PART_TRUEFALSE,
	SCAN_PART_SHORT,
	SCAN_PART_ESSAY,
};

/* A heading such as "PHẦN II", "Phần 2.", "Part B", "I. TRẮC NGHIỆM". The number is 0 when the
 * heading has none. */
bool scan_part(struct str s, unsigned *out_number);
/* What a heading or an instruction says about the questions below it. */
enum scan_part_kind scan_part_kind(struct str s);

/* The number behind "Mã đề", "Mã đề thi", "Mã đề số:", "Mã": at least two digits; 0 without one. */
unsigned scan_code(struct str s);
/* "Thí sinh không được sử dụng tài liệu" and the like: what a paper says to everybody. */
bool scan_is_notice(struct str s);
/* "----- HẾT -----", "THE END". */
bool scan_is_end(struct str s);
/* A line that is only a heading over keys: "ĐÁP ÁN", "BẢNG ĐÁP ÁN", "Hướng dẫn giải". */
bool scan_is_key_heading(struct str s);
/* A line that is only the heading of a solution: "Lời giải", "Hướng dẫn giải", "Giải". */
bool scan_is_solution_heading(struct str s);
/* "Lời giải: …", "Giải thích: …" with text behind it; index of that text, or 0. */
size_t scan_solution_intro(struct str s);

/* "đọc đoạn văn và trả lời từ câu 7 đến câu 14" and the like. */
struct scan_group {
	unsigned from; /* 0 when no range is named */
	unsigned to;
};
bool scan_group(struct str s, struct scan_group *out);

/*
 * Letters A…H that a line names as right: "Chọn C", "Đáp án: A, C". The mask has bit 0 for A.
 * strength is 3 for "Chọn C" at the line's beginning, 2 for "Đáp án: C", 1 for one inside the
 * line; 0 and a mask of 0 when there is none.
 */
uint32_t scan_choice(struct str s, unsigned *out_strength);
/* "C – vì …", "C (xem bài 3)", "C vì …": the letter that a line of solutions begins with, as a mask. */
uint32_t scan_lone_letter(struct str s);
/* "3/4", "-1/2" and nothing else. */
bool scan_is_fraction(struct str s);
/* The text behind "Đáp án:", "Trả lời:", "ĐS:" at the line's beginning, and behind "Đáp án" without
 * a colon when it is a number or truths; n is 0 without one. */
struct str scan_answer(struct str s);
/* True for "Đáp án:", "Trả lời", "KQ:" and nothing else. */
bool scan_is_answer_label(struct str s);
/* A truth: "Đ", "Đúng", "S", "Sai", "True", "False" at `at`; index behind it, or 0. */
size_t scan_truth(struct str s, size_t at, bool *out);
/* "ĐSĐS", "Đ-S-Đ-S", "Đ, S, Đ, S", "Đúng Sai Đúng Sai": how many truths (bits in *out), 0 when
 * the text is anything else. */
size_t scan_truths(struct str s, uint32_t *out);
/* True for a line of dots, underscores and boxes to write on. */
bool scan_is_answer_blank(struct str s);

#endif
