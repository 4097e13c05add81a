"""Papers as teachers write them in Word, and what the program should understand of them."""

from word_builder import Doc, para, run, table

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


def underlined(right):
    return {"u": right}, {}


def with_words(lines, **how):
    doc = Doc()
    for i, item in enumerate(PLAIN):
        stem(doc, i + 1, item[0])
        choices(doc, item, unmarked, **how)
        doc.add(*[line.format(LETTERS[item[2]]) for line in lines])
    return doc, every()


def with_list(*blocks):
    doc = paper(unmarked)
    doc.add(para("-------- HẾT --------", center=True), para(run("ĐÁP ÁN", b=True), center=True))
    doc.add(*blocks)
    return doc, every()


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
