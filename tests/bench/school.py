"""A server with a school large enough for the bench, and sittings of it.

The school is written straight into the database, with a session for everybody, so that no
password has to be hashed; sittings are published over HTTP as a teacher does it, with their
papers sealed.
"""
import base64
import hashlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

CLASS_SIZE = 50
CLASSES_A_SITTING = 60
TEACHER = 1
FIRST_STUDENT = 10
SCHOOL = 1
YEAR_MS = 365 * 86400 * 1000
ROLE_TEACHER, ROLE_STUDENT = 2, 3
READY_S = 240


class BenchError(Exception):
    """What makes the figures worthless."""


def now_ms():
    return time.time_ns() // 1_000_000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def token_of(person):
    """The session token of a person, and what the database holds of it."""
    token = hashlib.blake2b(f"bench {person}".encode(), digest_size=32).digest()
    held = hashlib.blake2b(b"TT1O" + token, digest_size=32).digest()
    return base64.urlsafe_b64encode(token).decode().rstrip("="), held


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise BenchError("no VmRSS")


class Server:
    """`truongthi serve` with its private database in a folder."""

    command = "serve"

    def __init__(self, program, folder, settings):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.settings = settings
        self.port = free_port()
        self.process = None
        self.log = open(self.folder / "server.log", "ab")

    @property
    def db_socket(self):
        return self.folder / "data/db/mariadbd.sock"

    def launch(self):
        """Starts it and does not wait."""
        command = [str(self.program), self.command, "--port", str(self.port),
                   "--data", str(self.folder / "data"), *self.settings]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)

    def start(self):
        self.launch()
        give_up = time.monotonic() + READY_S
        while True:
            if self.process.poll() is not None or time.monotonic() > give_up:
                text = (self.folder / "server.log").read_text(errors="replace")
                raise BenchError(f"the server is not ready:\n{text[-2000:]}")
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait()
        self.process = None

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def metric(self, name):
        for line in self.get("/metrics")[1].decode().splitlines():
            if line.startswith(f"truongthi_{name} "):
                return int(line.split()[1])
        raise BenchError(f"no metric {name}")

    def call(self, method, path, body=None, person=TEACHER):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {token_of(person)[0]}"}
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, f"/api/v1{path}", data, headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status >= 300:
            raise BenchError(f"{method} {path}: {response.status} {text[:600].decode()}")
        return json.loads(text) if text else None

    def db_pid(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(p) for c in children for p in c.read_text().split()]
        return pids[0] if pids else None

    def sql(self, text):
        """Runs statements; gives the rows of the last as lists of strings."""
        command = ["mariadb", "--no-defaults", f"--socket={self.db_socket}", "--user=root",
                   "--batch", "--skip-column-names", "--default-character-set=utf8mb4",
                   "--max-allowed-packet=64M", "truongthi"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"SQL: {done.stderr}\n{text[:300]}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def number(self, text):
        return int(self.sql(text)[0][0])


def insert(server, table, columns, rows):
    for at in range(0, len(rows), 2000):
        values = ",".join("(" + ",".join(row) + ")" for row in rows[at:at + 2000])
        server.sql(f"INSERT INTO {table} ({columns}) VALUES {values};")


def seed(server, students):
    """A school with one teacher and so many students in classes of CLASS_SIZE."""
    now = now_ms()
    classes = -(-students // CLASS_SIZE)
    server.sql(f"""
        INSERT INTO province (id, code, name, valid_from) VALUES (1, 'P1', 'Tỉnh', '2025-07-01');
        INSERT INTO commune (id, province_id, code, name, valid_from)
            VALUES (1, 1, 'C1', 'Xã', '2025-07-01');
        INSERT INTO school (id, commune_id, code, name, level, created_at_ms)
            VALUES ({SCHOOL}, 1, 'truong', 'Trường', 'thpt', {now});
        INSERT INTO school_year (id, school_id, code, starts_on, ends_on)
            VALUES (1, {SCHOOL}, '2026-2027', '2026-09-05', '2027-05-31');
        INSERT INTO subject (id, school_id, code, name, kind) VALUES (1, {SCHOOL}, 'toan', 'Toán', 1);
        """)
    people = [TEACHER, *range(FIRST_STUDENT, FIRST_STUDENT + students)]

    def role(person):
        return ROLE_TEACHER if person == TEACHER else ROLE_STUDENT

    insert(server, "person", "id, full_name, sort_given, sort_rest, search_name, created_at_ms",
           [(f"{p}", f"'Họ Tên {p}'", f"'{p}'", "'Họ Tên'", f"'ho ten {p}'", f"{now}") for p in people])
    insert(server, "account", "person_id, state, created_at_ms", [(f"{p}", "2", f"{now}") for p in people])
    insert(server, "membership", "school_id, person_id, role, login",
           [(f"{SCHOOL}", f"{p}", f"{role(p)}", f"'p{p}'") for p in people])
    insert(server, "session", "token_hash, person_id, school_id, roles, created_at_ms, seen_at_ms,"
           " expires_at_ms, address",
           [(f"x'{token_of(p)[1].hex()}'", f"{p}", f"{SCHOOL}", f"{1 << role(p)}", f"{now}", f"{now}",
             f"{now + YEAR_MS}", "'127.0.0.1'") for p in people])
    insert(server, "class", "id, school_id, school_year_id, grade, name, homeroom_person_id",
           [(f"{c}", f"{SCHOOL}", "1", "12", f"'12A{c}'", f"{TEACHER}") for c in range(1, classes + 1)])
    insert(server, "teaching", "school_id, class_id, subject_id, person_id",
           [(f"{SCHOOL}", f"{c}", "1", f"{TEACHER}") for c in range(1, classes + 1)])
    insert(server, "student", "id, school_id, person_id, code",
           [(f"{p}", f"{SCHOOL}", f"{p}", f"'HS{p}'") for p in people[1:]])
    insert(server, "enrolment", "school_id, class_id, student_id, position, from_on",
           [(f"{SCHOOL}", f"{i // CLASS_SIZE + 1}", f"{p}", f"{i % CLASS_SIZE + 1}", "'2026-09-05'")
            for i, p in enumerate(people[1:])])
    return make_paper(server)


def make_paper(server):
    """Forty single-choice questions, as in the graduation exam."""
    bank = server.call("POST", "/banks", {"name": "Kho", "subjectId": "1"})
    options = [{"id": c, "html": f"phương án {c}"} for c in "ABCD"]
    for number in range(40):
        server.call("POST", f"/banks/{bank['id']}/questions",
                    {"kind": "single", "stem": f"Câu hỏi số {number}: " + "nội dung " * 20,
                     "options": options, "key": "ABCD"[number % 4]})
    paper = server.call("POST", "/papers", {"title": "Đề", "subjectId": "1", "preset": "free",
                                            "bank": bank["id"]})
    items = [{"question": i["question"], "weightX100": 25} for i in paper["items"]]
    paper = server.call("PUT", f"/papers/{paper['id']}", {
        "title": "Đề", "version": paper["version"], "parts": [{"title": "Phần một"}],
        "items": items})
    return paper["id"]


class Sitters:
    """Students of some classes in sittings that begin and end at the same time."""

    def __init__(self, server, paper, plan):
        """plan: students, starts_in_s, limit_s, and first_class (from 1)."""
        self.server = server
        classes = -(-plan["students"] // CLASS_SIZE)
        first = plan.get("first_class", 1)
        self.starts_ms = now_ms() + int(plan["starts_in_s"] * 1000)
        self.ends_ms = self.starts_ms + plan["limit_s"] * 1000
        self.rooms = []
        ids = []
        for at in range(first, first + classes, CLASSES_A_SITTING):
            last = min(at + CLASSES_A_SITTING, first + classes)
            sitting = server.call("POST", "/sittings", {
                "paper": paper, "title": "Kiểm tra", "startsAt": self.starts_ms,
                "limitMs": plan["limit_s"] * 1000, "variants": 4,
                "classes": [str(c) for c in range(at, last)]})
            ids.append(base64.urlsafe_b64decode(sitting["id"] + "==").hex())
            self.rooms += [r["id"] for r in sitting["rooms"]]
        self.where = "sitting_id IN (" + ",".join(f"x'{i}'" for i in ids) + ")"
        self.rows = server.sql("SELECT room_id, HEX(id), person_id FROM attempt WHERE "
                               f"{self.where} ORDER BY person_id LIMIT {plan['students']}")

    def write(self, path):
        """The file that the load generator reads."""
        with open(path, "w", encoding="ascii") as file:
            for room, attempt, person in self.rows:
                text = base64.urlsafe_b64encode(bytes.fromhex(attempt)).decode().rstrip("=")
                file.write(f"{room} {text} {token_of(int(person))[0]}\n")
        return path

    def wait_for_start(self):
        time.sleep(max(0, (self.starts_ms - now_ms()) / 1000 + 0.2))

    def stored(self):
        """Answers of these attempts in the database."""
        return self.server.number("SELECT COUNT(*) FROM event JOIN attempt ON attempt_id = id AND"
                                  f" event.gen = attempt.gen WHERE kind = 1 AND {self.where}")
