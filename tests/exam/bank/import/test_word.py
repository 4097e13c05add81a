"""One Word file per layout, read by the program and compared with what it should understand.

Usage: test_word.py PROGRAM
"""

import json
import os
import subprocess
import sys
import tempfile
import unicodedata

from word_builder import (Doc, arg, cell, frac, me, mr, omath, para, png, run, sub, sup, table)

LETTERS = "ABCDEFGH"

# Stem, options, index of the right one.
PLAIN = [
    ("Nước sôi ở bao nhiêu độ C khi áp suất bằng 1 atm?",
     ["90 độ C.", "100 độ C.", "110 độ C.", "120 độ C."], 1),
    ("Thủ đô của Việt Nam là", ["Huế.", "Đà Nẵng.", "Hà Nội.", "Cần Thơ."], 2),
    ("Số nào dưới đây là số nguyên tố?", ["4", "6", "8", "7"], 3),
    ("Cơ quan nào của cây thực hiện quang hợp là chính?", ["Lá.", "Rễ.", "Thân.", "Hoa."], 0),
    ("Một năm thường có bao nhiêu ngày?", ["366", "365", "364", "360"], 1),
    ("Tác giả của “Truyện Kiều” là ai?",
     ["Nguyễn Trãi.", "Hồ Xuân Hương.", "Nguyễn Du.", "Nguyễn Khuyến."], 2),
]


def expected(number, item, **more):
    stem, options, key = item
    return {"number": number, "kind": "single", "stem": stem, "options": options,
            "key": LETTERS[key], **more}


def every(items=PLAIN):
    return [expected(i + 1, item) for i, item in enumerate(items)]


def stem(doc, number, text, label="Câu {}. "):
    doc.add(para(run(label.format(number), b=True), run(text)))


def choices(doc, item, mark, per_line=1, gap="\t", label="{}. ", bold=True):
    """Options; mark(is_right) gives the run styles of letter and text."""
    _, options, key = item
    for at in range(0, len(options), per_line):
        runs = []
        for i in range(at, min(at + per_line, len(options))):
            letter, text = mark(i == key)
            runs.append(run(gap) if i > at else "")
            runs.append(run(label.format(LETTERS[i]), **{"b": bold, **letter}))
            runs.append(run(options[i], **text))
        doc.add(para(*runs))


def paper(mark, label="Câu {}. ", **how):
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0], label)
        choices(doc, item, mark, **how)
    return doc


def unmarked(_):
    return {}, {}


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


# The key by its looks.

@case
def letter_underlined():
    return paper(lambda right: ({"u": right}, {})), every()


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
    doc = paper(lambda right: ({"u": right}, {}))
    stem(doc, 7, "Hai phương án bị gạch chân ở đây là lỗi gõ.")
    for i, text in enumerate(["một", "hai", "ba", "bốn"]):
        doc.add(para(run(f"{LETTERS[i]}. ", b=True, u=i in (1, 2)), run(text)))
    return doc, every() + [
        {"number": 7, "key": None, "problems": ["reader.key_marks", "question.key_missing"]}]


# Where the options stand.

@case
def two_a_line_by_tabs():
    return paper(lambda right: ({"u": right}, {}), per_line=2), every()


@case
def four_a_line_by_blanks():
    return paper(lambda right: ({"u": right}, {}), per_line=4, gap="      "), every()


@case
def four_a_line_plain_letters():
    doc = paper(unmarked, per_line=4, gap="   ", bold=False)
    doc.add("1-B 2-C 3-D 4-A 5-B 6-C")
    return doc, every()


@case
def line_breaks_instead_of_paragraphs():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        runs = [run(f"Câu {i + 1}. ", b=True), run(item[0])]
        for k, text in enumerate(item[1]):
            runs += [run(f"\n{LETTERS[k]}. ", u=k == item[2]), run(text)]
        doc.add(para(*runs))
    return doc, every()


@case
def cells_of_a_table():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        made = [cell(para(run(f"{LETTERS[k]}. ", u=k == item[2]), run(text)))
                for k, text in enumerate(item[1])]
        doc.add(table(made[:2], made[2:]))
    return doc, every()


@case
def letters_in_cells_of_their_own():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        doc.add(table(*[[cell(para(run(LETTERS[k], b=True, u=k == item[2]))), text]
                        for k, text in enumerate(item[1])]))
    return doc, every()


@case
def the_whole_paper_in_one_table():
    doc = Doc()
    doc.add(table(*[[cell(para(run(f"Câu {i + 1}.", b=True))),
                     cell(para(item[0]), *[para(run(f"{LETTERS[k]}. ", u=k == item[2]), run(text))
                                           for k, text in enumerate(item[1])])]
                    for i, item in enumerate(PLAIN)]))
    return doc, every()


@case
def an_option_that_ends_in_a_letter():
    doc = Doc()
    item = ("Ai đúng?", ["Ông A và chị B.", "Chị B và anh C.", "Anh C và anh D.", "Chỉ anh D."], 0)
    stem(doc, 1, item[0])
    choices(doc, item, lambda right: ({"u": right}, {}), per_line=2)
    return doc, [expected(1, item)]


@case
def six_options():
    doc = Doc()
    item = ("Chữ cái nào đứng thứ sáu?", ["a", "b", "c", "d", "đ", "e"], 5)
    stem(doc, 1, item[0])
    choices(doc, item, lambda right: ({"u": right}, {}))
    return doc, [expected(1, item)]


# Labels.

@case
def english_labels():
    return paper(lambda right: ({"u": right}, {}), label="Question {}: "), every()


@case
def lesson_labels_and_parentheses():
    return paper(lambda right: ({"u": right}, {}), label="Bài {}. ", **{}), every()


@case
def slashes_and_remarks():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0], "Câu {} (0,25 điểm): ")
        choices(doc, item, lambda right: ({"u": right}, {}), label="{}/ ")
    return doc, every()


@case
def bare_numbers():
    return paper(lambda right: ({"u": right}, {}), label="{}. "), every()


@case
def a_list_in_a_stem_is_no_question():
    doc = Doc()
    stem(doc, 1, "Cho các phát biểu sau:", "{}. ")
    doc.add("1. Một.", "2. Hai.")
    for i, text in enumerate(["1", "2", "1 và 2", "Không có"]):
        doc.add(para(run(f"{LETTERS[i]}. ", u=i == 2), run(text)))
    stem(doc, 2, PLAIN[1][0], "{}. ")
    choices(doc, PLAIN[1], lambda right: ({"u": right}, {}))
    return doc, [
        {"number": 1, "stem": "Cho các phát biểu sau: 1. Một. 2. Hai.", "key": "C"},
        expected(2, PLAIN[1])]


# Automatic numbering.

@case
def automatic_numbers_and_letters():
    doc = Doc()
    doc.list(0, [("decimal", "Câu %1."), ("upperLetter", "%2.")])
    doc.num(1, 0)
    for item in PLAIN:
        doc.add(para(item[0], num=1))
        for k, text in enumerate(item[1]):
            doc.add(para(run(text, u=k == item[2]), num=1, level=1))
    return doc, every()


@case
def automatic_letters_restarted_by_override():
    doc = Doc()
    doc.list(0, [("decimal", "%1)")])
    doc.list(1, [("upperLetter", "%1)")])
    doc.num(1, 0)
    for i, item in enumerate(PLAIN):
        doc.num(10 + i, 1, [0])
        doc.add(para(item[0], num=1))
        for k, text in enumerate(item[1]):
            doc.add(para(run(text, b=k == item[2]), num=10 + i))
    return doc, every()


@case
def automatic_numbers_by_style():
    doc = Doc()
    doc.abstracts += (
        '<w:abstractNum w:abstractNumId="4">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Cau"/>'
        '<w:lvlText w:val="Câu %1:"/><w:rPr><w:b/></w:rPr></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/>'
        '<w:pStyle w:val="Chon"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>')
    doc.num(3, 4)
    doc.style("Normal", default=True)
    doc.style("Cau", based="Normal", ppr='<w:numPr><w:numId w:val="3"/></w:numPr>')
    doc.style("Chon", based="Normal",
              ppr='<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>')
    doc.style("GachChan", kind="character", rpr='<w:u w:val="single"/>')
    doc.style("Dung", kind="character", based="GachChan")
    for item in PLAIN:
        doc.add(para(item[0], style="Cau"))
        for k, text in enumerate(item[1]):
            doc.add(para(run(text, style="Dung" if k == item[2] else None), style="Chon"))
    return doc, every()


@case
def automatic_formats_and_start():
    doc = Doc()
    doc.list(0, [("decimalZero", "Câu %1.", 7), ("lowerLetter", "%2)")])
    doc.num(1, 0)
    doc.add(para(run("PHẦN II. Câu trắc nghiệm đúng sai", b=True)))
    for number in range(2):
        doc.add(para(f"Xét mệnh đề {number}.", num=1))
        for k in range(4):
            doc.add(para(run(f"Ý thứ {k}.", u=k % 2 == number), num=1, level=1))
    options = [f"Ý thứ {k}." for k in range(4)]
    return doc, [
        {"number": 7 + n, "kind": "truefalse", "stem": f"Xét mệnh đề {n}.", "options": options,
         "key": [k % 2 == n for k in range(4)]} for n in range(2)]


@case
def bullets_and_empty_bullets():
    doc = Doc()
    doc.list(0, [("bullet", "\uf0b7"), ("bullet", " ")])
    doc.num(1, 0)
    stem(doc, 1, "Cho hai ý:")
    doc.add(para("Một.", num=1), para("Hai.", num=1), para("Ý nào đúng?", num=1, level=1))
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    return doc, [{"stem": "Cho hai ý: • Một. • Hai. Ý nào đúng?", "key": "B"}]


# The key in words.

def with_words(lines, **how):
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked, **how)
        doc.add(*[line.format(LETTERS[item[2]]) for line in lines])
    return doc, every()


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


# Lists of keys.

def with_list(*blocks):
    doc = paper(unmarked)
    doc.add(para("-------- HẾT --------", center=True), para(run("ĐÁP ÁN", b=True), center=True))
    doc.add(*blocks)
    return doc, every()


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
        choices(doc, item, lambda right: ({"u": right}, {}))
        if i == 2:
            doc.add(para("Trang 1/2 - Mã đề 101", center=True))
    doc.add(para("Thí sinh không được sử dụng tài liệu.", center=True), "Giám thị ký tên.")
    return doc, every(), ["Trang 1/2 - Mã đề 101", "Thí sinh không được sử dụng tài liệu.",
                          "Giám thị ký tên."]


@case
def keys_that_disagree():
    doc = paper(lambda right: ({"u": right}, {}))
    doc.add("HẾT", "ĐÁP ÁN", "1-A 2-C 3-D 4-A 5-B 6-C")
    wanted = every()
    wanted[0] = {"number": 1, "problems": ["reader.key_conflict"], "below": 60}
    return doc, wanted


# The three parts of 2025.

def three_parts(doc):
    doc.add(para(run("PHẦN I. ", b=True), run("Thí sinh trả lời từ câu 1 đến câu 2. Mỗi câu hỏi thí "
                                              "sinh chỉ chọn một phương án.")))
    for i, item in enumerate(PLAIN[:2]):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked)
    doc.add(para(run("PHẦN II. ", b=True), run("Trong mỗi ý a), b), c), d) ở mỗi câu, thí sinh chọn "
                                               "đúng hoặc sai.")))
    for number in (1, 2):
        stem(doc, number, f"Cho hàm số thứ {number}.")
        for k in range(4):
            doc.add(f"{'abcd'[k]}) Phát biểu {k}.")
    doc.add(para(run("PHẦN III. ", b=True), run("Câu trắc nghiệm trả lời ngắn.")))
    for number in (1, 2):
        stem(doc, number, f"Tính giá trị thứ {number}.")
        doc.add("Trả lời: ……………" if number == 1 else table(["", "", "", ""]))
    statements = [f"Phát biểu {k}." for k in range(4)]
    truths = [[True, False, True, True], [False, False, True, False]]
    values = ["3,14", "-25"]
    return ([expected(i + 1, item, part=1) for i, item in enumerate(PLAIN[:2])]
            + [{"number": n + 1, "part": 2, "kind": "truefalse", "options": statements,
                "stem": f"Cho hàm số thứ {n + 1}.", "key": truths[n]} for n in range(2)]
            + [{"number": n + 1, "part": 3, "kind": "numeric", "stem": f"Tính giá trị thứ {n + 1}.",
                "key": {"value": values[n], "tolerance": "0"}} for n in range(2)])


@case
def parts_with_tables_of_keys():
    doc = Doc()
    wanted = three_parts(doc)
    doc.add(para("------ HẾT ------", center=True), "ĐÁP ÁN", "PHẦN I",
            table(["Câu", "1", "2"], ["Chọn", "B", "C"]), "PHẦN II",
            table(["Câu", "a)", "b)", "c)", "d)"], ["1", "Đ", "S", "Đ", "Đ"],
                  ["2", "S", "S", "Đ", "S"]),
            "PHẦN III", table(["Câu", "1", "2"], ["Đáp án", "3,14", "-25"]))
    return doc, wanted


@case
def parts_with_statements_under_their_questions():
    doc = Doc()
    wanted = three_parts(doc)
    doc.add("BẢNG ĐÁP ÁN", "Phần I: 1-B 2-C", "PHẦN II",
            table(["Câu 1", "Câu 2"], ["a) Đ", "a) S"], ["b) S", "b) S"], ["c) Đ", "c) Đ"],
                  ["d) Đ", "d) S"]),
            "Phần III: 1: 3,14; 2: -25")
    return doc, wanted


@case
def answers_on_the_line_of_the_question():
    doc = Doc()
    doc.add("PHẦN III")
    stem(doc, 1, "Một giờ có bao nhiêu phút? Đáp án: 60")
    stem(doc, 2, "Tính 1,5 + 2 (Trả lời: 3,5).")
    stem(doc, 3, "Vì sao đáp án: 3 phương án là sai?")
    return doc, [{"number": 1, "kind": "numeric", "stem": "Một giờ có bao nhiêu phút?",
                  "key": {"value": "60", "tolerance": "0"}},
                 {"number": 2, "kind": "numeric", "stem": "Tính 1,5 + 2",
                  "key": {"value": "3,5", "tolerance": "0"}},
                 {"number": 3, "kind": "essay", "stem": "Vì sao đáp án: 3 phương án là sai?"}]


@case
def parts_with_lines_of_keys():
    doc = Doc()
    wanted = three_parts(doc)
    doc.add("HẾT", "BẢNG ĐÁP ÁN", "PHẦN I", "1.B 2.C", "PHẦN II", "Câu 1: ĐSĐĐ",
            "Câu 2: a) Sai; b) Sai; c) Đúng; d) Sai", "PHẦN III", "1: 3,14", "2: -25")
    return doc, wanted


@case
def statements_over_columns_of_questions():
    doc = Doc()
    wanted = three_parts(doc)
    doc.add("HẾT", "ĐÁP ÁN", "PHẦN I", "1B 2C", "PHẦN II",
            table(["Câu", "1", "2"], ["a)", "Đúng", "Sai"], ["b)", "Sai", "Sai"],
                  ["c)", "Đúng", "Đúng"], ["d)", "Đúng", "Sai"]),
            "PHẦN III", "Câu 1. 3,14", "Câu 2. -25")
    return doc, wanted


@case
def statements_underlined_and_answers_below():
    doc = Doc()
    doc.add(para(run("PHẦN II. Câu trắc nghiệm đúng sai", b=True)))
    for number, truths in ((1, "ĐSĐS"), (2, "SSSĐ")):
        stem(doc, number, f"Đoạn tư liệu {number}.")
        for k in range(4):
            doc.add(para(run(f"{'abcd'[k]})", b=True, u=truths[k] == "Đ"), run(f" Nhận định {k}.")))
    doc.add(para(run("PHẦN III. Câu trắc nghiệm trả lời ngắn", b=True)))
    stem(doc, 1, "Diện tích bằng bao nhiêu mét vuông?")
    doc.add("Đáp án: 12,5")
    stem(doc, 2, "Nhiệt độ là bao nhiêu?")
    doc.add(para(run("Lời giải", b=True), ), "Ta có kết quả.", "Trả lời: -3")
    statements = [f"Nhận định {k}." for k in range(4)]
    return doc, [
        {"kind": "truefalse", "options": statements, "key": [True, False, True, False]},
        {"kind": "truefalse", "options": statements, "key": [False, False, False, True]},
        {"kind": "numeric", "key": {"value": "12,5", "tolerance": "0"}},
        {"kind": "numeric", "key": {"value": "-3", "tolerance": "0"}}]


@case
def statements_in_a_table_with_ticks():
    doc = Doc()
    stem(doc, 1, "Chọn đúng hoặc sai cho mỗi phát biểu.")
    doc.add(table(["Phát biểu", "Đúng", "Sai"], ["a) Sắt là kim loại.", "x", ""],
                  ["b) Nước là đơn chất.", "", "x"], ["c) Vàng dẫn điện.", "x", ""],
                  ["d) Gỗ dẫn điện.", "", "x"]))
    return doc, [{"kind": "truefalse", "key": [True, False, True, False],
                  "options": ["Sắt là kim loại.", "Nước là đơn chất.", "Vàng dẫn điện.",
                              "Gỗ dẫn điện."]}]


@case
def truths_behind_the_statements():
    doc = Doc()
    stem(doc, 1, "Xét tính đúng sai của các phát biểu.")
    doc.add("a) 2 là số chẵn. (Đ)", "b) 9 là số nguyên tố. (S)", "c) 5 > 3. (Đ)", "d) 1 = 2. (S)")
    return doc, [{"kind": "truefalse", "key": [True, False, True, False],
                  "options": ["2 là số chẵn.", "9 là số nguyên tố.", "5 > 3.", "1 = 2."]}]


@case
def statements_told_in_the_solution():
    doc = Doc()
    doc.add(para(run("PHẦN II. Trắc nghiệm đúng sai", b=True)))
    stem(doc, 1, "Cho tam giác đều.")
    doc.add("a) Ba góc bằng nhau.\tb) Ba cạnh khác nhau.", "c) Có trục đối xứng.\td) Có góc tù.",
            "Lời giải", "a) Đúng. Mỗi góc 60 độ.", "b) Sai vì ba cạnh bằng nhau.", "c) Đúng",
            "d) Sai.")
    return doc, [{"kind": "truefalse", "key": [True, False, True, False],
                  "options": ["Ba góc bằng nhau.", "Ba cạnh khác nhau.", "Có trục đối xứng.",
                              "Có góc tù."]}]


@case
def statements_of_a_stem_stay_in_it():
    doc = Doc()
    stem(doc, 1, "Cho các phát biểu:")
    doc.add("a) Một.", "b) Hai.", "Số phát biểu đúng là")
    choices(doc, ("", ["0", "1", "2", "3"], 2), lambda right: ({"u": right}, {}))
    return doc, [{"kind": "single", "key": "C", "options": ["0", "1", "2", "3"],
                  "stem": "Cho các phát biểu: a) Một. b) Hai. Số phát biểu đúng là"}]


@case
def essay_part():
    doc = Doc()
    doc.add("I. TRẮC NGHIỆM (4 điểm)")
    stem(doc, 1, PLAIN[0][0])
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    doc.add("II. TỰ LUẬN (6 điểm)")
    stem(doc, 1, "(3 điểm) Giải bài toán sau:", "Bài {}. ")
    doc.add("a) Tính chu vi.", "b) Tính diện tích.")
    stem(doc, 2, "(3 điểm) Viết đoạn văn về quê em.", "Bài {}. ")
    return doc, [
        expected(1, PLAIN[0], part=1),
        {"number": 1, "part": 2, "kind": "essay",
         "stem": "(3 điểm) Giải bài toán sau: a) Tính chu vi. b) Tính diện tích."},
        {"number": 2, "part": 2, "kind": "essay", "stem": "(3 điểm) Viết đoạn văn về quê em."}]


# Passages.

@case
def passage_for_several_questions():
    doc = Doc()
    stem(doc, 1, PLAIN[0][0], "Question {}. ")
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    doc.add("Read the following passage and mark the letter A, B, C, or D to indicate the correct "
            "answer to each of the questions from 2 to 3.", "Ha Long Bay lies in the north.",
            "It has many islands.")
    for number, item in ((2, PLAIN[1]), (3, PLAIN[2])):
        stem(doc, number, item[0], "Question {}. ")
        choices(doc, item, lambda right: ({"u": right}, {}))
    stem(doc, 4, PLAIN[3][0], "Question {}. ")
    choices(doc, PLAIN[3], lambda right: ({"u": right}, {}))
    return doc, [expected(1, PLAIN[0], passage=0), expected(2, PLAIN[1], passage=1),
                 expected(3, PLAIN[2], passage=1), expected(4, PLAIN[3], passage=0)]


@case
def passage_in_vietnamese_first():
    doc = Doc()
    doc.add("Đọc đoạn trích sau và trả lời các câu hỏi từ câu 1 đến câu 2:", "Trăm năm trong cõi…")
    for number, item in ((1, PLAIN[0]), (2, PLAIN[1])):
        stem(doc, number, item[0])
        choices(doc, item, lambda right: ({"u": right}, {}))
    return doc, [expected(1, PLAIN[0], passage=1), expected(2, PLAIN[1], passage=1)]


# Content.

@case
def equations():
    doc = Doc()
    root = me("rad", arg("deg", "") + arg("e", frac("m", "k")), '<m:degHide m:val="1"/>')
    stem(doc, 1, "Chu kì của con lắc là")
    for k, math in enumerate([mr("T=2π") + root, mr("T=") + frac("1", "2π") + root,
                              mr("T=") + sup("x", "2") + sub("y", "1"), mr("T≤∞")]):
        doc.add(para(run(f"{LETTERS[k]}. ", b=True, u=k == 0), omath(math)))
    stem(doc, 2, "Giá trị của ")
    doc.body[-1] = doc.body[-1].replace("</w:p>", omath(
        me("nary", arg("sub", "i=1") + arg("sup", "n") + arg("e", "i"), '<m:chr m:val="∑"/>'))
        + run(" bằng") + "</w:p>")
    doc.add("A. 1\tB. n\tC. " + "0\tD. 2", "Chọn B")
    return doc, [
        {"stem": "Chu kì của con lắc là", "key": "A",
         "options": ["$T=2\\pi\\sqrt{\\frac{m}{k}}$", "$T=\\frac{1}{2\\pi}\\sqrt{\\frac{m}{k}}$",
                     "$T=x^{2}y_{1}$", "$T\\leq\\infty$"]},
        {"stem": "Giá trị của $\\sum_{i=1}^{n}i$ bằng", "key": "B",
         "options": ["1", "n", "0", "2"]}]


@case
def latex_in_the_text():
    doc = Doc()
    stem(doc, 1, "Tính $\\frac{1}{2}+x^2$ khi giá là $5 và \\(x=1\\):")
    doc.add(para(run("A. "), run("$x_"), run("1$", i=True)), "B. 2", "C. $A. B$", "D. 4",
            "Chọn C")
    return doc, [{"stem": "Tính $\\frac{1}{2}+x^2$ khi giá là $5 và $x=1$:", "key": "C",
                  "options": ["$x_1$", "2", "$A. B$", "4"]}]


@case
def pictures():
    doc = Doc()
    stem(doc, 1, "Quan sát hình bên.")
    doc.add(para(doc.picture()))
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    stem(doc, 2, "Hình nào là hình vuông?")
    doc.add(para(run("A. ", u=True), doc.picture()), para("B. ", doc.picture()))
    stem(doc, 3, PLAIN[1][0])
    choices(doc, PLAIN[1], lambda right: ({"u": right}, {}))
    return doc, [
        {"stem": "Quan sát hình bên.", "images": 1, "key": "B"},
        {"stem": "Hình nào là hình vuông?", "images": 2, "key": "A", "options": ["", ""]},
        expected(3, PLAIN[1], images=0)]


@case
def pictures_that_cannot_be_shown():
    doc = Doc()
    stem(doc, 1, "Quan sát hình.")
    doc.add(para(doc.picture(b"\xd7\xcd\xc6\x9a" + bytes(40), "image9.wmf")))
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    preview = doc.media("image10.wmf", b"\xd7\xcd\xc6\x9a" + bytes(41))
    stem(doc, 2, "Tính ")
    doc.body[-1] = doc.body[-1].replace("</w:p>", (
        '<w:r><w:object><v:shape style="width:30pt;height:20pt">'
        f'<v:imagedata r:id="{preview}"/></v:shape>'
        '<o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r></w:p>'))
    choices(doc, PLAIN[1], lambda right: ({"u": right}, {}))
    return doc, [
        {"images": 1, "key": "B", "problems": ["reader.picture_unshown"], "below": 90},
        {"images": 1, "key": "C", "problems": ["reader.equation_picture"], "below": 90}]


@case
def table_of_data_in_a_stem():
    doc = Doc()
    stem(doc, 1, "Cho bảng số liệu:")
    doc.add(table([cell("Năm"), "2010", "2020"], ["Sản lượng", "40,0", "42,7"]),
            "Nhận xét nào đúng?")
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    return doc, [{"stem": "Cho bảng số liệu: Năm 2010 2020 Sản lượng 40,0 42,7 Nhận xét nào đúng?",
                  "key": "B"}]


@case
def letters_that_name_rows_of_data():
    doc = Doc()
    stem(doc, 1, "Cho bảng:")
    doc.add(table(["Nước", "2010", "2020"], ["A", "1", "2"], ["B", "3", "4"]), "Nhận xét nào đúng?")
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    return doc, [{"stem": "Cho bảng: Nước 2010 2020 A 1 2 B 3 4 Nhận xét nào đúng?", "key": "B",
                  "options": PLAIN[0][1]}]


@case
def frequency_table_is_no_list_of_keys():
    doc = Doc()
    stem(doc, 1, "Bảng tần số:")
    doc.add(table(["Điểm", "1", "2", "3", "4"], ["Số bạn", "5", "3", "8", "4"]), "Mốt là")
    choices(doc, ("", ["1", "2", "3", "4"], 2), lambda right: ({"u": right}, {}))
    return doc, [{"stem": "Bảng tần số: Điểm 1 2 3 4 Số bạn 5 3 8 4 Mốt là", "key": "C"}]


@case
def letters_with_marks_of_their_own():
    doc, wanted = letter_underlined()
    doc.nfd = True
    return doc, wanted


@case
def changes_fields_and_boxes():
    doc = Doc()
    item = PLAIN[0]
    head, tail = item[0][:10], item[0][10:]
    field = ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText>'
             '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("")
             + '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    doc.add("<w:p>" + run("Câu 1. ", b=True) + f"<w:ins>{run(head)}</w:ins>"
            + "<w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del>" + field
            + f"<w:smartTag>{run(tail)}</w:smartTag></w:p>")
    doc.add("<w:sdt><w:sdtContent>" + para(run("A. ", b=True), run(item[1][0]))
            + "</w:sdtContent></w:sdt>")
    doc.add(para(run("B. ", b=True, u=True), "<w:hyperlink>" + run(item[1][1]) + "</w:hyperlink>"))
    inside = para(run("C. ", b=True), run(item[1][2]))
    doc.add("<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>"
            f"{inside}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>"
            f"<v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>")
    doc.add(para(run("D. ", b=True), run(item[1][3])))
    return doc, [expected(1, item)]


@case
def symbols_and_shapes_of_letters():
    doc = Doc()
    doc.add("<w:p>" + run("Câu 1. ", b=True) + run("Góc ")
            + '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>' + run(" = 90°, H")
            + run("2", raised="subscript") + run("O và x") + run("2", raised="superscript")
            + '<w:r><w:t>no</w:t><w:softHyphen/><w:t>n</w:t><w:noBreakHyphen/><w:t>x</w:t></w:r>'
            + "</w:p>")
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    return doc, [{"stem": "Góc α = 90°, H2O và x2non-x", "key": "B"}]


@case
def header_and_notes_are_reported():
    doc = Doc()
    doc.add(table([cell(para("SỞ GIÁO DỤC")), cell(para("ĐỀ THI THỬ"))]),
            "Họ và tên: ………………")
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, lambda right: ({"u": right}, {}))
    doc.add("HẾT", "Cán bộ coi thi không giải thích gì thêm.")
    return doc, every(), ["SỞ GIÁO DỤC", "ĐỀ THI THỬ", "Họ và tên: ………………", "HẾT",
                          "Cán bộ coi thi không giải thích gì thêm."]


@case
def a_question_without_its_number():
    doc = Doc()
    stem(doc, 1, PLAIN[0][0])
    choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    doc.add("Câu này bị mất số thứ tự.")
    choices(doc, PLAIN[1], lambda right: ({"u": right}, {}))
    stem(doc, 3, PLAIN[2][0])
    choices(doc, PLAIN[2], lambda right: ({"u": right}, {}))
    return doc, [expected(1, PLAIN[0]),
                 {"number": 0, "stem": "Câu này bị mất số thứ tự.", "key": "C",
                  "problems": ["reader.number_missing"]},
                 {"number": 3, "key": "D"}]


@case
def the_same_number_twice():
    doc = Doc()
    for number in (1, 1, 4):
        stem(doc, number, PLAIN[0][0])
        choices(doc, PLAIN[0], lambda right: ({"u": right}, {}))
    return doc, [{"number": 1}, {"number": 1, "problems": ["reader.number_twice"]},
                 {"number": 4, "problems": ["reader.number_gap"]}]


def compare(got, wanted):
    """What differs, as text; None when nothing does."""
    for name, value in wanted.items():
        if name == "images":
            found = len(got["images"])
        elif name == "problems":
            found = [p["code"] for p in got["problems"]]
        elif name == "below":
            if got["confidence"] >= value:
                return f"confidence is {got['confidence']}, want below {value}"
            continue
        else:
            found = got[name]
        if found != value:
            return f"{name} is {found!r}, want {value!r}"
    if "problems" not in wanted and got["confidence"] < 80:
        return f"confidence is {got['confidence']}: {got['problems']!r}"
    return None


def main():
    program = sys.argv[1]
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in CASES.items():
            doc, wanted, *rest = make()
            path = os.path.join(folder, name + ".docx")
            text = doc.document()
            doc.save(path, unicodedata.normalize("NFD", text) if hasattr(doc, "nfd") else None)
            done = subprocess.run([program, "questions", "read", path, "--json"],
                                  capture_output=True, text=True, check=False)
            faults = []
            if done.returncode != 0:
                faults.append(done.stderr.strip())
            else:
                got = json.loads(done.stdout)
                if len(got["questions"]) != len(wanted):
                    faults.append(f"{len(got['questions'])} questions, want {len(wanted)}")
                for at, (have, want) in enumerate(zip(got["questions"], wanted)):
                    difference = compare(have, want)
                    if difference:
                        faults.append(f"question {at + 1}: {difference}")
                if rest and got["unassigned"] != rest[0]:
                    faults.append(f"unassigned is {got['unassigned']!r}")
            passed += not faults
            failed += bool(faults)
            for fault in faults:
                print(f"{name}: {fault}", file=sys.stderr)
    print(f"checks: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
