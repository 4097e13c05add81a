#!/usr/bin/env python3
"""Every message code written in the C sources stands in the catalogue.

    test_message_codes.py ROOT

A string literal counts as a code when its first word is the name of a catalogue file ("import.x"
while import.json is there), unless it is the name of a setting, and in any case when it is passed
to diag_add or messages_print. For diag_add the parameters of the sentence must be named in the call
as well.
"""
import os
import re
import sys

ROOT = sys.argv[1]
sys.path.insert(0, os.path.join(ROOT, "core", "base"))
import messages_gen  # noqa: E402  (found through the path above)

FOLDERS = ("core", "exam", "gradebook", "ws")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
COMMENT = re.compile(r'/\*.*?\*/|("(?:[^"\\\n]|\\.)*")', re.S)
CALL = re.compile(r"\b(diag_add|messages_print)\s*\(")


def without_comments(text):
    return COMMENT.sub(lambda m: m.group(1) or " ", text)


def call_text(text, start):
    """From the opening bracket at start to its partner, string literals jumped over."""
    depth, at = 0, start
    while at < len(text):
        literal = LITERAL.match(text, at)
        if literal:
            at = literal.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            break
    return text[start:at]


def unknown_codes(text, entries):
    """What is wrong in one source text, as words for a person."""
    text = without_comments(text)
    subjects = {code.split(".")[0] for code in entries}
    found = []
    for literal in LITERAL.findall(text):
        if (messages_gen.CODE.fullmatch(literal) and literal.split(".")[0] in subjects
                and literal not in entries and f"setting.{literal}" not in entries):
            found.append(f"\"{literal}\" is not in the catalogue")
    for call in CALL.finditer(text):
        body = call_text(text, call.end() - 1)
        literals = LITERAL.findall(body)
        codes = [w for w in literals if messages_gen.CODE.fullmatch(w)]
        for code in codes[:1]:
            if code not in entries:
                found.append(f"\"{code}\" in {call.group(1)} is not in the catalogue")
            elif call.group(1) == "diag_add":
                for name in sorted(set(messages_gen.PARAM.findall(entries[code]["vi"]))):
                    if name not in literals:
                        found.append(f"\"{code}\" in diag_add lacks its parameter {name}")
    return found


def sources():
    for folder in FOLDERS:
        for path, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.join(path, name)


PLANTED = (
    ('diag_add(d, DIAG_ERROR, s, 1, 2, "err.nope", NULL);', 2),
    ('f("err.nope");', 1),
    ('f("err.busy");', 0),
    ('f("data.json");', 0),
    ('f("hall.grace_ms");', 0),
    ('/* "err.nope" */', 0),
    ('messages_print("nowhere.at_all", lang, NULL, 0, out);', 1),
    ('diag_add(d, DIAG_ERROR, s, 1, 2, "password.short", "minimum", f(")"), NULL);', 1),
    ('diag_add(d, DIAG_ERROR, s, 1, 2, "password.short", "min", f(")"), NULL);', 0),
)


def main():
    folder = os.path.join(ROOT, "core", "base", "messages")
    paths = [os.path.join(folder, n) for n in os.listdir(folder) if n.endswith(".json")]
    entries, mistakes = messages_gen.read_catalogue(paths)
    passed, failed = 0, list(mistakes)
    for text, want in PLANTED:
        if len(unknown_codes(text, entries)) == want:
            passed += 1
        else:
            failed.append(f"planted text judged wrongly: {text}: {unknown_codes(text, entries)}")
    for path in sources():
        with open(path, encoding="utf-8") as file:
            found = unknown_codes(file.read(), entries)
        failed += [f"{os.path.relpath(path, ROOT)}: {m}" for m in found]
        passed += not found
    listed = open(os.path.join(folder, "meson.build"), encoding="utf-8").read()
    for path in paths:
        if f"'{os.path.basename(path)}'" in listed:
            passed += 1
        else:
            failed.append(f"{os.path.basename(path)} is not listed in messages/meson.build")
    print("\n".join(failed), file=sys.stderr)
    print(f"checks: {passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
