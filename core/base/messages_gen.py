#!/usr/bin/env python3
"""Turns core/base/messages/*.json into the C table of messages.c, or one JSON for the web client.

    messages_gen.py OUT.c  account.json import.json ...
    messages_gen.py OUT.json account.json import.json ...

Each file maps a code to its two sentences: {"account.locked": {"vi": "…", "en": "…"}}. A code
begins with its file's name and a dot. The build stops with file and code when a sentence is
missing, empty, not NFC, or when the two sentences do not name the same {parameters}.
"""
import json
import os
import re
import sys
import unicodedata

LANGS = ("vi", "en")
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
PARAM = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def refuse_twins(pairs):
    seen = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f"\"{key}\" stands twice")
        seen[key] = value
    return seen


def check_sentence(code, lang, text):
    """The mistakes of one sentence, as a list of words for a person."""
    where = f"{code}, {lang}: "
    if not isinstance(text, str) or not text.strip():
        return [where + "no sentence"]
    found = []
    if text != text.strip():
        found.append(where + "blanks around the sentence")
    if text != unicodedata.normalize("NFC", text):
        found.append(where + "not in NFC")
    if any(unicodedata.category(c) == "Cc" for c in text):
        found.append(where + "a control character")
    if re.search(r"[{}]", PARAM.sub("", text)):
        found.append(where + "a brace that is no {parameter}")
    return found


def check_entry(stem, code, entry):
    if not CODE.fullmatch(code):
        return [f"{code}: not a code (words of a-z, 0-9, _ joined by dots)"]
    if not code.startswith(stem + "."):
        return [f"{code}: must begin with \"{stem}.\", the name of its file"]
    if not isinstance(entry, dict) or set(entry) != set(LANGS):
        return [f"{code}: needs exactly the sentences {', '.join(LANGS)}"]
    found = [m for lang in LANGS for m in check_sentence(code, lang, entry[lang])]
    if not found and set(PARAM.findall(entry["vi"])) != set(PARAM.findall(entry["en"])):
        found.append(f"{code}: the two sentences do not name the same parameters")
    return found


def read_catalogue(paths):
    """All entries by code, and the mistakes found."""
    entries, mistakes = {}, []
    for path in sorted(paths):
        stem = os.path.splitext(os.path.basename(path))[0]
        try:
            with open(path, encoding="utf-8") as file:
                content = json.load(file, object_pairs_hook=refuse_twins)
        except (ValueError, OSError) as why:
            mistakes.append(f"{path}: {why}")
            continue
        for code, entry in content.items():
            mistakes += [f"{path}: {m}" for m in check_entry(stem, code, entry)]
            entries[code] = entry
    return entries, mistakes


def c_string(text):
    """A C literal in plain ASCII; octal escapes cannot run into the next character."""
    out = []
    for byte in text.encode("utf-8"):
        char = chr(byte)
        if char in "\\\"?":
            out.append("\\" + char)
        elif 0x20 <= byte < 0x7F:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def c_table(entries):
    lines = ["/* Made by messages_gen.py from core/base/messages. Not edited by hand. */",
             "#include \"core/base/messages.h\"", "",
             "const struct messages_row messages_table_[] = {"]
    for code in sorted(entries):
        lines.append(f"\t{{ \"{code}\", {{")
        lines += [f"\t\t[LANG_{lang.upper()}] = {c_string(entries[code][lang])}," for lang in LANGS]
        lines.append("\t} },")
    lines += ["};", "const size_t messages_table_count_ = "
              "sizeof(messages_table_) / sizeof(messages_table_[0]);", ""]
    return "\n".join(lines)


def main(argv):
    if len(argv) < 3:
        sys.exit(__doc__)
    out_path, paths = argv[1], argv[2:]
    entries, mistakes = read_catalogue(paths)
    if not entries and not mistakes:
        mistakes = ["no messages at all"]
    if mistakes:
        sys.exit("\n".join(mistakes))
    if out_path.endswith(".json"):
        by_lang = {lang: {c: entries[c][lang] for c in sorted(entries)} for lang in LANGS}
        text = json.dumps(by_lang, ensure_ascii=False, indent=1) + "\n"
    else:
        text = c_table(entries)
    with open(out_path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv)
