"""Measures terse serve against its libraries alone and writes docs/server/benchmarks.md.

Usage: measure.py BUILD_FOLDER [SECONDS_EACH [DOCUMENT]]

Needs wrk, mosquitto and mosquitto-clients (Debian). Everything runs on this machine, client and server on the same
cores, one server after the other.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "program"))
from mqtt_broker import Broker, free_port  # noqa: E402
from serve_process import Server, make_model  # noqa: E402

PEERS = (1, 16, 256, 2000)
KEY = "secretkey"


class Bench:
    def __init__(self, build, seconds, folder):
        self.terse, self.programs = str(build / "terse"), build / "bench" / "server"
        self.seconds, self.folder, self.stores = seconds, Path(folder), 0
        self.payload = bytes.fromhex(make_model(self.terse, folder)[0][0])
        (self.folder / "keys").write_text(f"load {KEY}\n")

    def load(self, port, peers, pause=0, key=None):
        """(messages/s, p50, p99, p99.9) in milliseconds."""
        command = [self.programs / "coap_load", port, "m/pump", len(self.payload), peers, self.seconds, pause]
        line = subprocess.run([str(each) for each in command + ([key] if key else [])], check=True,
                              capture_output=True, text=True).stdout
        assert "refused=0" in line, line
        return tuple(float(each) for each in line.split()[:4])

    def server(self, store, *arguments):
        self.stores += 1
        return Server(self.terse, self.folder, "pump.terse", "--store",
                      "none" if store == "none" else f"store{self.stores}.sqlite", *arguments)

    def alone(self, name, port, *arguments):
        process = subprocess.Popen([str(each) for each in (self.programs / name, port, *arguments)])
        time.sleep(0.5)
        return process

    def coap(self):
        rows = []
        port = free_port()
        process = self.alone("coap_alone", port)
        rows += [("libcoap alone", peers, self.load(port, peers)) for peers in PEERS]
        process.kill()
        process.wait()
        for store in ("none", "SQLite"):
            with self.server(store, "--coap", "127.0.0.1:0") as server:
                port = server.addresses["coap_port"]
                rows += [(f"terse, store {store}", peers, self.load(port, peers)) for peers in PEERS]
                if store == "SQLite":
                    half = rows[-1][2][0] / 2
                    rows.append(("terse, store SQLite, half load", 2000, self.load(port, 2000, 2000 / half)))
        return rows

    def coaps(self):
        rows, peers_with_keys = [], PEERS[:3]
        port = free_port()
        process = self.alone("coap_alone", port, KEY)
        rows += [("libcoap alone, DTLS", peers, self.load(port, peers, 0, KEY)) for peers in peers_with_keys]
        process.kill()
        process.wait()
        with self.server("SQLite", "--coaps", "127.0.0.1:0", "--coap-keys", "keys") as server:
            port = server.addresses["coaps_port"]
            rows += [("terse, DTLS, store SQLite", peers, self.load(port, peers, 0, KEY))
                     for peers in peers_with_keys]
        return rows

    def wrk(self, port, connections):
        script = self.folder / "post.lua"
        script.write_text('wrk.method = "POST"\nwrk.body = string.char(' + ",".join(map(str, self.payload)) + ")\n"
                          'wrk.headers["Content-Type"] = "application/octet-stream"\n'
                          "done = function(summary, latency)\n"
                          'io.write(string.format("RESULT %f %f %f %f %d\\n", '
                          "summary.requests / summary.duration * 1e6,"
                          "latency:percentile(50) / 1000, latency:percentile(99) / 1000,"
                          "latency:percentile(99.9) / 1000, summary.errors.status))\nend\n")
        text = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "-s", script,
                               f"http://127.0.0.1:{port}/v1/models/pump/payloads?device=load"], check=True,
                              capture_output=True, text=True).stdout
        *values, errors = re.search(r"RESULT (.*)", text).group(1).split()
        assert errors == "0", text
        return tuple(map(float, values))

    def http(self):
        rows, port = [], free_port()
        process = self.alone("http_alone", port)
        rows += [("cpp-httplib alone", peers, self.wrk(port, peers)) for peers in (1, 16, 64)]
        process.kill()
        process.wait()
        for store in ("none", "SQLite"):
            with self.server(store) as server:
                port = server.addresses["http"].rsplit(":", 1)[1]
                rows += [(f"terse, store {store}", peers, self.wrk(port, peers)) for peers in (1, 16, 64)]
        return rows

    def publish(self, broker, count, done):
        """Messages/s from the first line given to mosquitto_pub (QoS 1) until done(count)."""
        line = json.dumps({"hex": self.payload.hex()}) + "\n"
        start = time.monotonic()
        with subprocess.Popen(["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-l", "-V", "5", "-t",
                               "terse/up/pump/load", "-D", "publish", "content-type", "application/json"],
                              stdin=subprocess.PIPE, text=True) as publisher:
            publisher.stdin.write(line * count)
            publisher.stdin.close()
        done(count)
        return count / (time.monotonic() - start)

    def mqtt(self):
        count, rows = 10000 * self.seconds, []
        with Broker(self.folder) as broker:
            with subprocess.Popen(["mosquitto_sub", "-p", str(broker.port), "-q", "1", "-t", "terse/up/#", "-C",
                                   str(count)], stdout=subprocess.DEVNULL) as subscriber:
                time.sleep(0.5)
                rows.append(("mosquitto alone, to mosquitto_sub", self.publish(broker, count,
                                                                             lambda _: subscriber.wait())))
            for store in ("none", "SQLite"):
                with self.server(store, "--mqtt", f"mqtt://127.0.0.1:{broker.port}") as server:
                    def stored(wanted, server=server):
                        pattern = r'verdict="stored"\} (\d+)'
                        while int(re.search(pattern, server.curl("/metrics")[1]).group(1)) < wanted:
                            time.sleep(0.02)

                    while "terse_mqtt_connected 1" not in server.curl("/metrics")[1]:
                        time.sleep(0.02)
                    rows.append((f"mosquitto to terse, store {store}", self.publish(broker, count, stored)))
        return rows


def table(rows):
    lines = ["| server | peers | messages/s | p50 ms | p99 ms | p99.9 ms |", "|---|---|---|---|---|---|"]
    lines += [f"| {name} | {peers} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {p999:.2f} |"
              for name, peers, (rate, p50, p99, p999) in rows]
    return "\n".join(lines)


def fsync_ms(folder):
    with open(Path(folder) / "fsync", "wb", buffering=0) as file:
        start = time.monotonic()
        for _ in range(50):
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
        return (time.monotonic() - start) * 20


def main():
    build, seconds = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(build, seconds, folder)
        model_name = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text()).group(1)
        parts = [
            "# How many messages a server takes",
            "Made by `python3 bench/server/measure.py build/release`; client and server share the cores. A message is "
            f"{len(bench.payload)} bytes of payload. Each peer sends its next message when the last one is answered, "
            "which is what devices do; with the store on an answer waits for fsync, so few peers are bound by the disk "
            "and many share one transaction. Read the rows of one table against each other: other work on the machine "
            "shows in all of them.",
            f"- processor: {model_name}, {os.cpu_count()} cores; load of the machine before: {os.getloadavg()[0]:.1f}\n"
            f"- fdatasync of one block: {fsync_ms(folder):.1f} ms\n- {seconds} s for each row",
            "## CoAP\n\n" + table(bench.coap()),
            "## CoAP over DTLS with pre-shared keys\n\nAfter the handshakes.\n\n" + table(bench.coaps()),
            "## HTTP, kept connections, by wrk\n\n" + table(bench.http()),
            "## MQTT, QoS 1, by mosquitto_pub\n\nFrom the first message published to the last one received.\n\n"
            "| server | messages/s |\n|---|---|\n" + "\n".join(f"| {name} | {rate:,.0f} |"
                                                              for name, rate in bench.mqtt()),
        ]
    text = "\n\n".join(parts) + "\n"
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(text)
    print(text)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
