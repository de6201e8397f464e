"""The page at / in headless Chromium, with messages in the store.

Usage: serve_dashboard_test.py PATH_OF_TERSE [FOLDER_FOR_SCREENSHOTS]
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from serve_process import Server, make_model


def chromium(folder, url, *arguments):
    return subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={folder}/profile", "--virtual-time-budget=4000", *arguments, url],
        check=True, capture_output=True, text=True, timeout=120).stdout


if __name__ == "__main__":
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        messages = make_model(program, temporary)
        with Server(program, temporary, "pump.terse") as server:
            for number, (payload, _) in enumerate(messages[:40]):
                server.json(f"/v1/models/pump/payloads?device=p1&counter={number}", data=bytes.fromhex(payload))
            server.json("/v1/models/pump/payloads?device=%3Cimg%20src%3Dx%3E", data=b"far too long")
            # The rest of a day at one end of the scale: every feature drifts.
            server.post("/v1/models/pump/payloads", [{"device": "p2", "hex": messages[0][0]}] * 200)
            drift = server.json("/v1/drift")[1]
            assert len(drift) == 3 and drift[0]["index"] > 0.25 and drift[0]["messages"] == 240, drift
            assert 'terse_feature_drift{model="pump"' in server.curl("/metrics")[1]
            page = chromium(temporary, server.url + "/", "--dump-dom")
            if len(sys.argv) > 2:
                for name, size in (("wide", "1200,900"), ("phone", "390,844")):
                    chromium(temporary, server.url + "/", f"--window-size={size}",
                             f"--screenshot={Path(sys.argv[2]).resolve()}/{name}.png")
    assert ">live<" in page, page[-3000:]
    for part in ("<b>240</b><span>stored", "has drifted", "<b>1</b><span>refused", "Predictions of p2", "200 messages",
                 "12 bytes instead of 2", "<b>6.0</b><span>times smaller", "&lt;img src=x&gt;", "<td>wear</td>"):
        assert part in page, f"{part!r} is not in the page:\n{page[-6000:]}"
    assert page.split('points="')[1].split('"')[0].count(",") == 200
