#!/usr/bin/env python3
"""Runs the fuzz targets of build-fuzz. `./dev fuzz` builds first and calls this.

Usage: run.py [SECONDS] [TARGET...]    60 seconds each and all targets unless said otherwise

Each target starts from tests/fuzz/corpus/NAME. New inputs that reach more of the program are kept
in build-fuzz/corpus/NAME and used again next time; what broke a target lies in
build-fuzz/found/NAME and belongs into the corpus together with its repair.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build-fuzz"
CORPUS = ROOT / "tests/fuzz/corpus"
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1"]


def run_target(binary, seconds):
    """Fuzzes one target; gives its name, whether it held, and a line about it."""
    name = binary.name.removeprefix("fuzz_")
    grown, found = BUILD / "corpus" / name, BUILD / "found" / name
    grown.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    command = [str(binary), f"-max_total_time={seconds}", f"-artifact_prefix={found}/", *LIMITS]
    words = CORPUS / f"{name}.dict"
    if words.exists():
        command.append(f"-dict={words}")
    command += [str(grown), str(CORPUS / name)]
    log = BUILD / f"fuzz_{name}.log"
    with open(log, "w", encoding="utf-8") as out:
        code = subprocess.run(command, cwd=BUILD, stdout=out, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, check=False).returncode
    text = log.read_text(encoding="utf-8", errors="replace")
    runs = (re.findall(r"stat::number_of_executed_units:\s+(\d+)", text) or ["0"])[-1]
    cover = (re.findall(r"cov: (\d+)", text) or ["0"])[-1]
    held = code == 0 and int(runs) > 0
    line = f"{name}: {runs} inputs, {cover} edges, {'held' if held else f'BROKE, see {log}'}"
    return held, line


def main(argv):
    words = argv[1:]
    seconds = int(words.pop(0)) if words and words[0].isdigit() else 60
    binaries = sorted(p for p in (BUILD / "tests/fuzz").glob("fuzz_*")
                      if p.is_file() and os.access(p, os.X_OK))
    unknown = set(words) - {p.name.removeprefix("fuzz_") for p in binaries}
    if unknown or not binaries:
        sys.exit(f"fuzz: there is no target {', '.join(sorted(unknown)) or 'at all'}")
    if words:
        binaries = [p for p in binaries if p.name.removeprefix("fuzz_") in words]
    passed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for held, line in pool.map(lambda p: run_target(p, seconds), binaries):
            print(line, flush=True)
            passed += held
    print(f"{passed} passed, {len(binaries) - passed} failed")
    return 0 if passed == len(binaries) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
