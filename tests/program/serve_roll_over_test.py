"""Old and new firmware in the field at once, from compiled C through the server (docs/device/roll-over.md).

Usage: serve_roll_over_test.py PATH_OF_TERSE
"""

import json
import random
import re
import signal
import sys
import unittest
from pathlib import Path

import server_documents_test
from firmware import Firmware
from serve_process import Server, wait_until
from shared_folder import SharedFolder



class RollOverTest(SharedFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(5)
        cls.rows = [[round(draw.uniform(0, 10), 3) for _ in range(3)] for _ in range(400)]
        for name, rows in (("one", cls.rows[:200]), ("two", cls.rows[200:])):
            lines = ["a,b,c,wear"] + [f"{a},{b},{c},{a + 2 * b:.4f}" for a, b, c in rows]
            (cls.folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        cls.train("one", "old")
        cls.train("two", "new")
        # The same firmware's messages, with another decoder: the network is trained for longer, thresholds stay.
        cls.renew("old", "renewed")

    @classmethod
    def train(cls, table, model, *options, tag="auto"):
        cls.terse("train", f"{table}.csv", "--target", "wear", "--hidden", "1x8", "--epochs", "2", "--bits", "3",
                  "--quiet", "--decoder", "network", "--tag", tag, *options, "-o", f"{model}.terse")

    @classmethod
    def renew(cls, model, renewed):
        cls.terse("compress", f"{model}.terse", "--data", "one.csv", "--max-loss", "400", "--epochs", "1", "--quiet",
                  "-o", f"{renewed}.terse")

    def facts(self, model):
        return json.loads(self.terse("inspect", f"{model}.terse", "--json").stdout)

    def predictions(self, model, messages):
        (self.folder / "sent.hex").write_text("\n".join(messages) + "\n")
        lines = self.terse("decode", f"{model}.terse", "sent.hex").stdout.splitlines()
        return [float(line.rsplit(",", 1)[1]) for line in lines[1:]]

    def send(self, server, messages, device, path="/v1/models/pump/payloads", first=1):
        body = [{"device": device, "counter": first + i, "hex": text} for i, text in enumerate(messages)]
        status, answers = server.post(path, body)
        self.assertEqual(status, 200, answers)
        return answers

    def metric(self, server, line):
        text = server.curl("/metrics")[1]
        found = re.search(re.escape(line) + r" (\S+)\n", text)
        return float(found.group(1)) if found else None

    def test_identical_trainings_have_one_id_and_renewed_decoders_keep_it(self):
        self.train("one", "again")
        old, again, new, renewed = (self.facts(name) for name in ("old", "again", "new", "renewed"))
        self.assertEqual((old["id"], old["tag"]), (again["id"], again["tag"]))
        self.assertEqual((old["id"], old["tag"]), (renewed["id"], renewed["tag"]))
        self.assertNotEqual(old["id"], new["id"])
        self.assertEqual(old["tag"], int(old["id"][:2], 16))
        self.train("one", "plain", tag="none")
        plain = self.facts("plain")
        self.assertEqual((plain["id"], plain["payload_bytes"]), (old["id"], old["payload_bytes"] - 1))
        self.assertNotIn("tag", plain)

    def test_two_firmwares_of_one_name_and_shape_are_each_read_by_their_own_model(self):
        firmware = {name: Firmware(self.program, self.folder, f"{name}.terse", f"{name}_c") for name in ("old", "new")}
        with Server(self.program, self.folder, "pump=old.terse", "pump=new.terse", "--store", "one.sqlite") as server:
            for name, device in firmware.items():
                messages = device.messages(self.rows[:100])
                answers = self.send(server, messages, f"with {name}")
                self.assertEqual({answer["status"] for answer in answers}, {"stored"})
                for answer, expected in zip(answers, self.predictions(name, messages)):
                    self.assertAlmostEqual(answer["prediction"], expected, 4)
            _, models = server.json("/v1/models")
            versions = [model["version"] for model in models]
            self.assertEqual([model["id"] for model in models], [self.facts(n)["id"] for n in ("old", "new")])
            for version in versions:
                line = f'terse_model_messages_total{{model="pump",version="{version}"}}'
                self.assertEqual(self.metric(server, line), 100)
            # Nobody's tag: kept in quarantine, with what is served.
            tags = {self.facts(name)["tag"] for name in ("old", "new")}
            unknown = next(tag for tag in range(256) if tag not in tags)
            body = {"device": "stray", "hex": f"{unknown:02x}" + firmware["old"].messages(self.rows[:1])[0][2:]}
            status, answer = server.post("/v1/models/pump/payloads", body)
            self.assertEqual((status, answer["status"]), (404, "unknown_model"))
            self.assertIn(f"its tag {unknown:#04x} names no model; those served are ", answer["reason"])
            for model in models:
                self.assertIn(f"{model['tag']:#04x} (pump@{model['id']})", answer["reason"])
            _, refusals = server.json("/v1/quarantine")
            self.assertEqual([r["reason"] for r in refusals if r["device"] == "stray"], [answer["reason"]])

    def test_one_model_names_the_tag_that_it_expects(self):
        with Server(self.program, self.folder, "pump=old.terse", "--store", "none") as server:
            message = Firmware(self.program, self.folder, "new.terse", "new_c").messages(self.rows[:1])[0]
            status, answer = server.post("/v1/models/pump/payloads", {"device": "p", "hex": message})
            old = self.facts("old")
            self.assertEqual((status, answer["reason"]), (
                422, f"its tag is 0x{message[:2]}, not {old['tag']:#04x} of the model with the id {old['id']}"))
        (self.folder / "sent.hex").write_text(message + "\n")
        told = self.terse("decode", "old.terse", "sent.hex", expect=2).stderr
        self.assertIn(f"its tag is 0x{message[:2]}, not {old['tag']:#04x} of the model with the id {old['id']}", told)

    def test_ports_and_devices_choose_among_versions_without_tags(self):
        for table, name in (("one", "plain_old"), ("two", "plain_new")):
            self.train(table, name, tag="none")
        ids = [self.facts(name)["id"] for name in ("plain_old", "plain_new")]
        messages = Firmware(self.program, self.folder, "plain_old.terse", "plain_c").messages(self.rows[:5])
        right = self.predictions("plain_old", messages)
        with Server(self.program, self.folder, "pump=plain_old.terse", "pump=plain_new.terse", "--store", "none",
                    "--port-model", f"7=pump@{ids[0]}", "--port-model", "8=pump", "--device-model",
                    f"early=pump@{ids[0]}") as server:
            for device, path, known in (("early", "/v1/models/pump/payloads", True),
                                        ("late", "/v1/models/pump/payloads", False),
                                        ("late", f"/v1/models/pump@{ids[0]}/payloads", True)):
                answers = self.send(server, messages, device, path)
                same = [abs(a["prediction"] - p) < 1e-4 for a, p in zip(answers, right)]
                self.assertEqual(all(same), known, (device, path))
        self.assertIn("plain_old.terse have no tag", (self.folder / "serve.log").read_text())
        for option in (["--port-model", "7=pump@0"], ["--device-model", "p=fan"], ["--device-model", "p"],
                       ["--compare", "pump"], ["--compare", "fan=5"], ["--compare", "pump=101"]):
            told = self.terse("serve", "pump=plain_old.terse", "--store", "none", *option, expect=2).stderr
            self.assertIn(option[0], told)

    def test_two_wire_formats_with_one_tag_are_refused_at_start_and_mended(self):
        tag = self.facts("old")["tag"]
        self.train("two", "clash", tag=str(tag))
        told = self.terse("serve", "old.terse", "clash.terse", "--store", "none", expect=2).stderr
        self.assertIn(f"clash.terse: its messages begin with the tag {tag:#04x}, as those of old.terse do", told)
        self.assertIn("--tag BYTE", told)
        # As long as one with a tag, and perhaps beginning with the same byte.
        self.train("two", "long", "--levels", "a=64,b=64,c=64", tag="none")
        self.assertEqual(self.facts("long")["payload_bytes"], self.facts("old")["payload_bytes"])
        told = self.terse("serve", "pump=old.terse", "pump=long.terse", "--store", "none", expect=2).stderr
        self.assertIn(f"messages of long.terse have no tag and may begin with {tag:#04x}", told)
        with Server(self.program, self.folder, "pump=old.terse", "fan=long.terse", "--store", "none") as server:
            self.assertEqual(server.curl("/readyz")[0], 200)
        # The mend without training again.
        done = self.terse("export", "clash.terse", "--to", "c", "--tag", str((tag + 1) % 256), "--prefix", "dev",
                          "-o", "mended")
        self.assertIn("mended/dev.terse is the model with the tag", done.stderr)
        with Server(self.program, self.folder, "pump=old.terse", "pump=mended/dev.terse", "--store", "none") as server:
            self.assertEqual(server.curl("/readyz")[0], 200)
            # A reload that would clash changes nothing.
            whole = (self.folder / "mended/dev.terse").read_bytes()
            (self.folder / "mended/dev.terse").write_bytes((self.folder / "clash.terse").read_bytes())
            server.process.send_signal(signal.SIGHUP)
            log = self.folder / "serve.log"
            wait_until(lambda: "the models are unchanged: " in log.read_text())
            self.assertEqual(len(server.json("/v1/models")[1]), 2)
            (self.folder / "mended/dev.terse").write_bytes(whole)

    def test_a_renewed_decoder_is_compared_on_a_share_of_the_devices(self):
        messages = Firmware(self.program, self.folder, "old.terse", "old_c").messages(self.rows[:3])
        with Server(self.program, self.folder, "pump=old.terse", "pump=renewed.terse", "--store", "two.sqlite",
                    "--compare", "pump=25") as server:
            for device in range(80):
                answers = self.send(server, messages, f"p{device}")
                self.send(server, messages, f"p{device}")  # duplicates are no second opinion
            expected = self.predictions("renewed", messages)
            for answer, prediction in zip(answers, expected):
                self.assertAlmostEqual(answer["prediction"], prediction, 4)
            before, after = (model["version"] for model in server.json("/v1/models")[1])
            labels = f'{{model="pump",version="{after}",with="{before}"}}'
            count = self.metric(server, f"terse_compared_difference_count{labels}")
            total = self.metric(server, f"terse_compared_difference_sum{labels}")
            self.assertTrue(3 * 8 <= count <= 3 * 34, count)
            record = self.terse("inspect", "old.terse").stdout
            deviation = float(re.search(r"deviation ([0-9.]+)", record).group(1))
            apart = [abs(a - b) for a, b in zip(expected, self.predictions("old", messages))]
            self.assertAlmostEqual(total / count, sum(apart) / 3 / deviation, 2)


    def test_the_commands_of_the_page(self):
        page = Path(__file__).parents[2] / "docs/device/roll-over.md"
        commands = re.search(r"(?s)```sh\n(.*?)```", page.read_text()).group(1)
        printed = server_documents_test.run(Path(self.program), commands)
        answers = [json.loads(each) for each in re.findall(r"\{\"status.*?\}", printed)]
        self.assertEqual([answer["status"] for answer in answers], ["stored", "stored", "unknown_model"])
        self.assertNotEqual(answers[0]["version"], answers[1]["version"])
        self.assertEqual(printed.count("terse_model_messages_total{"), 2)


if __name__ == "__main__":
    SharedFolder.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
