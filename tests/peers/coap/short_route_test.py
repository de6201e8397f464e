"""aiocoap, which shares nothing with libcoap, takes the short route: refused by plain CoAP, served inside DTLS, where
`openssl s_client` carries what aiocoap writes and reads.

Usage: short_route_test.py PATH_OF_TERSE WORK_FOLDER
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from blocks_test import python_with_aiocoap  # first: it names the folder of what follows

from serve_dtls_test import Device
from serve_process import Server, make_model

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    program, work = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2])
    python = python_with_aiocoap(work)

    def aiocoap(*arguments):
        done = subprocess.run([python, HERE / "short_route_client.py", *map(str, arguments)], check=True,
                              capture_output=True, text=True, timeout=120)
        return done.stdout.split()

    with tempfile.TemporaryDirectory() as folder:
        payload, prediction = make_model(program, folder)[0]
        (Path(folder) / "keys").write_text("dev1 secret1\n")
        with Server(program, folder, "pump.terse", "--coap", "127.0.0.1:0", "--coaps", "127.0.0.1:0", "--coap-keys",
                    "keys") as server:
            aiocoap("refused", server.addresses["coap_port"], payload)
            assert server.json("/v1/messages")[1] == [] and server.json("/v1/quarantine")[1] == []
            request = bytes.fromhex(*aiocoap("request", payload))
            assert len(request) <= 8 + len(payload) // 2, request
            with Device(server.addresses["coaps_port"], "-nocommands", "-psk_identity", "dev1", "-psk",
                        b"secret1".hex()) as device:
                device.send(request)
                code, text = aiocoap("answer", device.receive().hex())
            assert code == "2.04" and abs(float(text) - prediction) < 1e-5, (code, text)
            row, = server.json("/v1/messages")[1]
            assert (row["device"], row["model"], row["payload"]) == ("dev1", "pump", payload), row
    print(f"{len(request) - len(payload) // 2} bytes of CoAP around the message")
