"""schemathesis (PyPI) asks a live server everything that openapi.json allows, and much that it does not.

Usage: serve_openapi_test.py PATH_OF_TERSE
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from openapi_check import DOCUMENT, python_with_requirements
from serve_process import Server, make_model

PROGRAM = ""


class OpenApiTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.messages = make_model(PROGRAM, self.folder)

    def test_the_server_gives_the_document(self):
        with Server(PROGRAM, self.folder, "pump.terse", "--store", "none") as server:
            self.assertEqual(server.json("/openapi.json")[1], DOCUMENT.value)

    def test_another_answer_than_promised_is_noticed(self):
        good = '{"status":"stored","model":"m","version":"v","prediction":1}'
        path = "/v1/models/m/payloads"
        DOCUMENT.check("POST", path, 200, "application/json", good)
        DOCUMENT.check("GET", "/v1/devices/a/b/latest?x", 404, "application/json", '{"error":"none"}')
        for status, media, body in ((200, "text/plain", good), (204, "application/json", good),
                                    (200, "application/json", good.replace("stored", "kept")),
                                    (200, "application/json", good.replace("prediction", "value")),
                                    (200, "application/json", '{"error":"x"}'),
                                    (409, "application/json", '{"error":"x"}')):
            with self.assertRaises(AssertionError, msg=(status, media, body)):
                DOCUMENT.check("POST", path, status, media, body)

    def test_schemathesis_finds_nothing(self):
        python = python_with_requirements()
        with Server(PROGRAM, self.folder, "pump.terse") as server:
            for number in range(20):
                server.curl(f"/v1/models/pump/payloads?device=d{number}", data=bytes.fromhex(self.messages[number][0]))
            done = subprocess.run(
                [python.parent / "st", "run", f"{server.url}/openapi.json", "--seed", "1", "--max-examples", "25",
                 "--phases", "coverage,fuzzing", "--generation-database", "none", "--request-timeout", "20",
                 # What fits the schema may still be a message of no model, and 422 or 404.
                 "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
                 "response_headers_conformance,response_schema_conformance,unsupported_method,"
                 "allow_header_conformance,negative_data_rejection", "--no-color", "--continue-on-failure"],
                cwd=self.folder, capture_output=True, text=True, timeout=300,
                env={**os.environ, "SCHEMATHESIS_HOOKS": ""})
            self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
            self.assertEqual(server.curl("/healthz"), (200, "ok\n"))


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
