#!/usr/bin/env python3
"""The guards of the layers must catch what they are for: each is shown a planted fault."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import layers  # noqa: E402


class Includes(unittest.TestCase):
    def planted(self, path, line):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True)
            file.write_text(line + "\n", encoding="utf-8")
            return layers.check(pathlib.Path(folder))

    def test_the_house_is_clean(self):
        self.assertEqual(layers.check(ROOT), [])

    def test_planted_includes_are_found(self):
        for path, line in [
            ("core/base/x.c", '#include "exam/hall/room.h"'),
            ("exam/hall/x.c", '#include "ws/app.h"'),
            ("exam/hall/x.c", '#include "gradebook/marks/mark.h"'),
            ("exam/bank/x.c", '#include "exam/hall/phase.h"'),
            ("exam/hall/x.c", '#include "exam/marking/scoring.h"'),
            ("gradebook/marks/x.c", '#include "exam/bank/paper.h"'),
            ("core/base/x.c", '#include "core/db/db.h"'),
            ("exam/hall/x.c", '#include "core/db/db.h"'),
            ("exam/hall/x.c", "#include <libwebsockets.h>"),
            ("core/school/x.c", "#include <mysql.h>"),
            ("ws/x.c", "#include <argon2.h>"),
            ("ws/x.c", '#include "tests/check.h"'),
        ]:
            with self.subTest(path=path, line=line):
                self.assertEqual(len(self.planted(path, line)), 1)

    def test_what_is_allowed_stays_allowed(self):
        for path, line in [
            ("ws/service/x.c", '#include "gradebook/marks/mark.h"'),
            ("exam/hall/x_store.c", '#include "core/db/db.h"'),
            ("exam/marking/x.c", '#include "exam/bank/question.h"'),
            ("core/auth/x.c", "#include <argon2.h>"),
        ]:
            with self.subTest(path=path, line=line):
                self.assertEqual(self.planted(path, line), [])


class Linking(unittest.TestCase):
    """A call upward has nothing to link with."""

    def link(self, source, libraries):
        build = ROOT / "build-test"
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "planted.c")
            file.write_text(source, encoding="utf-8")
            libs = [str(build / lib) for lib in libraries]
            flags = subprocess.run(
                ["pkg-config", "--libs", "libcjson", "libutf8proc", "inih", "libsodium", "libargon2"],
                capture_output=True, text=True, check=True).stdout.split()
            return subprocess.run(
                ["gcc", "-std=c11", "-D_GNU_SOURCE", "-fsanitize=address,undefined", f"-I{ROOT}",
                 str(file), "-o", str(pathlib.Path(folder, "planted"))]
                + ["-Wl,--start-group"] + libs + ["-Wl,--end-group"] + flags + ["-lpthread", "-lm"],
                capture_output=True, text=True)

    def test_a_call_within_core_links(self):
        made = self.link(
            '#include "core/base/err.h"\nint main(void) { return err_name(ERR_OK)[0] != \'o\'; }\n',
            ["core/libcore_pure.a"])
        self.assertEqual(made.returncode, 0, made.stderr)

    def test_a_call_from_core_to_the_hall_does_not_link(self):
        made = self.link(
            '#include "exam/hall/phase.h"\nint main(void) { return phase_at == 0; }\n',
            ["core/libcore_pure.a"])
        self.assertNotEqual(made.returncode, 0)
        self.assertIn("undefined reference", made.stderr)

    def test_a_call_from_the_pure_hall_to_sql_does_not_link(self):
        made = self.link(
            '#include "core/db/db.h"\nint main(void) { return db_prepare == 0; }\n',
            ["exam/libexam_pure.a", "core/libcore_pure.a"])
        self.assertNotEqual(made.returncode, 0)
        self.assertIn("undefined reference", made.stderr)


if __name__ == "__main__":
    unittest.main()
