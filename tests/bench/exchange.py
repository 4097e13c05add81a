#!/usr/bin/env python3
"""What the exchange of records is quick at. `./dev bench exchange` calls this.

Usage: exchange.py [--runs N] [--only ROW[,ROW...]] [--folder FOLDER] [--build FOLDER] [--bin FILE]
                   [--out FILE] [--small]

Programs and databases are real and each has a folder of its own; simulated schools are schools.c.
What was acknowledged is counted in the tables of who received it.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

from exchange_rows import ROWS, TABLE, Place
from report import machine, measure, raise_descriptors, report
from school import BenchError

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=",".join(ROWS))
    parser.add_argument("--build", default=str(ROOT / "build-bench"))
    parser.add_argument("--bin", help="the server; FOLDER/truongthi of --build otherwise")
    parser.add_argument("--out", help="FOLDER/exchange.json of --build otherwise")
    parser.add_argument("--folder", default="/var/tmp", help="where a folder that goes is made")
    parser.add_argument("--small", action="store_true", help="few schools, to try the bench itself")
    wanted = parser.parse_args()
    if unknown := set(wanted.only.split(",")) - set(ROWS):
        parser.error(f"rows are {', '.join(ROWS)}, not {', '.join(unknown)}")
    return wanted


def main():
    wanted = arguments()
    raise_descriptors()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="truongthi-exchange-", dir=wanted.folder))
    place = Place(folder, wanted.build, wanted.bin or f"{wanted.build}/truongthi", wanted.small)
    try:
        about = machine(folder)
        runs = measure({name: lambda _, row=row: row(place) for name, row in ROWS.items()},
                       wanted.only.split(","), wanted.runs)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report(about, runs, TABLE, pathlib.Path(wanted.out or f"{wanted.build}/exchange.json"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
