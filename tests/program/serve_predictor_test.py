"""terse serve --predictor: models whose file holds the encoder alone, and inference servers good and bad.

Usage: serve_predictor_test.py PATH_OF_TERSE
"""

import importlib.util
import json
import random
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from counting_sender import coap_put
from inference_server import HOSTILE, InferenceServer, behave_well, predictions
from serve_process import Server, make_model

TERSE = ""
ROOT = Path(__file__).resolve().parent.parent.parent
LEVELS = (8, 4, 16)


def seeds():
    """The writer of model files in plain Python."""
    spec = importlib.util.spec_from_file_location("model_file_seeds", ROOT / "fuzz" / "model_file_seeds.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_encoder(path):
    """Three features of 3, 2 and 4 bits: two bytes a message."""
    writer = seeds()
    features = [writer.feature(name, levels) for name, levels in zip("abc", LEVELS)]
    thresholds = [float(place) for levels in LEVELS for place in range(levels - 1)]
    document = writer.document_of("bw-sq", features, decoder="external")
    path.write_bytes(writer.model_file(document, [("thresholds", [len(thresholds)], thresholds)], version="8"))


def message(draw):
    """(payload, prediction) by hand: codes of 3, 2 and 4 bits, most significant first, zero bits behind."""
    codes = [draw.randrange(levels) for levels in LEVELS]
    number = ((codes[0] << 2 | codes[1]) << 4 | codes[2]) << 7
    return struct.pack(">H", number).hex(), 0.5 * sum(codes)


class PredictorTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        write_encoder(self.folder / "fan.terse")
        draw = random.Random(3)
        self.messages = [message(draw) for _ in range(200)]

    def engine(self, behave=None):
        made = InferenceServer(behave)
        self.addCleanup(made.close)
        return made

    def serve(self, *arguments):
        return Server(TERSE, self.folder, *arguments)

    def post(self, server, count=200, **more):
        body = [{"device": f"d{place % 7}", "counter": place, "hex": payload, **more}
                for place, (payload, _) in enumerate(self.messages[:count])]
        return server.post("/v1/models/fan/payloads", body)

    def stored(self):
        database = sqlite3.connect(self.folder / "terse.sqlite", timeout=20)
        rows = database.execute("SELECT CAST(key AS INTEGER), prediction FROM messages ORDER BY 1").fetchall()
        quarantined = database.execute("SELECT COUNT(*) FROM refusals").fetchone()[0]
        database.close()
        return rows, quarantined

    def log(self):
        return (self.folder / "serve.log").read_text()


class Good(PredictorTest):
    def test_predictions_are_those_of_the_engine(self):
        engine = self.engine()
        with self.serve("fan.terse", "--predictor", engine.url) as server:
            status, answers = self.post(server)
            self.assertEqual(status, 200)
            self.assertEqual([answer["prediction"] for answer in answers],
                             [prediction for _, prediction in self.messages])
            status, again = self.post(server)  # duplicates
            self.assertEqual({answer["status"] for answer in again}, {"duplicate"})
            self.assertIn('terse_predictor_requests_total{outcome="answered"}', server.curl("/metrics")[1])
        self.assertEqual({path for path, _ in engine.asked}, {"/v2/models/fan/infer"})
        self.assertLess(len(engine.asked), 20)  # batches
        self.assertEqual(self.stored(), ([(place, own[1]) for place, own in enumerate(self.messages)], 0))

    def test_a_model_of_its_own_name_and_version(self):
        engine = self.engine()
        with self.serve("fan.terse", "--predictor", f"fan={engine.url}/v2/models/resnet/versions/3") as server:
            self.assertEqual(self.post(server, 3)[0], 200)
        self.assertEqual({path for path, _ in engine.asked}, {"/v2/models/resnet/versions/3/infer"})

    def test_models_with_a_decoder_do_not_ask(self):
        native = make_model(TERSE, self.folder)
        with self.serve("fan.terse", "pump.terse", "--predictor", "http://127.0.0.1:1") as server:
            body = [{"device": "d", "hex": payload} for payload, _ in native]
            status, answers = server.post("/v1/models/pump/payloads", body)
            self.assertEqual(status, 200)
            for answer, (_, prediction) in zip(answers, native):
                self.assertAlmostEqual(answer["prediction"], prediction, 4)

    def test_coap(self):
        engine = self.engine()
        with self.serve("fan.terse", "--coap", "127.0.0.1:0", "--predictor", engine.url) as server:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.settimeout(20)
                for number, (payload, prediction) in enumerate(self.messages[:20]):
                    request = coap_put(0, number + 1, b"t", ["m", "fan"], ["d=c", f"n={number}"],
                                       bytes.fromhex(payload))
                    peer.sendto(request, ("127.0.0.1", server.addresses["coap_port"]))
                    found = peer.recv(2000)
                    self.assertEqual(found[1], 0x44)
                    self.assertEqual(float(found[5:].split(b"\xff", 1)[-1].decode()), prediction)


class Bad(PredictorTest):
    def test_hostile_answers_store_nothing(self):
        # All at once, each with a server of its own: most take as long as time-outs do.
        failures = []

        def check(name, behave):
            folder = self.folder / name.replace(" ", "-")
            folder.mkdir()
            write_encoder(folder / "fan.terse")
            engine = self.engine(behave)
            with Server(TERSE, folder, "fan.terse", "--predictor", engine.url) as server:
                began = time.monotonic()
                status, answer = server.post("/v1/models/fan/payloads", {"device": "d", "hex": self.messages[0][0]})
                if status != 503 or time.monotonic() - began > 60:
                    failures.append(f"{name}: {status} {answer} after {time.monotonic() - began:.0f} s")
                memory = Path(f"/proc/{server.process.pid}/status").read_text()
                peak = int(memory.split("VmHWM:")[1].split()[0])
                if peak > 400_000:
                    failures.append(f"{name}: {peak} KiB")
                engine.behave = behave_well  # it comes to its senses
                status, answer = server.post("/v1/models/fan/payloads", {"device": "d", "hex": self.messages[0][0]})
                if (status, answer.get("prediction")) != (200, self.messages[0][1]):
                    failures.append(f"{name}, then good: {status} {answer}")
            database = sqlite3.connect(folder / "terse.sqlite")
            rows = database.execute("SELECT prediction FROM messages").fetchall()
            held = database.execute("SELECT COUNT(*) FROM refusals").fetchone()[0]
            database.close()
            if (rows, held) != ([(self.messages[0][1],)], 0):
                failures.append(f"{name}: stored {rows}, {held} in quarantine")
            said = (folder / "serve.log").read_text()
            if "the predictor of fan: it" not in said or "the predictor answers again" not in said:
                failures.append(f"{name}: {said}")

        def checked(name, behave):
            try:
                check(name, behave)
            except Exception as error:  # of a thread: told below
                failures.append(f"{name}: {error!r}")

        threads = [threading.Thread(target=checked, args=each) for each in HOSTILE.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(180)
            self.assertFalse(thread.is_alive())
        self.assertEqual(failures, [])

    def test_one_row_that_cannot_be_answered_keeps_no_other_waiting(self):
        bad = {number for number, own in enumerate(self.messages) if own[1] == 11.5}

        def behave(peer, question):
            HOSTILE["NaN"](peer, question) if 11.5 in predictions(question) else behave_well(peer, question)

        with self.serve("fan.terse", "--predictor", self.engine(behave).url) as server:
            answers = self.post(server)[1]
        self.assertTrue(bad)
        for number, answer in enumerate(answers):
            if number in bad:
                self.assertEqual(answer["status"], "unavailable")
            elif len(bad) <= 3:
                self.assertEqual(answer["prediction"], self.messages[number][1])
        self.assertFalse({key for key, _ in self.stored()[0]} & bad)

    def test_down_then_up_again(self):
        with socket.create_server(("127.0.0.1", 0)) as place:
            port = place.getsockname()[1]
        with self.serve("fan.terse", "--coap", "127.0.0.1:0", "--predictor", f"http://127.0.0.1:{port}") as server:
            status, answer = server.post("/v1/models/fan/payloads",
                                         {"device": "d", "counter": 1, "hex": self.messages[0][0]})
            self.assertEqual(status, 503)
            self.assertIn("predictor", answer["reason"])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.settimeout(20)
                request = coap_put(0, 9, b"t", ["m", "fan"], ["d=c", "n=1"], bytes.fromhex(self.messages[0][0]))
                peer.sendto(request, ("127.0.0.1", server.addresses["coap_port"]))
                found = peer.recv(2000)
                while found[1] == 0:  # an empty acknowledgement: the answer comes later
                    found = peer.recv(2000)
                self.assertEqual(found[1], 0xA3)  # 5.03
            self.assertEqual(self.stored(), ([], 0))

    def test_the_server_stops_while_it_waits(self):
        with self.serve("fan.terse", "--predictor", self.engine(HOSTILE["silence"]).url) as server:
            statuses = []
            ask = threading.Thread(target=lambda: statuses.append(self.post(server, 1)))
            ask.start()
            time.sleep(0.5)
            began = time.monotonic()
            server.process.terminate()
            self.assertEqual(server.process.wait(20), 0)
            self.assertLess(time.monotonic() - began, 15)
            ask.join(20)
        self.assertEqual(self.stored(), ([], 0))


class Options(PredictorTest):
    def refused(self, *arguments):
        done = subprocess.run([TERSE, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_what_is_refused(self):
        serve = ("serve", "fan.terse", "--http", "127.0.0.1:0")
        self.assertIn("encoder alone", self.refused(*serve))
        self.assertIn("https", self.refused(*serve, "--predictor", "https://h:1"))
        self.assertIn("no model 'wind'", self.refused(*serve, "--predictor", "http://h:1", "--predictor",
                                                      "wind=http://h:1"))
        self.assertIn("second", self.refused(*serve, "--predictor", "http://h:1", "--predictor", "http://h:2"))
        make_model(TERSE, self.folder)
        self.assertIn("own decoder", self.refused("serve", "pump.terse", "--predictor", "pump=http://h:1"))

    def test_commands_that_need_a_decoder_say_so(self):
        (self.folder / "t.csv").write_text("a,b,c,y\n" + "1,2,3,4\n" * 20)
        (self.folder / "p.hex").write_text("0000\n")
        for arguments in (("predict", "fan.terse", "t.csv"), ("evaluate", "fan.terse", "t.csv"),
                          ("decode", "fan.terse", "p.hex"),
                          ("compress", "fan.terse", "--data", "t.csv", "--memory", "100", "-o", "x.terse"),
                          ("export", "fan.terse", "--to", "onnx", "-o", "out"),
                          ("export", "fan.terse", "--to", "header", "-o", "out"),
                          ("export", "fan.terse", "--to", "js", "--network", "-o", "out"),
                          ("export", "fan.terse", "--to", "c", "--with-network", "-o", "out"),
                          ("inspect", "fan.terse", "--data", "t.csv")):
            with self.subTest(arguments):
                self.assertIn("holds the encoder alone", self.refused(*arguments))
        self.assertEqual({entry.name for entry in self.folder.iterdir()}, {"fan.terse", "t.csv", "p.hex"})

    def test_commands_that_need_none_take_it(self):
        (self.folder / "t.csv").write_text("a,b,c,y\n" + "1.5,2.5,3.5,4\n" * 20)
        for arguments, says in ((("inspect", "fan.terse"), "external decoder"),
                                (("encode", "fan.terse", "t.csv"), "5a00")):  # codes 2, 3, 4 -> 010 11 0100
            done = subprocess.run([TERSE, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(says, done.stdout)
        for to in ("c", "arduino", "rust", "micropython", "js"):
            subprocess.run([TERSE, "export", "fan.terse", "--to", to, "-o", to], cwd=self.folder, check=True,
                           capture_output=True, timeout=60)
        said = json.loads(subprocess.run([TERSE, "inspect", "fan.terse", "--json"], cwd=self.folder, check=True,
                                         capture_output=True, text=True).stdout)
        self.assertEqual(said["decoder"], "external")


if __name__ == "__main__":
    TERSE = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
