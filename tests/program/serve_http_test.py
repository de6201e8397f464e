"""HTTP of `terse serve` as raw bytes, by curl and by Python's http.client: framing, limits, methods, media types.

Usage: serve_http_test.py PATH_OF_TERSE
"""

import http.client
import json
import socket
import sys
import unittest
from pathlib import Path

from http_case import HOST, POST, HttpCase


class FramingTest(HttpCase):
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
        answer = b""
        try:
            connection.sendall(whole + after)
            while more := connection.recv(65536):
                answer += more
        except (ConnectionResetError, BrokenPipeError):
            pass
        self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), (whole[:200], answer[:200]))
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1, (whole[:200], answer))
        self.assertIn(b"\r\nConnection: close\r\n", answer)
        body = answer.partition(b"\r\n\r\n")[2]
        self.assertTrue(body == b"" if whole.startswith(b"HEAD") else "error" in json.loads(body), answer)

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
                (405, b"DELETE /v1/models HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                (400, b"GET /healthz HTTP/1.1\r\n\r\n"), (505, b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n"),
                (400, b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n"), (400, b"GET /healthz\r\n\r\n"),
                (400, b"GET /healthz HTTP/1.1\n" + HOST + b"\n"), (400, b"\r\n\r\nGET /healthz HTTP/1.1\r\n"),
                (400, POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
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
                  POST.replace(b"pump", b"pu%6dp").replace(b"raw", b"r%61w") + b"Content-Length: 2\r\n\r\n" + two]
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
        # Probes of load balancers name no host; what browsers send always does.
        self.assertTrue(self.talk(server, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200"))
        wrong = b"GET /healthz HTTP/1.0\r\nHost: rebound.example\r\n\r\n"
        self.assertTrue(self.talk(server, wrong).startswith(b"HTTP/1.1 421"))

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


if __name__ == "__main__":
    HttpCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
