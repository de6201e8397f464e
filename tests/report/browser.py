"""Chromium, driven over its DevTools protocol through a pipe (--remote-debugging-pipe)."""

import json
import os
import select
import shutil
import subprocess
import time


class Browser:
    """One headless Chromium with one page; keeps what the page logs and asks for."""

    def __init__(self, folder):
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if not program:
            raise RuntimeError("chromium is missing: apt-get install chromium")
        here_reads, chromium_writes = os.pipe()
        chromium_reads, here_writes = os.pipe()

        def as_three_and_four():
            reads, writes = os.dup(chromium_reads), os.dup(chromium_writes)
            os.dup2(reads, 3)
            os.dup2(writes, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", f"--user-data-dir={folder}/profile", "about:blank"],
            close_fds=False, preexec_fn=as_three_and_four, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(chromium_reads)
        os.close(chromium_writes)
        self.reads, self.writes = here_reads, here_writes
        self.left, self.number, self.events, self.session = b"", 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def message(self, seconds=60):
        end = time.monotonic() + seconds
        while b"\0" not in self.left:
            ready, _, _ = select.select([self.reads], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise TimeoutError("no answer from chromium")
            chunk = os.read(self.reads, 1 << 20)
            if not chunk:
                raise RuntimeError("chromium ended")
            self.left += chunk
        text, self.left = self.left.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.writes, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def until(self, expression, seconds=30):
        end = time.monotonic() + seconds
        while not (value := self.evaluate(expression)):
            if time.monotonic() > end:
                raise TimeoutError(f"still not: {expression}")
            time.sleep(0.05)
        return value

    def seen(self, method):
        return [event["params"] for event in self.events if event.get("method") == method]

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(10)
        except (RuntimeError, OSError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.reads)
        os.close(self.writes)
