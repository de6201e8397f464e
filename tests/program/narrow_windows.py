"""A page in windows of several widths at once: frames beside each other, served from one origin with the page, so
that a script may measure in them (headless Chromium makes no window below 500 pixels).
"""

import http.server
import json
import re
import threading
import urllib.error
import urllib.request

FRAMES = """<!doctype html><meta charset="utf-8"><style>body { margin: 0; display: flex; gap: 8px; }
iframe { border: 0; height: %(height)dpx; flex: none; }</style>
%(frames)s<pre id="measured" hidden></pre><script>
setInterval(() => {
  const measured = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, root = page.documentElement;
    // What is wider than the place it has, and hidden or to be scrolled; the page itself too.
    const wide = [...page.querySelectorAll("*")].filter((each) => !["SCRIPT", "STYLE"].includes(each.tagName)
      && (each.getBoundingClientRect().right > root.clientWidth + 1
        || (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible"
          && getComputedStyle(each).overflowX !== "hidden")));
    measured[frame.width] = { state: page.getElementById("state").textContent, viewport: root.clientWidth,
      content: root.scrollWidth, wide: wide.map((each) => each.tagName + " " + each.textContent.slice(0, 40)) };
  }
  document.getElementById("measured").textContent = JSON.stringify(measured);
}, 200);
</script>"""


class NarrowWindows:
    """Use as a context; `url` shows the pages of the server at `origin` in frames so wide."""

    def __init__(self, origin, widths, height=2400):
        frames = "".join(f'<iframe src="/" width="{width}"></iframe>' for width in widths)
        document = FRAMES % {"frames": frames, "height": height}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/frames":
                    return self.answer(200, "text/html; charset=utf-8", document.encode())
                try:
                    with urllib.request.urlopen(origin + self.path, timeout=20) as answer:
                        self.answer(answer.status, answer.headers["Content-Type"], answer.read())
                except urllib.error.HTTPError as error:
                    self.answer(error.code, "text/plain", error.read())

            def answer(self, status, kind, body):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/frames"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def measured(document):
    """{width: {"state", "viewport", "content", "wide"}} from the document that a browser dumps."""
    text = re.search(r'(?s)<pre id="measured"[^>]*>(.*?)</pre>', document).group(1)
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(name, character)
    return {int(width): each for width, each in json.loads(text).items()}
