"""What is measured of the exchange: one function a row, each giving the figures of one run."""
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from loader import Loader
from school import BenchError, Server, insert, now_ms, resident_kib

PROVINCE = "79"

# Row, figure, what it is, how it is written, what is to be reached.
TABLE = [
    ("deltas", "applied_per_s", "500 schools at once, 100 changed marks a batch: records applied a second",
     "{:,.0f}", ""),
    ("deltas", "p50_ms", "… from a batch's first byte to its receipt, p50 ms", "{:.0f}", ""),
    ("deltas", "p99_ms", "… p99 ms", "{:.0f}", ""),
    ("deltas", "new_per_s", "… the first batch of each school, new records: a second", "{:,.0f}", ""),
    ("deltas", "busy", "… answers that asked to come again", "{:.0f}", ""),
    ("deltas", "first_mib", "… the province's resident MiB behind the first batches", "{:.1f}", ""),
    ("deltas", "last_mib", "… and behind the last ones", "{:.1f}", "the same"),
    ("batch", "new_ms", "a first batch of 2,000 new marks, until its receipt, ms", "{:.0f}", ""),
    ("batch", "changed_ms", "… ten of 2,000 changed ones, one after the other, p50 ms", "{:.0f}", ""),
    ("full", "seconds", "a school's first full load, 1,500 students and a year of marks, until the last receipt, s",
     "{:.1f}", "≤ 10"),
    ("full", "records", "… records", "{:,.0f}", ""),
    ("full", "per_s", "… a second", "{:,.0f}", ""),
    ("tree", "kib", "120,000 students of 80 schools, one mark differs: KiB on the wire until it is found and sent",
     "{:.1f}", "≤ 100"),
    ("tree", "seconds", "… s", "{:.1f}", ""),
]


# School and province are both on this machine.
os.environ.setdefault("TRUONGTHI_EXCHANGE_THIS_MACHINE", "1")


class ProvinceServer(Server):
    """`truongthi province` with its private database in a folder."""

    command = "province"

    def __init__(self, program, folder):
        super().__init__(program, folder, [
            f"--province-code={PROVINCE}", "--limit-requests-per-second", "100000",
            "--limit-address-per-second", "1000000", "--log-level", "warn"])

    def key(self):
        """The key that signs its receipts, as hex."""
        status, text = self.get("/api/v1/exchange/keys")
        if status != 200:
            raise BenchError(f"the province's keys: {status} {text[:300]}")
        return json.loads(text)["keys"][-1]["key"]


class Place:
    """Where the bench's programs and folders are."""

    def __init__(self, folder, build, program, is_small):
        self.folder = pathlib.Path(folder)
        self.tools = pathlib.Path(build) / "tests/bench"
        self.program = program
        self.is_small = is_small

    @contextlib.contextmanager
    def running(self, kind, *settings):
        """A server of that class in a folder of its own, until it is no longer needed."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="server-", dir=self.folder))
        server = kind(self.program, folder, *settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def run(self, server, *words):
        """A command beside the running server; what it printed."""
        done = subprocess.run([str(self.program), *words, "--data", str(server.folder / "data")],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise BenchError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def enrol(self, school, province, code, port):
        """Makes the province a destination of the school of that code."""
        said = self.run(province, "province", "school", "invite", f"--code={code}", f"--province-code={PROVINCE}",
                        f"--name=Trường {code}", "--level=thpt", "--commune=26734")
        once = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){7}", said).group()
        self.run(school, "sync", "enrol", f"--school={code}", f"--url=http://127.0.0.1:{port}", f"--code={once}")


# ---- what many schools send at once ----

class Schools:
    """Simulated schools, known to the province; schools.c sends for them."""

    def __init__(self, place, province, count):
        self.tool = str(place.tools / "schools")
        self.province = province
        self.count = count
        listed = subprocess.run([self.tool, "--keys", "yes", "--schools", str(count)],
                                capture_output=True, text=True, check=True)
        keys = [line.split() for line in listed.stdout.splitlines()]
        number = province.number(f"SELECT id FROM province WHERE code = '{PROVINCE}'")
        now = now_ms()
        insert(province, "province_school", "id, province_id, code, name, level, commune_code, state,"
               " invited_at_ms, enrolled_at_ms",
               [(f"{i + 1}", f"{number}", f"'{code}'", f"'Trường {code}'", "'thpt'", "'26734'", "2",
                 f"{now}", f"{now}") for i, (code, _, _) in enumerate(keys)])
        insert(province, "province_school_key", "school_id, kid, public, from_ms",
               [(f"{i + 1}", f"x'{kid}'", f"x'{key}'", f"{now}") for i, (_, kid, key) in enumerate(keys)])

    def send(self, batches, records, first):
        done = subprocess.run([self.tool, "--port", str(self.province.port), "--province-key", self.province.key(),
                               "--schools", str(self.count), "--batches", str(batches), "--records", str(records),
                               "--first", str(first)], capture_output=True, text=True, check=False)
        if done.returncode or not done.stdout:
            raise BenchError(f"schools: {done.stderr[-2000:]}")
        figures = json.loads(done.stdout)
        if figures["applied"] != self.count * batches * records:
            raise BenchError(f"schools: {figures}")
        return figures


def row_deltas(place):
    count, batches, records = (20, 3, 20) if place.is_small else (500, 10, 100)
    with place.running(ProvinceServer) as province:
        schools = Schools(place, province, count)
        new = schools.send(1, records, 1)
        first_kib = resident_kib(province.process.pid)
        changed = schools.send(batches, records, 2)
        last_kib = resident_kib(province.process.pid)
        held = province.sql("SELECT COUNT(*), SUM(phienban) FROM province_record")[0]
        if held != [f"{count * records}", f"{count * records * (batches + 1)}"]:
            raise BenchError(f"the province holds {held[0]} records, sum of versions {held[1]}")
        taken = province.number("SELECT SUM(applied) FROM incoming")
        if taken != count * records * (batches + 1):
            raise BenchError(f"receipts for {taken} records")
    return {"applied_per_s": changed["applied"] / changed["seconds"], "p50_ms": changed["p50Ms"],
            "p99_ms": changed["p99Ms"], "new_per_s": new["applied"] / new["seconds"],
            "busy": new["busy"] + changed["busy"], "first_mib": first_kib / 1024, "last_mib": last_kib / 1024}


def row_batch(place):
    """One school alone: its transaction is what its next batch waits for, and no other school's."""
    batches, records = (2, 20) if place.is_small else (10, 2000)
    with place.running(ProvinceServer) as province:
        school = Schools(place, province, 1)
        new = school.send(1, records, 1)
        changed = school.send(batches, records, 2)
    return {"new_ms": new["p50Ms"], "changed_ms": changed["p50Ms"]}


# ---- one school, from nothing ----

def wait_until_carried(school):
    """Until every record is told, and stands on a receipt."""
    while school.number("SELECT (SELECT COUNT(*) FROM outbox_head WHERE seeded_at_ms IS NULL) +"
                        " (SELECT COUNT(*) FROM outbox_head JOIN destination USING (school_id)"
                        "  WHERE watermark < number) +"
                        " (SELECT COUNT(*) FROM outgoing WHERE state <> 3) +"
                        " (SELECT COUNT(*) FROM record_state WHERE state = 1)"):
        time.sleep(0.3)


def row_full(place):
    sizes = {"schools": 1, "classes": 2 if place.is_small else 33, "students": 8 if place.is_small else 1500,
             "seed": 1}
    with place.running(ProvinceServer) as province, place.running(Server, ["--log-level", "warn"]) as school:
        Loader(school, place.tools / "province", sizes, school.folder).run()
        code = school.sql("SELECT code FROM school")[0][0]
        place.enrol(school, province, code, province.port)
        start = time.monotonic()
        wait_until_carried(school)
        seconds = time.monotonic() - start
        sql = "SELECT COUNT(*), SUM(CONV(HEX(SUBSTR(line_hash, 1, 4)), 16, 10)) FROM "
        ours, theirs = school.sql(sql + "record")[0], province.sql(sql + "province_record")[0]
        if ours != theirs:
            raise BenchError(f"the school has {ours}, the province {theirs}")
    return {"seconds": seconds, "records": int(ours[0]), "per_s": int(ours[0]) / seconds}


# ---- what differs ----

class Counter:
    """Stands before a server and counts every byte of its connections, both ways."""

    def __init__(self, port):
        self.target = port
        self.bytes = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    def pump(self, source, sink):
        try:
            while piece := source.recv(65536):
                with self.lock:
                    self.bytes += len(piece)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other direction has ended

    def close(self):
        self.listener.close()


CLASS_SIZE, MARKS = 45, 10


def fill_tree(server, table, columns, values, schools, students):
    """The same records at both sides; their hashes stand for lines that nobody asks for here."""
    server.sql(f"""
        INSERT INTO {table} (school_id, {columns}, bang, idbanghi, phienban, sukien, lop, hocky, hocsinh, line_hash)
        SELECT school.seq, {values}, 'diem',
               CONCAT('B', school.seq, '/diem/2026-2027/10A', student.seq DIV {CLASS_SIZE}, '/toan/1/tx/',
                      mark.seq, '/HS', student.seq),
               1, 1, CONCAT('2026-2027/10A', student.seq DIV {CLASS_SIZE}), 1, CONCAT('HS', student.seq),
               UNHEX(SHA2(CONCAT(school.seq, ' ', student.seq, ' ', mark.seq), 256))
        FROM seq_1_to_{schools} school JOIN seq_1_to_{students} student JOIN seq_1_to_{MARKS} mark""")


def mark_line(version):
    """One student's mark as it stands in the outbox."""
    data = {"namhoc": "2026-2027", "malop": "10A1", "mamon": "toan", "hocky": 1, "loai": "gk", "lan": 1,
            "mahocsinh": "HS46", "diemx10": 80 + version, "nhanxet": None, "trangthai": "co"}
    line = {"bang": "diem", "idbanghi": "B1/diem/2026-2027/10A1/toan/1/gk/1/HS46",
            "sukien": "NEW" if version == 1 else "UPDATE", "phienban": version, "thoigiancapnhat": now_ms(),
            "lop": "2026-2027/10A1", "hocky": 1, "hocsinh": "HS46", "dulieu": data}
    return json.dumps(line, separators=(",", ":"))


def tell_mark(school, version):
    """Writes the mark as the program does when it changes."""
    line = mark_line(version)
    held = hashlib.blake2b(b"TTXO" + line.encode(), digest_size=32).hexdigest()
    content = hashlib.blake2b(line.encode(), digest_size=32).hexdigest()
    school.sql(f"""
        UPDATE outbox_head SET number = LAST_INSERT_ID(number + 1) WHERE school_id = 1;
        INSERT INTO outbox (school_id, number, record_id, phienban, at_ms, line_hash, line)
            VALUES (1, LAST_INSERT_ID(), 1, {version}, {now_ms()}, x'{held}', '{line}');
        INSERT INTO record (school_id, id, bang, idbanghi, class_id, student_id, place_id, phienban, sukien,
                            content_hash, line_hash, lop, hocky, hocsinh, number)
            SELECT 1, 1000, 'diem', 'B1/diem/2026-2027/10A1/toan/1/gk/1/HS46', 1, 1, 1, {version}, {min(version, 2)},
                   x'{content}', x'{held}', '2026-2027/10A1', 1, 'HS46', number FROM outbox_head WHERE school_id = 1
            ON DUPLICATE KEY UPDATE phienban = VALUES(phienban), sukien = VALUES(sukien),
                   line_hash = VALUES(line_hash), content_hash = VALUES(content_hash), number = VALUES(number);
        UPDATE outbox SET record_id = 1000 WHERE school_id = 1 AND line = '{line}';""")


def row_tree(place):
    schools, students = (3, 60) if place.is_small else (80, 1500)
    with place.running(ProvinceServer) as province, place.running(Server, ["--log-level", "warn"]) as school:
        school.sql("""
            INSERT INTO province (id, code, name, valid_from) VALUES (1, 'P1', 'Tỉnh', '2025-07-01');
            INSERT INTO commune (id, province_id, code, name, valid_from) VALUES (1, 1, 'C1', 'Xã', '2025-07-01');""")
        insert(school, "school", "id, commune_id, code, name, level, created_at_ms",
               [(f"{i}", "1", f"'B{i}'", f"'Trường {i}'", "'thpt'", f"{now_ms()}") for i in range(1, schools + 1)])
        counter = Counter(province.port)
        for i in range(1, schools + 1):
            place.enrol(school, province, f"B{i}", counter.port)
        wait_until_carried(school)
        tell_mark(school, 1)
        wait_until_carried(school)
        fill_tree(school, "record", "id, class_id, student_id, place_id, content_hash, number",
                  "2000 + student.seq * 100 + mark.seq, 1, student.seq, mark.seq, UNHEX(SHA2('', 256)), 1",
                  schools, students)
        fill_tree(province, "province_record", "thoigiancapnhat_ms, line, batch_id, applied_at_ms",
                  f"{now_ms()}, '', UNHEX(MD5('')), {now_ms()}", schools, students)
        school.sql("UPDATE destination SET state = 2")
        tell_mark(school, 2)
        # As if the batch with it had been lost behind everybody's back.
        school.sql("UPDATE destination SET state = 1, watermark = (SELECT number FROM outbox_head WHERE school_id ="
                   " destination.school_id)")
        counter.bytes = 0
        start = time.monotonic()
        said = place.run(school, "sync", "compare")
        wait_until_carried(school)
        seconds = time.monotonic() - start
        counter.close()
        found = [int(n) for n in re.findall(r"(\d+) records differ", said)]
        held = province.number("SELECT phienban FROM province_record WHERE idbanghi LIKE 'B1/%/gk/1/HS46'")
        if sum(found) != 1 or held < 2:
            raise BenchError(f"{sum(found)} records were found, the province holds version {held}: {said}")
    return {"kib": counter.bytes / 1024, "seconds": seconds}


ROWS = {"deltas": row_deltas, "batch": row_batch, "full": row_full, "tree": row_tree}
