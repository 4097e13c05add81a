"""Word files: equations, pictures, tables, fields, notes, and what belongs to no question.

Usage: test_word_content.py PROGRAM
"""

import sys

from word_builder import Doc, W, arg, cell, frac, me, mr, omath, para, run, sub, sup, table
from word_cases import case, main
from word_papers import LETTERS, PLAIN, choices, every, expected, paper, stem, underlined


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
    choices(doc, PLAIN[0], underlined)
    stem(doc, 2, "Hình nào là hình vuông?")
    doc.add(para(run("A. ", u=True), doc.picture()), para("B. ", doc.picture()))
    stem(doc, 3, PLAIN[1][0])
    choices(doc, PLAIN[1], underlined)
    return doc, [
        {"stem": "Quan sát hình bên.", "images": 1, "key": "B"},
        {"stem": "Hình nào là hình vuông?", "images": 2, "key": "A", "options": ["", ""]},
        expected(3, PLAIN[1], images=0)]


@case
def pictures_that_cannot_be_shown():
    doc = Doc()
    stem(doc, 1, "Quan sát hình.")
    doc.add(para(doc.picture(b"\xd7\xcd\xc6\x9a" + bytes(40), "image9.wmf")))
    choices(doc, PLAIN[0], underlined)
    preview = doc.media("image10.wmf", b"\xd7\xcd\xc6\x9a" + bytes(41))
    stem(doc, 2, "Tính ")
    doc.body[-1] = doc.body[-1].replace("</w:p>", (
        '<w:r><w:object><v:shape style="width:30pt;height:20pt">'
        f'<v:imagedata r:id="{preview}"/></v:shape>'
        '<o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r></w:p>'))
    choices(doc, PLAIN[1], underlined)
    return doc, [
        {"images": 1, "key": "B", "problems": ["reader.picture_unshown"], "below": 90},
        {"images": 1, "key": "C", "problems": ["reader.equation_picture"], "below": 90}]


@case
def table_of_data_in_a_stem():
    doc = Doc()
    stem(doc, 1, "Cho bảng số liệu:")
    doc.add(table([cell("Năm"), "2010", "2020"], ["Sản lượng", "40,0", "42,7"]),
            "Nhận xét nào đúng?")
    choices(doc, PLAIN[0], underlined)
    return doc, [{"stem": "Cho bảng số liệu: Năm 2010 2020 Sản lượng 40,0 42,7 Nhận xét nào đúng?",
                  "key": "B"}]


@case
def letters_that_name_rows_of_data():
    doc = Doc()
    stem(doc, 1, "Cho bảng:")
    doc.add(table(["Nước", "2010", "2020"], ["A", "1", "2"], ["B", "3", "4"]), "Nhận xét nào đúng?")
    choices(doc, PLAIN[0], underlined)
    return doc, [{"stem": "Cho bảng: Nước 2010 2020 A 1 2 B 3 4 Nhận xét nào đúng?", "key": "B",
                  "options": PLAIN[0][1]}]


@case
def frequency_table_is_no_list_of_keys():
    doc = Doc()
    stem(doc, 1, "Bảng tần số:")
    doc.add(table(["Điểm", "1", "2", "3", "4"], ["Số bạn", "5", "3", "8", "4"]), "Mốt là")
    choices(doc, ("", ["1", "2", "3", "4"], 2), underlined)
    return doc, [{"stem": "Bảng tần số: Điểm 1 2 3 4 Số bạn 5 3 8 4 Mốt là", "key": "C"}]


@case
def letters_with_marks_of_their_own():
    doc = paper(underlined)
    doc.nfd = True
    return doc, every()


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
    choices(doc, PLAIN[0], underlined)
    return doc, [{"stem": "Góc α = 90°, H2O và x2non-x", "key": "B"}]


@case
def header_and_notes_are_reported():
    doc = Doc()
    doc.add(table([cell(para("SỞ GIÁO DỤC")), cell(para("ĐỀ THI THỬ"))]),
            "Họ và tên: ………………")
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, underlined)
    doc.add("HẾT", "Cán bộ coi thi không giải thích gì thêm.")
    return doc, every(), ["SỞ GIÁO DỤC", "ĐỀ THI THỬ", "Họ và tên: ………………", "HẾT",
                          "Cán bộ coi thi không giải thích gì thêm."]


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
    sys.exit(main())
