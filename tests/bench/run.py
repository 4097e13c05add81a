#!/usr/bin/env python3
"""Measures what docs/performance.md tells. `./dev bench` builds first and calls this.

Usage: run.py [--runs N] [--only ROW[,ROW...]] [--build FOLDER] [--out FILE] [--folder FOLDER] [--small]

A private database and a server are started in a folder that is taken away in the end. Each row is
run several times; the table tells the median and, in brackets, the least and the most. Whatever
makes a figure worthless (an answer acknowledged and not stored, a wrong head, a lost socket) ends
the bench. Times are told, never judged.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile

from report import machine, measure, raise_descriptors, report
from rows import ROWS, Bench, Sizes
from school import BenchError, seed

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Row of the table: name, the figure, how it is written, what is to be reached.
TABLE = [
    ("answers", "answers_per_s", "durable answers a second, 1,000 busy sockets", "{:,.0f}", "≥ 45,000"),
    ("answers", "p50_ms", "… ack, p50 ms", "{:.1f}", ""),
    ("answers", "p99_ms", "… ack, p99 ms", "{:.1f}", "≤ 50"),
    ("answers", "server_cores", "… cores of the server", "{:.2f}", ""),
    ("answers", "database_cores", "… cores of the database", "{:.2f}", ""),
    ("answers", "node_single_answers_per_s", "Node, one INSERT an answer: answers a second", "{:,.0f}", ""),
    ("answers", "times_node_single", "… ours is so many times as much", "{:.1f}", "≥ 5"),
    ("answers", "node_batch_answers_per_s", "Node, batching: answers a second", "{:,.0f}", ""),
    ("answers", "times_node_batch", "… ours is so many times as much", "{:.2f}", "≥ 1.3"),
    ("answers4", "answers_per_s", "four answers of each socket under way: answers a second", "{:,.0f}", ""),
    ("answers4", "p99_ms", "… ack, p99 ms", "{:.1f}", ""),
    ("calm", "sitters", "sitters in one process, an answer each 5 s", "{:,.0f}", "19,000"),
    ("calm", "p50_ms", "… ack, p50 ms", "{:.2f}", "≤ 0.6"),
    ("calm", "p99_ms", "… ack, p99 ms", "{:.2f}", "≤ 5"),
    ("calm", "server_core_percent", "… % of a core, server", "{:.0f}", "≤ 35"),
    ("calm", "database_core_percent", "… % of a core, database", "{:.0f}", ""),
    ("calm", "kib_a_socket", "… KiB resident a sitter above the idle process", "{:.1f}", "≤ 8"),
    ("bulk", "rows_per_s", "bulk insert of events, one writer, 512 a commit: rows a second", "{:,.0f}", "≥ 150,000"),
    ("bell", "start_to_last_key_s", "the bell: from the start to the last of 10,000 keys, s", "{:.3f}", "≤ 0.5"),
    ("bell", "first_to_last_key_s", "… from the first key to the last, s", "{:.3f}", ""),
    ("bell", "joins_per_s", "… joins a second before it (lease raised, durable)", "{:,.0f}", ""),
    ("connect", "unknown_per_s", "sockets opened a second, sessions not seen before", "{:,.0f}", "≥ 15,000"),
    ("connect", "known_per_s", "sockets opened a second, sessions known", "{:,.0f}", ""),
    ("connect", "unknown_looked_up_s", "… until the last of 10,000 sessions was looked up, s", "{:.2f}", ""),
    ("tickets", "seconds", "10,000 ticket sign-ins, s", "{:.2f}", "≤ 10"),
    ("tickets", "p99_ms", "… p99 ms", "{:.0f}", ""),
    ("restart", "first_ack_s", "restart with 10,000 due attempts: first ack, s", "{:.2f}", "≤ 3"),
    ("restart", "all_handed_in_s", "… all handed in, each once, s", "{:.2f}", "≤ 10"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default=",".join(ROWS))
    parser.add_argument("--build", default=str(ROOT / "build-bench"))
    parser.add_argument("--bin", help="the server; FOLDER/truongthi of --build otherwise")
    parser.add_argument("--out", help="FOLDER/bench.json of --build otherwise")
    parser.add_argument("--folder", default="/var/tmp",
                        help="where the database lies meanwhile; /dev/shm takes the disk out of the figures")
    parser.add_argument("--small", action="store_true", help="a load that says nothing, to try the bench itself")
    wanted = parser.parse_args()
    names = wanted.only.split(",")
    if unknown := set(names) - set(ROWS):
        parser.error(f"rows are {', '.join(ROWS)}, not {', '.join(unknown)}")
    raise_descriptors()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="truongthi-bench-", dir=wanted.folder))
    sizes = Sizes(wanted.small)
    bench = Bench(wanted.build, wanted.bin or f"{wanted.build}/truongthi", folder, sizes)
    try:
        about = machine(folder)
        bench.server.start()
        bench.paper = seed(bench.server, sizes.students)
        runs = measure({name: lambda _, row=row: row(bench) for name, row in ROWS.items()}, names, wanted.runs)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        bench.server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    report(about, runs, TABLE, pathlib.Path(wanted.out or f"{wanted.build}/bench.json"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
