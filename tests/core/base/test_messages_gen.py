#!/usr/bin/env python3
"""The generator refuses each mistake in a catalogue file, and says where it is."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(sys.argv[1], "core", "base"))
import messages_gen  # noqa: E402  (found through the path above)

GOOD = {"vi": "Hàng {row} sai.", "en": "Row {row} is wrong."}

# name of the case, the file's text, words that the mistake must hold (None: no mistake)
ROWS = (
    ("good", json.dumps({"a.b": GOOD}), None),
    ("parameters in another order",
     json.dumps({"a.b": {"vi": "{x} rồi {y}", "en": "{y} after {x}"}}), None),
    ("other parameters", json.dumps({"a.b": {"vi": "Hàng {row}.", "en": "Row {line}."}}),
     "same parameters"),
    ("a parameter less", json.dumps({"a.b": {"vi": "Hàng {row}.", "en": "A row."}}),
     "same parameters"),
    ("no English", json.dumps({"a.b": {"vi": "Sai."}}), "exactly the sentences"),
    ("a third language", json.dumps({"a.b": dict(GOOD, fr="Faux.")}), "exactly the sentences"),
    ("empty", json.dumps({"a.b": {"vi": " ", "en": "x"}}), "no sentence"),
    ("not a sentence", json.dumps({"a.b": {"vi": 1, "en": "x"}}), "no sentence"),
    ("another file's code", json.dumps({"b.c": GOOD}), "must begin with"),
    ("capitals", json.dumps({"a.B": GOOD}), "not a code"),
    ("no dot", json.dumps({"a": GOOD}), "not a code"),
    ("NFD", json.dumps({"a.b": {"vi": "Sai\u0301", "en": "x"}}), "NFC"),
    ("open brace", json.dumps({"a.b": {"vi": "{row", "en": "{row"}}), "brace"),
    ("line feed", json.dumps({"a.b": {"vi": "a\nb", "en": "x"}}), "control"),
    ("twice", '{"a.b": {"vi": "x", "en": "y"}, "a.b": {"vi": "x", "en": "y"}}', "twice"),
    ("no JSON", "{", "a.json"),
)


def main():
    passed = failed = 0
    for name, text, want in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.json")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            _, mistakes = messages_gen.read_catalogue([path])
        words = " ".join(mistakes)
        if (want is None and not mistakes) or (want is not None and want in words):
            passed += 1
        else:
            failed += 1
            print(f"{name}: {mistakes}, want {want}", file=sys.stderr)
    literal = messages_gen.c_string('ế "\\?')
    if literal == '"\\341\\272\\277 \\"\\\\\\?"':
        passed += 1
    else:
        failed += 1
        print(f"C literal: {literal}", file=sys.stderr)
    print(f"checks: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
