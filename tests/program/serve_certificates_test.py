"""`terse serve --coaps` with certificates: by coap-client of libcoap3-bin, with authorities made by openssl.

Usage: serve_certificates_test.py PATH_OF_TERSE
"""

import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from serve_process import Server, make_model, wait_until

PROGRAM = ""


class Authority:
    """A key that signs certificates, all in one folder: NAME.crt, NAME.key."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                     "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def sign(self, file, subject, start=None, end=None):
        """start, end: YYYYMMDDHHMMSSZ; without them from now on, for two days."""
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject,
                     "-keyout", f"{file}.key", "-out", f"{file}.csr")
        if start is None:
            self.openssl("x509", "-req", "-in", f"{file}.csr", "-CA", f"{self.name}.crt", "-CAkey", f"{self.name}.key",
                         "-CAcreateserial", "-days", "2", "-out", f"{file}.crt")
            return
        # Only `openssl ca` takes dates.
        (self.folder / "index.txt").write_text("")
        (self.folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=one\n[one]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n"
            "policy=any\n[any]\ncommonName=supplied\n")
        self.openssl("ca", "-batch", "-config", "ca.cnf", "-cert", f"{self.name}.crt", "-keyfile", f"{self.name}.key",
                     "-in", f"{file}.csr", "-out", f"{file}.crt", "-startdate", start, "-enddate", end, "-notext")


class CertificatesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.messages = make_model(PROGRAM, cls.folder)
        (cls.folder / "message.bin").write_bytes(bytes.fromhex(cls.messages[0][0]))
        ours, other = Authority(cls.folder, "ours"), Authority(cls.folder, "other")
        ours.sign("server", "/CN=localhost")
        ours.sign("dev1", "/CN=dev1")
        ours.sign("nameless", "/O=nobody")
        ours.sign("two", "/CN=dev1/CN=dev2")
        ours.sign("expired", "/CN=dev1", "20200101000000Z", "20210101000000Z")
        ours.sign("early", "/CN=dev1", "20900101000000Z", "20910101000000Z")
        other.sign("unknown", "/CN=dev1")
        (cls.folder / "keys").write_text("psk1 secretkey\npsk2 otherkey\n")
        cls.arguments = ["pump.terse", "--coaps", "127.0.0.1:0", "--coaps-certificate", "server.crt", "--coaps-key",
                         "server.key"]
        cls.server = Server(PROGRAM, cls.folder, *cls.arguments, "--coaps-ca", "ours.crt", "--coap-keys", "keys")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()
        cls.temporary.cleanup()

    def ask(self, *arguments, path="m/pump", server=None, body="message.bin"):
        port = (server or self.server).addresses["coaps_port"]
        done = subprocess.run(["coap-client-openssl", "-B", "3", "-m", "post", "-f", body, *arguments,
                               f"coaps://127.0.0.1:{port}/{path}"], cwd=self.folder, capture_output=True, timeout=30)
        return (done.stdout + done.stderr).decode()

    def by_certificate(self, name, **options):
        return self.ask("-c", f"{name}.crt", "-j", f"{name}.key", "-R", "ours.crt", **options)

    def handshakes(self, outcome):
        found = re.search(rf'terse_dtls_handshakes_total{{outcome="{outcome}"}} (\d+)', self.server.curl("/metrics")[1])
        return int(found.group(1))

    def count(self, device, server=None):
        return len((server or self.server).json(f"/v1/messages?device={device}")[1])

    def test_the_certificate_names_the_device(self):
        before, with_key, accepted = self.count("dev1"), self.count("psk1"), self.handshakes("accepted")
        self.assertAlmostEqual(float(self.by_certificate("dev1")), self.messages[0][1], delta=1e-6)
        again = self.by_certificate("dev1", path="m/pump?d=dev1")
        self.assertAlmostEqual(float(again), self.messages[0][1], delta=1e-6)
        self.assertEqual(self.count("dev1"), before + 2)
        self.assertEqual(self.handshakes("accepted"), accepted + 2)
        self.assertIn("4.03 the sender has proven to be another", self.by_certificate("dev1", path="m/pump?d=dev2"))
        self.assertIn("4.03 the sender has proven to be another", self.by_certificate("dev1", path="m/pump?d=psk1"))
        self.assertEqual((self.count("dev1"), self.count("dev2"), self.count("psk1")), (before + 2, 0, with_key))

    def test_keys_beside_certificates(self):
        before = self.count("psk1")
        self.assertAlmostEqual(float(self.ask("-u", "psk1", "-k", "secretkey")), self.messages[0][1], delta=1e-6)
        self.assertEqual(self.count("psk1"), before + 1)
        self.assertIn("4.03", self.ask("-u", "psk1", "-k", "secretkey", path="m/pump?d=dev1"))

    def test_who_is_refused(self):
        before, messages = self.count("dev1"), len(self.server.json("/v1/messages")[1])
        for name in ("unknown", "expired", "early", "nameless", "two"):
            refused = self.handshakes("refused")
            self.assertNotRegex(self.by_certificate(name), r"^\d")
            wait_until(lambda: self.handshakes("refused") > refused)
        refused = self.handshakes("refused")
        # Without a certificate; then without anything.
        self.assertNotRegex(self.ask("-R", "ours.crt"), r"^\d")
        wait_until(lambda: self.handshakes("refused") > refused)
        self.assertNotRegex(self.ask("-u", "dev1", "-k", "guessed"), r"^\d")
        self.assertEqual((self.count("dev1"), len(self.server.json("/v1/messages")[1])), (before, messages))
        # And the server proves itself to its devices.
        self.assertNotRegex(self.ask("-c", "dev1.crt", "-j", "dev1.key", "-R", "other.crt"), r"^\d")
        self.assertEqual(self.count("dev1"), before)
        self.assertAlmostEqual(float(self.by_certificate("dev1")), self.messages[0][1], delta=1e-6)

    def test_a_device_reads_and_observes_its_own_predictions(self):
        certificate = ("-c", "dev1.crt", "-j", "dev1.key", "-R", "ours.crt")
        key = ("-u", "psk1", "-k", "secretkey")
        for arguments, device, other in ((certificate, "dev1", "psk1"), (key, "psk1", "dev1")):
            path = f"d/{device}"
            self.put(arguments, 3)
            self.assertAlmostEqual(float(self.read(path, *arguments)), self.messages[3][1], delta=1e-6)
            row = json.loads(self.read(path, *arguments, "-A", "50"))
            self.assertEqual((row["device"], row["model"]), (device, "pump"))
            self.assertIn("4.06", self.read(path, *arguments, "-A", "41"))
            self.assertIn("4.0", self.read(f"d/{other}", *arguments))
            self.assertIn("4.0", self.read("d/nobody", *arguments))
            observer = subprocess.Popen(["coap-client-openssl", "-s", "4", "-w", *arguments, self.address(path)],
                                        cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            time.sleep(1.5)
            for row in range(4, 10):
                self.put(arguments, row)
                time.sleep(0.1)
            told = observer.communicate(timeout=30)[0].splitlines()
            self.assertEqual([f"{float(each):.4f}" for each in told if each][:7],
                             [f"{prediction:.4f}" for _, prediction in self.messages[3:10]])

        self.assertIn("4.04 no message has come", self.read("d/psk2", "-u", "psk2", "-k", "otherkey"))

    def address(self, path):
        return f"coaps://127.0.0.1:{self.server.addresses['coaps_port']}/{path}"

    def read(self, path, *arguments):
        done = subprocess.run(["coap-client-openssl", "-B", "3", *arguments, self.address(path)], cwd=self.folder,
                              capture_output=True, timeout=30)
        return (done.stdout + done.stderr).decode()

    def put(self, arguments, row):
        (self.folder / "row.bin").write_bytes(bytes.fromhex(self.messages[row][0]))
        self.assertRegex(self.ask(*arguments, body="row.bin"), r"^-?\d+\.\d+")

    def test_batches(self):
        batch = self.folder / "batch.json"
        batch.write_text(json.dumps([{"counter": number, "hex": payload}
                                     for number, (payload, _) in enumerate(self.messages[:30])]))
        for arguments, device in (("-c", "dev1.crt", "-j", "dev1.key", "-R", "ours.crt"), "dev1"), \
                (("-u", "psk1", "-k", "secretkey"), "psk1"):
            before = self.count(device)
            self.assertEqual(self.ask(*arguments, "-t", "50", "-b", "64", body=batch.name).strip(), "30 stored")
            self.assertEqual(self.ask(*arguments, "-t", "50", body=batch.name).strip(), "30 duplicate")
            self.assertEqual(self.count(device), before + 30)
            (self.folder / "mixed.json").write_text(json.dumps([{"hex": self.messages[0][0]},
                                                                {"device": "dev9", "hex": self.messages[0][0]}]))
            self.assertIn("4.03 1 stored, 1 forbidden", self.ask(*arguments, "-t", "50", body="mixed.json"))
            self.assertIn("4.00", self.ask(*arguments, "-t", "50"))
            self.assertEqual((self.count("dev9"), self.count(device)), (0, before + 31))

    def test_without_an_authority_devices_need_no_certificate(self):
        with Server(PROGRAM, self.folder, *self.arguments, "--coap-keys", "keys", "--store", "open.sqlite") as server:
            self.assertAlmostEqual(float(self.ask("-R", "ours.crt", path="m/pump?d=dev3", server=server)),
                                   self.messages[0][1], delta=1e-6)
            self.assertIn("4.00 the sender is not named", self.ask("-R", "ours.crt", server=server))
            # Nobody speaks for one that has a key; a certificate that nobody checked proves nothing.
            self.assertIn("4.03 this device proves itself",
                          self.ask("-R", "ours.crt", path="m/pump?d=psk1", server=server))
            self.assertIn("4.00 the sender is not named", self.by_certificate("unknown", server=server))
            self.assertEqual((self.count("dev3", server), self.count("psk1", server)), (1, 0))

    def test_bad_files_end_it_with_one_line(self):
        (self.folder / "empty").write_text("")
        (self.folder / "cut.crt").write_text((self.folder / "server.crt").read_text()[:200])
        subprocess.run(["openssl", "ec", "-in", "server.key", "-aes128", "-passout", "pass:x", "-out", "locked.key"],
                       cwd=self.folder, check=True, capture_output=True)
        certificate, key, authority = "--coaps-certificate", "--coaps-key", "--coaps-ca"
        for arguments, words in (
                ((certificate, "empty", key, "server.key"), "empty: holds no certificate"),
                ((certificate, "cut.crt", key, "server.key"), "cut.crt: holds no certificate"),
                ((certificate, "missing", key, "server.key"), "missing: cannot be read"),
                ((certificate, "server.crt", key, "server.crt"), "server.crt: holds no private key"),
                ((certificate, "server.crt", key, "locked.key"), "locked.key: holds no private key without a password"),
                ((certificate, "server.crt", key, "dev1.key"), "dev1.key: is not the key of server.crt"),
                ((certificate, "server.crt", key, "server.key", authority, "empty"), "empty: holds no certificate"),
                ((certificate, "server.crt"), key), ((key, "server.key"), certificate),
                ((authority, "ours.crt"), certificate), ((), "--coap-keys")):
            done = subprocess.run([PROGRAM, "serve", "pump.terse", "--store", "none", "--http", "127.0.0.1:0",
                                   "--coaps", "127.0.0.1:0", *arguments], cwd=self.folder, capture_output=True,
                                  text=True, stdin=subprocess.DEVNULL, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(len([line for line in done.stderr.splitlines() if "Run with --help" not in line]), 1,
                             done.stderr)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
