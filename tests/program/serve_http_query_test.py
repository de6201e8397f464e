"""What is asked of `terse serve` by HTTP, and how it is written: queries, paths, parts of lists.

Usage: serve_http_query_test.py PATH_OF_TERSE
"""

import sys
import unittest
import urllib.parse
from pathlib import Path

from http_case import HttpCase


class QueryTest(HttpCase):
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
        both = server.post("/v1/models/pump/payloads?device=q&counter=3", {"hex": self.payload.hex()})
        self.assertEqual(both[0], 400)
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
            server.curl(f"/v1/models/pump/payloads?device=pump-{number:02}",
                        data=bytes.fromhex(self.messages[number][0]))
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


if __name__ == "__main__":
    HttpCase.program = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
