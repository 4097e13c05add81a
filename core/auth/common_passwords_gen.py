#!/usr/bin/env python3
"""Turns common_passwords.txt into a sorted C table: common_passwords_gen.py IN.txt OUT.c

A line is one password, folded as password_fault.c folds: small letters without marks or blanks,
at least four of a-z and 0-9. Lines that begin with # are comments.
"""
import re
import sys


def main(argv):
    path, out_path = argv[1:]
    words, mistakes = set(), []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            word = line.strip()
            if not word or word.startswith("#"):
                continue
            if not re.fullmatch(r"[a-z0-9]{4,40}", word):
                mistakes.append(f"{path}:{number}: \"{word}\" is not folded, or too short")
            elif word in words:
                mistakes.append(f"{path}:{number}: \"{word}\" stands twice")
            words.add(word)
    if mistakes:
        sys.exit("\n".join(mistakes))
    lines = ["/* Made by common_passwords_gen.py. Not edited by hand. */",
             "#include \"core/auth/password.h\"", "", "const char *const password_common_[] = {"]
    lines += [f"\t\"{word}\"," for word in sorted(words)]
    lines += ["};", "const size_t password_common_count_ = "
              "sizeof(password_common_) / sizeof(password_common_[0]);", ""]
    with open(out_path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv)
