"""TabM (`--network tabm`), and the choice between it and a plain network, through the built program.

Usage: tabm_test.py PATH_OF_TERSE
"""

import json
import random
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest

SHORT = ["--hidden", "2x24", "--epochs", "12", "--batch", "128", "--bits", "3", "--threads", "1", "--quiet",
         "--features", "a,b,c,d"]


class Tabm(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(11)
        lines = ["a,b,c,d,y,label"]
        for _ in range(1500):
            a, b, c, d = (draw.random() for _ in range(4))
            y = 4 * a + (2 if b > 0.6 else 0) * c + draw.gauss(0, 0.3)
            lines.append(f"{a:.4f},{b:.4f},{c:.4f},{d:.4f},{y:.5f},{'low' if y < 2 else 'mid' if y < 3 else 'high'}")
        self.write("t.csv", "\n".join(lines) + "\n")

    def train(self, *options, target="y", output="m.terse"):
        done = self.terse("train", "t.csv", "--target", target, *SHORT, *options, "--json", "-o", output)
        return json.loads(done.stdout)

    def settings(self, path):
        return json.loads(self.terse("inspect", path, "--json").stdout)["record"]["settings"]

    def test_learns_and_repeats_itself_to_the_bit(self):
        plain = self.train("--decoder", "network")
        first = self.train("--decoder", "network", "--network", "tabm")
        self.train("--decoder", "network", "--network", "tabm", output="again.terse")
        self.assertEqual(first["decoder"], "tabm")
        self.assertLess(first["mse"], 1.2 * plain["mse"])
        # The tensors; the record says how long it took.
        data = []
        for path in ("m.terse", "again.terse"):
            content = (self.folder / path).read_bytes()
            data.append(content[8 + int.from_bytes(content[:8], "little") :])
        self.assertGreater(len(data[0]), 4 * 24 * 24)
        self.assertEqual(*data)
        predictions = [self.terse("predict", path, "t.csv").stdout for path in ("m.terse", "again.terse")]
        self.assertEqual(*predictions)
        classes = self.train("--decoder", "network", "--network", "tabm", target="label")
        self.assertGreater(classes["accuracy"], 0.7)

    def test_its_settings_are_its_own_unless_given(self):
        self.train("--decoder", "network", "--network", "tabm", "--dropout", "0.1")
        found = self.settings("m.terse")
        self.assertEqual([found[name] for name in ("network", "learning_rate", "weight_decay", "dropout")],
                         ["tabm", "0.002", "0.003", "0.1"])
        self.train("--decoder", "network", "--network", "tabm", "--lr", "0.005", "--weight-decay", "0")
        found = self.settings("m.terse")
        self.assertEqual(found["learning_rate"], "0.005")
        self.assertNotIn("weight_decay", found)
        self.train("--decoder", "network", "--weight-decay", "0.01")
        self.assertEqual(self.settings("m.terse")["weight_decay"], "0.01")

    def test_the_better_network_is_chosen(self):
        found = self.train("--decoder", "network", "--network", "best", "--submodels-per-row", "8")
        self.assertRegex(found["network_chosen"],
                         r"^(plain|tabm) \(MSE of 135 rows set aside: plain [\d.]+, tabm [\d.]+\)$")
        chosen = found["network_chosen"].split()[0]
        plain, tabm = (float(part.strip(",)").split()[0]) for part in
                       found["network_chosen"].replace("tabm (", "").split("plain ")[-1].split(", tabm "))
        self.assertEqual(chosen, "tabm" if tabm < plain else "plain")
        self.assertEqual(found["decoder"], "tabm" if chosen == "tabm" else "network")
        self.assertEqual(self.settings("m.terse")["network"], "best")

    def test_several_targets(self):
        alone = [self.train("--decoder", "network", target=name)[figure]
                 for name, figure in (("y", "mse"), ("label", "accuracy"))]
        found = self.train("--decoder", "network", "--network", "tabm", target="y,label")
        self.assertEqual((found["task"], found["decoder"]), ("several", "tabm"))
        own = found["targets"]
        self.assertAlmostEqual(found["loss"], (own["y"]["mse"] + own["label"]["log_loss"]) / 2, places=9)
        self.assertLess(own["y"]["mse"], 1.3 * alone[0])
        self.assertGreater(own["label"]["accuracy"], alone[1] - 0.1)
        self.assertEqual(self.terse("predict", "m.terse", "t.csv").stdout.splitlines()[0],
                         "y,label,p(label=high),p(label=low),p(label=mid)")
        self.terse("export", "m.terse", "--to", "onnx", "-o", "onnx")
        self.refused("export", "m.terse", "--to", "header", "-o", "m.h", says=["TabM", "onnx"])
        best = self.train("--decoder", "network", "--network", "best", target="y,label", output="b.terse")
        self.assertIn("(weighted loss of ", best["network_chosen"])

    def test_best_decoder_and_renewal_take_it(self):
        found = self.train("--network", "tabm")
        self.assertRegex(found["decoder_chosen"], r"network [\d.]+, extra-trees [\d.]+, boosted [\d.]+")
        self.assertNotIn("stack", found["decoder_chosen"])
        self.train("--decoder", "network", output="field.terse")
        done = self.terse("train", "t.csv", "--target", "y", "--encoder", "field.terse",
                          "--hidden", "2x24", "--epochs", "5", "--decoder", "network", "--network", "tabm", "--json",
                          "--quiet", "-o", "renewed.terse")
        self.assertEqual(json.loads(done.stdout)["decoder"], "tabm")
        self.assertEqual(self.terse("encode", "field.terse", "t.csv").stdout,
                         self.terse("encode", "renewed.terse", "t.csv").stdout)

    def test_where_it_does_not_go(self):
        self.train("--decoder", "network", "--network", "tabm")
        self.refused("compress", "m.terse", "--data", "t.csv", "--memory", "1000", "-o", "x.terse",
                     says=["m.terse: decodes by TabM", "--network plain"])
        self.refused("export", "m.terse", "--to", "js", "--network", "-o", "js", says=["TabM", "--network plain"])
        self.refused("export", "m.terse", "--to", "header", "-o", "m.h", says=["TabM", "onnx"])
        self.refused("export", "m.terse", "--to", "c", "--with-network", "-o", "c",
                     says=["m.terse: decodes by TabM", "--network plain"])
        self.terse("export", "m.terse", "--to", "c", "-o", "c")
        self.terse("export", "m.terse", "--to", "onnx", "-o", "onnx")
        train = ["train", "t.csv", "--target", "y", *SHORT, "-o", "x.terse", "--network"]
        self.refused(*train, "tabm", "--method", "fp", says=["--network: tabm does not go with method fp", "bw-sq"])
        self.refused(*train, "best", "--method", "sq", says=["--network: best does not go with method sq"])
        self.refused(*train, "tabm", "--decoder", "stack", says=["tabm does not go with --decoder stack"])
        wide = ["train", "t.csv", "--target", "y", "-o", "x.terse", "--network", "tabm", "--hidden", "9000"]
        self.refused(*wide, says=["9000 units are too many for tabm", "8192"])
        self.refused(*train, "tabm", "--submodels-per-row", "9", says=["--submodels-per-row", "1 to 8"])
        self.refused(*train, "other", says=["--network"])
        self.assertFalse((self.folder / "x.terse").exists())


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
