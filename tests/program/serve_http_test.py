"""HTTP of `terse serve` as raw bytes, by curl and by Python's http.client: framing, limits, methods, hosts and origins,
rights of tokens.

Usage: serve_http_test.py PATH_OF_TERSE
"""

import http.client
import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path

from serve_process import Server, make_model, wait_until

PROGRAM = ""
HOST = b"Host: localhost\r\n"
POST = b"POST /v1/models/pump/payloads?device=raw HTTP/1.1\r\n" + HOST


def certificate(folder, name):
    """NAME.crt and NAME.key for localhost."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
         Path(folder) / f"{name}.key", "-out", Path(folder) / f"{name}.crt"], check=True, capture_output=True)


class HttpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.models = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.models.cleanup)
        cls.messages = make_model(PROGRAM, cls.models.name, "pump", 1)
        make_model(PROGRAM, cls.models.name, "fan", 2)
        cls.payload = bytes.fromhex(cls.messages[0][0])

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name in ("pump", "fan"):
            shutil.copy(Path(self.models.name) / f"{name}.terse", self.folder)

    def server(self, *arguments):
        server = Server(PROGRAM, self.folder, "pump.terse", "fan.terse", *arguments)
        self.addCleanup(server.__exit__)
        return server

    def connect(self, server):
        host, port = server.addresses["http"].split(":")
        connection = socket.create_connection((host, int(port)), 20)
        self.addCleanup(connection.close)
        return connection

    def talk(self, server, *pieces):
        """What comes back until the server closes, or the last answer of a connection that is kept."""
        connection = self.connect(server)
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while more := connection.recv(65536):
            answer += more
        return answer

    def refused(self, server, whole, status):
        """It is answered with this status and the connection ends, so that no byte becomes another request."""
        after = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
        connection = self.connect(server)
        connection.sendall(whole + after)
        answer = b""
        try:
            while more := connection.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
        self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), (whole[:200], answer[:200]))
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1, (whole[:200], answer))
        self.assertIn(b"\r\nConnection: close\r\n", answer)
        self.assertIn("error", json.loads(answer.partition(b"\r\n\r\n")[2]))

    def test_ambiguous_framing_is_refused_and_the_connection_ends(self):
        server = self.server("--store", "none")
        two = self.payload
        for status, head, body in (
                (400, b"Content-Length: 2\r\nContent-Length: 2\r\n", two),
                (400, b"Content-Length: 2\r\nContent-Length: 7\r\n", two),
                (400, b"Content-Length: 2, 2\r\n", two), (400, b"Content-Length: +2\r\n", two),
                (400, b"Content-Length: -2\r\n", two), (400, b"Content-Length: 2x\r\n", two),
                (400, b"Content-Length: 99999999999999999999999\r\n", two), (400, b"Content-Length:\r\n", two),
                (400, b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"2\r\n" + two + b"\r\n0\r\n\r\n"),
                (400, b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", b"2\r\n" + two + b"\r\n0\r\n\r\n"),
                (501, b"Transfer-Encoding: gzip\r\n", two), (501, b"Transfer-Encoding: gzip, chunked\r\n", two),
                (501, b"Transfer-Encoding: identity\r\n", two),
                (400, b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
                (415, b"Content-Encoding: gzip\r\nContent-Length: 2\r\n", two),
                (415, b"Content-Encoding: br\r\nContent-Length: 2\r\n", two),
                (413, b"Content-Length: 1048577\r\n", b""),
                (417, b"Expect: a-cake\r\nContent-Length: 2\r\n", two),
                (400, b"X: a\r\n folded\r\nContent-Length: 2\r\n", two),
                (400, b"X: a\nContent-Length: 2\r\n", two), (400, b"X: a\rb\r\nContent-Length: 2\r\n", two),
                (400, b"X: \0\r\nContent-Length: 2\r\n", two), (400, b"X : a\r\nContent-Length: 2\r\n", two),
                (400, b"Host: localhost\r\nContent-Length: 2\r\n", two)):
            self.refused(server, POST + head + b"\r\n" + body, status)
        chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"
        for body in (b"x\r\n", b"2\r\nabc\r\n0\r\n\r\n", b"-2\r\nab\r\n0\r\n\r\n", b"2 \nab\r\n0\r\n\r\n",
                     b"11111111111111111\r\n", b"0\r\nContent-Length: 4\r\n\r\n"):
            self.refused(server, chunked + body, 400)
        self.refused(server, chunked + b"100001\r\n", 413)
        for status, whole in (
                (400, b"GET /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nab"),
                (400, b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nab"),
                (400, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nab"),
                (400, b"DELETE /v1/models HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                (400, b"GET /healthz HTTP/1.1\r\n\r\n"), (505, b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n"),
                (400, b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n"), (400, b"GET /healthz\r\n\r\n"),
                (400, b"GET /healthz HTTP/1.1\n" + HOST + b"\n"), (400, b"\r\n\r\nGET /healthz HTTP/1.1\r\n"),
                (400, b"POST /v1/models/pump/payloads?device=d HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                (400, b"GET /v1/devices/%zz/latest HTTP/1.1\r\n" + HOST + b"\r\n"),
                (400, b"GET /v1/devices/a%00b/latest HTTP/1.1\r\n" + HOST + b"\r\n"),
                (400, b"GET /v1/devices/a%4 HTTP/1.1\r\n" + HOST + b"\r\n"),
                (400, b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n"),
                (400, b"GET /\xc3\xa4 HTTP/1.1\r\n" + HOST + b"\r\n"),
                (414, b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
                (431, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 9000 + b"\r\n\r\n"),
                (431, b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 2000 + b"\r\n"),
                (431, chunked + b"0\r\nX: " + b"y" * 9000 + b"\r\n\r\n"),
                (431, chunked + b"2;x=" + b"y" * 9000 + b"\r\nab\r\n0\r\n\r\n")):
            self.refused(server, whole, status)
        self.assertIn('terse_uplinks_total{verdict="stored"} 0\n', server.curl("/metrics")[1])

    def test_what_is_allowed_is_understood_however_it_arrives(self):
        server = self.server()
        ping = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
        self.assertEqual(self.talk(server, ping * 3).count(b"HTTP/1.1 200 OK"), 3)
        self.assertEqual(self.talk(server, b"\r\n" + ping).count(b"200 OK"), 1)
        two = self.payload
        wholes = [POST + b"Content-Length: 2\r\n\r\n" + two,
                  POST + b"Transfer-Encoding: Chunked\r\n\r\n2\r\n" + two + b"\r\n0\r\n\r\n",
                  POST + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n" + two[:1] + b"\r\n01\r\n" + two[1:]
                  + b"\r\n000\r\nX-Trailer: y\r\n\r\n",
                  b"POST http://localhost/v1/models/pump/payloads?device=raw HTTP/1.1\r\nHost: other.example\r\n"
                  b"Content-Length: 2\r\n\r\n" + two,
                  b"POST /v1/models/pu%6dp/payloads?device=r%61w HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\n" + two]
        for whole in wholes:
            for pieces in ([whole], [whole[i:i + 1] for i in range(len(whole))]):
                answer = self.talk(server, *pieces, ping)
                self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 2, (whole, answer))
                self.assertIn(b'"status":"stored"', answer)
        # Every one of them was read as the next of the same connection, too.
        answer = self.talk(server, b"".join(wholes * 4))
        self.assertEqual(answer.count(b'"status":"stored"'), 4 * len(wholes))
        self.assertEqual(len(server.json("/v1/messages?device=raw")[1]), 6 * len(wholes))

    def test_old_clients(self):
        server = self.server()
        answer = self.talk(server, b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n")
        self.assertIn(b"\r\nConnection: close\r\n", answer)
        kept = b"GET /healthz HTTP/1.0\r\n" + HOST + b"Connection: keep-alive\r\n\r\n"
        answer = self.talk(server, kept + kept)
        self.assertEqual(answer.count(b"\r\nConnection: keep-alive\r\n"), 2)
        self.assertTrue(self.talk(server, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421"))

    def test_methods(self):
        server = self.server()
        host, port = server.addresses["http"].split(":")
        client = http.client.HTTPConnection(host, int(port), timeout=20)
        self.addCleanup(client.close)

        def ask(method, path, body=None, headers=None):
            client.request(method, path, body, headers or {})
            answer = client.getresponse()
            return answer.status, answer, answer.read()

        for path in ("/healthz", "/v1/models", "/", "/openapi.json", "/v1/devices"):
            status, got, body = ask("GET", path)
            self.assertEqual(status, 200)
            self.assertEqual(int(got.headers["Content-Length"]), len(body))
            status, head, nothing = ask("HEAD", path)
            self.assertEqual((status, nothing), (200, b""))
            for name in ("Content-Length", "Content-Type", "Terse-Found", "Content-Security-Policy"):
                self.assertEqual(head.headers[name], got.headers[name], (path, name))
        self.assertEqual(ask("HEAD", "/nowhere")[0::2], (404, b""))
        for method, path, allowed in (("DELETE", "/v1/models", "GET, HEAD, PUT, OPTIONS"),
                                      ("PUT", "/healthz", "GET, HEAD, OPTIONS"),
                                      ("GET", "/v1/models/pump/payloads", "POST, OPTIONS"),
                                      ("PATCH", "/v1/webhooks/chirpstack", "POST, OPTIONS"),
                                      ("BREW", "/v1/devices", "GET, HEAD, OPTIONS")):
            status, answer, body = ask(method, path)
            self.assertEqual((status, answer.headers["Allow"]), (405, allowed), (method, path))
            self.assertIn("error", json.loads(body))
            status, answer, body = ask("OPTIONS", path)
            self.assertEqual((status, answer.headers["Allow"], body), (204, allowed, b""))
        self.assertEqual(ask("OPTIONS", "/nowhere")[0], 404)
        status, answer, _ = ask("OPTIONS", "*")
        self.assertEqual((status, answer.headers["Allow"]), (204, "GET, HEAD, POST, PUT, OPTIONS"))
        # A range of an answer is the whole, as RFC 9110 allows.
        status, answer, body = ask("GET", "/openapi.json", None, {"Range": "bytes=" + ",".join(["0-"] * 900)})
        self.assertEqual((status, len(body)), (200, int(answer.headers["Content-Length"])))

    def test_media_types_and_schemes_in_any_case(self):
        (self.folder / "tokens").write_text("secret\n")
        server = self.server("--tokens", "tokens")
        body = json.dumps({"device": "d", "hex": self.payload.hex()}).encode()
        for scheme in ("Bearer", "bearer", "BEARER"):
            for media in ("application/json", "Application/JSON", "application/json; charset=utf-8",
                          'application/json ;charset="utf-8"; x=y'):
                status, answer = server.json("/v1/models/pump/payloads", "-H", f"Authorization: {scheme} secret", "-H",
                                             f"Content-Type: {media}", data=body)
                self.assertEqual((status, answer["status"]), (200, "stored"))
        for media in ("text/plain", "application/xml", "application/jsonx"):
            status, answer = server.json("/v1/webhooks/chirpstack", "-H", "Authorization: Bearer secret", "-H",
                                         f"Content-Type: {media}", data=body)
            self.assertEqual(status, 415)

    def test_a_body_that_is_waited_for(self):
        server = self.server()
        connection = self.connect(server)
        connection.sendall(POST + b"Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n")
        self.assertEqual(connection.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(self.payload)
        self.assertIn(b'"status":"stored"', connection.recv(1000))
        # Who is refused is told at once, and sends no body.
        for path in (b"/nowhere", b"/v1/devices"):
            connection = self.connect(server)
            connection.sendall(b"POST " + path + b" HTTP/1.1\r\n" + HOST
                               + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            self.assertRegex(connection.recv(1000), rb"^HTTP/1.1 40[45] ")
        self.assertEqual(server.curl("/v1/models/pump/payloads?device=d", "-H", "Expect: 100-continue",
                                     data=self.payload)[0], 200)

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
                                (("Host: localhost", "Origin: https://dash.example", "Sec-Fetch-Site: cross-site"), 200),
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
            done = subprocess.run([PROGRAM, "serve", "pump.terse", "--store", "none", "--http", address],
                                  cwd=self.folder, capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("--open", done.stderr)
            self.assertIn("--tokens", done.stderr)
            self.assertEqual(len([line for line in done.stderr.splitlines() if "Run with --help" not in line]), 1)
        for allowed in (("--open",), ("--tokens", "tokens")):
            process = subprocess.Popen([PROGRAM, "serve", "pump.terse", "--store", "none", "--http", "0.0.0.0:0",
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
        devices = server.curl("/v1/devices?limit=1&order=device&descending=false", "-i", "-H",
                              "Authorization: Bearer p")[1]
        self.assertIn("Terse-Found: 2\r\n", devices)
        self.assertEqual([each["device"] for each in json.loads(devices.splitlines()[-1])], ["p1"])
        self.assertEqual({each["device"] for each in json.loads(ask("p", "/v1/messages")[1])}, {"p1", "p2"})
        self.assertEqual([ask("p", f"/v1/devices/{name}/latest")[0] for name in ("p1", "q1", "p3")], [200, 403, 404])
        self.assertEqual([ask("p", f"/v1/messages?device={name}")[0] for name in ("p1", "q1")], [200, 403])
        ask("s", "/v1/models/pump/payloads?device=q1", data=b"far too long")
        ask("s", "/v1/models/pump/payloads?device=p1", data=b"far too long")
        self.assertEqual([each["device"] for each in json.loads(ask("p", "/v1/quarantine")[1])], ["p1"])
        self.assertEqual(ask("nobody", "/v1/nowhere")[0], 401)

    def test_queries_are_read_as_they_are(self):
        server = self.server()

        def send(query):
            return server.json("/v1/models/pump/payloads?device=q&" + query, data=self.payload)

        self.assertEqual(send("counter=7")[1]["status"], "stored")
        self.assertEqual(send("counter=007")[1]["status"], "duplicate")
        for query in ("counter=", "counter=%2B1", "counter=-1", "counter=1.0", "counter=1&counter=1", "device=q",
                      "countr=1", "counter=1&key=a", "key=", "t=x", "t=", "counter=99999999999999999999"):
            status, answer = send(query)
            self.assertEqual((status, list(answer)), (400, ["error"]), query)
        self.assertEqual(send("key=a%3D%26b+c")[1]["status"], "stored")
        self.assertEqual(send("key=a=%26b%20c")[1]["status"], "duplicate")
        self.assertEqual(send("key=t&t=1796000000.5")[1]["status"], "stored")
        status, answer = server.json("/v1/models/pump/payloads?device=q&counter=3", "-H", "Content-Type: application/json",
                                     data=json.dumps({"hex": self.payload.hex()}).encode())
        self.assertEqual(status, 400)
        for path in ("/v1/devices?limit=0", "/v1/devices?limit=10001", "/v1/devices?order=size",
                     "/v1/devices?descending=yes", "/v1/devices?silent_since=-1", "/v1/devices?skip=x",
                     "/v1/quarantine?before=x", "/v1/messages?limit=1&limit=2", "/v1/models?x=y"):
            self.assertEqual(server.curl(path)[0], 400, path)
        self.assertEqual(server.curl("/?from=elsewhere&from=again")[0], 200)

    def test_names_of_devices_in_paths(self):
        server = self.server()
        for name in ("app/dev", "a b", "ä%", "x/latest", "latest", "?&#"):
            quoted = urllib.parse.quote(name, safe="")
            self.assertEqual(server.curl(f"/v1/models/pump/payloads?device={quoted}", data=self.payload)[0], 200, name)
            self.assertEqual(server.json(f"/v1/devices/{quoted}/latest")[1]["device"], name)
        self.assertEqual(server.json("/v1/devices/app/dev/latest")[1]["device"], "app/dev")

    def test_devices_are_searched_sorted_and_paged(self):
        server = self.server()
        for number in range(30):
            server.curl(f"/v1/models/pump/payloads?device=pump-{number:02}", data=bytes.fromhex(self.messages[number][0]))
        server.curl("/v1/models/fan/payloads?device=fan", data=self.payload)

        def names(query):
            return [each["device"] for each in server.json("/v1/devices?" + query)[1]]

        expected = [f"pump-{number:02}" for number in range(30)]
        self.assertEqual(names("search=pump-&order=device&descending=false&limit=10000"), expected)
        self.assertEqual(names("search=pump-&order=device&descending=false&skip=28&limit=5"), expected[28:])
        self.assertEqual(names("search=pump-&order=device"), expected[::-1])
        self.assertEqual(names("order=model&descending=false&limit=1"), ["fan"])
        predictions = [each["prediction"] for each in server.json("/v1/devices?order=prediction&search=pump")[1]]
        self.assertEqual(predictions, sorted(predictions, reverse=True))
        latest = server.json("/v1/devices?limit=1")[1][0]["received_ms"]
        self.assertEqual(len(names("silent_since=0")), 0)
        self.assertEqual(len(names(f"silent_since={latest + 1}")), 31)
        self.assertIn("Terse-Found: 30\r\n", server.curl("/v1/devices?search=pump-&limit=1", "-i")[1])

    def test_quarantine_in_pages(self):
        server = self.server()
        for number in range(7):
            server.curl("/v1/models/pump/payloads?device=d", data=b"xxx%d" % number)
        first = server.json("/v1/quarantine?limit=3")[1]
        second = server.json(f"/v1/quarantine?limit=100&before={first[-1]['id']}")[1]
        self.assertEqual([bytes.fromhex(each["payload"])[-1:] for each in first + second],
                         [b"%d" % number for number in range(6, -1, -1)])
        # A page has 1 MiB of payload at most, whatever its limit.
        for _ in range(3):
            server.curl("/v1/models/pump/payloads?device=d", data=bytes(700_000))
        page = server.json("/v1/quarantine?limit=10000")[1]
        self.assertLessEqual(sum(len(each["payload"]) // 2 for each in page), 1 << 20)
        self.assertGreaterEqual(len(page), 1)

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
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
