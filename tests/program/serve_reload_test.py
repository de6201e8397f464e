"""SIGHUP: `terse serve` reads models, tokens, certificates and keys again, each on its own.

Usage: serve_reload_test.py PATH_OF_TERSE
"""

import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from serve_process import Server, make_model, wait_until

PROGRAM = ""


class ReloadTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.messages = make_model(PROGRAM, self.folder)
        (self.folder / "message.bin").write_bytes(bytes.fromhex(self.messages[0][0]))
        self.make_certificate("one")
        self.make_certificate("two")
        self.use("one")
        (self.folder / "keys").write_text("dev1 secret1\n")
        (self.folder / "tokens").write_text("first\n")
        self.server = Server(PROGRAM, self.folder, "pump.terse", "--tokens", "tokens", "--tls-certificate",
                             "http.crt", "--tls-key", "http.key", "--coaps", "127.0.0.1:0", "--coap-keys", "keys",
                             "--coaps-certificate", "coap.crt", "--coaps-key", "coap.key")
        self.addCleanup(lambda: self.server.__exit__(None, None, None))
        self.server.url = self.server.url.replace("http:", "https:")

    def make_certificate(self, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", f"{name}.key", "-out", f"{name}.crt"], cwd=self.folder, check=True,
                       capture_output=True)

    def use(self, name, *places):
        for place in places or ("http", "coap"):
            for end in ("crt", "key"):
                shutil.copy(self.folder / f"{name}.{end}", self.folder / f"{place}.{end}")

    def log(self):
        return (self.folder / "serve.log").read_text()

    def hang_up(self):
        """Sends SIGHUP and waits until all parts have said what became of them."""
        before = len(self.log())
        self.server.process.send_signal(signal.SIGHUP)
        count = lambda: sum(self.log()[before:].count(word) for word in (" reloaded", " are unchanged: "))
        wait_until(lambda: count() == 4)
        return self.log()[before:]

    def ask(self, certificate="one", token="first"):
        """The status, or None if the certificate is another one."""
        try:
            return self.server.curl("/v1/models", "--cacert", self.folder / f"{certificate}.crt", "-H",
                                    f"Authorization: Bearer {token}")[0] or None
        except ValueError:
            return None

    def by_coap(self, device, key):
        port = self.server.addresses["coaps_port"]
        done = subprocess.run(["coap-client-openssl", "-u", device, "-k", key, "-B", "2", "-m", "post", "-f",
                               "message.bin", f"coaps://127.0.0.1:{port}/m/pump"], cwd=self.folder,
                              capture_output=True, text=True, timeout=30)
        try:
            return abs(float(done.stdout) - self.messages[0][1]) < 1e-5
        except ValueError:
            return False

    def coap_certificate(self):
        """The name in the certificate of the server of CoAP."""
        port = self.server.addresses["coaps_port"]
        done = subprocess.run(["openssl", "s_client", "-dtls1_2", "-connect", f"127.0.0.1:{port}"], input="",
                              capture_output=True, text=True, timeout=30)
        return next((name for name in ("one", "two") if f"subject=CN = {name}" in done.stdout), None)

    def test_all_parts_are_read_again(self):
        self.assertEqual((self.ask(), self.ask("two"), self.ask(token="second")), (200, None, 401))
        self.assertTrue(self.by_coap("dev1", "secret1"))
        self.assertEqual(self.coap_certificate(), "one")
        make_model(PROGRAM, self.folder, seed=2)
        self.use("two")
        (self.folder / "tokens").write_text("second\n")
        (self.folder / "keys").write_text("dev1 changed\ndev2 secret2\n")
        self.assertEqual(self.hang_up().count(" reloaded"), 4)
        self.assertEqual((self.ask("two", "second"), self.ask(), self.ask("two", "first")), (200, None, 401))
        self.assertEqual(self.coap_certificate(), "two")
        self.assertFalse(self.by_coap("dev1", "secret1"))
        shutil.copy(self.folder / "message.bin", self.folder / "old.bin")
        self.messages = make_model(PROGRAM, self.folder, seed=2)
        (self.folder / "message.bin").write_bytes(bytes.fromhex(self.messages[0][0]))
        self.assertTrue(self.by_coap("dev1", "changed"))
        self.assertTrue(self.by_coap("dev2", "secret2"))

    def test_a_part_that_cannot_be_read_stays_and_hinders_no_other(self):
        files = {"models": "pump.terse", "tokens": "tokens", "HTTP": "http.key", "CoAP": "keys"}
        for part, name in files.items():
            with self.subTest(part):
                whole = (self.folder / name).read_bytes()
                (self.folder / name).write_text("\n")
                said = self.hang_up()
                self.assertEqual((said.count(" reloaded"), said.count(" are unchanged: ")), (3, 1), said)
                self.assertIn(part, next(line for line in said.splitlines() if " are unchanged: " in line))
                self.assertEqual(self.ask(), 200)
                self.assertTrue(self.by_coap("dev1", "secret1"))
                (self.folder / name).write_bytes(whole)
        # A key that belongs to another certificate.
        shutil.copy(self.folder / "two.key", self.folder / "coap.key")
        self.assertIn("CoAP are unchanged", self.hang_up())
        self.assertEqual(self.coap_certificate(), "one")


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
