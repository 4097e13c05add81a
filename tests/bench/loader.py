"""Loads what province.c generates into a server's database."""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

from school import BenchError

LOADERS = 2


class Loader:
    """Loads the tables that are not there yet, the largest first, two at a time."""

    def __init__(self, server, generator, sizes, folder):
        self.server = server
        self.generator = str(generator)
        self.options = [w for name, value in sizes.items() for w in (f"--{name}", str(value))]
        self.state_file = folder / "province.json"
        self.sizes = sizes
        self.loaded = self.read_state()
        self.lock = threading.Lock()
        self.failed = []

    def read_state(self):
        if not self.state_file.exists():
            return {}
        state = json.loads(self.state_file.read_text())
        if state["sizes"] != self.sizes:
            raise BenchError(f"{self.state_file} is of another province; take another folder")
        return state["loaded"]

    def note(self, table, rows, seconds):
        with self.lock:
            self.loaded[table] = {"rows": rows, "seconds": seconds}
            self.state_file.write_text(json.dumps({"sizes": self.sizes, "loaded": self.loaded}))

    def load(self, table, columns):
        """By LOAD DATA from a pipe that the generator writes into: nothing goes to the disk twice."""
        scratch = pathlib.Path(self.server.sql("SELECT @@secure_file_priv")[0][0])
        pipe = scratch / f"{table}.pipe"
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        os.chmod(pipe, 0o644)
        start = time.monotonic()
        generator = subprocess.Popen(["sh", "-c", 'exec "$@" > "$0"', str(pipe), self.generator,
                                      "--table", table, *self.options])
        try:
            self.server.sql(f"SET foreign_key_checks = 0, unique_checks = 0; TRUNCATE {table};"
                            f" LOAD DATA INFILE '{pipe}' INTO TABLE {table} CHARACTER SET binary ({columns})")
        except BenchError:
            generator.terminate()
            raise
        finally:
            status = generator.wait()
            pipe.unlink(missing_ok=True)
        if status:
            raise BenchError(f"the generator failed for {table}")
        rows = self.server.number(f"SELECT COUNT(*) FROM {table}")
        self.note(table, rows, time.monotonic() - start)
        print(f"province: {table}: {rows:,} rows in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)

    def work(self, queue):
        while not self.failed:
            with self.lock:
                if not queue:
                    return
                table, columns = queue.pop(0)
            try:
                self.load(table, columns)
            except (BenchError, OSError) as error:
                self.failed.append(error)

    def run(self):
        """Seconds it took, 0 when all was there."""
        listed = subprocess.run([self.generator, "--tables"], capture_output=True, text=True, check=True)
        tables = [line.split(" ", 1) for line in listed.stdout.splitlines()]
        largest = ["mark_ledger", "mark"]
        queue = sorted((t for t in tables if t[0] not in self.loaded),
                       key=lambda t: largest.index(t[0]) if t[0] in largest else len(largest))
        if not queue:
            return 0.0
        start = time.monotonic()
        threads = [threading.Thread(target=self.work, args=(queue,)) for _ in range(LOADERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failed:
            raise self.failed[0]
        self.server.sql("ANALYZE TABLE " + ", ".join(name for name, _ in tables))
        return time.monotonic() - start
