"""Decoders renewed for devices in the field, whose messages stay as they are.

Usage: encoder_test.py PATH_OF_TERSE
"""

import json
import random
import sys
import unittest
from pathlib import Path

import program_test
from program_test import ProgramTest
from serve_process import Server

SHORT = ["--hidden", "2x16", "--epochs", "6", "--batch", "64", "--threads", "1", "--quiet"]


def rows(seed, shift, sites="abc"):
    draw = random.Random(seed)
    lines = []
    for _ in range(500):
        temp, humid, site = draw.gauss(15 + shift, 9), draw.uniform(0, 100), draw.choice(sites)
        total = 2 * temp + humid / 2 + {"a": 0, "b": 5}.get(site, -9)
        shown = "" if draw.random() < 0.1 else f"{humid:.3f}"
        lines.append([f"{temp:.3f}", shown, site, f"{draw.random():.4f}", f"{draw.random():.3f}",
                      f"{total + draw.gauss(0, 1):.4f}", "cold" if total < 50 else "hot"])
    return lines


class EncoderTest(ProgramTest):
    HEAD = "temp,humid,site,noise,other,total,felt"

    def setUp(self):
        super().setUp()
        self.table("old.csv", rows(1, 0))
        self.table("new.csv", rows(2, 6))
        self.terse("train", "old.csv", "--target", "total", "--features", "temp,humid,site,noise", "--missing", "level",
                   "--levels", "noise=1", "--bits", "3", "--packing", "radix", "--tag", "auto", *SHORT, "--decoder",
                   "network", "-o", "field.terse")

    def table(self, name, lines, head=None):
        return self.write(name, "\n".join([head or self.HEAD, *(",".join(line) for line in lines)]) + "\n")

    def renew(self, *options, output="renewed.terse", table="new.csv"):
        return self.terse("train", table, "--encoder", "field.terse", *SHORT, *options, "-o", output)

    def payloads(self, model, table="fresh.csv"):
        self.terse("encode", model, table, "-o", f"{model}.hex")
        return (self.folder / f"{model}.hex").read_text().split()

    def described(self, model):
        return json.loads(self.terse("inspect", model, "--json").stdout)


class Renewed(EncoderTest):
    def test_every_payload_and_threshold_stays(self):
        """Another table, another target and another kind of decoder, with gaps and categories."""
        self.table("fresh.csv", rows(3, 2))
        before = self.payloads("field.terse")
        self.assertEqual(len(before), 500)
        features = self.described("field.terse")["features"]
        for name, options in {
            "rows": ["--decoder", "network"],
            "trees": ["--decoder", "boosted"],
            "classes": ["--target", "felt", "--decoder", "network"],
            "dropped": ["--decoder", "network", "--drop-rate", "0.1"],
            "best": [],
        }.items():
            said = self.renew(*options, output=f"{name}.terse").stdout
            self.assertIn("8 bits and a tag, 2 bytes a message", said)
            self.assertEqual(self.payloads(f"{name}.terse"), before, name)
            own = self.described(f"{name}.terse")["features"]
            self.assertEqual([one.get("thresholds") for one in own], [one.get("thresholds") for one in features])
        record = json.loads(self.terse("inspect", "best.terse", "--json").stdout)
        self.assertIn("kept, of a model", json.dumps(record))
        # Its test rows are found again.
        part = json.loads(self.terse("evaluate", "best.terse", "new.csv", "--part", "test", "--json").stdout)
        self.assertEqual(part["rows"], 50)

    def test_new_rows_are_decoded_better(self):
        """What the devices measure has changed its meaning."""
        lines = rows(4, 0)
        for line in lines:
            line[5] = f"{-float(line[5]):.4f}"
        self.table("turned.csv", lines)
        self.renew("--decoder", "boosted", table="turned.csv")
        measured = json.loads(self.terse("evaluate", "renewed.terse", "turned.csv", "--part", "test", "--json").stdout)
        self.assertLess(measured["mse"], 0.3)

    def test_columns_that_are_not_sent_are_named_and_may_be_missing(self):
        said = self.terse("train", "new.csv", "--encoder", "field.terse", *[o for o in SHORT if o != "--quiet"],
                          "-o", "m.terse").stderr
        self.assertIn("note: the encoder does not send 'noise', 'other', 'felt': ignored", said)
        self.table("few.csv", [[*line[:3], line[5]] for line in rows(5, 0)], head="temp,humid,site,total")
        self.renew(table="few.csv")
        self.table("fresh.csv", rows(3, 2))
        self.assertEqual(self.payloads("renewed.terse"), self.payloads("field.terse"))

    def test_folds_choose_the_decoder(self):
        said = self.terse("allocate", "new.csv", "--encoder", "field.terse", "--folds", "2", *SHORT, "-o", "m.terse")
        self.assertRegex(said.stdout, r"decoder: \S+ \(loss on 2 folds: network [\d.]+, boosted [\d.]+, "
                         r"extra-trees [\d.]+, stack [\d.]+\)")
        self.table("fresh.csv", rows(3, 2))
        self.assertEqual(self.payloads("m.terse"), self.payloads("field.terse"))
        self.refused("allocate", "new.csv", "--encoder", "field.terse", "--payload", "1", *SHORT, "-o", "m.terse",
                     says=["--encoder", "leave budgets"])
        self.refused("allocate", "new.csv", "--encoder", "field.terse", "--bits", "2", *SHORT, "-o", "m.terse",
                     says=["--bits", "stays as it is"])

    def test_a_server_takes_it_as_a_newer_version(self):
        self.renew("--decoder", "network")
        self.table("fresh.csv", rows(3, 2))
        payload = self.payloads("field.terse")[0]
        with Server(program_test.PROGRAM, self.folder, "pump=field.terse", "pump=renewed.terse", "--store",
                    "none") as server:
            versions = [one["version"] for one in server.json("/v1/models")[1]]
            asked = {}
            for name in ("pump", f"pump@{versions[0]}", f"pump@{versions[1]}"):
                status, answer = server.json(f"/v1/models/{name}/payloads?device=d", "-H",
                                             "Content-Type: application/octet-stream", data=bytes.fromhex(payload))
                self.assertEqual(status, 200, answer)
                asked[name] = answer["prediction"]
        self.assertNotEqual(versions[0], versions[1])
        self.assertEqual(asked["pump"], asked[f"pump@{versions[1]}"])
        self.assertNotEqual(asked["pump"], asked[f"pump@{versions[0]}"])


class Refused(EncoderTest):
    def refused_with(self, table, *options, says):
        return self.refused("train", table, "--encoder", "field.terse", *SHORT, *options, "-o", "m.terse", says=says)

    def test_tables_that_the_encoder_does_not_fit(self):
        self.table("a.csv", rows(1, 0), head=self.HEAD.replace("temp", "tamp"))
        self.refused_with("a.csv", says=["no column 'temp', which the encoder sends", "'tamp'"])
        lines = rows(1, 0)
        lines[2][0] = "warm"
        self.table("b.csv", lines)
        self.refused_with("b.csv", says=["b.csv: line 4, column 1 ('temp')", "'warm' is not a number", "encoder"])
        self.table("c.csv", [["n/k", *line[1:]] for line in rows(1, 0)])
        self.refused_with("c.csv", says=["column 1 ('temp')", "encoder"])
        self.table("d.csv", rows(1, 0, sites="abx"))
        self.refused_with("d.csv", says=["column 3 ('site')", "'x' is not among the 3 categories", "leave such rows"])
        lines = rows(1, 0)
        lines[7][0] = ""
        self.table("e.csv", lines)
        self.refused_with("e.csv", says=["line 9, column 1 ('temp')", "gap", "no code"])

    def test_options_of_an_encoder(self):
        for option, value in {
            "--bits": "4", "--levels": "temp=3", "--start": "tree", "--method": "bw-qq", "--scale": "linear",
            "--packing": "bits", "--between": "midway", "--protocol": "paper", "--missing": "level",
            "--unseen": "level", "--categorical": "site", "--features": "temp", "--ignore": "noise",
            "--tag": "7",
        }.items():
            self.refused_with("new.csv", option, value, says=[f"{option}: ", "stays as it is"])

    def test_models_without_codes_and_other_messages(self):
        self.terse("train", "old.csv", "--target", "total", "--features", "temp", *SHORT, "--method", "fp",
                   "-o", "fp.terse")
        self.refused("train", "new.csv", "--encoder", "fp.terse", *SHORT, "-o", "m.terse",
                     says=["fp.terse: ", "full precision"])
        self.renew("--decoder", "network")
        self.terse("compress", "renewed.terse", "--data", "new.csv", "--encoder", "field.terse", "--memory", "4000",
                   "--epochs", "1", "--policy", "uniform", "--quiet", "-o", "small.terse")
        self.table("fresh.csv", rows(3, 2))
        self.assertEqual(self.payloads("small.terse"), self.payloads("field.terse"))
        self.terse("train", "old.csv", "--target", "total", "--features", "temp,site", *SHORT, "--decoder", "network",
                   "-o", "other.terse")
        self.refused("compress", "other.terse", "--data", "new.csv", "--encoder", "field.terse", "--memory", "4000",
                     "-o", "small.terse", says=["other.terse: ", "not those of field.terse", "--encoder field.terse"])


if __name__ == "__main__":
    program_test.PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
