"""Word files: where options stand, how questions are labelled and numbered.

Usage: test_word_layout.py PROGRAM
"""

import sys

from word_builder import Doc, cell, para, run, table
from word_cases import case, main
from word_papers import LETTERS, PLAIN, choices, every, expected, paper, stem, underlined, unmarked


# Where the options stand.

@case
def two_a_line_by_tabs():
    return paper(underlined, per_line=2), every()


@case
def four_a_line_by_blanks():
    return paper(underlined, per_line=4, gap="      "), every()


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
    choices(doc, item, underlined, per_line=2)
    return doc, [expected(1, item)]


@case
def six_options():
    doc = Doc()
    item = ("Chữ cái nào đứng thứ sáu?", ["a", "b", "c", "d", "đ", "e"], 5)
    stem(doc, 1, item[0])
    choices(doc, item, underlined)
    return doc, [expected(1, item)]


# Labels.

@case
def english_labels():
    return paper(underlined, label="Question {}: "), every()


@case
def lesson_labels_and_parentheses():
    return paper(underlined, label="Bài {}. ", **{}), every()


@case
def slashes_and_remarks():
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0], "Câu {} (0,25 điểm): ")
        choices(doc, item, underlined, label="{}/ ")
    return doc, every()


@case
def bare_numbers():
    return paper(underlined, label="{}. "), every()


@case
def a_list_in_a_stem_is_no_question():
    doc = Doc()
    stem(doc, 1, "Cho các phát biểu sau:", "{}. ")
    doc.add("1. Một.", "2. Hai.")
    for i, text in enumerate(["1", "2", "1 và 2", "Không có"]):
        doc.add(para(run(f"{LETTERS[i]}. ", u=i == 2), run(text)))
    stem(doc, 2, PLAIN[1][0], "{}. ")
    choices(doc, PLAIN[1], underlined)
    return doc, [
        {"number": 1, "stem": "Cho các phát biểu sau: 1. Một. 2. Hai.", "key": "C"},
        expected(2, PLAIN[1])]


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


@case
def a_question_without_its_number():
    doc = Doc()
    stem(doc, 1, PLAIN[0][0])
    choices(doc, PLAIN[0], underlined)
    doc.add("Câu này bị mất số thứ tự.")
    choices(doc, PLAIN[1], underlined)
    stem(doc, 3, PLAIN[2][0])
    choices(doc, PLAIN[2], underlined)
    return doc, [expected(1, PLAIN[0]),
                 {"number": 0, "stem": "Câu này bị mất số thứ tự.", "key": "C",
                  "problems": ["reader.number_missing"]},
                 {"number": 3, "key": "D"}]


@case
def the_same_number_twice():
    doc = Doc()
    for number in (1, 1, 4):
        stem(doc, number, PLAIN[0][0])
        choices(doc, PLAIN[0], underlined)
    return doc, [{"number": 1}, {"number": 1, "problems": ["reader.number_twice"]},
                 {"number": 4, "problems": ["reader.number_gap"]}]


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
    choices(doc, PLAIN[0], underlined)
    return doc, [{"stem": "Cho hai ý: • Một. • Hai. Ý nào đúng?", "key": "B"}]


if __name__ == "__main__":
    sys.exit(main())
