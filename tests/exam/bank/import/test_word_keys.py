"""Word files: how the right option is shown, by its looks, in words, in a list at the end.

Usage: test_word_keys.py PROGRAM
"""

import sys

from word_builder import Doc, cell, para, run, table
from word_cases import case, main
from word_papers import (LETTERS, PLAIN, choices, every, expected, paper, stem, underlined,
                         unmarked, with_list, with_words)


# The key by its looks.

@case
def letter_underlined():
    return paper(underlined), every()


@case
def whole_option_red():
    return paper(lambda right: (({"color": "FF0000"},) * 2 if right else ({}, {}))), every()


@case
def letters_blue_one_red():
    return paper(lambda right: ({"color": "FF0000" if right else "0000FF"}, {})), every()


@case
def text_bold_while_letters_are_bold_everywhere():
    return paper(lambda right: ({}, {"b": right})), every()


@case
def letter_highlighted():
    return paper(lambda right: ({"mark": "yellow"} if right else {}, {})), every()


@case
def star_before_the_letter():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0], "Câu {}: ")
        for k, text in enumerate(item[1]):
            doc.add(("*" if k == item[2] else "") + f"{LETTERS[k]}. {text}")
    return doc, every()


@case
def bold_letters_everywhere_are_no_key():
    return paper(unmarked), [
        {**e, "key": None, "problems": ["question.key_missing"]} for e in every()]


@case
def two_marked_are_no_key():
    doc = paper(underlined)
    stem(doc, 7, "Hai phương án bị gạch chân ở đây là lỗi gõ.")
    for i, text in enumerate(["một", "hai", "ba", "bốn"]):
        doc.add(para(run(f"{LETTERS[i]}. ", b=True, u=i in (1, 2)), run(text)))
    return doc, every() + [
        {"number": 7, "key": None, "problems": ["reader.key_marks", "question.key_missing"]}]


@case
def yellow_paper_behind_the_letters():
    doc = paper(unmarked)
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/></w:rPr>'
    for i, item in enumerate(PLAIN):
        at = i * 5 + 1 + item[2]
        doc.body[at] = doc.body[at].replace("</w:rPr>", shade, 1)
    return doc, every()


@case
def small_letters_of_options():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        doc.add(*[para(run(f"{'abcd'[k]}. ", b=True, u=k == item[2]), run(text))
                  for k, text in enumerate(item[1])])
    return doc, every()


@case
def letters_of_an_old_font():
    doc = Doc()
    text = run("Tam gi¸c vu«ng", b=False).replace(
        "<w:r>", '<w:r><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>').replace(
        "<w:rPr></w:rPr>", "")
    doc.add(para(run("Câu 1. ", b=True), text))
    choices(doc, PLAIN[0], underlined)
    stem(doc, 2, PLAIN[1][0])
    choices(doc, PLAIN[1], underlined)
    return doc, [{"number": 1, "problems": ["reader.old_letters"], "below": 90},
                 expected(2, PLAIN[1])]


# The key in words.

@case
def solution_and_choose():
    return with_words(["Lời giải", "Chọn {}", "Vì sách giáo khoa viết như vậy."])


@case
def answer_line():
    return with_words(["Đáp án: {}"])


@case
def choose_at_the_end_of_a_solution():
    return with_words(["Hướng dẫn giải", "A. sai vì thiếu dữ kiện.", "B. đúng một phần.",
                       "Theo định nghĩa ta có điều phải tìm. Vậy chọn đáp án {}."])


@case
def rejected_letters_are_no_key():
    return with_words(["Giải thích: Đáp án A sai vì quá nhỏ; đáp án đúng là {}."])


@case
def answer_in_brackets():
    return with_words(["[Đáp án: {}]"])


@case
def answer_with_a_slash():
    return with_words(["Đ/A: {}"])


@case
def answer_as_a_reply():
    return with_words(["Trả lời: {}"])


@case
def answer_as_guidance():
    return with_words(["Hướng dẫn trả lời: {}"])


@case
def answer_in_a_small_letter():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked)
        doc.add(f"Đáp án: {'abcd'[item[2]]}.")
    return doc, every()


@case
def the_last_solution_alone():
    doc = paper(underlined)
    doc.add("PHẦN III. Trả lời ngắn")
    stem(doc, 1, "Tính 2 + 3.")
    doc.add("Hướng dẫn giải", "Cộng hai số.", "Kết quả: 5")
    return doc, every() + [{"number": 1, "kind": "numeric", "stem": "Tính 2 + 3.",
                            "key": {"value": "5", "tolerance": "0"}}]


# Lists of keys.

@case
def list_in_lines():
    return with_list("1-B   2-C   3-D", "4. A   5.B   6:C")


@case
def list_in_cells():
    return with_list(table(["1.B", "2.C", "3.D"], ["4.A", "5.B", "6.C"]))


@case
def list_in_rows():
    return with_list(table(["Câu", "1", "2", "3", "4", "5", "6"],
                           ["Đáp án", "B", "C", "D", "A", "B", "C"]))


@case
def list_in_columns():
    return with_list(table(["Câu", "Đáp án", "Câu", "Đáp án"], ["1", "B", "4", "A"],
                           ["2", "C", "5", "B"], ["3", "D", "6", "C"]))


@case
def short_list_without_a_heading():
    doc = Doc()
    for i, item in enumerate(PLAIN[:3]):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked)
    doc.add(table(["Câu", "1", "2", "3"], ["Đáp án", "B", "C", "D"]))
    return doc, every(PLAIN[:3])


@case
def list_in_two_lines():
    return with_list("1\t2\t3\t4\t5", "B\tC\tD\tA\tB", "6", "C")


@case
def solutions_behind_the_end():
    doc = paper(unmarked)
    doc.add("HẾT", "HƯỚNG DẪN GIẢI CHI TIẾT")
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked)
        doc.add("Lời giải", f"Chọn {LETTERS[item[2]]}", "Xem sách giáo khoa.")
    return doc, every()


@case
def keys_with_the_options_text():
    doc = paper(unmarked)
    doc.add("HẾT", "ĐÁP ÁN VÀ HƯỚNG DẪN GIẢI")
    for i, item in enumerate(PLAIN):
        doc.add(f"Câu {i + 1}. {LETTERS[item[2]]}. {item[1][item[2]]}", "Giải thích thêm.")
    return doc, every()


@case
def centred_notes_between_questions():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, underlined)
        if i == 2:
            doc.add(para("Trang 1/2 - Mã đề 101", center=True))
    doc.add(para("Thí sinh không được sử dụng tài liệu.", center=True), "Giám thị ký tên.")
    return doc, every(), ["Trang 1/2 - Mã đề 101", "Thí sinh không được sử dụng tài liệu.",
                          "Giám thị ký tên."]


@case
def keys_that_disagree():
    doc = paper(underlined)
    doc.add("HẾT", "ĐÁP ÁN", "1-A 2-C 3-D 4-A 5-B 6-C")
    wanted = every()
    wanted[0] = {"number": 1, "problems": ["reader.key_conflict"], "below": 60}
    return doc, wanted


@case
def pairs_apart_by_dashes():
    return with_list("1B - 2C - 3D", "4A – 5B – 6C")


@case
def a_number_alone_in_its_row():
    return with_list(table(["1", "2", "3", "4", "5"], ["B", "C", "D", "A", "B"],
                           ["6", "", "", "", ""], ["C", "", "", "", ""]))


@case
def a_column_of_reasons():
    reason = "Theo sách giáo khoa, nội dung này đã được trình bày đầy đủ ở mục thứ hai của bài."
    return with_list(table(["Câu", "Đáp án", "Giải thích"],
                           *[[str(i + 1), LETTERS[item[2]], reason]
                             for i, item in enumerate(PLAIN)]))


@case
def a_notice_before_the_keys():
    doc = paper(unmarked)
    doc.add("- Thí sinh không được sử dụng tài liệu.", "ĐÁP ÁN", "1.B 2.C 3.D 4.A 5.B 6.C")
    return doc, every(), ["- Thí sinh không được sử dụng tài liệu.", "ĐÁP ÁN"]


OTHER = "DDDDDD"  # keys of other variants
OWN = "BCDABC"


def variants(code, *blocks):
    doc = Doc()
    doc.add(code)
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked)
    doc.add("HẾT", "ĐÁP ÁN", *blocks)
    return doc, every()


@case
def variants_in_columns():
    rows = [[str(i + 1), OTHER[i], OWN[i], OTHER[i]] for i in range(6)]
    return variants("Mã đề: 102", table(["Câu", "101", "102", "103"], *rows))


@case
def variants_in_columns_under_a_heading():
    rows = [[str(i + 1), OTHER[i], OWN[i], OTHER[i]] for i in range(6)]
    return variants("Mã đề thi 102",
                    table([cell("Câu", merge=True), cell("Mã đề", span=3)],
                          [cell(merge=False), "101", "102", "103"], *rows))


@case
def variants_in_rows():
    return variants("MÃ ĐỀ 102", table(["Mã đề", "1", "2", "3", "4", "5", "6"],
                                       ["101", *OTHER], ["102", *OWN], ["103", *OTHER]))


@case
def variants_one_below_the_other():
    def pairs(keys):
        return "  ".join(f"{i + 1}.{letter}" for i, letter in enumerate(keys))
    return variants("Mã đề 102", "Mã đề 101", pairs(OTHER), "Mã đề 102", pairs(OWN), "Mã đề 103",
                    pairs(OTHER))


@case
def variants_of_a_paper_without_a_code():
    rows = [[str(i + 1), OWN[i], OTHER[i]] for i in range(6)]
    doc, wanted = variants("Thời gian: 45 phút", table(["Câu", "101", "102"], *rows))
    return doc, [{**w, "problems": ["reader.key_weak"], "below": 90} for w in wanted]


if __name__ == "__main__":
    sys.exit(main())
