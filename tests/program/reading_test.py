"""Tables as people have them, through the built program: separators, decimal commas, preambles, units, missing values,
dates, several files, standard input.

Usage: reading_test.py PATH_OF_TERSE
"""

import gzip
import json
import math
import random
import shutil
import subprocess
import sys
import unittest
from datetime import datetime, timedelta
from pathlib import Path

import program_test
from reading_case import QUICK, ReadingCase


class Dialects(ReadingCase):
    def test_the_same_table_in_many_forms_gives_the_same_model_and_predictions(self):
        comma = lambda number: str(number).replace(".", ",")
        rows = list(self.rows())
        self.plain()
        forms = {
            "semicolon.csv": "a;b;y\n" + "".join(f"{comma(a)};{comma(b)};{comma(y)}\n" for a, b, y in rows),
            "tab.tsv": "a\tb\ty\n" + "".join(f"{a}\t{b}\t{y}\n" for a, b, y in rows),
            "pipe.txt": "a|b|y\r\n" + "".join(f"{a}|{b}|{y}\r\n" for a, b, y in rows),
            "space.dat": "a b y\n" + "".join(f" {a}   {b} {y}\n" for a, b, y in rows),
            "excel.csv": "sep=;\r\na;b;y\r\n" + "".join(f"{comma(a)};{comma(b)};{comma(y)}\r\n" for a, b, y in rows),
            "quoted.csv": "a,b,y\n" + "".join(f'"{comma(a)}","{comma(b)}","{comma(y)}"\n' for a, b, y in rows),
            "comments.csv": "# made by x\n# in Ulm\na,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in rows),
            "preamble.csv": "Logger X7\nSerial,123\n\na,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in rows),
            "indexed.csv": ",a,b,y\n" + "".join(f"{i},{a},{b},{y}\n" for i, (a, b, y) in enumerate(rows)),
        }
        self.terse("train", "plain.csv", "--target", "y", *QUICK, "-o", "plain.terse")
        expected = self.terse("predict", "plain.terse", "plain.csv").stdout
        hashed = json.loads(self.terse("inspect", "plain.terse", "--json").stdout)["record"]["data_hash"]
        for name, text in forms.items():
            with self.subTest(name):
                self.write(name, text)
                said = self.terse("train", name, "--target", "y", *QUICK, "-o", "m.terse").stderr
                self.assertIn("note: ", said)
                record = json.loads(self.terse("inspect", "m.terse", "--json").stdout)["record"]
                self.assertEqual(record["data_hash"], hashed)
                self.assertEqual(self.terse("predict", "m.terse", name).stdout, expected)
        self.write("wide.csv", forms["semicolon.csv"], "utf-16")
        self.assertEqual(self.terse("predict", "plain.terse", "wide.csv").stdout, expected)

    def test_nothing_is_said_about_plain_tables_nor_with_quiet(self):
        self.plain()
        self.assertNotIn("note:", self.terse("train", "plain.csv", "--target", "y", *QUICK, "-o", "m.terse").stderr)
        self.write("s.csv", "a;y\n" + "".join(f"{a};{y}\n" for a, b, y in self.rows()))
        said = self.terse("train", "s.csv", "--target", "y", *QUICK, "--quiet", "-o", "m.terse").stderr
        self.assertEqual(said, "")
        notes = json.loads(
            self.terse("train", "s.csv", "--target", "y", *QUICK, "--quiet", "--json", "-o", "m.terse").stdout
        )["notes"]
        self.assertIn("columns are separated by semicolons", notes)

    def test_what_is_not_clear_is_asked_for(self):
        self.write("two.csv", "a,b;c\nu,v;w\n")
        self.refused("data", "get", "two.csv", says=["commas or by semicolons", "--separator comma or semicolon"])
        self.assertEqual(self.got("two.csv", "--separator", "semicolon"), [["a,b", "c"], ["u,v", "w"]])
        for sign in ("semicolon", ";"):
            self.assertEqual(self.got("two.csv", "--separator", sign)[0], ["a,b", "c"])
        self.refused("data", "get", "two.csv", "--separator", "x", says=["--separator: 'x'", "comma, semicolon"])
        self.write("signs.csv", "a;b\n1,5;2.5\n")
        self.refused("data", "get", "signs.csv", says=["'1,5'", "'2.5'", "--decimal comma or point"])
        self.write("late.csv", "a,b,y\n" + "1,2,3\n" * 2000 + '"1,5",2,3\n')
        self.refused("train", "late.csv", "--target", "y", "-o", "m.terse", says=["line 2002", "--decimal comma"])

    def test_options_say_what_the_text_does_not(self):
        self.write("bare.txt", "junk\n1;x;2\n// no\n3;y;4\n")
        options = ["--skip-lines", "1", "--no-header", "--columns", 'one,"two, or so",three', "--comment", "//"]
        self.assertEqual(
            self.got("bare.txt", *options), [["one", "two, or so", "three"], ["1", "x", "2"], ["3", "y", "4"]]
        )
        wrong = [*options[:3], *options[5:], "--columns", "a,b"]
        self.refused("data", "get", "bare.txt", *wrong, says=["3 columns", "--columns names 2"])
        self.write("latin.csv", "Größe,y\n1,2\n3,5\n", "latin-1")
        self.assertEqual(self.got("latin.csv")[0], ["Größe", "y"])
        self.write("marked.csv", "\ufeffa,b\n1,2\n")
        self.assertEqual(self.got("marked.csv")[0], ["a", "b"])

    def test_units_and_missing_values(self):
        self.write("u.csv", "t,room\n[°C],-\n21.5,K\n-200,offline\n-200.0,K\n")
        frame = self.got("u.csv", "--units-row", "--na", "-200,offline")
        self.assertEqual(frame, [["t", "room"], ["21.5", "K"], ["", ""], ["", "K"]])
        described = json.loads(self.terse("data", "describe", "u.csv", "--units-row", "--na", "-200", "--json").stdout)
        self.assertEqual([column["unit"] for column in described["columns"]], ["°C", "-"])
        self.assertEqual([column["gaps"] for column in described["columns"]], [2, 0])
        # In a table that shows it they are found.
        rows = "".join(f"{i % 24}:00;{20 + i % 7},5;{50 + i % 11}\n" for i in range(60))
        self.write("logger.csv", "Logger 7\n\nZeit;Temp;Feuchte\n[h];[°C];[%]\n" + rows)
        described = json.loads(self.terse("data", "describe", "logger.csv", "--json").stdout)
        self.assertEqual([column["unit"] for column in described["columns"]], ["h", "°C", "%"])
        trained = self.terse("train", "logger.csv", "--target", "Feuchte", *QUICK, "-o", "m.terse")
        self.assertIn("line 4 is taken for units", trained.stderr)

    def test_standard_input_and_several_files(self):
        text = (self.folder / self.plain()).read_text()
        self.terse("train", "-", "--target", "y", *QUICK, "-o", "m.terse", given=text)
        expected = self.terse("predict", "m.terse", "plain.csv").stdout
        self.assertEqual(self.terse("predict", "m.terse", "-", given=text).stdout, expected)
        header, *lines = text.splitlines()
        with gzip.open(self.folder / "one.csv.gz", "wt") as file:
            file.write("\n".join([header, *lines[:100]]))
        moved = [",".join(line.split(",")[::-1]) for line in lines[100:]]
        self.write("two.csv", "\n".join(["y,b,a", *moved]) + "\n")
        self.assertEqual(self.terse("predict", "m.terse", "one.csv.gz", "two.csv").stdout, expected)
        arff = "@relation r\n@attribute x real\n@data\n1\n"
        self.assertEqual(self.terse("data", "get", "-", given=arff).stdout, "x\n1\n")
        self.write("three.csv", "a,c,y\n1,2,3\n")
        self.refused("predict", "m.terse", "two.csv", "three.csv", says=["three.csv", "'b'", "two.csv"])
        self.terse(
            *("study", "S=one.csv.gz", "S=two.csv", "--target", "y", "--methods", "bw-sq", "--bits", "2"),
            *("--splits", "2", "--hidden", "1x8", "--epochs", "2", "--quiet", "-o", "study"),
        )
        plan = json.loads((self.folder / "study/study.json").read_text())
        self.assertEqual([data["rows"] for data in plan["data"]], [300])

    def test_damaged_gzip_is_refused(self):
        whole = gzip.compress(b"a,y\n1,2\n") + gzip.compress(b"3,4\n")
        for name, content in {
            "member.csv.gz": whole[:-24] + b"\x1e" + whole[-23:],
            "tail.csv.gz": whole + b"garbage",
        }.items():
            (self.folder / name).write_bytes(content)
            self.refused("data", "get", name, says=[name, "gzip"])
        (self.folder / "zeros.csv.gz").write_bytes(whole + bytes(512))
        self.assertEqual(self.got("zeros.csv.gz")[1:], [["1", "2"], ["3", "4"]])


class Columns(ReadingCase):
    def test_rows_without_a_target_are_counted_and_left_out(self):
        lines = [f"{a},{'' if i % 10 == 3 else y}\n" for i, (a, b, y) in enumerate(self.rows())]
        self.write("gaps.csv", "a,y\n" + "".join(lines))
        said = self.terse("train", "gaps.csv", "--target", "y", *QUICK, "-o", "m.terse")
        self.assertIn("note: 30 rows without a value of the target 'y' are left out (line 5 is the first)", said.stderr)
        self.assertEqual(json.loads(self.terse("evaluate", "m.terse", "gaps.csv", "--json").stdout)["rows"], 270)
        self.assertEqual(len(self.terse("predict", "m.terse", "gaps.csv").stdout.splitlines()), 301)

    def test_a_class_may_be_called_none(self):
        lines = [f"{a},{'None' if y > 2 else 'NA' if i % 9 == 0 else 'low'}" for i, (a, b, y) in enumerate(self.rows())]
        self.write("classes.csv", "a,y\n" + "\n".join(lines) + "\n")
        train = ("train", "classes.csv", "--target", "y", *QUICK, "-o", "m.terse")
        self.terse(*train)
        classes = lambda: json.loads(self.terse("inspect", "m.terse", "--json").stdout)["classes"]
        self.assertEqual(classes(), ["NA", "None", "low"])
        self.assertIn("without a value of the target", self.terse(*train, "--na", "NA").stderr)
        self.assertEqual(classes(), ["None", "low"])

    def test_an_index_is_no_feature_unless_asked_for(self):
        self.write("i.csv", ",a,y\n" + "".join(f"{i},{a},{y}\n" for i, (a, b, y) in enumerate(self.rows())))
        train = ("train", "i.csv", "--target", "y", *QUICK, "-o", "m.terse")
        self.assertIn("note: 'c1' is taken for an index", self.terse(*train).stderr)
        self.assertEqual(self.features("m.terse"), ["a"])
        self.terse(*train, "--features", "c1,a")
        self.assertEqual(self.features("m.terse"), ["c1", "a"])

    def test_dates_are_no_names(self):
        start = datetime(2024, 1, 1)
        lines = []
        for i in range(250):
            time = start + timedelta(hours=7 * i)
            lines.append(f"{time:%d.%m.%Y %H:%M},{i % 5},{math.sin(time.hour / 24 * 2 * math.pi):.4f}")
        self.write("d.csv", "time,a,y\n" + "\n".join(lines) + "\n")
        train = ("train", "d.csv", "--target", "y", *QUICK, "-o", "m.terse")
        said = self.terse(*train).stderr
        self.assertIn("note: 'time' holds dates (day first, as 31.01.2024) and is left out: --dates parts", said)
        model = json.loads(self.terse(*train, "--dates", "parts", "--json").stdout)
        self.assertGreater(model["r2"], 0.8)
        self.assertEqual(self.features("m.terse")[:3], ["a", "time hour sine", "time hour cosine"])
        # The model says what it needs: the parts come with or without the option.
        expected = self.terse("predict", "m.terse", "d.csv").stdout
        self.assertEqual(self.terse("predict", "m.terse", "d.csv", "--dates", "parts").stdout, expected)
        self.write("other.csv", "time,a\nsoon,1\n")
        self.refused("predict", "m.terse", "other.csv", says=["column 1 ('time')", "not a column of dates"])
        levels = self.terse(*train, "--dates", "levels").stderr
        self.assertIn("of which hour, weekday and day of the year are taken", levels)

    def test_numbers_far_from_zero_keep_their_differences(self):
        lines = [f"{1700000000 + 10 * a + 20:.3f},{b},{1700000015 + y:.4f}" for a, b, y in self.rows()]
        self.write("t.csv", "t,b,y\n" + "\n".join(lines) + "\n")
        said = self.terse("train", "t.csv", "--target", "y", *QUICK, "--json", "-o", "m.terse")
        self.assertIn("note: 't' is taken as its difference from", said.stderr)
        self.assertGreater(json.loads(said.stdout)["r2"], 0.5)
        predicted = [float(line) for line in self.terse("predict", "m.terse", "t.csv").stdout.split()[1:]]
        true = [float(line.split(",")[2]) for line in lines]
        self.assertLess(sum(abs(p - t) for p, t in zip(predicted, true)) / len(true), 1.0)
        payloads = self.terse("encode", "m.terse", "t.csv").stdout
        self.write("p.hex", payloads)
        decoded = [float(line.split(",")[-1]) for line in self.terse("decode", "m.terse", "p.hex").stdout.split()[1:]]
        self.assertEqual(decoded, predicted)
        inspected = self.terse("inspect", "m.terse").stdout.splitlines()
        thresholds = next(line for line in inspected if line.startswith("t "))
        shown = thresholds.split()[3:]
        self.assertEqual(len(set(shown)), 3, thresholds)
        self.assertTrue(all(float(text) > 1.69e9 for text in shown), thresholds)
        # What float32 cannot hold is said, not done.
        self.refused("export", "m.terse", "--to", "c", "-o", "c", says=["'t'", "float32", "--input"])
        self.terse("export", "m.terse", "--to", "c", "--input", "t=int32", "-o", "c")
        self.refused("export", "m.terse", "--to", "js", "-o", "js", says=["difference from", "subtract"])
        self.write("same.csv", "a,y\n1,1700000015.5\n2,1700000015.5\n")
        says = ["the target is 1700000015.5 in every row"]
        self.refused("train", "same.csv", "--target", "y", "-o", "m.terse", says=says)
        lines = [f"{a},{1700000015 + a / 100:.3f}\n" for a, b, y in self.rows()]
        self.write("close.csv", "a,y\n" + "".join(lines))
        self.terse("train", "close.csv", "--target", "y", *QUICK, "-o", "m.terse")

    @unittest.skipUnless(shutil.which("cc"), "needs a C compiler")
    def test_a_device_tells_whole_numbers_apart_that_float32_merges(self):
        times = [1700000000 + (i * 7919) % 500 for i in range(300)]
        self.write("t.csv", "t,y\n" + "".join(f"{t},{t % 500 / 100}\n" for t in times))
        self.terse("train", "t.csv", "--target", "y", *QUICK, "-o", "m.terse")
        self.terse("export", "m.terse", "--to", "c", "--input", "t=int32", "-o", "c")
        held = ", ".join(map(str, times))
        self.write("run.c", f"""#include <stdio.h>
            #include "m.h"
            int main(void) {{
              const m_reading_t times[] = {{{held}}};
              for (int i = 0; i < {len(times)}; ++i) {{
                uint8_t payload[1];
                m_encode(times + i, payload);
                printf("%02x\\n", payload[0]);
              }}
              return 0;
            }}""")
        subprocess.run(["cc", "-Ic", "run.c", "c/m.c", "-o", "run"], cwd=self.folder, check=True)
        printed = subprocess.run(["./run"], cwd=self.folder, check=True, capture_output=True, text=True).stdout
        self.assertEqual(printed, self.terse("encode", "m.terse", "t.csv").stdout)
        self.assertGreater(len(set(printed.split())), 2)

    def test_describe_says_what_is_suspicious(self):
        lines = [f"{i},{a},{a},2024-01-0{1 + i % 2},{y},{2 * y}" for i, (a, b, y) in enumerate(self.rows())]
        self.write("d.csv", ",a,copy,day,y,leak\n" + "\n".join(lines) + "\n")
        said = self.terse("data", "describe", "d.csv", "--target", "y").stdout
        for part in ("300 rows, 6 columns", "index", "a copy of 'a'", "not in order of time", "follows the target"):
            self.assertIn(part, said)
        columns = json.loads(self.terse("data", "describe", "d.csv", "--target", "y", "--json").stdout)["columns"]
        self.assertEqual([c["taken_for"] for c in columns], ["index", "number", "number", "date", "number", "number"])
        self.assertEqual(columns[0]["distinct"], 300)
        self.refused("data", "describe", "d.csv", "--target", "z", says=["'z'"])

    def test_names_with_commas_and_line_ends(self):
        self.write("n.csv", '"Temp, °C","two\nlines",y\n' + "".join(f"{a},{b},{y}\n" for a, b, y in self.rows()))
        train = ("train", "--target", "y", *QUICK, "-o", "m.terse")
        # An option takes one argument: the table is not swallowed.
        self.terse(*train, "--ignore", '"Temp, °C"', "n.csv")
        inspected = self.terse("inspect", "m.terse")
        self.assertIn("\ntwo\\x0alines ", inspected.stdout)
        self.assertNotIn("two\nlines", inspected.stdout)
        self.assertEqual(self.features("m.terse"), ["two\nlines"])
        self.terse(*train, "n.csv", "--features", '"Temp, °C"', "--features", '"two\nlines"')
        self.write("m.csv", '"a, b",y\n' + "".join(f"{a},{y}\n" for a, b, y in self.rows()) + "x,1\n")
        message = self.refused(*train, "m.csv", "--features", '"a, b"', "--categorical", "y2", says=["y2"])
        self.assertEqual(len(message.splitlines()), 1)

    def test_a_file_may_have_an_equals_sign_in_its_name(self):
        (self.folder / "eqname=x.csv").write_text((self.folder / self.plain()).read_text())
        self.terse(
            *("study", "eqname=x.csv", "--target", "y", "--methods", "bw-sq", "--bits", "2", "--splits", "2"),
            *("--hidden", "1x8", "--epochs", "2", "--quiet", "-o", "study"),
        )
        self.assertEqual(json.loads((self.folder / "study/study.json").read_text())["data"][0]["name"], "eqname=x")

    def test_a_gap_that_training_did_not_know_says_how_to_mend_it(self):
        self.terse("train", self.plain(), "--target", "y", *QUICK, "-o", "m.terse")
        self.write("gap.csv", "a,b\n1,\n")
        self.refused("predict", "m.terse", "gap.csv", says=["line 2, column 2 ('b')", "--missing level", "--drop-rate"])


class TwoCommands(ReadingCase):
    def test_from_a_raw_file_to_an_allocated_model(self):
        draw = random.Random(8)
        lines = ["Station 12;Ulm", "Export 2024-07-01", "", "Zeit;Temperatur;Feuchte;Ertrag", ";°C;%;kg"]
        comma = lambda number: f"{number:.2f}".replace(".", ",")
        for i in range(400):
            time = datetime(2024, 1, 1) + timedelta(hours=i)
            a, b = draw.uniform(5, 30), draw.uniform(30, 90)
            y = a / 10 + b / 100 + draw.gauss(0, 0.05)
            shown = "-200" if i % 17 == 0 else comma(a)
            lines.append(f"{time:%d.%m.%Y %H:%M};{shown};{comma(b)};{comma(y)}")
        self.write("station.csv", "\r\n".join(lines) + "\r\n", "latin-1")
        reading = ("--units-row", "--na", "-200")
        said = self.terse("data", "describe", "station.csv", *reading, "--target", "Ertrag")
        for part in ("separated by semicolons, and decimals by commas", "lines 1 to 3 are left out"):
            self.assertIn(part, said.stderr)
        self.assertIn("date", said.stdout)
        done = self.terse(
            *("allocate", "station.csv", *reading, "--target", "Ertrag", "--missing", "level", "--payload", "1"),
            *("--decoder", "network", "--hidden", "1x16", "--epochs", "8", "--round-epochs", "2"),
            *("--final-epochs", "8", "--folds", "2", "--batch", "64", "--lr", "1e-2", "-o", "m.terse"),
        )
        self.assertIn("'Zeit' holds dates", done.stderr)
        features = json.loads(self.terse("inspect", "m.terse", "--json").stdout)["features"]
        self.assertLessEqual({f["name"] for f in features}, {"Temperatur", "Feuchte"})
        self.assertEqual({f["unit"] for f in features} - {"°C", "%"}, set())
        rows = self.terse("predict", "m.terse", "station.csv", *reading).stdout.splitlines()
        self.assertEqual(len(rows), 401)


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
