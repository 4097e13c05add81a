"""More habits of teachers in Word files: labels, keys and boxes written in other ways.

Usage: test_word_habits.py PROGRAM
"""

import sys

import test_word
from test_word import (LETTERS, PLAIN, case, choices, every, expected, paper, stem, three_parts,
                       unmarked, with_list, with_words)
from word_builder import Doc, W, cell, para, run, table

test_word.CASES.clear()  # those stand in a test of their own


def underlined(right):
    return {"u": right}, {}


# Labels.

@case
def a_dash_behind_the_number():
    return paper(underlined, label="Câu {} - "), every()


@case
def a_range_is_no_label():
    doc = Doc()
    stem(doc, 1, PLAIN[0][0])
    choices(doc, PLAIN[0], underlined)
    doc.add("Câu 2 - 3. Đọc đoạn thơ sau và trả lời câu hỏi từ 2 đến 3", "Quê hương là chùm khế ngọt")
    stem(doc, 2, PLAIN[1][0])
    choices(doc, PLAIN[1], underlined)
    return doc, [expected(1, PLAIN[0]), expected(2, PLAIN[1])]


@case
def levels_behind_the_label():
    doc = Doc()
    labels = ("Câu 1. [NB] ", "Câu 2 (TH): ", "Câu 3: (Vận dụng cao). ", "Câu 4. (vd) ")
    for item, label in zip(PLAIN, labels):
        stem(doc, 1, item[0], label)
        choices(doc, item, underlined)
    stem(doc, 5, "[Ca] là kí hiệu của nguyên tố nào?")
    choices(doc, PLAIN[0], underlined)
    return doc, ([expected(i + 1, item, difficulty=level)
                  for i, (item, level) in enumerate(zip(PLAIN, (1, 2, 4, 3)))]
                 + [{"number": 5, "stem": "[Ca] là kí hiệu của nguyên tố nào?", "difficulty": 0}])


@case
def a_floating_picture_before_the_label():
    doc = Doc()
    for i, item in enumerate(PLAIN[:2]):
        doc.add(para(doc.picture(), run(f"Câu {i + 1}. ", b=True), run(item[0])))
        choices(doc, item, underlined)
    stem(doc, 3, PLAIN[2][0])
    choices(doc, PLAIN[2], underlined)
    doc.body[-4] = doc.body[-4].replace("</w:pPr>", "</w:pPr>" + doc.picture(), 1)
    return doc, [expected(1, PLAIN[0], images=1), expected(2, PLAIN[1], images=1),
                 expected(3, PLAIN[2], images=1)]


@case
def cells_of_numbers_are_no_questions():
    doc = Doc()
    for i, item in enumerate(PLAIN[:3]):
        doc.add(para(run(f"Câu {i + 1} ", b=True), run(item[0])))
        doc.add(table(*[[para(run(f"{LETTERS[k]}/", b=True, u=k == 1)), f"{k + 1}."]
                        for k in range(4)]))
    return doc, [{"number": i + 1, "stem": item[0], "options": ["1.", "2.", "3.", "4."],
                  "key": "B"} for i, item in enumerate(PLAIN[:3])]


@case
def a_letter_typed_twice():
    doc = paper(underlined)
    stem(doc, 7, "Chữ của phương án thứ ba gõ nhầm.")
    doc.add(para(run("A. ", b=True), "một"), para(run("B. ", b=True), "hai"),
            para(run("B. ", b=True, u=True), "ba"), para(run("D. ", b=True), "bốn"))
    return doc, every() + [{"number": 7, "options": ["một", "hai", "ba", "bốn"], "key": "C",
                            "problems": ["reader.letter_twice"], "below": 90}]


# Keys by looks.

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


# Keys in words.

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


# Statements and short answers.

@case
def statements_in_parentheses():
    doc = Doc()
    doc.add("PHẦN II: TRẮC NGHIỆM ĐÚNG – SAI")
    for number, truths in ((1, "ĐSĐS"), (2, "SSĐĐ")):
        stem(doc, number, "Cho hình lập phương.")
        doc.add(*[f"({'abcd'[k]}) Khẳng định {k}." for k in range(4)])
        doc.add(f"Chọn {truths}" if number == 1 else "Đáp án S S Đ Đ")
    statements = [f"Khẳng định {k}." for k in range(4)]
    return doc, [{"kind": "truefalse", "options": statements, "key": [True, False, True, False]},
                 {"kind": "truefalse", "options": statements, "key": [False, False, True, True]}]


@case
def answers_in_boxes():
    doc = Doc()
    doc.add("PHẦN III. Trả lời ngắn")
    stem(doc, 1, "Tính 5 : 4.")
    doc.add(table(["Đáp án:", "1", ",", "2", "5"]))
    stem(doc, 2, "Tính 3 - 5.")
    doc.add("Đáp án", table(["-", "2", "", ""]))
    stem(doc, 3, "Tính 1 + 1.")
    doc.add("Đáp án 2")
    stem(doc, 4, "Viết ba phần tư dưới dạng phân số.")
    doc.add("Đáp số: 3/4")
    return doc, [{"kind": "numeric", "stem": "Tính 5 : 4.", "key": {"value": "1,25", "tolerance": "0"}},
                 {"kind": "numeric", "stem": "Tính 3 - 5.", "key": {"value": "-2", "tolerance": "0"}},
                 {"kind": "numeric", "stem": "Tính 1 + 1.", "key": {"value": "2", "tolerance": "0"}},
                 {"kind": "text", "key": {"accepted": ["3/4"]}}]


@case
def fractions_in_a_list():
    doc = Doc()
    three_parts(doc)
    doc.add("HẾT", "ĐÁP ÁN", "PHẦN I", "1B 2C", "PHẦN II", "Câu 1: ĐSĐĐ", "Câu 2: SSĐS",
            "PHẦN III", "Câu 1: 1/2", "Câu 2: -3/4")
    return doc, [{}] * 4 + [{"key": {"accepted": ["1/2"]}}, {"key": {"accepted": ["-3/4"]}}]


@case
def reasons_behind_the_letter():
    return with_list("Câu 1: B (xem bài 3).", "2. C – theo sách giáo khoa.", "Câu 3 → D",
                     "Câu 4: A vì lá có diệp lục.", "Câu 5", "Chọn B.", "Câu 6", "Loại A vì sai. "
                     "Đáp án đúng: C")


@case
def statements_numbered_with_letters():
    doc = Doc()
    wanted = three_parts(doc)
    doc.add("HẾT", "ĐÁP ÁN", "PHẦN I", "1B 2C", "PHẦN II", "1a-Đ, 1b-S, 1c-Đ, 1d-Đ",
            table(["Câu", "2a", "2b", "2c", "2d"], ["ĐA", "S", "S", "Đ", "S"]), "PHẦN III",
            "1: 3,14", "2: -25")
    return doc, wanted


@case
def truths_before_the_statements():
    doc = Doc()
    doc.add("PHẦN II. Trắc nghiệm đúng sai")
    stem(doc, 1, "Cho hình tròn.")
    doc.add("a) [Đ] Có tâm.", "b) [S] Có góc.", "c) (Đúng) Có bán kính.", "d) (Sai) Có cạnh.")
    return doc, [{"kind": "truefalse", "key": [True, False, True, False],
                  "options": ["Có tâm.", "Có góc.", "Có bán kính.", "Có cạnh."]}]


@case
def a_passage_for_listed_questions():
    doc = Doc()
    doc.add("Dựa vào thông tin sau đây để trả lời câu 1, câu 2 và câu 3", "Rừng giữ nước.")
    for i, item in enumerate(PLAIN[:4]):
        stem(doc, i + 1, item[0])
        choices(doc, item, underlined)
    return doc, [expected(i + 1, item, passage=1 if i < 3 else 0)
                 for i, item in enumerate(PLAIN[:4])]


# Essays.

def essays(*guide):
    doc = Doc()
    doc.add("II. TỰ LUẬN (4 điểm)")
    for number in (1, 2):
        stem(doc, number, f"Trình bày nội dung {number}.", "Câu {} (2,0 điểm). ")
    doc.add("HẾT", "HƯỚNG DẪN CHẤM", *guide)
    return doc, [{"kind": "essay", "stem": f"Trình bày nội dung {number}.",
                  "key": {"guide": f"<p>Nêu được ý {number}.</p><p>1,0</p>"
                                   "<p>Dẫn chứng đúng.</p><p>1,0</p>"}} for number in (1, 2)]


@case
def guide_in_a_table():
    rows = []
    for number in (1, 2):
        rows += [[cell(f"Câu {number}", merge=True), f"Nêu được ý {number}.", "1,0"],
                 [cell(merge=False), "Dẫn chứng đúng.", "1,0"]]
    return essays(table(["Câu", "Nội dung", "Điểm"], *rows))


@case
def guide_in_lines():
    lines = []
    for number in (1, 2):
        lines += [f"Câu {number}.", f"Nêu được ý {number}.", "1,0", "Dẫn chứng đúng.", "1,0"]
    return essays(*lines)


@case
def guide_of_essays_behind_other_parts():
    doc = Doc()
    doc.add("PHẦN III. Trả lời ngắn")
    stem(doc, 1, "Tính 1 + 1.")
    doc.add("Đáp án: 2", "IV. TỰ LUẬN")
    stem(doc, 1, "Chứng minh.")
    doc.add("HẾT", "HƯỚNG DẪN CHẤM", table(["Câu", "Nội dung", "Điểm"],
                                           ["1", "Lập luận chặt chẽ từng bước.", "2,0"]))
    return doc, [{"kind": "numeric", "key": {"value": "2", "tolerance": "0"}},
                 {"kind": "essay", "key": {"guide": "<p>Lập luận chặt chẽ từng bước.</p>"
                                                    "<p>2,0</p>"}}]


# Notes.

@case
def footnotes_are_told_in_place():
    doc = Doc()
    notes = (f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="1"><w:p>{run("Theo số liệu ")}'
             f'</w:p><w:p>{run("năm 2024.")}</w:p></w:footnote></w:footnotes>')
    doc.relate("footnotes", "footnotes.xml")
    doc.pictures.append(("../footnotes.xml", notes))
    doc.add(para(run("Câu 1. ", b=True), run("Dân số"),
                 '<w:r><w:footnoteReference w:id="1"/></w:r>', run(" là bao nhiêu?")))
    choices(doc, PLAIN[0], underlined)
    return doc, [{"stem": "Dân số (Theo số liệu năm 2024.) là bao nhiêu?", "key": "B"}]


if __name__ == "__main__":
    sys.exit(test_word.main())
