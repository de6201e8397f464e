"""The report as a reader meets it: drawn by Chromium, hovered over, downloaded from, printed.

Usage: browser_test.py PATH_OF_WRITE_EXAMPLE [FOLDER FOR SCREENSHOTS]
"""

import base64
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from browser import Browser

EXAMPLE, SCREENSHOTS = "", None
# What the drawn page must not leave undone; figures in closed sections wait.
DRAWN = "[...document.querySelectorAll('.chart')].filter(c => !c.closest('details:not([open])'))" \
        ".every(c => c.dataset.drawn === 'done' && c.querySelector('svg'))"


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.folder = Path(cls.temporary.name)
        subprocess.run([EXAMPLE, cls.folder], check=True)
        cls.browser = Browser(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.temporary.cleanup()

    def open(self, width=1000, scheme="light"):
        self.browser.events.clear()
        self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                          mobile=width < 600)
        self.browser.call("Emulation.setEmulatedMedia", media="",
                          features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.browser.call("Page.navigate", url=(self.folder / "report.html").as_uri())
        self.browser.until("document.readyState === 'complete' && document.querySelectorAll('.chart').length > 0")
        self.browser.until(DRAWN)

    def keep(self, name):
        if SCREENSHOTS:
            picture = self.browser.call("Page.captureScreenshot", captureBeyondViewport=True)
            (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))

    def assert_quiet(self):
        for event in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"):
            self.assertEqual(self.browser.seen(event), [])
        asked = [event["request"]["url"] for event in self.browser.seen("Network.requestWillBeSent")]
        self.assertEqual([url for url in asked if not url.startswith(("file:", "data:"))], [])
        self.assertEqual(len([url for url in asked if url.startswith("file:")]), 1)

    def test_every_figure_is_drawn_and_described(self):
        self.open()
        self.browser.evaluate("document.querySelectorAll('section details').forEach(d => d.open = true)")
        self.browser.until(DRAWN)
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('.chart svg.marks').length"), 9)
        self.assertTrue(self.browser.evaluate(
            "[...document.querySelectorAll('.chart')].every(c => c.getAttribute('aria-label').length > 30)"))
        self.keep("light")
        self.assert_quiet()

    def test_names_from_outside_stay_text(self):
        self.open()
        self.assertIn("</script><script>alert('x')</script>",
                      self.browser.evaluate("document.querySelectorAll('h2')[2].textContent"))
        self.assertEqual(self.browser.seen("Page.javascriptDialogOpening"), [])
        self.assertEqual(self.browser.evaluate("[...document.scripts].filter(s => /^alert/.test(s.text)).length"), 0)

    def hover(self, selector):
        place = self.browser.evaluate(
            f"(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=place[0] - 60, y=place[1])
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
        return self.browser.until("(document.querySelector('#vg-tooltip-element.visible') || {}).innerText")

    def test_hover_shows_the_numbers(self):
        self.open()
        text = self.hover(".chart .mark-symbol.role-mark path")
        self.assertIn("pr-qq", text)
        self.assertIn("0.26", text)
        self.assert_quiet()

    def test_download_is_the_csv(self):
        self.open()
        self.browser.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(self.folder / "got"))
        self.browser.evaluate("document.querySelector('a.download').click()")
        got = self.folder / "got" / "study.csv"
        end = time.monotonic() + 20
        while not got.exists() and time.monotonic() < end:
            self.browser.evaluate("1")
            time.sleep(0.05)
        self.assertEqual(got.read_bytes(), (self.folder / "report.csv").read_bytes())

    def test_dark_is_dark(self):
        self.open(scheme="dark")
        paper, ink = self.browser.evaluate(
            "[getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('.chart svg .role-axis-label text')).fill]")
        self.assertEqual((paper, ink), ("rgb(22, 24, 27)", "rgb(228, 230, 233)"))
        self.keep("dark")
        self.assert_quiet()

    def test_phone_needs_no_sideways_scrolling(self):
        self.open(width=380)
        self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), 380)
        self.keep("phone")

    def test_prints_on_paper(self):
        self.open(scheme="dark")
        pdf = base64.b64decode(self.browser.call("Page.printToPDF", printBackground=True)["data"])
        self.assertEqual(pdf[:5], b"%PDF-")
        if SCREENSHOTS:
            (SCREENSHOTS / "print.pdf").write_bytes(pdf)
        self.browser.call("Emulation.setEmulatedMedia", media="print",
                          features=[{"name": "prefers-color-scheme", "value": "dark"}])
        self.assertEqual(self.browser.evaluate("getComputedStyle(document.body).backgroundColor"),
                         "rgb(255, 255, 255)")


if __name__ == "__main__":
    EXAMPLE = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        SCREENSHOTS = Path(sys.argv.pop(1))
    unittest.main()
