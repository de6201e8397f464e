"""Who may ask `terse serve` by HTTP: hosts, origins, tokens and their rights, certificates.

Usage: serve_http_access_test.py PATH_OF_TERSE
"""

import json
import shutil
import signal
import ssl
import subprocess
import sys
import unittest
from pathlib import Path

from http_case import HOST, HttpCase
from serve_process import wait_until


def certificate(folder, name):
    """NAME.crt and NAME.key for localhost."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
         Path(folder) / f"{name}.key", "-out", Path(folder) / f"{name}.crt"], check=True, capture_output=True)


class AccessTest(HttpCase):
    def test_another_sites_page_neither_writes_nor_reads(self):
        server = self.server("--http-host", "terse.example", "--http-origin", "https://dash.example")
        port = server.addresses["http"].split(":")[1]
        for host, status in (("localhost", 200), (f"localhost:{port}", 200), ("127.0.0.1", 200), ("LOCALHOST.", 200),
                             ("[::1]:8080", 200), ("192.0.2.7", 200), ("terse.example", 200),
                             ("Terse.Example:443", 200), ("rebound.example", 421), ("127.0.0.1.nip.example", 421),
                             ("localhost.evil.example", 421), ("", 421), ("evil.example:8080", 421)):
            for path in ("/v1/models", "/", "/healthz"):
                self.assertEqual(server.curl(path, "-H", f"Host: {host}" if host else "Host;")[0], status, host)
            self.assertEqual(server.curl("/v1/models/pump/payloads?device=h", "-H",
                                         f"Host: {host}" if host else "Host;", data=self.payload)[0], status, host)
        own = f"http://localhost:{port}"
        for headers, status in (((f"Host: localhost:{port}", f"Origin: {own}"), 200),
                                (("Host: terse.example", "Origin: https://terse.example"), 200),
                                (("Host: localhost", "Origin: https://dash.example"), 200),
                                (("Host: localhost", "Origin: https://dash.example",
                                  "Sec-Fetch-Site: cross-site"), 200),
                                (("Host: localhost", "Sec-Fetch-Site: same-origin"), 200),
                                (("Host: localhost", "Sec-Fetch-Site: none"), 200),
                                (("Host: localhost", "Origin: https://evil.example"), 403),
                                (("Host: localhost", "Origin: null"), 403),
                                ((f"Host: localhost:{port}", "Origin: http://localhost:1"), 403),
                                (("Host: localhost", "Sec-Fetch-Site: cross-site"), 403),
                                (("Host: localhost", "Sec-Fetch-Site: same-site"), 403)):
            given = [part for header in headers for part in ("-H", header)]
            for path in ("/v1/models/pump/payloads?device=o", "/v1/webhooks/chirpstack"):
                got = server.curl(path, *given, "-H", "Content-Type: text/plain" if "pump" in path else
                                  "Content-Type: application/json", data=self.payload if "pump" in path else b"{}")[0]
                self.assertEqual(got, status, headers)
            self.assertEqual(server.curl("/v1/models", *given, "-X", "PUT")[0], status, headers)
            self.assertEqual(server.curl("/v1/messages", *given)[0], status, headers)
        # A link from elsewhere to the page is followed.
        self.assertEqual(server.curl("/", "-H", "Sec-Fetch-Site: cross-site")[0], 200)
        self.assertEqual({each["device"] for each in server.json("/v1/devices")[1]}, {"h", "o"})

    def test_with_tokens_proxies_may_give_it_any_name(self):
        (self.folder / "tokens").write_text("secret\n")
        server = self.server("--tokens", "tokens")
        token = ("-H", "Authorization: Bearer secret")
        self.assertEqual(server.curl("/v1/models", *token, "-H", "Host: terse.example")[0], 200)
        self.assertEqual(server.curl("/v1/models", *token, "-H", "Host: terse.example", "-H",
                                     "Origin: https://evil.example")[0], 403)

    def test_other_machines_need_tokens_or_open(self):
        (self.folder / "tokens").write_text("secret\n")
        for address in ("0.0.0.0:0", ":0", "[::]:0"):
            done = subprocess.run([self.program, "serve", "pump.terse", "--store", "none", "--http", address],
                                  cwd=self.folder, capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("--open", done.stderr)
            self.assertIn("--tokens", done.stderr)
            self.assertEqual(len([line for line in done.stderr.splitlines() if "Run with --help" not in line]), 1)
        for allowed in (("--open",), ("--tokens", "tokens")):
            process = subprocess.Popen([self.program, "serve", "pump.terse", "--store", "none", "--http", "0.0.0.0:0",
                                        "--json", *allowed], cwd=self.folder, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
            self.assertIn("0.0.0.0:", json.loads(process.stdout.readline())["http"])
            process.terminate()
            self.assertEqual(process.wait(20), 0)
            process.stdout.close()

    def test_rights_of_tokens(self):
        (self.folder / "tokens").write_text(
            "s name=sender rights=send\nr name=reader rights=read\na name=admin rights=administer\n"
            "p name=pumps models=pump devices=p*\none name=one rights=send devices=only\n")
        server = self.server("--tokens", "tokens")

        def ask(token, path, *arguments, data=None):
            return server.curl(path, "-H", f"Authorization: Bearer {token}", *arguments, data=data)

        def send(token, device="p1", model="pump"):
            return ask(token, f"/v1/models/{model}/payloads?device={device}", data=self.payload)[0]

        self.assertEqual([send(token) for token in ("s", "r", "a", "p", "one")], [200, 403, 403, 200, 403])
        self.assertEqual([send("s", "q1"), send("p", "q1"), send("p", "p2"), send("p", "p1", "fan"),
                          send("one", "only"), send("s", "p3", "fan")], [200, 403, 200, 403, 200, 200])
        status, answer = ask("p", "/v1/models/pump/payloads?device=q1", data=self.payload)
        self.assertEqual(json.loads(answer)["status"], "forbidden")
        for path in ("/v1/models", "/v1/devices", "/v1/messages", "/v1/drift", "/v1/quarantine", "/metrics"):
            self.assertEqual([ask(token, path)[0] for token in ("s", "r", "a", "p")],
                             [403, 200, 403, 403 if path == "/metrics" else 200], path)
        self.assertEqual([ask(token, "/v1/models", "-X", "PUT")[0] for token in ("s", "r", "a", "p")],
                         [403, 403, 200, 200])
        # What a token is not for, it does not see.
        self.assertEqual([card["name"] for card in json.loads(ask("p", "/v1/models")[1])], ["pump"])
        devices = server.curl("/v1/devices?limit=1", "-i", "-H", "Authorization: Bearer p")[1]
        self.assertIn("Terse-Found: 2\r\n", devices)
        self.assertEqual([each["device"][0] for each in json.loads(devices.splitlines()[-1])], ["p"])
        self.assertEqual({each["device"] for each in json.loads(ask("p", "/v1/messages")[1])}, {"p1", "p2"})
        self.assertEqual([ask("p", f"/v1/devices/{name}/latest")[0] for name in ("p1", "q1", "p3")], [200, 403, 404])
        self.assertEqual([ask("p", f"/v1/messages?device={name}")[0] for name in ("p1", "q1")], [200, 403])
        ask("s", "/v1/models/pump/payloads?device=q1", data=b"far too long")
        ask("s", "/v1/models/pump/payloads?device=p1", data=b"far too long")
        self.assertEqual([each["device"] for each in json.loads(ask("p", "/v1/quarantine")[1])], ["p1"])
        self.assertEqual(ask("nobody", "/v1/nowhere")[0], 401)

    def test_answers_tell_nothing_of_the_database(self):
        server = self.server()
        lock = subprocess.Popen(["sqlite3", self.folder / "terse.sqlite"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        lock.stdin.write("BEGIN IMMEDIATE;\nSELECT 'locked';\n")
        lock.stdin.flush()
        self.assertEqual(lock.stdout.readline(), "locked\n")
        status, answer = server.json("/v1/models/pump/payloads?device=d", data=self.payload)
        self.assertEqual((status, answer["status"]), (503, "unavailable"))
        status, ready = server.curl("/readyz")
        self.assertEqual(status, 503)
        for text in (ready, json.dumps(answer)):
            for word in ("sqlite", "SQL", "locked", "database"):
                self.assertNotIn(word, text)
        self.assertIn("locked", (self.folder / "serve.log").read_text())
        lock.communicate("ROLLBACK;\n")

    def test_certificates_are_replaced_while_serving(self):
        certificate(self.folder, "old")
        certificate(self.folder, "new")
        for kind in ("crt", "key"):
            shutil.copy(self.folder / f"old.{kind}", self.folder / f"live.{kind}")
        server = self.server("--tls-certificate", "live.crt", "--tls-key", "live.key")

        def served(name):
            context = ssl.create_default_context(cafile=self.folder / f"{name}.crt")
            try:
                with context.wrap_socket(self.connect(server), server_hostname="localhost") as connection:
                    connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
                    return connection.recv(1000).startswith(b"HTTP/1.1 200")
            except ssl.SSLError:
                return False

        self.assertTrue(served("old"))
        context = ssl.create_default_context(cafile=self.folder / "old.crt")
        kept = context.wrap_socket(self.connect(server), server_hostname="localhost")
        (self.folder / "live.crt").write_text("no certificate")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the certificate and key of HTTP are unchanged" in (self.folder / "serve.log").read_text())
        self.assertTrue(served("old"))
        for kind in ("crt", "key"):
            shutil.copy(self.folder / f"new.{kind}", self.folder / f"live.{kind}")
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: served("new"))
        self.assertFalse(served("old"))
        kept.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
        self.assertTrue(kept.recv(1000).startswith(b"HTTP/1.1 200"))
        kept.close()


if __name__ == "__main__":
    HttpCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
