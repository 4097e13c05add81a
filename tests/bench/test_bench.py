"""The bench itself, with a load that says nothing: it runs, and counts what is stored."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("TT_BIN", HERE.parents[1] / "build-test/truongthi")).resolve().parent


class SmallBench(unittest.TestCase):
    """run.py ends with an error when an acknowledged answer is not stored, a head is wrong, a
    socket is lost or a key, ticket or session is missing. No time is judged."""

    def test_every_quick_row(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "bench.json"
            rows = "answers,answers4,calm,bell,connect,tickets"
            done = subprocess.run([sys.executable, str(HERE / "run.py"), "--small", "--runs", "1", "--only", rows,
                                   "--build", str(BUILD), "--out", str(out)],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr[-4000:])
            figures = json.loads(out.read_text())
            self.assertEqual(sorted(figures["summary"]), sorted(rows.split(",")))
            for row in ("answers", "answers4", "calm"):
                self.assertGreater(figures["runs"][row][0]["answers_per_s"], 0)
            self.assertIn("| what | median |", done.stdout)

    def test_a_small_province(self):
        """Each row of the bench on two schools; what was broken off is loaded anew in a kept folder."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "bench.json"
            keep = pathlib.Path(folder) / "kept"
            command = [sys.executable, str(HERE / "province.py"), "--small", "--runs", "1", "--keep", str(keep),
                       "--build", str(BUILD), "--out", str(out)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr[-4000:])
            self.assertIn("| what | median |", done.stdout)
            tables = json.loads(out.read_text())["tables"]
            self.assertEqual(tables["mark"]["rows"], 2 * 12 * 100)
            state = json.loads((keep / "province.json").read_text())
            del state["loaded"]["absence"]
            (keep / "province.json").write_text(json.dumps(state))
            done = subprocess.run([*command, "--only", "sheet,audit_school"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr[-4000:])
            again = json.loads(out.read_text())
            self.assertEqual(again["tables"]["absence"]["rows"], tables["absence"]["rows"])
            self.assertEqual(again["tables"]["mark"], tables["mark"])

    def test_a_small_exchange(self):
        """Every record that was sent is held, in its last version, and stands on one receipt."""
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "bench.json"
            done = subprocess.run([sys.executable, str(HERE / "exchange.py"), "--small", "--runs", "1",
                                   "--build", str(BUILD), "--out", str(out)],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr[-4000:])
            runs = json.loads(out.read_text())["runs"]
            self.assertEqual(sorted(runs), ["batch", "deltas", "full", "tree"])
            self.assertGreater(runs["batch"][0]["changed_ms"], 0)
            self.assertGreater(runs["deltas"][0]["applied_per_s"], 0)

    def test_a_lost_answer_is_found(self):
        """Rows taken away behind the server's back: what was acknowledged is not stored."""
        code = ("import rows, school, sys; sys.argv = ['run.py', '--small', '--runs', '1', '--only',"
                " 'answers4', '--build', sys.argv[1], '--out', '/dev/null']; import run;"
                " stored = school.Sitters.stored;"
                " school.Sitters.stored = lambda s: (s.server.sql('DELETE FROM event LIMIT 1'), stored(s))[1];"
                " sys.exit(run.main())")
        done = subprocess.run([sys.executable, "-c", code, str(BUILD)], cwd=HERE,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stored", done.stderr)


if __name__ == "__main__":
    unittest.main()
