"""Word files: the three parts of 2025 with statements and short answers, essays, passages.

Usage: test_word_parts.py PROGRAM
"""

import sys

from word_builder import Doc, cell, para, run, table
from word_cases import case, main
from word_papers import PLAIN, choices, expected, stem, three_parts, underlined, with_list


# The three parts of 2025.

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
    choices(doc, ("", ["0", "1", "2", "3"], 2), underlined)
    return doc, [{"kind": "single", "key": "C", "options": ["0", "1", "2", "3"],
                  "stem": "Cho các phát biểu: a) Một. b) Hai. Số phát biểu đúng là"}]


@case
def essay_part():
    doc = Doc()
    doc.add("I. TRẮC NGHIỆM (4 điểm)")
    stem(doc, 1, PLAIN[0][0])
    choices(doc, PLAIN[0], underlined)
    doc.add("II. TỰ LUẬN (6 điểm)")
    stem(doc, 1, "(3 điểm) Giải bài toán sau:", "Bài {}. ")
    doc.add("a) Tính chu vi.", "b) Tính diện tích.")
    stem(doc, 2, "(3 điểm) Viết đoạn văn về quê em.", "Bài {}. ")
    return doc, [
        expected(1, PLAIN[0], part=1),
        {"number": 1, "part": 2, "kind": "essay",
         "stem": "(3 điểm) Giải bài toán sau: a) Tính chu vi. b) Tính diện tích."},
        {"number": 2, "part": 2, "kind": "essay", "stem": "(3 điểm) Viết đoạn văn về quê em."}]


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


# Passages.

@case
def passage_for_several_questions():
    doc = Doc()
    stem(doc, 1, PLAIN[0][0], "Question {}. ")
    choices(doc, PLAIN[0], underlined)
    doc.add("Read the following passage and mark the letter A, B, C, or D to indicate the correct "
            "answer to each of the questions from 2 to 3.", "Ha Long Bay lies in the north.",
            "It has many islands.")
    for number, item in ((2, PLAIN[1]), (3, PLAIN[2])):
        stem(doc, number, item[0], "Question {}. ")
        choices(doc, item, underlined)
    stem(doc, 4, PLAIN[3][0], "Question {}. ")
    choices(doc, PLAIN[3], underlined)
    return doc, [expected(1, PLAIN[0], passage=0), expected(2, PLAIN[1], passage=1),
                 expected(3, PLAIN[2], passage=1), expected(4, PLAIN[3], passage=0)]


@case
def passage_in_vietnamese_first():
    doc = Doc()
    doc.add("Đọc đoạn trích sau và trả lời các câu hỏi từ câu 1 đến câu 2:", "Trăm năm trong cõi…")
    for number, item in ((1, PLAIN[0]), (2, PLAIN[1])):
        stem(doc, number, item[0])
        choices(doc, item, underlined)
    return doc, [expected(1, PLAIN[0], passage=1), expected(2, PLAIN[1], passage=1)]


if __name__ == "__main__":
    sys.exit(main())
