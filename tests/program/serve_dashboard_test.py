"""The page at / in headless Chromium, with messages in the store.

Usage: serve_dashboard_test.py PATH_OF_TERSE [FOLDER_FOR_SCREENSHOTS]
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from narrow_windows import NarrowWindows, measured
from serve_process import Server, make_model

WIDTHS = (320, 360, 390, 600, 800, 1200)


def chromium(folder, url, *arguments):
    return subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={folder}/profile", "--virtual-time-budget=4000", *arguments, url],
        check=True, capture_output=True, text=True, timeout=120).stdout


def take_screenshots(folder, url, target):
    """wide.png, and phones of three widths beside each other: phones.png; both also dark."""
    for suffix, scheme in (("", "1"), ("-dark", "0")):
        colours = f"--blink-settings=preferredColorScheme={scheme}"
        chromium(folder, url + "/", colours, "--window-size=1200,1000", f"--screenshot={target}/wide{suffix}.png")
        with NarrowWindows(url, WIDTHS[:3], height=2200) as windows:
            chromium(folder, windows.url, colours, "--window-size=1120,2220",
                     f"--screenshot={target}/phones{suffix}.png")


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
            # A long name, a long reason, a payload that fills a datagram.
            name = "building-7%2Ffloor-12%2Froom-1204%2Fvibration-sensor-without-a-single-blank"
            server.json(f"/v1/models/pump/payloads?device={name}", data=bytes(1200))
            server.json(f"/v1/models/pump/payloads?device={name}", data=bytes.fromhex(messages[0][0]))
            with NarrowWindows(server.url, WIDTHS) as windows:
                sizes = measured(chromium(temporary, windows.url, "--window-size=4000,2500", "--dump-dom"))
            if len(sys.argv) > 2:
                take_screenshots(temporary, server.url, Path(sys.argv[2]).resolve())
    assert ">live<" in page, page[-3000:]
    for part in ("<b>240</b><span>stored", "has drifted", "<b>1</b><span>refused", "Predictions of p1", "40 messages",
                 "12 bytes instead of 2", "<b>6.0</b><span>times smaller", "&lt;img src=x&gt;", ">wear</td>"):
        assert part in page, f"{part!r} is not in the page:\n{page[-6000:]}"
    assert page.split('points="')[1].split('"')[0].count(",") == 40
    # Nothing scrolls sideways, on a phone or elsewhere.
    assert sorted(sizes) == sorted(WIDTHS), sizes
    for width, size in sizes.items():
        # At most a scroll bar for what is below narrows the view.
        assert size["state"] == "live" and width - 20 <= size["viewport"] <= width, (width, size)
        assert size["content"] == size["viewport"] and not size["wide"], (width, size)
