#!/usr/bin/env python3
"""Runs the suites and adds up what passed. `./dev test` builds first and calls this.

Usage: run.py [--full] [SUITE...]   suites: layers unit db web e2e browser fault bench
A suite prints its own report; the last line is "N passed, N failed".
"""
import argparse
import glob
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-test"
total = {"passed": 0, "failed": 0}
lock = threading.Lock()  # of total: two suites may run beside each other


def add(name, passed, failed, seconds):
    with lock:
        total["passed"] += passed
        total["failed"] += failed
    mark = "FAILED" if failed else "ok"
    print(f"-- {name}: {passed} passed, {failed} failed ({seconds:.0f} s) {mark}", flush=True)


def run(command, **options):
    """Runs a command with its output shown as it comes and also kept."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    lines = []
    for line in process.stdout:
        lines.append(line)
    process.wait()
    return process.returncode, "".join(lines)


def environment(build=BUILD):
    values = dict(os.environ)
    values.update({
        "TT_BIN": str(build / "truongthi"),
        "TT_WEBROOT": str(ROOT / "build/webroot"),
        "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "TSAN_OPTIONS": f"suppressions={ROOT / 'tests/tsan.supp'}",
    })
    return values


def suite_python(name, pattern, folder="tests"):
    start = time.monotonic()
    code, output = run([sys.executable, "-m", "unittest", "discover", "-s", folder, "-p", pattern],
                       env=environment())
    count = int((re.findall(r"Ran (\d+) test", output) or [0])[-1])
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", output))
    if code and not bad:
        bad = 1
    if bad:
        print(output)
    add(name, max(count - bad, 0), bad, time.monotonic() - start)


def suite_meson(name, build=BUILD, label=None):
    """Every check inside a C test counts; a test that dies or fails without one counts as one."""
    start = time.monotonic()
    command = ["meson", "test", "-C", str(build), "--suite", name, "--no-rebuild", "-t", "10"]
    if name != "unit":
        command += ["--num-processes", "2"]
    with_db = build / "tests/db/with_db"
    if name != "unit" and with_db.exists():
        command = [str(with_db)] + command
    _, output = run(command, env=environment(build))
    log = build / "meson-logs/testlog.json"
    passed = failed = 0
    rows = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    if not rows:
        print(output)
        failed = 1
    for row in rows:
        found = re.findall(r"checks: (\d+) passed, (\d+) failed", row.get("stdout", ""))
        good = sum(int(p) for p, _ in found)
        bad = sum(int(f) for _, f in found)
        if row["result"] not in ("OK", "EXPECTEDFAIL"):
            bad = max(bad, 1)
            print(f"{row['name']}: {row['result']}\n{row.get('stdout', '')[-3000:]}\n{row.get('stderr', '')[-6000:]}")
        elif not found:
            good = 1
        passed += good
        failed += bad
    add(label or name, passed, failed, time.monotonic() - start)


def tap_counts(output):
    passed = sum(int(n) for n in re.findall(r"^# pass (\d+)", output, re.M))
    failed = sum(int(n) for n in re.findall(r"^# (?:fail|cancelled) (\d+)", output, re.M))
    return passed, failed


def suite_node(name, only=None, but=(), build=BUILD, label=None):
    """Node's own test runner, one file after the other; `only` names some of them, `but` leaves some out."""
    for file in sorted(glob.glob(str(ROOT / f"tests/{name}/*.test.mjs"))):
        base = os.path.basename(file)
        short = base.removesuffix(".test.mjs")
        if short in but or (only and short not in only):
            continue
        start = time.monotonic()
        code, output = run(["node", "--test", "--test-reporter=tap", file],
                           env=environment(build))
        passed, failed = tap_counts(output)
        if code and not failed:
            failed = 1
        if failed:
            print(output[-20000:])
        for line in re.findall(r"^# (REPORT .*)$", output, re.M):
            print(line)
        add(f"{label or name}/{base}", passed, failed, time.monotonic() - start)


def suite_web():
    start = time.monotonic()
    code, output = run(["npm", "--prefix", "webroot", "run", "--silent", "test"], env=environment())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    line = re.findall(r"^\s*Tests\s+(.*)$", plain, re.M)
    text = line[-1] if line else ""
    passed = int((re.findall(r"(\d+) passed", text) or [0])[0])
    failed = int((re.findall(r"(\d+) failed", text) or [0])[0])
    if code and not failed:
        failed = 1
    if failed:
        print(plain[-20000:])
    add("web", passed, failed, time.monotonic() - start)


def suite_layers():
    suite_python("layers", "test_*.py")


def suite_full():
    """What takes too long for every change."""
    tsan = ROOT / "build-tsan"
    suite_meson("unit", ROOT / "build-clang", "clang unit")
    suite_meson("threads", tsan, "TSan threads")
    suite_node("e2e", ("sitting", "sockets"), build=tsan, label="TSan e2e")
    suite_meson("long")


SUITES = {
    "layers": suite_layers,
    "unit": lambda: suite_meson("unit"),
    "db": lambda: suite_meson("db"),
    "web": suite_web,
}

# These mostly wait (for bells, for pages, for a database that stands still), and no test of theirs
# asks how quick the machine is: lanes beside each other. An exam day sits through a whole exam.
LANES = (
    (("browser", lambda: suite_node("browser", ("exam_day",))),
     ("fault", lambda: suite_node("fault")),
     ("bench", lambda: suite_python("bench", "test_*.py", "tests/bench"))),
    (("browser", lambda: suite_node("browser", but=("exam_day",))),),
    (("e2e", lambda: suite_node("e2e")),),
)
NAMES = (*SUITES, "e2e", "browser", "fault", "bench")


def run_lane(lane, names):
    for name, suite in lane:
        if name in names:
            suite()


def run_suites(names):
    for name in names:
        if name in SUITES:
            SUITES[name]()
    threads = [threading.Thread(target=run_lane, args=(lane, names)) for lane in LANES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("suites", nargs="*", choices=[*NAMES, []])
    wanted = parser.parse_args()
    if wanted.full:
        os.environ["TT_FULL"] = "1"
    run_suites(wanted.suites or NAMES)
    if wanted.full:
        suite_full()
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
