"""Several targets from one message, from the table to the server's answers.

Usage: several_targets_test.py PATH_OF_TERSE
"""

import csv
import io
import json
import math
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from serve_process import Server, wait_until

PROGRAM = ""
ROWS = 3000


def write_table(path):
    """heat = 3 a - 2 b + 40; state is by c + d; flow = c d + 1. Some rows lack one of them."""
    draw = random.Random(4)
    lines = ["a,b,c,d,heat,state,flow"]
    for row in range(ROWS):
        a, b, c, d = (draw.random() for _ in range(4))
        heat = "" if row == 7 else f"{3 * a - 2 * b + 40:.5f}"
        state = "" if row == 9 else "on" if c + d > 1 else "off"
        lines.append(f"{a:.5f},{b:.5f},{c:.5f},{d:.5f},{heat},{state},{c * d + 1:.5f}")
    path.write_text("\n".join(lines) + "\n")


class SeveralTargetsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.table = cls.folder / "table.csv"
        write_table(cls.table)
        cls.models = {}
        for decoder in ("network", "boosted"):
            path = cls.models[decoder] = cls.folder / f"{decoder}.terse"
            done = cls.train("--decoder", decoder, "--target-weight", "heat=2", "--json", "-o", path)
            cls.models[decoder + " json"] = json.loads(done.stdout)
            cls.notes = done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def terse(cls, *arguments, fails=False):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, cwd=cls.folder)
        assert (done.returncode != 0) == fails, done.stderr
        return done

    @classmethod
    def train(cls, *more, targets="heat,state,flow", fails=False):
        return cls.terse("train", cls.table, "--target", targets, "--bits", "3", "--hidden", "3x64", "--epochs", "30",
                         "--batch", "64", "--threads", "1", *more, fails=fails)

    def refusal(self, *arguments):
        done = self.terse(*arguments, fails=True)
        self.assertEqual(done.returncode, 2, done.stderr)
        said = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
        self.assertEqual(len(said), 1, done.stderr)
        return said[0]

    def test_training_reports_each_target_and_the_weighted_total(self):
        self.assertIn("1 row without a value of the target 'heat' is left out (line 9)", self.notes)
        self.assertIn("1 row without a value of the target 'state' is left out (line 11)", self.notes)
        for decoder in ("network", "boosted"):
            said = self.models[decoder + " json"]
            self.assertEqual((said["task"], said["decoder"], said["features"]), ("several", decoder, 4))
            self.assertEqual(said["payload_bits"], 12)
            own = said["targets"]
            self.assertEqual(list(own), ["heat", "state", "flow"])
            total = (2 * own["heat"]["mse"] + own["state"]["log_loss"] + own["flow"]["mse"]) / 4
            self.assertAlmostEqual(said["loss"], total, places=9)
            self.assertLess(own["heat"]["mse"], 0.15)
            self.assertGreater(own["state"]["accuracy"], 0.85)
        line = self.train("--decoder", "network", "--quiet", "-o", "again.terse").stdout
        self.assertRegex(line, r"loss [0-9.]+ \(weighted\); heat: MSE .*; state: accuracy .*; flow: MSE ")

    def test_evaluate_measures_each(self):
        model = self.models["network"]
        said = json.loads(self.terse("evaluate", model, self.table, "--part", "test", "--json").stdout)
        trained = self.models["network json"]
        self.assertEqual(said["loss"], trained["loss"])
        self.assertEqual(said["targets"]["flow"]["mse"], trained["targets"]["flow"]["mse"])
        self.assertEqual([one["label"] for one in said["targets"]["state"]["classes"]], ["off", "on"])
        self.assertEqual(sum(map(sum, said["targets"]["state"]["confusion"])), said["rows"])
        text = self.terse("evaluate", model, self.table).stdout
        self.assertIn("\nstate\nPR AUC ", text)
        without = json.loads(self.terse("evaluate", model, self.table, "--without-each", "--json").stdout)
        self.assertEqual({entry["feature"] for entry in without["without_each"]}, {"a", "b", "c", "d"})

    def predictions(self, model, table):
        return list(csv.DictReader(io.StringIO(self.terse("predict", model, table).stdout)))

    def test_predict_decode_and_json_agree(self):
        for decoder in ("network", "boosted"):
            model = self.models[decoder]
            rows = self.predictions(model, self.table)
            self.assertEqual(list(rows[0]), ["heat", "state", "p(state=off)", "p(state=on)", "flow"])
            said = json.loads(self.terse("predict", model, self.table, "--json").stdout)
            self.assertEqual(said["targets"], ["heat", "state", "flow"])
            self.assertEqual(said["classes"], {"state": ["off", "on"]})
            self.terse("encode", model, self.table, "-o", "messages.hex")
            decoded = list(csv.DictReader(io.StringIO(self.terse("decode", model, "messages.hex").stdout)))
            self.assertEqual(len(rows), ROWS)
            for place, (row, other) in enumerate(zip(rows, decoded)):
                self.assertEqual({name: other[name] for name in row}, row)
                self.assertEqual(said["predictions"]["state"][place], row["state"])
                self.assertAlmostEqual(said["predictions"]["flow"][place], float(row["flow"]), places=6)
                p = [float(row[f"p(state={label})"]) for label in ("off", "on")]
                self.assertAlmostEqual(sum(p), 1, places=5)
                self.assertEqual(row["state"], "on" if p[1] > p[0] else "off")

    def test_inspect_names_them(self):
        text = self.terse("inspect", self.models["network"]).stdout
        self.assertRegex(text, r"target    heat \(mean [0-9.]+, deviation [0-9.]+, weight 2\)")
        self.assertIn("target    state, one of off, on\n", text)
        said = json.loads(self.terse("inspect", self.models["network"], "--json").stdout)
        self.assertEqual(said["targets"]["heat"]["weight"], 2)
        self.assertEqual(said["targets"]["state"]["classes"], ["off", "on"])
        self.assertNotIn("target", said)

    def test_best_is_chosen_by_the_weighted_loss(self):
        said = json.loads(self.train("--json", "-o", "best.terse").stdout)
        self.assertIn("weighted loss of ", said["decoder_chosen"])

    def test_the_encoder_of_a_field_gets_a_decoder_of_several(self):
        alone = self.terse("train", self.table, "--target", "flow", "--ignore", "heat,state", "--bits", "3", "--hidden",
                           "1x16", "--epochs", "3", "--decoder", "network", "--json", "-o", "field.terse")
        again = self.terse("train", self.table, "--target", "heat,state,flow", "--encoder", "field.terse", "--hidden",
                           "1x16", "--epochs", "3", "--decoder", "network", "--json", "-o", "renewed.terse")
        self.assertEqual(json.loads(again.stdout)["id"], json.loads(alone.stdout)["id"])

    def test_a_name_with_a_comma_is_quoted(self):
        table = self.folder / "comma.csv"
        with open(self.table) as lines:
            table.write_text(lines.readline().replace("heat", '"heat, dry"') + lines.read())
        said = self.terse("train", table, "--target", '"heat, dry",flow', "--ignore", "state", "--hidden", "1x8",
                          "--epochs", "1", "--decoder", "network", "--json", "-o", "comma.terse")
        self.assertEqual(list(json.loads(said.stdout)["targets"]), ["heat, dry", "flow"])

    def test_a_name_with_a_comma_may_stand_as_it_is(self):
        lines = ['"speed, m/s",x,z'] + [f"{i % 7},{i % 5},{i % 3}" for i in range(60)]
        (self.folder / "one.csv").write_text("\n".join(lines) + "\n")
        self.terse("train", "one.csv", "--target", "speed, m/s", "--hidden", "1x8", "--epochs", "1", "--quiet", "-o",
                   "one.terse")
        shown = json.loads(self.terse("inspect", "one.terse", "--json").stdout)
        self.assertEqual(shown["target"], "speed, m/s")
        self.assertEqual([feature["name"] for feature in shown["features"]], ["x", "z"])

    def test_what_cannot_take_several_says_so(self):
        model, two = self.models["network"], "heat,flow"
        for command in ("allocate", "study"):
            extra = ["--payload", "2", "-o", "x.terse"] if command == "allocate" else ["-o", "study"]
            self.assertIn("--target", self.refusal(command, self.table, "--target", two, *extra))
        self.assertIn("several targets", self.refusal("compress", model, "--data", self.table, "--memory", "50", "-o",
                                                      "small.terse"))
        for decoder in ("stack", "extra-trees"):
            self.assertIn(f"--decoder: {decoder} does not decode several targets", self.train(
                "--quiet", "--decoder", decoder, "-o", "x.terse", fails=True).stderr)
        self.assertIn("several targets", self.refusal("predict", model, self.table, "--decision-threshold", "0.3"))
        self.assertIn("--target: ", self.refusal("evaluate", model, self.table, "--target", "heat"))
        self.assertIn("several", self.refusal("export", model, "--to", "c", "--with-network", "-o", "c"))
        self.assertIn("'flow' is named twice", self.train(
            "--quiet", "-o", "x.terse", targets="heat,flow,flow", fails=True).stderr)
        self.assertIn("--target-weight", self.train(
            "--quiet", "--target-weight", "a=2", "-o", "x.terse", fails=True).stderr)
        self.assertFalse((self.folder / "x.terse").exists())

    def test_encoders_are_exported_as_of_any_model(self):
        for to in ("c", "rust", "micropython"):
            self.terse("export", self.models["network"], "--to", to, "-o", f"out {to}")

    def test_javascript_says_what_the_library_says(self):
        model, script = self.folder / "small.terse", self.folder / "run.js"
        self.terse("train", self.table, "--target", "heat,state,flow", "--bits", "2", "--hidden", "1x16", "--epochs",
                   "5", "--decoder", "network", "--quiet", "-o", model)
        self.terse("export", model, "--to", "js", "--network", "--prefix", "codec", "-o", "js")
        self.terse("encode", model, self.table, "-o", "js.hex")
        script.write_text(
            "const fs = require('fs');\n"
            "const decode = new Function(fs.readFileSync('js/codec.js', 'utf8') + '; return decodeUplink;')();\n"
            "const lines = fs.readFileSync('js.hex', 'utf8').trim().split('\\n');\n"
            "console.log(JSON.stringify(lines.map((line) => decode({ bytes: Buffer.from(line, 'hex') }).data)));\n")
        said = json.loads(subprocess.run(["node", script], cwd=self.folder, check=True, capture_output=True).stdout)
        for data, row in zip(said, self.predictions(model, self.table), strict=True):
            self.assertAlmostEqual(data["heat"], float(row["heat"]), delta=1e-4)
            self.assertAlmostEqual(data["flow"], float(row["flow"]), delta=1e-5)
            self.assertEqual(data["state"]["label"], row["state"])

    def test_the_server_names_each_target(self):
        model = self.models["network"]
        self.terse("encode", model, self.table, "-o", "serve.hex")
        messages = (self.folder / "serve.hex").read_text().split()
        rows = self.predictions(model, self.table)
        with Server(PROGRAM, self.folder, model, "--coap", "127.0.0.1:0", "--store", "serve.sqlite") as server:
            path = "/v1/models/network/payloads?device=d&counter="
            for place in range(20):
                status, answer = server.json(f"{path}{place}", data=bytes.fromhex(messages[place]))
                self.assertEqual((status, answer["status"]), (200, "stored"))
                self.assertEqual(list(answer["predictions"]), ["heat", "state", "flow"])
                self.assertNotIn("prediction", answer)
                self.assertNotIn("target", answer)
                self.check(answer["predictions"], rows[place])
                likely = max(float(rows[place][f"p(state={label})"]) for label in ("off", "on"))
                self.assertEqual(list(answer["probabilities"]), ["state"])
                self.assertAlmostEqual(answer["probabilities"]["state"], likely, places=5)
            status, again = server.json(f"{path}3", data=bytes.fromhex(messages[3]))
            self.assertEqual((status, again["status"]), (200, "duplicate"))
            self.check(again["predictions"], rows[3])
            stored = server.json("/v1/messages?device=d&limit=1")[1][0]
            self.check(stored["predictions"], rows[19])
            self.assertFalse({"prediction", "class"} & set(stored))
            device = server.json("/v1/devices")[1][0]
            self.check(device["predictions"], rows[19])
            card = server.json("/v1/models")[1][0]
            self.assertEqual([target["name"] for target in card["targets"]], ["heat", "state", "flow"])
            self.assertEqual(card["targets"][1]["classes"], ["off", "on"])
            self.check_coap(server, messages[30], rows[30])
        replayed = list(csv.DictReader(io.StringIO(self.terse("replay", "serve.sqlite").stdout)))
        self.check(json.loads(replayed[0]["prediction"]), rows[0])

    def check(self, said, row):
        self.assertEqual(list(said), ["heat", "state", "flow"])
        for name in ("heat", "flow"):
            self.assertTrue(math.isclose(said[name], float(row[name]), rel_tol=1e-6))
        self.assertEqual(said["state"], row["state"])

    def check_coap(self, server, message, row):
        def coap(*more):
            path = self.folder / "message.bin"
            path.write_bytes(bytes.fromhex(message))
            url = f"coap://127.0.0.1:{server.addresses['coap_port']}/m/network?d=coap"
            return subprocess.run(["coap-client-notls", "-B", "4", "-m", "put", "-f", path, *more, url],
                                  capture_output=True, timeout=30).stdout
        self.check(json.loads(coap()), row)
        self.check(json.loads(coap("-A", "50"))["predictions"], row)
        self.assertIn(b"predictions", coap("-A", "60"))
        wait_until(lambda: len(server.json("/v1/messages?device=coap")[1]) == 3)

    def test_figures_are_not_far_from_those_of_models_of_their_own(self):
        def figures(target, others):
            return json.loads(self.terse(
                "train", self.table, "--target", target, "--ignore", others, "--bits", "3", "--hidden", "3x64",
                "--threads", "1", "--decoder", "network", "--json", "-o", "alone.terse").stdout)
        joint = figures("heat,flow", "state")["targets"]
        for target, others in (("heat", "flow,state"), ("flow", "heat,state")):
            self.assertLess(joint[target]["mse"], 1.15 * figures(target, others)["mse"])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
