"""What is measured: one function a row of the table, each giving the figures of one run."""
import json
import pathlib
import re
import signal
import subprocess
import threading
import time

from school import BenchError, Server, Sitters, cpu_seconds, free_port, now_ms, resident_kib

HERE = pathlib.Path(__file__).resolve().parent
NODE_PATH = "/"


class Sizes:
    """How much load: the design's, or little for the test of this bench."""

    def __init__(self, small):
        self.is_small = small
        self.busy = 20 if small else 1000
        self.busy_s = 1 if small else 10
        self.calm = 40 if small else 19000
        self.calm_every_ms = 500 if small else 5000
        self.calm_s = 1 if small else 20
        self.bell = 40 if small else 10000
        self.bell_lead_s = 8 if small else 60
        self.connects = 40 if small else 10000
        self.tickets = 50 if small else 10000
        self.due = 40 if small else 10000
        self.students = max(self.calm, self.bell, self.due, 100) + 50


class Bench:
    """The running server, and where everything is."""

    def __init__(self, build, program, folder, sizes):
        self.build = pathlib.Path(build)
        self.program = program
        self.folder = pathlib.Path(folder)
        self.sizes = sizes
        self.paper = None
        # What protects a school from one browser would only measure itself here.
        self.server = Server(program, folder, [
            "--limit-messages-per-second", "100000", "--limit-requests-per-second", "100000",
            "--limit-address-per-second", "1000000", "--limit-sockets", "100000",
            "--log-level", "warn"])

    def load(self, mode, count, sitters_file, **options):
        """Runs the load generator; figures of it and of the server while it measured."""
        command = [str(self.build / "tests/bench/load"), "--mode", mode, "--sockets", str(count),
                   "--sitters", str(sitters_file), "--port", str(options.pop("port", self.server.port))]
        watched = options.pop("watch", {"server": self.server.process.pid, "database": self.server.db_pid()})
        on_word = options.pop("on_word", {})
        for name, value in options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        used = {}
        other = []
        for line in process.stderr:
            word = line.strip()
            if word in ("measuring", "measured"):
                for name, pid in watched.items():
                    used[name] = cpu_seconds(pid) - used.get(name, 0)
            elif word in on_word:
                on_word[word]()
            elif word not in ("seated", "rung"):
                other.append(line)
        out = process.stdout.read()
        if process.wait() or not out:
            raise BenchError(f"load {mode}: {''.join(other)}")
        result = json.loads(out)
        result["cores"] = {n: used[n] / result["seconds"] for n in used if result["seconds"]}
        lost = result["lost"] if mode != "first" else 0  # that one tries again and again
        if lost or result["wrongHeads"] or result["refused"]:
            raise BenchError(f"load {mode}: {result} {''.join(other)}")
        return result

    def sitters(self, students, starts_in_s, limit_s=3600, first_class=1):
        return Sitters(self.server, self.paper, {
            "students": students, "starts_in_s": starts_in_s, "limit_s": limit_s,
            "first_class": first_class})

    def file(self, sitters):
        return sitters.write(self.folder / "sitters")


def must(is_so, what):
    if not is_so:
        raise BenchError(what)


# ---- durable answers, and two Node servers on the same database ----

def answers_of(figures):
    return {"answers_per_s": figures["acksPerSecond"], "p50_ms": figures["p50Ms"],
            "p99_ms": figures["p99Ms"], "server_cores": figures["cores"].get("server", 0),
            "database_cores": figures["cores"].get("database", 0)}


def answers_ours(bench, window=1):
    size = bench.sizes
    sitters = bench.sitters(size.busy, 6)
    path = bench.file(sitters)
    sitters.wait_for_start()
    figures = bench.load("busy", size.busy, path, seconds=size.busy_s, window=window)
    must(figures["acks"] == figures["sent"] == sitters.stored(),
         f"acknowledged {figures['acks']}, sent {figures['sent']}, stored {sitters.stored()}")
    return answers_of(figures)


def answers_node(bench, mode):
    """The same load on a Node server; a table like ours, in the same database server."""
    size = bench.sizes
    bench.server.sql("CREATE DATABASE IF NOT EXISTS baseline; DROP TABLE IF EXISTS baseline.baseline_event")
    port = free_port()
    node = subprocess.Popen(["node", str(HERE / "node_baseline.mjs"), mode, str(port),
                             str(bench.server.db_socket), "baseline"],
                            stdout=subprocess.PIPE, text=True, cwd=HERE)
    try:
        must(node.stdout.readline().strip() == "ready", "the Node server did not start")
        figures = bench.load("busy", size.busy, bench.folder / "sitters", seconds=size.busy_s, port=port,
                             path=NODE_PATH, heads="no",
                             watch={"server": node.pid, "database": bench.server.db_pid()})
        stored = bench.server.number("SELECT COUNT(*) FROM baseline.baseline_event")
        must(stored == figures["acks"], f"Node stored {stored} of {figures['acks']}")
    finally:
        node.terminate()
        node.wait()
    return answers_of(figures)


def row_answers(bench):
    ours = answers_ours(bench)
    single = answers_node(bench, "single")
    batch = answers_node(bench, "batch")
    return {**ours, **{f"node_single_{n}": v for n, v in single.items()},
            **{f"node_batch_{n}": v for n, v in batch.items()},
            "times_node_single": ours["answers_per_s"] / single["answers_per_s"],
            "times_node_batch": ours["answers_per_s"] / batch["answers_per_s"]}


def row_answers4(bench):
    """Four answers of each sitter under way: an ack covers several."""
    return answers_ours(bench, window=4)


# ---- many sitters ----

def row_calm(bench):
    size = bench.sizes
    bench.server.stop()  # a fresh process: its memory is measured too
    bench.server.start()
    sitters = bench.sitters(size.calm, 10)
    path = bench.file(sitters)
    sitters.wait_for_start()
    pid = bench.server.process.pid
    before = resident_kib(pid)
    seen = []
    figures = bench.load("calm", size.calm, path, seconds=size.calm_s, every=size.calm_every_ms,
                         on_word={"seated": lambda: seen.append(resident_kib(pid))})
    must(figures["acks"] == figures["sent"] == sitters.stored(),
         f"acknowledged {figures['acks']}, sent {figures['sent']}, stored {sitters.stored()}")
    return {"sitters": figures["welcomed"], "p50_ms": figures["p50Ms"], "p99_ms": figures["p99Ms"],
            "most_ms": figures["mostMs"], "server_core_percent": 100 * figures["cores"]["server"],
            "database_core_percent": 100 * figures["cores"]["database"],
            "answers_per_s": figures["acksPerSecond"],
            "kib_a_socket": (seen[0] - before) / size.calm, "idle_mib": before / 1024,
            "join_s": figures["joinSeconds"]}


def row_bell(bench):
    size = bench.sizes
    sitters = bench.sitters(size.bell, size.bell_lead_s)
    figures = bench.load("bell", size.bell, bench.file(sitters), seconds=size.bell_lead_s + 60)
    must(figures["keys"] == size.bell, f"{figures['keys']} keys")
    must(bench.sizes.is_small or figures["joinSeconds"] < size.bell_lead_s - 2,
         f"joining took {figures['joinSeconds']} s: they did not wait for the bell")
    return {"sitters": figures["keys"], "first_to_last_key_s": figures["keySeconds"],
            "start_to_last_key_s": figures["bellLateMs"] / 1000,
            "joins_per_s": figures["welcomed"] / figures["joinSeconds"]}


# ---- coming in ----

def row_connect(bench):
    """Sessions that this process has not seen yet are looked up in the database; then once more
    with those that it knows. Over when the last socket's session has been found."""
    size = bench.sizes
    sitters = bench.sitters(size.connects, 600)
    path = bench.file(sitters)
    result = {}
    for name in ("unknown", "known"):
        if name == "unknown":
            bench.server.stop()
            bench.server.start()
        names = {"hits": "session_cache_hits_total", "misses": "session_cache_misses_total",
                 "lookups": "session_lookups_total"}
        before = {m: bench.server.metric(n) for m, n in names.items()}
        found = {}

        def wait_for_sessions():
            give_up = time.monotonic() + 30
            while time.monotonic() < give_up:
                found.update({m: bench.server.metric(n) - before[m] for m, n in names.items()})
                if found["hits"] + found["lookups"] >= size.connects:
                    return
                time.sleep(0.01)

        start = time.monotonic()
        figures = bench.load("connect", size.connects, path,
                             on_word={"seated": wait_for_sessions})
        took = time.monotonic() - start
        must(figures["opened"] == size.connects, f"{figures['opened']} opened")
        must(found["hits"] + found["lookups"] >= size.connects, f"sessions {found}")
        result[f"{name}_per_s"] = size.connects / figures["openSeconds"]
        result[f"{name}_looked_up_s"] = took
        result[f"{name}_misses"] = found["misses"]
    return result


def row_tickets(bench):
    size = bench.sizes
    sitters = bench.sitters(size.tickets, 600)
    path = bench.folder / "codes"
    count = 0
    with open(path, "w", encoding="ascii") as file:
        for room in sitters.rooms:
            for item in bench.server.call("POST", f"/rooms/{room}/tickets?as=json")["items"]:
                file.write(item["code"] + "\n")
                count += 1
    must(count >= size.tickets, f"{count} tickets")
    command = [str(bench.build / "tests/bench/tickets"), "--codes", str(path), "--count", str(size.tickets),
               "--port", str(bench.server.port)]
    out = subprocess.run(command, capture_output=True, text=True, check=False)
    must(out.returncode == 0, out.stderr)
    figures = json.loads(out.stdout)
    must(figures["letIn"] == size.tickets, f"{figures} {out.stderr}")
    return {"sign_ins": figures["letIn"], "seconds": figures["seconds"], "p50_ms": figures["p50Ms"],
            "p99_ms": figures["p99Ms"]}


# ---- restart ----

def closed_at_once(bench, sitters):
    """Each attempt closed at its own end, by one close and one receipt."""
    where = sitters.where
    rows = {
        "closed": f"SELECT COUNT(*) FROM attempt WHERE state = 3 AND closed_at_ms = ends_at_ms AND {where}",
        "closes": f"SELECT COUNT(*) FROM event JOIN attempt ON attempt_id = id WHERE kind = 255 AND {where}",
        "receipts": f"SELECT COUNT(*) FROM receipt JOIN attempt ON attempt_id = id WHERE {where}",
    }
    return {name: bench.server.number(text) for name, text in rows.items()}


def row_restart(bench):
    """The server is killed before the end and started after it."""
    size = bench.sizes
    limit_s = 60
    sitters = bench.sitters(size.due, 12, limit_s)
    last_class = -(-size.students // 50)
    other = bench.sitters(1, 10, 3600, first_class=last_class)
    bench.load("bell", size.due, bench.file(sitters), seconds=60, answers=2)
    must(now_ms() < sitters.ends_ms, "the answers took longer than the exam")
    time.sleep(max(0, (sitters.ends_ms - 1500 - now_ms()) / 1000))
    bench.server.stop(signal.SIGKILL)
    time.sleep(max(0, (sitters.ends_ms + 3000 - now_ms()) / 1000))
    first = {}
    file = other.write(bench.folder / "first")
    watcher = threading.Thread(target=lambda: first.update(bench.load("first", 1, file, seconds=60, watch={})))
    start = time.monotonic()
    bench.server.launch()
    watcher.start()
    open_count = f"SELECT COUNT(*) FROM attempt WHERE state <> 3 AND {sitters.where}"
    while time.monotonic() - start < 60:
        time.sleep(0.05)
        try:
            if bench.server.number(open_count) == 0:
                break
        except BenchError:
            continue  # the database is not up yet
    took = time.monotonic() - start
    watcher.join()
    got = closed_at_once(bench, sitters)
    must(set(got.values()) == {size.due}, f"of {size.due}: {got}")
    must(first.get("acks", 0) >= 1, f"no first ack: {first}")
    return {"due": size.due, "first_ack_s": first["seconds"], "all_handed_in_s": took}


# ---- the writer alone ----

def row_bulk(bench):
    done = subprocess.run([str(bench.build / "tests/bench/bulk")], capture_output=True, text=True, check=False)
    must(done.returncode == 0, done.stderr)
    figures = json.loads(re.findall(r"^\{.*\}$", done.stdout, re.M)[-1])
    return {"rows_per_s": figures["rows_per_s"], "rows_a_batch": figures["rows_a_batch"]}


ROWS = {
    "answers": row_answers,
    "answers4": row_answers4,
    "calm": row_calm,
    "bulk": row_bulk,
    "bell": row_bell,
    "connect": row_connect,
    "tickets": row_tickets,
    "restart": row_restart,
}
