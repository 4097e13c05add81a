"""What is measured of a province: one function a row, each giving the figures of one run."""
import json
import os
import pathlib
import random
import subprocess
import time

from school import BenchError, YEAR_MS, insert, now_ms, token_of

OFFICE, TEACHER, PARENT = 1, 2, 4
SCREENS, FEW = 1500, 120  # requests of one run
AT_ONCE = 8

# Row, figure, how it is written, what is to be reached.
TABLE = [
    ("sheet", "one_p50_ms", "a class's marks in a subject (GET /marks), one client, p50 ms", "{:.1f}", ""),
    ("sheet", "one_p99_ms", "… p99 ms", "{:.1f}", "≤ 50"),
    ("sheet", "p99_ms", "… eight clients without a pause, p99 ms", "{:.1f}", "≤ 50"),
    ("sheet", "per_s", "… a second", "{:,.0f}", ""),
    ("sheet_again", "p99_ms", "… once more with its ETag, eight clients, p99 ms", "{:.1f}", ""),
    ("sheet_again", "per_s", "… a second", "{:,.0f}", ""),
    ("cells", "one_p50_ms", "45 cells saved (PUT /marks), one client, p50 ms", "{:.1f}", ""),
    ("cells", "one_p99_ms", "… p99 ms", "{:.1f}", ""),
    ("cells", "p99_ms", "… eight clients without a pause, p99 ms", "{:.1f}", ""),
    ("cells", "cells_per_s", "… cells a second", "{:,.0f}", ""),
    ("student", "one_p99_ms", "one student's year (GET /students/…/results), one client, p99 ms", "{:.1f}", "≤ 50"),
    ("student", "p99_ms", "… eight clients without a pause, p99 ms", "{:.1f}", "≤ 50"),
    ("child", "one_p99_ms", "a parent looks at a child's marks, one client, p99 ms", "{:.1f}", "≤ 50"),
    ("child", "p99_ms", "… eight clients without a pause, p99 ms", "{:.1f}", "≤ 50"),
    ("child", "per_s", "… a second", "{:,.0f}", ""),
    ("class_term", "one_p50_ms", "a class's results of a term, one client, p50 ms", "{:.1f}", ""),
    ("class_term", "one_p99_ms", "… p99 ms", "{:.1f}", ""),
    ("class_year", "one_p50_ms", "a class's results of the year, one client, p50 ms", "{:.1f}", ""),
    ("class_year", "one_p99_ms", "… p99 ms", "{:.1f}", ""),
    ("closings", "one_p50_ms", "what is missing in the 33 classes of a school (GET /closings), p50 ms", "{:.0f}", ""),
    ("closings", "most_ms", "… the slowest ms", "{:.0f}", ""),
    ("close", "one_p50_ms", "a class's term closed, p50 ms", "{:.0f}", ""),
    ("close", "most_ms", "… the slowest ms", "{:.0f}", ""),
    ("cards", "one_p50_ms", "45 report cards in one file, p50 ms", "{:.0f}", "≤ 3,000"),
    ("cards", "most_ms", "… the slowest ms", "{:.0f}", "≤ 3,000"),
    ("audit_school", "seconds", "truongthi audit of one school, s", "{:.2f}", ""),
    ("audit", "seconds", "truongthi audit of the province, s", "{:.1f}", ""),
    ("audit", "s_a_million", "… s a million rows of history", "{:.2f}", ""),
    ("audit", "resident_mib", "… MiB resident at most", "{:.0f}", ""),
    ("oneroster", "seconds", "a school's year as a OneRoster zip, s", "{:.2f}", "≤ 2"),
    ("oneroster", "results", "… rows of results in it", "{:,.0f}", ""),
    ("oneroster", "mib", "… MiB of the zip", "{:.1f}", ""),
    ("oneroster", "resident_mib", "… MiB resident at most", "{:.0f}", ""),
    ("oneroster_tenth", "results", "the same of a school with a tenth of the marks: rows of results", "{:,.0f}", ""),
    ("oneroster_tenth", "resident_mib", "… MiB resident at most", "{:.0f}", ""),
]


class Province:
    """The running server with the province in it."""

    def __init__(self, server, build, program, folder, sizes):
        self.server = server
        self.build = pathlib.Path(build)
        self.program = program
        self.folder = pathlib.Path(folder)
        self.sizes = sizes
        self.is_small = sizes["schools"] < 10
        self.known = set()
        self.random = random.Random(sizes["seed"])
        self.classes = sizes["schools"] * sizes["classes"]

    def sign_in(self, people):
        """Sessions for (person, role), straight into the table."""
        now = now_ms()
        new = sorted(set(people) - self.known)
        self.known |= set(new)
        if not new:
            return
        ids = ",".join(str(p) for p, _ in new)
        school_of = dict(self.server.sql("SELECT person_id, MIN(school_id) FROM membership"
                                         f" WHERE person_id IN ({ids}) GROUP BY person_id"))
        hashes = ",".join(f"x'{token_of(p)[1].hex()}'" for p, _ in new)
        self.server.sql(f"DELETE FROM session WHERE token_hash IN ({hashes})")
        insert(self.server, "session", "token_hash, person_id, school_id, roles, created_at_ms, seen_at_ms,"
               " expires_at_ms, address",
               [(f"x'{token_of(p)[1].hex()}'", f"{p}", school_of[str(p)], f"{1 << role}", f"{now}", f"{now}",
                 f"{now + YEAR_MS}", "'127.0.0.1'") for p, role in new])

    def ask(self, requests, clients=1, again=False):
        """Sends (person, method, path, body) and gives the generator's figures."""
        lines = [f"{token_of(person)[0]}\t{method}\t/api/v1{path}\t{body or '-'}\n"
                 for person, method, path, body in requests]
        file = self.folder / "requests"
        file.write_text("".join(lines))
        command = [str(self.build / "tests/bench/screens"), "--requests", str(file), "--port",
                   str(self.server.port), "--clients", str(clients)]
        done = subprocess.run(command + (["--again", "yes"] if again else []), capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise BenchError(f"screens: {done.stderr}")
        return json.loads(done.stdout)

    def count(self, wanted):
        return min(wanted, 12) if self.is_small else wanted

    def some_classes(self, count):
        return [self.random.randint(1, self.classes) for _ in range(self.count(count))]

    def of_class(self, ids, column="homeroom_person_id"):
        listed = ",".join(str(i) for i in sorted(set(ids)))
        return {int(i): int(v) for i, v in
                self.server.sql(f"SELECT id, {column} FROM class WHERE id IN ({listed})")}

    def office_of(self, school):
        return int(self.server.sql(f"SELECT person_id FROM membership WHERE school_id = {school}"
                                   f" AND role = {OFFICE} LIMIT 1")[0][0])

    def places(self, count):
        """(teacher, class, subject, term) of so many classes of the province."""
        wanted = self.some_classes(count)
        listed = ",".join(str(c) for c in sorted(set(wanted)))
        taught = {}
        for row in self.server.sql("SELECT t.class_id, t.subject_id, t.person_id, MIN(k.id), MAX(k.id) FROM teaching t"
                                   " JOIN class c ON c.id = t.class_id JOIN term k ON"
                                   " k.school_year_id = c.school_year_id"
                                   f" WHERE t.class_id IN ({listed})"
                                   " GROUP BY t.class_id, t.subject_id, t.person_id"):
            taught.setdefault(int(row[0]), []).append([int(v) for v in row[1:]])
        out = []
        for class_id in wanted:
            subject, teacher, *terms = self.random.choice(taught[class_id])
            out.append((teacher, class_id, subject, self.random.choice(terms)))
        self.sign_in([(teacher, TEACHER) for teacher, *_ in out])
        return out


def must(is_so, what):
    if not is_so:
        raise BenchError(what)


def one_and_many(province, make, count):
    """The same kind of page for one client, and for eight that never pause."""
    one = province.ask(make(count // 3))
    many = province.ask(make(count), AT_ONCE)
    return {"one_p50_ms": one["p50Ms"], "one_p99_ms": one["p99Ms"], "p50_ms": many["p50Ms"],
            "p99_ms": many["p99Ms"], "per_s": many["count"] / many["seconds"], "bytes": many["bytes"]}


# ---- screens ----

def sheets(province, count):
    return [(teacher, "GET", f"/marks/{c}/{s}/{t}", None) for teacher, c, s, t in province.places(count)]


def row_sheet(province, _run):
    return one_and_many(province, lambda n: sheets(province, n), SCREENS)


def row_sheet_again(province, _run):
    many = province.ask(sheets(province, SCREENS), AT_ONCE, again=True)
    must(many["unchanged"] == many["count"], f"not all unchanged: {many}")
    # Each was fetched twice; the first is not in the times but in the seconds.
    return {"p50_ms": many["p50Ms"], "p99_ms": many["p99Ms"], "per_s": 2 * many["count"] / many["seconds"]}


def put_column(province, place):
    """Every mark of one column of the place, one tenth more or from 10 to 0."""
    teacher, class_id, subject, term = place
    rows = province.server.sql(
        "SELECT m.column_id, m.student_id, (m.value_x10 + 1) % IF(s.kind = 1, 101, 2), m.version"
        " FROM mark_column k JOIN mark m ON m.column_id = k.id JOIN subject s ON s.id = k.subject_id"
        f" WHERE k.class_id = {class_id} AND k.subject_id = {subject} AND k.term_id = {term}"
        " AND k.kind = 1 AND k.position = 1")
    cells = [{"column": c, "student": s, "valueX10": int(v), "version": int(n)} for c, s, v, n in rows]
    body = json.dumps({"cells": cells, "why": "chấm lại"}, ensure_ascii=False)
    return len(cells), (teacher, "PUT", f"/marks/{class_id}/{subject}/{term}", body)


def puts(province, count):
    places = {place[1:]: place for place in province.places(count)}
    made = [put_column(province, place) for place in places.values()]
    return sum(n for n, _ in made), [request for _, request in made]


def row_cells(province, _run):
    before = province.server.number("SELECT SUM(number) FROM mark_ledger_head")
    cells_one, one = puts(province, FEW)
    one = province.ask(one)
    cells, many = puts(province, 3 * FEW)
    many = province.ask(many, AT_ONCE)
    after = province.server.number("SELECT SUM(number) FROM mark_ledger_head")
    must(after - before == cells_one + cells, f"{cells_one + cells} cells saved, {after - before} rows of history")
    return {"one_p50_ms": one["p50Ms"], "one_p99_ms": one["p99Ms"], "p50_ms": many["p50Ms"],
            "p99_ms": many["p99Ms"], "cells_per_s": cells / many["seconds"]}


def some_students(province, count):
    total = province.sizes["schools"] * province.sizes["students"]
    return [province.random.randint(1, total) for _ in range(province.count(count))]


def students_years(province, count):
    students = some_students(province, count)
    listed = ",".join(str(s) for s in sorted(set(students)))
    teacher = {int(s): int(p) for s, p in province.server.sql(
        "SELECT e.student_id, c.homeroom_person_id FROM enrolment e JOIN class c ON c.id = e.class_id"
        f" WHERE e.student_id IN ({listed})")}
    province.sign_in([(p, TEACHER) for p in teacher.values()])
    return [(teacher[s], "GET", f"/students/{s}/results", None) for s in students]


def row_student(province, _run):
    return one_and_many(province, lambda n: students_years(province, n), SCREENS)


def children(province, count):
    students = some_students(province, count)
    listed = ",".join(str(s) for s in sorted(set(students)))
    parent = {int(s): int(p) for s, p in province.server.sql(
        f"SELECT student_id, person_id FROM guardian WHERE student_id IN ({listed})")}
    province.sign_in([(p, PARENT) for p in parent.values()])
    return [(parent[s], "GET", f"/children/{s}/marks", None) for s in students]


def row_child(province, _run):
    return one_and_many(province, lambda n: children(province, n), SCREENS)


# ---- a class, a school ----

def class_results(province, count, part):
    classes = province.some_classes(count)
    homeroom = province.of_class(classes)
    province.sign_in([(p, TEACHER) for p in homeroom.values()])
    return [(homeroom[c], "GET", f"/classes/{c}/results/{part}", None) for c in classes]


def row_class_term(province, _run):
    return one_and_many(province, lambda n: class_results(province, n, "1"), 3 * FEW)


def row_class_year(province, _run):
    return one_and_many(province, lambda n: class_results(province, n, "year"), 3 * FEW)


def single(figures):
    return {"one_p50_ms": figures["p50Ms"], "most_ms": figures["mostMs"], "bytes": figures["bytes"]}


def row_closings(province, _run):
    schools = province.random.sample(range(1, province.sizes["schools"] + 1), province.count(20) // 6)
    offices = [province.office_of(s) for s in schools]
    province.sign_in([(p, OFFICE) for p in offices])
    return single(province.ask([(p, "GET", f"/closings?part={part}", None) for p in offices for part in ("1", "year")]))


def closing(province, school_of, class_id, closes):
    version = province.server.sql(f"SELECT version FROM class_closing WHERE class_id = {class_id} AND term_number = 1")
    body = {"part": "1", "close": closes, "version": int(version[0][0]) if version else 0, "why": "thử"}
    return (school_of[class_id], "POST", f"/classes/{class_id}/closing", json.dumps(body, ensure_ascii=False))


def row_close(province, _run):
    classes = sorted(set(province.some_classes(20)))
    schools = province.of_class(classes, "school_id")
    office = {c: province.office_of(s) for c, s in schools.items()}
    province.sign_in([(p, OFFICE) for p in office.values()])
    figures = single(province.ask([closing(province, office, c, True) for c in classes]))
    province.ask([closing(province, office, c, False) for c in classes])
    return figures


def row_cards(province, _run):
    classes = province.some_classes(15)
    homeroom = province.of_class(classes)
    province.sign_in([(p, TEACHER) for p in homeroom.values()])
    body = json.dumps({"kind": "term_report", "part": "1", "students": None})
    return single(province.ask([(homeroom[c], "POST", f"/classes/{c}/documents", body) for c in classes]))


# ---- the audit ----

def audit(province, *options):
    start = time.monotonic()
    out = province.folder / "audit.txt"
    with open(out, "w", encoding="utf-8") as file:
        process = subprocess.Popen([str(province.program), "audit", "--data", str(province.folder / "data"), *options],
                                   stdout=file, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
    text = out.read_text()
    must(status == 0 and "nothing was edited" in text, f"audit: {text[-1000:]}")
    return {"seconds": time.monotonic() - start, "resident_mib": used.ru_maxrss / 1024}


def row_audit_school(province, run):
    return audit(province, f"--school=thpt{run % province.sizes['schools'] + 1}")


def row_audit(province, _run):
    figures = audit(province)
    rows = province.server.number("SELECT SUM(number) FROM mark_ledger_head")
    return {**figures, "s_a_million": figures["seconds"] * 1e6 / rows}


# ---- what leaves as a file ----

def oneroster(province, school):
    """One school's year into a file: seconds, and what the process took."""
    out = province.folder / "oneroster.zip"
    out.unlink(missing_ok=True)
    command = [str(province.program), "oneroster", "export", f"--school=thpt{school}", str(out),
               "--data", str(province.folder / "data")]
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
    seconds = time.monotonic() - start
    must(status == 0, "truongthi oneroster export")
    rows = dict(line.split() for line in text.splitlines())
    return {"seconds": seconds, "results": int(rows["results"]), "mib": out.stat().st_size / (1 << 20),
            "resident_mib": used.ru_maxrss / 1024}


def row_oneroster(province, run):
    return oneroster(province, run % province.sizes["schools"] + 1)


def row_oneroster_tenth(province, _run):
    """The last school, of which nine classes of ten are for the time of the run of another year."""
    server, school = province.server, province.sizes["schools"]
    year = server.number(f"SELECT id FROM school_year WHERE school_id = {school}")
    kept = max(1, province.sizes["classes"] // 10)
    first = server.number(f"SELECT MIN(id) FROM class WHERE school_id = {school}")
    server.sql(f"INSERT INTO school_year (school_id, code, starts_on, ends_on) SELECT school_id, '1999-2000', starts_on,"
               f" ends_on FROM school_year WHERE id = {year}")
    other = server.number(f"SELECT id FROM school_year WHERE school_id = {school} AND code = '1999-2000'")
    server.sql(f"UPDATE class SET school_year_id = {other} WHERE school_id = {school} AND id >= {first + kept}")
    try:
        return oneroster(province, school)
    finally:
        server.sql(f"UPDATE class SET school_year_id = {year} WHERE school_id = {school}")
        server.sql(f"DELETE FROM school_year WHERE id = {other}")


ROWS = {name.removeprefix("row_"): function for name, function in list(globals().items())
        if name.startswith("row_")}
