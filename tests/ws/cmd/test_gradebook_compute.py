"""truongthi gradebook compute, as a person or a program runs it: files, pipes, bad lines.

Usage: test_gradebook_compute.py PROGRAM
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
LINE_MAX = 256 * 1024
passed = 0
failed = []


def check(name, condition, more=""):
    global passed
    if condition:
        passed += 1
    else:
        failed.append(f"{name}: {more}")


def student(mean=80, **more):
    term = {"tx": [mean] * 3, "gk": mean, "ck": mean}
    letters = {"tx": ["D", "D"], "gk": "D", "ck": "D"}
    names = ["toan", "van", "anh", "li", "hoa", "sinh"]
    return {"pack": "tt22", "level": "thpt",
            "subjects": [{"code": n, "kind": "mark", "terms": [term, term]} for n in names]
            + [{"code": "gdtc", "kind": "comment", "terms": [letters, letters]}],
            "conduct": ["tot", "tot"], "absences": 0, **more}


def line(*args, **more):
    return json.dumps(student(*args, **more)).encode() + b"\n"


def run(data, *options, name="-"):
    done = subprocess.run([PROGRAM, "gradebook", "compute", name, *options], input=data,
                          capture_output=True, timeout=100)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def answers(out):
    return [json.loads(text) for text in out.splitlines()]


def bad_numbers(err):
    return [int(n) for n in re.findall(r"^truongthi: [^:]+:(\d+): ", err, re.M)]


def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "students.json")
        with open(path, "wb") as file:
            file.write(line() + line(60))
        code, out, err = run(b"", name=path)
        check("a file", code == 0 and err == "", err)
        check("its levels", [a["year"]["learning"] for a in answers(out)] == ["tot", "dat"], out)
        code, out, err = run(b"", name=os.path.join(folder, "none.json"))
        check("no file", code == 1 and "none.json" in err and out == "", err)
        code, out, err = run(b"", name=folder)
        check("a folder", code == 1 and err, err)


def good():
    code, out, err = run(line() * 3)
    check("standard input", code == 0 and len(answers(out)) == 3 and err == "", err)
    check("nothing at all", run(b"") == (0, "", ""))
    check("blank lines", run(b"\n \r\n\t\n") == (0, "", ""))
    check("no line's end", run(line().rstrip())[1] == out.splitlines()[0] + "\n")
    check("carriage returns", run(line().replace(b"\n", b"\r\n") * 3) == (0, out, ""))
    check("byte order mark", run(b"\xef\xbb\xbf" + line() * 3) == (0, out, ""))
    check("a mark of another line is no mark",
          run(line() + b"\xef\xbb\xbf" + line())[0] == 1)
    full = LINE_MAX - len(line()) + 1
    check("the longest line", run(line().rstrip() + b" " * full + b"\n" + line())[0] == 0)
    check("the longest line with a carriage return",
          run(line().rstrip() + b" " * full + b"\r\n" + line())[0] == 0)


def bad():
    code, out, err = run(line() + b"{\n" + line(60) + b"\n" + b'{"pack":"tt22"}\n' + line(101)
                         + line(50))
    check("the others are answered",
          [a["year"]["learning"] for a in answers(out)] == ["tot", "dat", "dat"], out)
    check("status", code == 1, code)
    check("numbers of the bad lines", bad_numbers(err) == [2, 5, 6], err)
    check("the reason", "/subjects/0/terms/0/tx/0" in err, err)
    check("how many", "3 bad lines" in err, err)
    check("in English", "a mark is a whole number from 0 to 100" in run(line(101), "--lang", "en")[2])
    check("in Vietnamese", "điểm phải là số nguyên" in run(line(101))[2])
    cases = {
        "deep": b"[" * 100000,
        "a name twice": line().replace(b'"absences": 0', b'"absences": 0, "absences": 0').strip(),
        "a NUL byte": b"{\x00}",
        "bad UTF-8": line(id="@").replace(b"@", b"\xff").strip(),
        "one byte too long": line().strip() + b" " * (LINE_MAX - len(line()) + 2),
        "much too long": b" " * (10 * LINE_MAX),
        "long and never ended in the text": b'{"x":"' + b"a" * (3 * LINE_MAX),
        "UTF-16": line().strip().decode().encode("utf-16-le"),
    }
    for name, bad_line in cases.items():
        code, out, err = run(line() + bad_line + b"\n" + line())
        check(name, code == 1 and len(answers(out)) == 2 and bad_numbers(err) == [2], err[:300])
        code, out, err = run(line() + bad_line)
        check(name + ", at the end", code == 1 and len(answers(out)) == 1
              and bad_numbers(err) == [2], err[:300])
    check("only a bad line", run(b"x")[0] == 1)


def words():
    code, out, _ = run(line(), "--explain")
    texts = [x["text"] for x in answers(out)[0]["explain"]]
    check("in words", code == 0 and any("Điều 9 khoản 2 điểm a" in t for t in texts), texts)
    texts = [x["text"] for x in answers(run(line(), "--explain", "--lang", "en")[1])[0]["explain"]]
    check("in English words", any("article 9, clause 2, point a" in t for t in texts), texts)
    check("without", answers(run(line())[1])[0]["explain"] == [])


def usage():
    for args in ([], ["compute"], ["count", "-"], ["compute", "-", "-"], ["compute", "--lang"],
                 ["compute", "-", "--lang", "fr"], ["compute", "-", "--expl"]):
        done = subprocess.run([PROGRAM, "gradebook", *args], input=b"", capture_output=True)
        check(f"usage of {args}", done.returncode == 2 and done.stdout == b"", done)


def conversation():
    """A pipe that waits for each answer before it asks the next."""
    with subprocess.Popen([PROGRAM, "gradebook", "compute", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as child:
        levels = []
        for mean in (80, 60, 30):
            child.stdin.write(line(mean))
            child.stdin.flush()
            levels.append(json.loads(child.stdout.readline())["year"]["learning"])
        child.stdin.close()
        check("asked and answered", levels == ["tot", "dat", "chua_dat"], levels)
        check("ends well", child.wait(100) == 0)


def reader_gone():
    """Whoever reads the answers hangs up: an error, no crash and no endless work."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([PROGRAM, "gradebook", "compute", "-"], input=line() * 1000, stdout=write,
                          stderr=subprocess.PIPE)
    os.close(write)
    check("reader gone", done.returncode == 1 and done.stderr, done)


def memory():
    """Ten times the students take no more memory."""
    peaks = []
    # The sanitizer keeps freed memory back for a while: let that be little.
    options = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
    for count in (2000, 20000):
        child = subprocess.Popen([PROGRAM, "gradebook", "compute", "-"], stdin=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL,
                                 env={**os.environ, "ASAN_OPTIONS": options})
        for _ in range(count // 1000):
            child.stdin.write(line() * 1000)
        child.stdin.close()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        check(f"{count} students", child.returncode == 0, child.returncode)
        peaks.append(used.ru_maxrss)
    check("flat memory", peaks[1] < peaks[0] + 32 * 1024, peaks)
    print(f"peak KiB for 2,000 and 20,000 students: {peaks}")


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for part in (files, good, bad, words, usage, conversation, reader_gone, memory):
        part()
    print("\n".join(failed), file=sys.stderr)
    print(f"checks: {passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
