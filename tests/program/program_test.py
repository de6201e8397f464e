"""Runs the built program as a person would: arguments in; text, files and exit code out.

Usage: program_test.py PATH_OF_TERSE
"""

import csv
import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = ""
SHORT = ["--hidden", "2x16", "--epochs", "2", "--quiet"]
QUICK = [*SHORT, "--decoder", "network"]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def terse(self, *arguments, expect=0, given=None):
        """given: the standard input."""
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, timeout=300, input=given
        )
        self.assertEqual(done.returncode, expect, f"terse {arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def refused(self, *arguments, says=()):
        """Exit code 2, nothing on stdout, one line on stderr that holds every part of `says`."""
        done = self.terse(*arguments, expect=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for part in says:
            self.assertIn(part, done.stderr)
        return done.stderr

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return name

    def sensor_table(self, name="sensors.csv", rows=600):
        """temperature and humidity decide the yield; noise does not. Names that need quoting included."""
        draw = random.Random(7)
        lines = ['temperature,"humidity, %",noise,yield']
        for _ in range(rows):
            t, h, n = draw.uniform(-20, 40), draw.uniform(0, 100), draw.uniform(0, 1)
            lines.append(f"{t:.3f},{h:.2f},{n:.4f},{t * 2 + h * 0.5 + draw.gauss(0, 1):.4f}")
        return self.write(name, "\n".join(lines) + "\n")

    def model(self, *options):
        quick = SHORT if "--decoder" in options else QUICK
        self.terse("train", self.sensor_table(), "--target", "yield", *quick, *options, "-o", "m.terse")
        return "m.terse"


class Help(ProgramTest):
    def test_names_in_backquotes_are_not_taken_for_options(self):
        """Messages mention options in backquotes; what the user calls so stays what it is called."""
        table = self.write("`bits`.csv", "a`bits`b,y\n1,2\n3,x\n")
        self.refused("train", table, "--target", "y", "-o", "m.terse", says=["`bits`.csv: line 3", "another --target"])
        self.refused("train", table, "--target", "`bits`", "-o", "m.terse", says=["x60bits"])

    def test_every_command_explains_itself(self):
        overview = self.terse("--help").stdout
        for command in (
            "train", "evaluate", "predict", "encode", "decode", "inspect", "export", "study", "serve", "airtime",
            "data",
        ):
            self.assertIn(command, overview)
            self.assertIn("Usage", self.terse(command, "--help").stdout)

    def test_version(self):
        self.assertRegex(self.terse("--version").stdout, r"^\d+\.\d+\.\d+\n$")

    def test_bad_usage_is_exit_code_2(self):
        self.refused()
        self.refused("fly", says=["'fly'"])
        self.refused("train")
        self.refused("train", "fried", "-o", "m.terse", "--bits", "many")
        self.refused("inspect")


class Train(ProgramTest):
    def test_reports_the_test_part(self):
        done = self.terse("train", "fried:3000", *QUICK, "--bits", 3, "-o", "m.terse")
        self.assertIn("30 bits, 4 bytes a message, 10.7x smaller", done.stdout)
        self.assertIn("test part (300 of 3000 rows): MSE", done.stdout)
        self.assertTrue((self.folder / "m.terse").exists())

    def test_json_holds_the_contract(self):
        result = json.loads(
            self.terse("train", "fried:3000", *QUICK, "--bits", 2, "-o", "m.terse", "--json").stdout
        )
        self.assertEqual(result["payload_bits"], 20)
        self.assertEqual(result["payload_bytes"], 3)
        self.assertAlmostEqual(result["compression"], 16.0)
        for key in ("mse", "mse_raw", "rmse", "mae", "r2", "train_seconds"):
            self.assertIsInstance(result[key], float)
        self.assertAlmostEqual(result["rmse"] ** 2, result["mse_raw"], places=6)

    def test_every_method(self):
        for method in ("fp", "po-mq", "po-qq", "pr-mq", "pr-qq", "sq", "bw-mq", "bw-qq", "bw-sq", "xgb", "xgb-qq"):
            self.model("--method", method, "--bits", 2)
            self.terse("inspect", "m.terse")

    def test_a_boosted_decoder_predicts_from_payloads_what_it_predicts_from_readings(self):
        model = self.model("--decoder", "boosted", "--bits", 3)
        table = self.sensor_table()
        self.terse("encode", model, table, "-o", "payloads.hex")
        decoded = [line.split(",")[-1] for line in self.terse("decode", model, "payloads.hex").stdout.splitlines()]
        self.assertEqual(decoded, self.terse("predict", model, table).stdout.splitlines())
        self.assertIn("boosted decoder", self.terse("evaluate", model, table).stdout)
        self.refused("train", table, "--target", "yield", "--method", "fp", "--decoder", "boosted", "-o", "n.terse",
                     says=["--decoder", "xgb"])

    def lux_table(self):
        """Lux over six powers of ten, which decide the yield with b; six flags that say little; one fault in b."""
        draw = random.Random(2)
        lines = ["lux,b,f1,f2,f3,f4,f5,f6,yield"]
        for row in range(1500):
            decades, b = draw.uniform(-1, 5), draw.gauss(0, 1)
            flags = [draw.randrange(2) for _ in range(6)]
            target = decades + b / 2 + 0.1 * sum(flags)
            reading = "9.9e37" if row == 40 else f"{b:.5f}"
            lines.append(f"{10 ** decades:.6g},{reading},{','.join(map(str, flags))},{target:.5f}")
        return self.write("lux.csv", "\n".join(lines) + "\n")

    def test_scales_are_chosen_and_named(self):
        table = self.lux_table()
        options = ["--target", "yield", "--hidden", "2x32", "--epochs", "30", "--batch", "64", "--threads", "1",
                   "--quiet", "-o", "m.terse"]
        found = {}
        for method in (["--bits", "4"], ["--method", "fp"]):
            for scale in ([], ["--scale", "linear"], ["--scale", "auto,lux=log"]):
                said = self.terse("train", table, *options, *method, *scale, "--json").stdout
                found[*method, *scale] = json.loads(said)
            best = found[*method]
            self.assertEqual(set(best["scales"]), {"lux", "b"})
            self.assertIn("steps are below", best["scales"]["lux"])
            self.assertIn("of 1350 readings", best["scales"]["b"])
            self.assertEqual(found[*method, "--scale", "linear"]["scales"], {})
            self.assertGreater(best["r2"], 0.95)
            self.assertGreater(best["r2"], found[*method, "--scale", "linear"]["r2"] + 0.05)
            named = found[*method, "--scale", "auto,lux=log"]
            self.assertEqual(named["scales"]["lux"], "log")
            self.assertGreater(named["r2"], 0.95)
        # Six flags are six bits, whatever --bits says.
        self.assertEqual(found["--bits", "4"]["payload_bits"], 2 * 4 + 6)
        said = self.terse("train", table, *options, "--bits", "4").stdout.splitlines()
        line = [line for line in said if line.startswith("scales: ")]
        self.assertEqual(len(line), 1, said)
        self.assertIn("lux half (", line[0])
        self.assertTrue(line[0].endswith("all others linear"), line)
        thresholds = json.loads(self.terse("inspect", "m.terse", "--json").stdout)["features"][3]["thresholds"]
        self.assertEqual(thresholds, [0.5])
        for scale, says in (("lgo", "'lgo' is not a scale"), ("auto,lix=log", "'lix' is not a feature")):
            self.refused("train", table, *options, "--scale", scale, says=["--scale", says])

    def test_the_better_decoder_is_chosen_by_rows_set_aside(self):
        table = self.sensor_table()
        options = ["--target", "yield", "--bits", "3", *SHORT, "-o", "m.terse"]
        result = json.loads(self.terse("train", table, *options, "--json").stdout)
        said = re.fullmatch(r"(.*) \(MSE of 54 rows set aside: network (\S+), boosted (\S+), "
                            r"boosted on quantile codes (\S+)\)", result["decoder_chosen"])
        losses = dict(zip(("network", "boosted", "boosted on quantile codes"), map(float, said.groups()[1:])))
        self.assertEqual(said[1], min(losses, key=losses.get))
        self.assertEqual(result["decoder"], "boosted")
        self.assertIn("\ndecoder: boosted ", "\n" + self.terse("train", table, *options).stdout)
        same = json.loads(self.terse("train", table, *options, "--decoder", "best", "--json").stdout)
        self.assertEqual(same["decoder_chosen"], result["decoder_chosen"])

    def test_methods_and_protocols_are_compared_by_their_networks(self):
        table = self.sensor_table()
        for options in (["--method", "pr-qq"], ["--protocol", "paper"], ["--method", "fp"], ["--decoder", "network"]):
            said = self.terse("train", table, "--target", "yield", *SHORT, *options, "-o", "m.terse", "--json").stdout
            self.assertEqual(json.loads(said)["decoder"], "network", options)
            self.assertNotIn("decoder_chosen", said)
        self.refused("train", table, "--target", "yield", "--decoder", "tree", "-o", "m.terse", says=["--decoder"])

    def test_every_start_of_trained_thresholds(self):
        for start in ("quantile", "minmax", "kmeans", "tree"):
            self.model("--start", start, "--bits", 2)
            self.assertIn(start, self.terse("inspect", "m.terse").stdout)
        self.refused("train", "fried:100", "--method", "fp", "--start", "tree", "-o", "n.terse",
                     says=["--start"])

    def test_the_published_protocol_by_name_and_by_its_settings(self):
        table = self.sensor_table()
        published = ["--start", "quantile", "--scale", "linear", "--between", "trained", "--average", "0",
                     "--tau-end", "0.001", "--decoder", "network"]
        predictions = {}
        for name, options in (("paper", ["--protocol", "paper"]), ("settings", published), ("ours", []),
                              ("paper, other start", ["--protocol", "paper", "--start", "tree"])):
            self.terse("train", table, "--target", "yield", "--hidden", "1x8", "--epochs", 8, "--threads", 1, "--quiet",
                       *options, "-o", "m.terse")
            predictions[name] = self.terse("predict", "m.terse", table).stdout
        self.assertEqual(predictions["paper"], predictions["settings"])
        self.assertEqual(len(set(predictions.values())), 3)
        self.refused("train", table, "--protocol", "mine", "-o", "n.terse", says=["--protocol"])

    def test_same_seed_same_model_apart_from_the_clock(self):
        table = self.sensor_table()
        predictions = []
        for name in ("a.terse", "b.terse"):
            self.terse("train", table, "--target", "yield", *QUICK, "--threads", 2, "-o", name)
            predictions.append(self.terse("predict", name, table).stdout)
        self.assertEqual(*predictions)

    def test_progress_goes_to_stderr_with_remaining_time(self):
        done = self.terse("train", "fried:3000", "--hidden", "1x8", "--epochs", 3, "-o", "m.terse", "--json")
        json.loads(done.stdout)
        self.assertIn("ETA", done.stderr)
        self.assertIn("epoch 3/3", done.stderr)

    def test_options_out_of_range(self):
        for option, value in (
            ("--bits", "9"), ("--bits", "0"), ("--lr", "0"), ("--lr", "nan"), ("--dropout", "1"), ("--epochs", "0"),
            ("--hidden", "5x"), ("--schedule", "fast"), ("--method", "magic"), ("--packing", "zip"),
            ("--start", "best"),
            ("--tau-end", "0"), ("--test-fraction", "1"), ("--batch", "0"), ("--threads", "0"),
            ("--levels", "x1"), ("--levels", "x1=0"), ("--levels", "nobody=4"),
        ):
            self.refused("train", "fried:100", option, value, "-o", "m.terse", says=[option])
            self.assertFalse((self.folder / "m.terse").exists())

    def test_a_file_that_cannot_be_written_is_refused_before_training(self):
        for path in ("no/such/folder/m.terse", "."):
            self.refused("train", "fried", "--epochs", 100000, "-o", path, says=["--output", path])

    def test_interrupt_leaves_nothing_behind(self):
        self.write("m.terse", "an older model")
        running = subprocess.Popen(
            [PROGRAM, "train", "fried", "--hidden", "5x256", "--epochs", "5000", "-o", "m.terse"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
        self.assertEqual(running.returncode, 1)
        self.assertIn("interrupted", errors)
        self.assertEqual(os.listdir(self.folder), ["m.terse"])
        self.assertEqual((self.folder / "m.terse").read_text(), "an older model")


class BadTables(ProgramTest):
    def refuse_table(self, text, *says, options=()):
        self.write("t.csv", text)
        self.refused("train", "t.csv", "--target", "y", *QUICK, *options, "-o", "m.terse", says=["t.csv", *says])
        self.assertFalse((self.folder / "m.terse").exists())

    def test_each_names_its_place(self):
        good = "".join(f"{i},{i % 7},{i * 2}\n" for i in range(20))
        self.refuse_table("a,b,y\n" + good + "1,2\n", "line 22")
        self.refuse_table("a,b,y\n" + good + "1,warm,3\n", "line 22", "'b'", "'warm'")
        self.refuse_table("a,b,y\n" + good + "1,,3\n", "line 22", "'b'")
        self.refuse_table("a,b,y\n" + good + "1,inf,3\n", "line 22", "'b'")
        self.refuse_table("a,b,y\n" + good + "1,1e99,3\n", "line 22", "'b'")
        self.refuse_table("a,a,y\n" + good, "'a'")
        self.refuse_table("a,b,z\n" + good, "'y'")
        self.refuse_table('a,b,y\n1,"2,3\n', "line 2")
        self.refuse_table("")
        (self.folder / "t.csv").write_bytes("a,temp\u00e9rature,y\n1,2,3\n2,3,4\n".encode("latin-1"))
        train = ("train", "t.csv", "--target", "y", "-o", "m.terse")
        self.refused(*train, "--encoding", "utf-8", says=["t.csv", "column 2", "UTF-8"])
        self.refuse_table("a,b,y\n")
        self.refuse_table("a,b,y\n" + "".join(f"{i},{i},5\n" for i in range(20)), "'y'")

    def test_missing_target_lists_the_columns(self):
        self.refused("train", self.sensor_table(), "-o", "m.terse", says=["--target", "temperature"])

    def test_a_text_column_can_be_ignored(self):
        rows = "".join(f"{i},Oslo,{i * 2}\n" for i in range(50))
        self.write("t.csv", "a,city,y\n" + rows)
        self.terse("train", "t.csv", "--target", "y", "--ignore", "city", *QUICK, "-o", "m.terse")

    def test_a_constant_column_is_left_out_with_a_note(self):
        rows = "".join(f"{i},4.5,{i * 2}\n" for i in range(50))
        self.write("t.csv", "a,flat,y\n" + rows)
        loud = [option for option in QUICK if option != "--quiet"]
        done = self.terse("train", "t.csv", "--target", "y", *loud, "-o", "m.terse")
        self.assertIn("flat", done.stderr)
        names = [f["name"] for f in json.loads(self.terse("inspect", "m.terse", "--json").stdout)["features"]]
        self.assertEqual(names, ["a"])

    def test_files_that_are_not_there_or_not_tables(self):
        self.refused("train", "nothing.csv", "--target", "y", "-o", "m.terse", says=["nothing.csv"])
        self.refused("train", ".", "--target", "y", "-o", "m.terse")
        self.refused("train", "fried:none", "-o", "m.terse", says=["fried:none"])
        (self.folder / "broken.csv.gz").write_bytes(gzip.compress(b"a,y\n" + b"1,2\n" * 9999)[:40])
        self.refused("train", "broken.csv.gz", "--target", "y", "-o", "m.terse", says=["broken.csv.gz"])


class UseAModel(ProgramTest):
    def test_payload_path_equals_direct_path(self):
        table = self.sensor_table()
        for options in (["--bits", 3], ["--bits", 2, "--packing", "radix", "--levels", "noise=1,temperature=11"],
                        ["--method", "fp"]):
            model = self.model(*options)
            self.terse("predict", model, table, "-o", "p.csv")
            direct = [row[0] for row in csv.reader((self.folder / "p.csv").read_text().splitlines())]
            for file in ("p.hex", "p.bin"):
                self.terse("encode", model, table, "-o", file)
                decoded = list(csv.reader(self.terse("decode", model, file).stdout.splitlines()))
                self.assertEqual([row[-1] for row in decoded], direct)
                self.assertEqual(decoded[0][:3], ["temperature", "humidity, %", "noise"])

    def test_codes_count_thresholds_below_the_reading(self):
        table = self.sensor_table()
        model = self.model("--bits", 3)
        features = json.loads(self.terse("inspect", model, "--json").stdout)["features"]
        self.terse("encode", model, table, "-o", "p.hex")
        decoded = list(csv.DictReader(self.terse("decode", model, "p.hex").stdout.splitlines()))
        for raw, codes in zip(csv.DictReader((self.folder / table).read_text().splitlines()), decoded):
            for feature in features:
                reading = float(raw[feature["name"]])
                below = sum(reading > threshold + 1e-5 for threshold in feature["thresholds"])
                below_or_equal = sum(reading > threshold - 1e-5 for threshold in feature["thresholds"])
                self.assertIn(int(codes[feature["name"]]), range(below, below_or_equal + 1))

    def test_evaluate_finds_the_test_part_again(self):
        trained = json.loads(self.terse("train", self.sensor_table(), "--target", "yield", *QUICK, "-o", "m.terse",
                                        "--json").stdout)
        again = json.loads(self.terse("evaluate", "m.terse", "sensors.csv", "--part", "test", "--json").stdout)
        for key in ("mse", "mae", "r2"):
            self.assertAlmostEqual(trained[key], again[key], places=9)
        other = self.sensor_table("other.csv", rows=50)
        self.refused("evaluate", "m.terse", other, "--part", "test", says=["--part"])
        self.terse("evaluate", "m.terse", other)

    def test_columns_are_found_by_name_and_may_lack_the_target(self):
        model = self.model()
        self.write("now.csv", 'noise,"humidity, %",temperature\n0.5,40,20\n')
        shuffled = self.terse("predict", model, "now.csv").stdout
        self.write("now.csv", 'temperature,"humidity, %",noise\n20,40,0.5\n')
        self.assertEqual(shuffled, self.terse("predict", model, "now.csv").stdout)
        self.write("now.csv", "temperature,noise\n20,0.5\n")
        self.refused("predict", model, "now.csv", says=["now.csv", "humidity, %"])

    def test_payloads_that_are_not_the_models_are_refused(self):
        model = self.model("--bits", 3)  # 9 bits in 2 bytes: 7 fill bits
        for text, says in (("00\n", "line 1"), ("0000\nzz00\n", "line 2, column 1"), ("000000\n", "line 1"),
                           ("0000\n0001\n", "payload 2")):
            self.write("p.hex", text)
            self.refused("decode", model, "p.hex", says=["p.hex", says])
        self.write("p.hex", "000000000000\n")
        self.refused("decode", model, "p.hex", says=["12 hexadecimal digits", "if these are 3 messages"])
        (self.folder / "p.bin").write_bytes(b"\0\0\0")
        self.refused("decode", model, "p.bin", says=["p.bin"])
        self.refused("decode", model, "missing.hex", says=["missing.hex"])

    def test_models_that_are_damaged_are_refused(self):
        table = self.sensor_table()
        whole = (self.folder / self.model()).read_bytes()
        for name, content in (("empty", b""), ("cut", whole[: len(whole) // 2]), ("text", b"a,b\n1,2\n" * 50),
                              ("flipped", whole[:-9] + bytes([whole[-9] ^ 64]) + whole[-8:]),
                              ("longer", whole + b"\0")):
            (self.folder / "bad.terse").write_bytes(content)
            self.refused("predict", "bad.terse", table, says=["bad.terse"])
        self.refused("inspect", "missing.terse", says=["missing.terse"])

    def test_failed_output_keeps_the_old_file(self):
        model = self.model()
        self.write("p.hex", "old")
        self.write("bad.csv", 'temperature,"humidity, %",noise\n20,40,warm\n')
        self.refused("encode", model, "bad.csv", "-o", "p.hex", says=["line 2"])
        self.assertEqual((self.folder / "p.hex").read_text(), "old")


class Data(ProgramTest):
    def test_list_and_get(self):
        self.assertIn("fried", self.terse("data", "list").stdout)
        self.terse("data", "get", "fried:30", "-o", "fried.csv")
        rows = list(csv.reader((self.folder / "fried.csv").read_text().splitlines()))
        self.assertEqual((len(rows), len(rows[0])), (31, 11))
        self.assertEqual((self.folder / "fried.csv").read_text(), self.terse("data", "get", "fried:30").stdout)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
