"""Runs the cases of a test: Word files, each read by the program and compared with what is due."""

import json
import os
import subprocess
import sys
import tempfile
import unicodedata

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def compare(got, wanted):
    """What differs, as text; None when nothing does."""
    for name, value in wanted.items():
        if name == "images":
            found = len(got["images"])
        elif name == "problems":
            found = [p["code"] for p in got["problems"]]
        elif name == "below":
            if got["confidence"] >= value:
                return f"confidence is {got['confidence']}, want below {value}"
            continue
        else:
            found = got[name]
        if found != value:
            return f"{name} is {found!r}, want {value!r}"
    if "problems" not in wanted and got["confidence"] < 80:
        return f"confidence is {got['confidence']}: {got['problems']!r}"
    return None


def main():
    program = sys.argv[1]
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in CASES.items():
            doc, wanted, *rest = make()
            path = os.path.join(folder, name + ".docx")
            text = doc.document()
            doc.save(path, unicodedata.normalize("NFD", text) if hasattr(doc, "nfd") else None)
            done = subprocess.run([program, "questions", "read", path, "--json"],
                                  capture_output=True, text=True, check=False)
            faults = []
            if done.returncode != 0:
                faults.append(done.stderr.strip())
            else:
                got = json.loads(done.stdout)
                if len(got["questions"]) != len(wanted):
                    faults.append(f"{len(got['questions'])} questions, want {len(wanted)}")
                for at, (have, want) in enumerate(zip(got["questions"], wanted)):
                    difference = compare(have, want)
                    if difference:
                        faults.append(f"question {at + 1}: {difference}")
                if rest and got["unassigned"] != rest[0]:
                    faults.append(f"unassigned is {got['unassigned']!r}")
            passed += not faults
            failed += bool(faults)
            for fault in faults:
                print(f"{name}: {fault}", file=sys.stderr)
    print(f"checks: {passed} passed, {failed} failed")
    return failed != 0
