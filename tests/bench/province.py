#!/usr/bin/env python3
"""One province in the database, and what its gradebook is quick at. `./dev bench province` calls this.

Usage: province.py [--keep FOLDER] [--folder FOLDER] [--runs N] [--only ROW[,ROW...]] [--memory-mib N]
                   [--build FOLDER] [--bin FILE] [--out FILE] [--small]

80 schools of 33 classes, 120,000 students, 12 million marks with their chained history, loaded
table by table into a private database; the generator (province.c) writes each table from the seed.
With --keep the folder stays and is used again; a table whose loading was broken off is loaded anew.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from loader import Loader
from province_rows import ROWS, TABLE, Province
from report import machine, measure, raise_descriptors, report
from school import BenchError, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
GIB = 1 << 30
FREE_GIB = 6  # the database and what it needs for a while to take a load back
SIZES = {"schools": 80, "classes": 33, "students": 1500, "seed": 1}
SMALL = {"schools": 2, "classes": 3, "students": 12, "seed": 1}


def check_disk(folder, is_small):
    free = shutil.disk_usage(folder).free
    if free < FREE_GIB * GIB and not is_small:
        raise BenchError(f"{folder} has {free / GIB:.1f} GiB free; a province takes {FREE_GIB} GiB while it is"
                         " loaded. Name another place with --folder or --keep.")


def sign_heads(server, folder):
    """The program would sign the heads of all chains by itself, some at a time; this does it now."""
    start = time.monotonic()
    if server.number("SELECT COUNT(*) FROM mark_ledger_head WHERE signed_number = 0"):
        done = subprocess.run([str(server.program), "heads", "--data", str(folder / "data")], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise BenchError(f"heads: {done.stderr}")
    return time.monotonic() - start


def size_of(folder):
    return sum(f.stat().st_blocks * 512 for f in folder.rglob("*") if f.is_file())


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=",".join(ROWS))
    parser.add_argument("--build", default=str(ROOT / "build-bench"))
    parser.add_argument("--bin", help="the server; FOLDER/truongthi of --build otherwise")
    parser.add_argument("--out", help="FOLDER/province.json of --build otherwise")
    parser.add_argument("--keep", help="a folder that stays, and is used again")
    parser.add_argument("--folder", default="/var/tmp", help="where a folder that goes is made")
    parser.add_argument("--memory-mib", default="2048", help="what the private database keeps in memory")
    parser.add_argument("--small", action="store_true", help="two small schools, to try the bench itself")
    wanted = parser.parse_args()
    if unknown := set(wanted.only.split(",")) - set(ROWS):
        parser.error(f"rows are {', '.join(ROWS)}, not {', '.join(unknown)}")
    return wanted


def run_bench(wanted, folder):
    sizes = SMALL if wanted.small else SIZES
    program = wanted.bin or f"{wanted.build}/truongthi"
    server = Server(program, folder, ["--limit-requests-per-second", "100000", "--limit-address-per-second",
                                      "1000000", "--log-level", "warn", "--database-memory-mib", wanted.memory_mib])
    try:
        about = machine(folder)
        loader = Loader(server, pathlib.Path(wanted.build) / "tests/bench/province", sizes, folder)
        if not loader.loaded:
            check_disk(folder, wanted.small)
        server.start()
        about["loaded_in_s"] = round(loader.run(), 1)
        about["heads_signed_in_s"] = round(sign_heads(server, folder), 1)
        about["database_memory_mib"] = int(wanted.memory_mib)
        about["gib"] = round(size_of(folder) / GIB, 2)
        print(f"province: {loader.loaded['mark']['rows']:,} marks, {about['gib']} GiB, loaded in"
              f" {about['loaded_in_s']} s", file=sys.stderr, flush=True)
        province = Province(server, wanted.build, program, folder, sizes)
        runs = measure({name: lambda number, row=row: row(province, number) for name, row in ROWS.items()},
                       wanted.only.split(","), wanted.runs)
    finally:
        server.stop()
    report(about, runs, TABLE, pathlib.Path(wanted.out or f"{wanted.build}/province.json"), tables=loader.loaded)


def main():
    wanted = arguments()
    raise_descriptors()
    if wanted.keep:
        folder = pathlib.Path(wanted.keep)
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="truongthi-province-", dir=wanted.folder))
    try:
        run_bench(wanted, folder.resolve())
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        if not wanted.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
