"""The short route of CoAP: no path, no query; the session says the device, the tag or the only model says the model.

By coap-client of libcoap3-bin, and by eight bytes of CoAP in front of an exported encoder, which travel through
`openssl s_client`. The sizes of datagrams are those that `terse airtime` tells.

Usage: serve_short_route_test.py PATH_OF_TERSE
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "golden"))

from counting_sender import coap_put
from datagram_relay import Relay
from masks import changed_model
from serve_certificates_test import Authority
from serve_dtls_test import APPLICATION, CONFIRMABLE, NON_CONFIRMABLE, Device
from serve_process import Server, make_model, wait_until

PROGRAM = ""
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "server" / "coap.md"
WITH_KEY = ("-nocommands", "-cipher", "PSK-AES128-CCM8:@SECLEVEL=0", "-psk_identity", "dev1", "-psk", b"secret1".hex())
UDP_AND_IP = 28
POST = 2


def short(kind, message_id, payload, token=b"", no_response=None, queries=()):
    """A POST without path, byte by byte (RFC 7252, section 3; RFC 7967)."""
    options = b"" if no_response is None else bytes([13 << 4 | 1, 258 - 13, no_response])
    for number, query in enumerate(queries):
        options += bytes([13 << 4 | len(query), 15 - 13] if number == 0 else [len(query)]) + query.encode()
    return (bytes([0x40 | kind << 4 | len(token), POST]) + message_id.to_bytes(2, "big") + token + options + b"\xff"
            + payload)


def with_tag(source, target, tag):
    """The same model with a tag in front of each message."""
    target.write_bytes(changed_model(source.read_bytes(), lambda text: text.replace('"tag":null', f'"tag":{tag}')))


class ShortRoute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.messages = make_model(PROGRAM, cls.folder)
        cls.payload, cls.prediction = bytes.fromhex(cls.messages[0][0]), cls.messages[0][1]
        (cls.folder / "keys").write_text("dev1 secret1\ndev2 secret2\n")
        cls.server = cls.serve("pump.terse", "--store", "one.sqlite")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.temporary.cleanup()

    @classmethod
    def serve(cls, *arguments):
        return Server(PROGRAM, cls.folder, *arguments, "--coap", "127.0.0.1:0", "--coaps", "127.0.0.1:0",
                      "--coap-keys", "keys")

    def count(self, device, server=None):
        return len((server or self.server).json(f"/v1/messages?device={device}")[1])

    def kept(self, server=None):
        server = server or self.server
        return len(server.json("/v1/messages?limit=1000")[1]) + len(server.json("/v1/quarantine")[1])

    def client(self, payload, *arguments, server=None, number=1, query=""):
        message = self.folder / "message.bin"
        message.write_bytes(payload)
        port = (server or self.server).addresses["coaps_port"]
        done = subprocess.run(
            ["coap-client-openssl", "-B", "4", "-m", "post", "-f", message, *arguments, "-u", f"dev{number}", "-k",
             f"secret{number}", f"coaps://127.0.0.1:{port}{query}"], capture_output=True, timeout=30)
        return (done.stdout + done.stderr).decode()

    def airtime(self, *options):
        done = subprocess.run([PROGRAM, "airtime", str(len(self.payload)), "--radio", "nb-iot", *options, "--json"],
                              capture_output=True, check=True)
        return json.loads(done.stdout)["radios"][0]["bytes_sent"]

    def test_the_only_model_predicts_for_the_device_of_the_session(self):
        before = self.count("dev2")
        self.assertAlmostEqual(float(self.client(self.payload, number=2)), self.prediction, delta=1e-6)
        self.assertEqual(json.loads(self.client(self.payload, "-A", "50", number=2))["model"], "pump")
        self.assertEqual(self.count("dev2"), before + 2)
        # Queries are taken all the same, but no other name.
        for _ in range(2):
            self.client(self.payload, number=2, query="/?n=7")
        self.assertEqual(self.count("dev2"), before + 3)
        self.assertIn("4.03", self.client(self.payload, number=2, query="/?d=dev1"))
        self.assertIn("4.22", self.client(self.payload + b"long", number=2))

    def test_a_tag_says_which_model_it_is(self):
        make_model(PROGRAM, self.folder, "fan", seed=2)
        payloads = {}
        for name, tag in (("pump", 0x51), ("fan", 0x52)):
            with_tag(self.folder / f"{name}.terse", self.folder / f"{name}-tagged.terse", tag)
            done = subprocess.run([PROGRAM, "encode", f"{name}-tagged.terse", f"{name}.csv"], cwd=self.folder,
                                  capture_output=True, text=True, check=True)
            payloads[name] = bytes.fromhex(done.stdout.split()[0])
            self.assertEqual(payloads[name][0], tag)
        with self.serve("pump=pump-tagged.terse", "fan=fan-tagged.terse", "--store", "two.sqlite") as server:
            for name, payload in payloads.items():
                answer = json.loads(self.client(payload, "-A", "50", server=server))
                self.assertEqual((answer["status"], answer["model"]), ("stored", name))
            self.assertIn("4.04", self.client(b"\x53" + payloads["fan"][1:], server=server))
            self.assertEqual(sorted(row["model"] for row in server.json("/v1/messages?device=dev1")[1]),
                             ["fan", "pump"])

    def test_who_has_proven_nothing_is_refused_and_nothing_is_kept(self):
        before = self.kept()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.settimeout(20)
            peer.connect(("127.0.0.1", self.server.addresses["coap_port"]))
            for message_id, queries in ((1, []), (2, ["d=dev1"]), (3, ["d=anybody", "n=1"])):
                peer.send(short(CONFIRMABLE, message_id, self.payload, b"tk", queries=queries))
                self.assertEqual(peer.recv(2000)[1], 4 << 5 | 1)
        authority = Authority(self.folder, "plant")
        authority.sign("localhost", "/CN=localhost")
        with Server(PROGRAM, self.folder, "pump.terse", "--store", "open.sqlite", "--coaps", "127.0.0.1:0",
                    "--coaps-certificate", "localhost.crt", "--coaps-key", "localhost.key") as server:
            with Device(server.addresses["coaps_port"], "-nocommands") as device:
                device.send(short(CONFIRMABLE, 1, self.payload, b"tk"))
                self.assertEqual(device.receive()[1], 4 << 5 | 1)
            self.assertEqual(self.kept(server), 0)
        self.assertEqual(self.kept(), before)

    def test_only_messages_are_taken_there(self):
        for method, code in (("get", "4.05"), ("delete", "4.05")):
            done = subprocess.run(
                ["coap-client-openssl", "-B", "4", "-m", method, "-u", "dev1", "-k", "secret1",
                 f"coaps://127.0.0.1:{self.server.addresses['coaps_port']}"], capture_output=True, timeout=30)
            self.assertIn(code, (done.stdout + done.stderr).decode())

    def test_datagrams_are_as_long_as_airtime_says(self):
        with Relay(("127.0.0.1", self.server.addresses["coaps_port"])) as relay, \
                Device(relay.port, *WITH_KEY) as device:
            sizes = []

            def send(message):
                device.send(message)
                self.assertEqual(device.receive()[1], 2 << 5 | 4)
                sizes.append([len(datagram) for from_client, datagram in relay.seen
                              if from_client and datagram[0] == APPLICATION][-1] + UDP_AND_IP)

            send(short(CONFIRMABLE, 1, self.payload, b"tk"))
            send(coap_put(CONFIRMABLE, 2, b"tk", ["m", "pump"], ["n=1000"], self.payload))
            # Eight bytes, token included, and an answer to them.
            message = short(CONFIRMABLE, 3, self.payload, b"tkn")
            self.assertEqual(len(message), 8 + len(self.payload))
            send(message)
        self.assertEqual(sizes[0], self.airtime("--envelope", "coaps-short"))
        self.assertEqual(sizes[1], self.airtime("--path", "m/pump?n=1000"))

    def test_eight_bytes_in_front_of_an_exported_encoder(self):
        """put_readings.c writes them; nothing is answered."""
        subprocess.run([PROGRAM, "export", "pump.terse", "--to", "c", "-o", "pump"], cwd=self.folder, check=True,
                       capture_output=True)
        (self.folder / "pump" / "main.c").write_text(
            '#include <stdio.h>\n#include "pump.h"\n'
            "int pump_short_message(const pump_reading_t *, uint16_t, uint8_t *);\nint main(void) {\n"
            "  const pump_reading_t readings[PUMP_FEATURES] = {1.5F, 8.25F, 3.0F};\n"
            "  uint8_t message[8 + PUMP_PAYLOAD_BYTES];\n"
            "  if (pump_short_message(readings, 0x1234, message) != 0) return 1;\n"
            "  return fwrite(message, sizeof message, 1, stdout) == 1 ? 0 : 1;\n}\n")
        subprocess.run(["cc", "-std=gnu99", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-Ipump", "pump/main.c",
                        "pump/pump.c", "pump/examples/put_readings.c", "-o", "pump/main"], cwd=self.folder, check=True)
        message = subprocess.run([self.folder / "pump" / "main"], capture_output=True, check=True).stdout
        (self.folder / "now.csv").write_text("a,b,c\n1.5,8.25,3.0\n")
        done = subprocess.run([PROGRAM, "encode", "pump.terse", "now.csv"], cwd=self.folder, capture_output=True,
                              text=True, check=True)
        self.assertEqual(message[8:], bytes.fromhex(done.stdout.split()[0]))
        self.assertEqual(message, short(NON_CONFIRMABLE, 0x1234, message[8:], no_response=26))
        shown, = re.findall(r"^50021234 D1F51A FF", DOCUMENT.read_text(), re.MULTILINE)
        self.assertEqual(message[:8], bytes.fromhex(shown))
        before = self.count("dev1")
        with Device(self.server.addresses["coaps_port"], *WITH_KEY) as device:
            device.send(message)
            wait_until(lambda: self.count("dev1") == before + 1)
            self.assertIsNone(device.receive(0.5))
        latest = self.server.json("/v1/devices/dev1/latest")[1]
        self.assertEqual((latest["model"], latest["payload"]), ("pump", message[8:].hex()))


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
