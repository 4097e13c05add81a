"""What is measured of the exchange: one function a row, each giving the figures of one run."""
import json
import pathlib
import shutil
import subprocess
import tempfile

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
]


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

    def fresh(self, name):
        """A folder for one server; whoever takes it gives it back."""
        return pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))


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
    folder = place.fresh("deltas")
    province = ProvinceServer(place.program, folder)
    try:
        province.start()
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
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return {"applied_per_s": changed["applied"] / changed["seconds"], "p50_ms": changed["p50Ms"],
            "p99_ms": changed["p99Ms"], "new_per_s": new["applied"] / new["seconds"],
            "busy": new["busy"] + changed["busy"], "first_mib": first_kib / 1024, "last_mib": last_kib / 1024}


ROWS = {"deltas": row_deltas}
