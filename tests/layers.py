#!/usr/bin/env python3
"""Fails on an #include that climbs the house, or a library outside its room.

The arrows: ws -> exam, ws -> gradebook, and all three -> core; inside exam,
marking -> hall -> bank. Library headers have a room each. Prints one line a fault.
"""
import pathlib
import re
import sys

# layer -> the layers it may include
MAY = {
    "core": {"core"},
    "exam": {"exam", "core"},
    "gradebook": {"gradebook", "core"},
    "ws": {"ws", "exam", "gradebook", "core"},
}
# rooms inside a layer that may not look up, bottom first
ORDER = [["exam/bank/", "exam/hall/", "exam/marking/"], ["core/base/", "core/db/"]]
# library header -> the folders that may include it
ROOMS = {
    r"libwebsockets\.h": ["ws/"],
    r"uv\.h": ["ws/"],
    r"(mysql/|mariadb/)?mysql\.h": ["core/db/"],
    r"argon2\.h": ["core/auth/"],
    r"sodium\.h": ["core/seal/", "core/auth/"],
    r"curl/.*": ["core/net/"],
    r"zip\.h": ["core/doc/"],
    r"zlib\.h": ["core/doc/"],
    r"libxml/.*": ["core/doc/"],
    r"xlsxwriter\.h": ["core/doc/"],
    r"(pango|cairo)/?.*": ["core/doc/"],
    r"qrencode\.h": ["core/doc/"],
    r"cjson/.*|cJSON\.h": ["core/base/"],
    r"systemd/.*": ["ws/"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def faults_of(path, text):
    own = path.split("/")[0]
    for quote, name in INCLUDE.findall(text):
        if quote == '"':
            top = name.split("/")[0]
            if top not in MAY[own] and top != "tests":
                yield f"{path}: includes {name}: {own} may not see {top}"
            if top == "tests":
                yield f"{path}: includes {name}: the program may not see its tests"
            for rooms in ORDER:
                here = [i for i, room in enumerate(rooms) if path.startswith(room)]
                there = [i for i, room in enumerate(rooms) if name.startswith(room)]
                if here and there and there[0] > here[0]:
                    yield f"{path}: includes {name}: {rooms[here[0]]} may not see {rooms[there[0]]}"
            continue
        for pattern, rooms in ROOMS.items():
            if re.fullmatch(pattern, name) and not any(path.startswith(r) for r in rooms):
                yield f"{path}: includes <{name}>: only {', '.join(rooms)} may"
    # Kinds of file: a plain NAME.c is pure, so it sees no database.
    if not re.search(r"(_store|_io)\.[ch]$", path) and own in ("exam", "gradebook"):
        for quote, name in INCLUDE.findall(text):
            if quote == '"' and (name.startswith("core/db/") or name.endswith("_store.h")):
                yield f"{path}: includes {name}: a pure file may not see the database"


def check(root):
    faults = []
    for top in MAY:
        for file in sorted((root / top).rglob("*.[ch]")):
            path = file.relative_to(root).as_posix()
            faults += faults_of(path, file.read_text(encoding="utf-8"))
    return faults


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    for fault in found:
        print(fault)
    sys.exit(1 if found else 0)
