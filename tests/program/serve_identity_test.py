"""Who may write as whom, and who may do what: the same at every front end of `terse serve`.

Usage: serve_identity_test.py PATH_OF_TERSE
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

from mqtt_case import MqttCase
from serve_certificates_test import Authority
from serve_process import Server, wait_until

TOKENS = """gate-secret name=gate rights=send
lab-secret name=lab
own-secret name=own rights=send devices=dev1
fan-secret name=fan rights=send,read models=fan devices=fan-*
view-secret name=view rights=read
root-secret name=root rights=administer
"""


class IdentityTest(MqttCase):
    def start(self, *arguments):
        (self.folder / "keys").write_text("dev1 secret1\ndev2 secret2\n")
        (self.folder / "tokens").write_text(TOKENS)
        (self.folder / "message.bin").write_bytes(self.payload(0))
        self.at = self.broker()
        server = Server(self.program, self.folder, "pump.terse", "--coap", "127.0.0.1:0", "--coaps", "127.0.0.1:0",
                        "--coap-keys", "keys", "--tokens", "tokens", "--mqtt", f"mqtt://127.0.0.1:{self.at.port}",
                        *arguments)
        self.enter(server)
        wait_until(lambda: "terse_mqtt_connected 1" in self.http(server, "view", "/metrics")[1])
        return server

    @staticmethod
    def http(server, name, path, *arguments, data=None):
        return server.curl(path, "-H", f"Authorization: Bearer {name}-secret", *arguments, data=data)

    def by_http(self, server, name, device, model="pump"):
        path = f"/v1/models/{model}/payloads?device={device}"
        return self.http(server, name, path, data=self.payload(0))[0]

    def by_coap(self, server, device, key=None):
        """The code that coap-client prints, or 2.04 if it prints a prediction."""
        secure = key is not None
        program = ["coap-client-openssl", "-u", key[0], "-k", key[1]] if secure else ["coap-client-notls"]
        port = server.addresses["coaps_port" if secure else "coap_port"]
        done = subprocess.run([*program, "-B", "5", "-m", "post", "-f", "message.bin",
                               f"coap{'s' if secure else ''}://127.0.0.1:{port}/m/pump?d={device}"],
                              cwd=self.folder, capture_output=True, text=True, timeout=30)
        code = re.search(r"\b[45]\.\d\d\b", done.stdout + done.stderr)
        if code:
            return code.group(0)
        float(done.stdout)
        return "2.04"

    def forbidden(self, server):
        metrics = self.http(server, "view", "/metrics")[1]
        return int(re.search(r'terse_uplinks_total\{verdict="forbidden"\} (\d+)', metrics).group(1))

    def by_mqtt(self, server, device):
        """Whether a message that was published got into the store."""
        before, refused = len(self.stored_rows()), self.forbidden(server)
        self.at.publish(f"terse/up/pump/{device}", self.payload(0))
        wait_until(lambda: len(self.stored_rows()) > before or self.forbidden(server) > refused)
        return len(self.stored_rows()) > before

    def stored_rows(self):
        return subprocess.run(["sqlite3", self.folder / "terse.sqlite", "SELECT device FROM messages"], check=True,
                              capture_output=True, text=True).stdout.split()

    def test_a_key_protects_its_device_at_every_front_end(self):
        (self.folder / "keys").write_text("dev1 secret1\n")
        (self.folder / "message.bin").write_bytes(self.payload(0))
        server = Server(self.program, self.folder, "pump.terse", "--coap", "127.0.0.1:0", "--coaps", "127.0.0.1:0",
                        "--coap-keys", "keys")
        self.enter(server)
        self.assertEqual(self.by_coap(server, "dev1"), "4.03")
        self.assertEqual(self.by_http(server, "no", "dev1"), 403)
        self.assertEqual(self.by_coap(server, "dev1", ("dev1", "secret1")), "2.04")
        self.assertEqual(self.stored_rows(), ["dev1"])

    def test_a_device_with_a_key_is_written_by_nobody_else(self):
        server = self.start()
        # Before it has ever written: its key is known.
        self.assertEqual(self.by_coap(server, "dev1"), "4.03")
        self.assertEqual(self.by_http(server, "gate", "dev1"), 403)
        self.assertFalse(self.by_mqtt(server, "dev1"))
        self.assertEqual(self.by_coap(server, "dev1", ("dev2", "secret2")), "4.03")
        self.assertEqual(self.stored_rows(), [])
        self.assertEqual(self.by_coap(server, "dev1", ("dev1", "secret1")), "2.04")
        # Whoever has a token for this device alone stands for it.
        self.assertEqual(self.by_http(server, "own", "dev1"), 200)
        # Others are as free as before.
        self.assertEqual(self.by_coap(server, "open"), "2.04")
        self.assertEqual(self.by_http(server, "gate", "open"), 200)
        self.assertTrue(self.by_mqtt(server, "open"))
        self.assertEqual(self.http(server, "view", "/v1/quarantine")[1], "[]")
        log = (self.folder / "serve.log").read_text()
        self.assertRegex(log, r"audit \d{4}-\d\d-\d\dT[\d:]+Z token gate: may not send as 'dev1' to the model 'pump': ")
        self.assertNotIn("-secret", log)

    def test_a_certificate_is_remembered_over_restarts(self):
        authority = Authority(self.folder, "ours")
        authority.sign("server", "/CN=localhost")
        authority.sign("dev1", "/CN=dev1")
        (self.folder / "message.bin").write_bytes(self.payload(0))
        arguments = ("pump.terse", "--coap", "127.0.0.1:0", "--coaps", "127.0.0.1:0", "--coaps-certificate",
                     "server.crt", "--coaps-key", "server.key", "--coaps-ca", "ours.crt")
        with Server(self.program, self.folder, *arguments) as server:
            self.assertEqual(self.by_coap(server, "dev1"), "2.04")
            subprocess.run(["coap-client-openssl", "-c", "dev1.crt", "-j", "dev1.key", "-R", "ours.crt", "-B", "5",
                            "-m", "post", "-f", "message.bin",
                            f"coaps://127.0.0.1:{server.addresses['coaps_port']}/m/pump"],
                           cwd=self.folder, check=True, capture_output=True, timeout=30)
            self.assertEqual(self.stored_rows(), ["dev1", "dev1"])
            self.assertEqual(self.by_coap(server, "dev1"), "4.03")
        with Server(self.program, self.folder, *arguments) as server:
            self.assertEqual(self.by_coap(server, "dev1"), "4.03")
            self.assertEqual(self.by_http(server, "no", "dev1"), 403)
            self.assertEqual(self.by_http(server, "no", "dev2"), 200)

    def test_a_setting_lets_weaker_senders_write(self):
        for setting in ("device=dev1", "model=pump"):
            with self.subTest(setting):
                server = self.start("--accept-weaker", setting)
                for device, code, status in (("dev1", "2.04", 200),
                                             ("dev2", *(("2.04", 200) if setting == "model=pump" else ("4.03", 403)))):
                    self.assertEqual(self.by_coap(server, device), code)
                    self.assertEqual(self.by_http(server, "gate", device), status)
                    self.assertEqual(self.by_mqtt(server, device), status == 200)
                server.process.terminate()
                server.process.wait(20)
                self.at.stop()
                (self.folder / "terse.sqlite").unlink()

    def test_bad_settings(self):
        for text in ("dev1", "device=", "port=7", "=dev1"):
            done = subprocess.run([self.program, "serve", "pump.terse", "--accept-weaker", text], cwd=self.folder,
                                  capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, text)
            self.assertIn("--accept-weaker", done.stderr)

    def test_rights_models_and_devices_of_tokens(self):
        server = self.start("fan=pump.terse")
        reads, sends, administers = "/v1/messages", "/v1/models/pump/payloads?device=d", "/v1/models"
        for name, read, send, administer in (("lab", 200, 200, 200), ("gate", 403, 200, 403), ("view", 200, 403, 403),
                                             ("root", 403, 403, 200), ("wrong", 401, 401, 401)):
            self.assertEqual(self.http(server, name, reads)[0], read, name)
            self.assertEqual(self.http(server, name, sends, data=self.payload(0))[0], send, name)
            self.assertEqual(self.http(server, name, administers, "-X", "PUT", data=b"")[0], administer, name)
        # Messages of others are not shown, nor may they be written.
        self.assertEqual(self.by_http(server, "fan", "fan-7", "fan"), 200)
        self.assertEqual(self.by_http(server, "fan", "pump-7", "fan"), 403)
        self.assertEqual(self.by_http(server, "fan", "fan-7", "pump"), 403)
        self.assertIn("fan-7", self.http(server, "fan", "/v1/devices")[1])
        self.assertNotIn('"d"', self.http(server, "fan", "/v1/devices")[1])
        self.assertEqual(self.http(server, "fan", "/v1/devices/d/latest")[0], 403)
        log = (self.folder / "serve.log").read_text()
        for line in ("token lab: PUT /v1/models", "token root: PUT /v1/models", "token gate: "):
            self.assertIn(line, log)


if __name__ == "__main__":
    MqttCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
