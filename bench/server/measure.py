"""Measures terse serve against its libraries alone and writes docs/server/benchmarks.md.

Usage: measure.py BUILD_FOLDER [SECONDS_EACH [DOCUMENT]]

Needs wrk, mosquitto, mosquitto-clients and postgresql (Debian). Everything runs on this machine, client and server
on the same cores, one server after the other.
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
from postgres_database import Database  # noqa: E402
from serve_process import Server, make_model  # noqa: E402

PEERS = (1, 16, 256, 2000)
KEY = "secretkey"


class Bench:
    def __init__(self, build, seconds, folder, memory):
        self.terse, self.programs = str(build / "terse"), build / "bench" / "server"
        self.seconds, self.folder, self.memory, self.stores = seconds, Path(folder), Path(memory), 0
        self.database = None
        self.payload = bytes.fromhex(make_model(self.terse, folder)[0][0])
        (self.folder / "keys").write_text("".join(f"load-{i} {KEY}\n" for i in range(max(PEERS))))

    def load(self, port, peers, pause=0, key=None):
        """(messages/s, p50, p99, p99.9) in milliseconds."""
        command = [self.programs / "coap_load", port, "m/pump", len(self.payload), peers, self.seconds, pause]
        line = subprocess.run([str(each) for each in command + ([key] if key else [])], check=True,
                              capture_output=True, text=True).stdout
        assert "refused=0" in line, line
        return tuple(float(each) for each in line.split()[:4])

    def server(self, store, *arguments):
        self.stores += 1
        name = f"store{self.stores}.sqlite"
        place = {"none": "none", "SQLite": name, "SQLite in memory": f"{self.memory}/{name}",
                 "PostgreSQL": self.database and self.database.url}[store]
        return Server(self.terse, self.folder, "pump.terse", "--store", place, *arguments)

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
        half = rows[-1][2][0] / 2
        with Database(self.folder) as self.database, \
                self.server("PostgreSQL", "--coap", "127.0.0.1:0") as server:
            port = server.addresses["coap_port"]
            rows += [("terse, store PostgreSQL", peers, self.load(port, peers)) for peers in PEERS]
        for store in ("SQLite", "SQLite in memory"):
            with self.server(store, "--coap", "127.0.0.1:0") as server:
                load = self.load(server.addresses["coap_port"], 2000, 2000 / half)
                rows.append((f"terse, store {store}, half load", 2000, load))
        return rows

    def coaps(self):
        rows = []
        port = free_port()
        process = self.alone("coap_alone", port, KEY)
        rows += [("libcoap alone, DTLS", peers, self.load(port, peers, 0, KEY)) for peers in PEERS]
        process.kill()
        process.wait()
        for store in ("none", "SQLite"):
            with self.server(store, "--coaps", "127.0.0.1:0", "--coap-keys", "keys") as server:
                port = server.addresses["coaps_port"]
                rows += [(f"terse, DTLS, store {store}", peers, self.load(port, peers, 0, KEY))
                         for peers in PEERS]
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
        rows += [("Boost.Beast alone", peers, self.wrk(port, peers)) for peers in (1, 16, 64)]
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


def table(rows, fsync):
    """The last column compares with what no server can pass: the library alone, and one message of each peer per
    fdatasync (`fsync` ms) if it is to be on the disk first."""
    alone = {peers: rate for name, peers, (rate, *_) in rows if "alone" in name}
    lines = ["| server | peers | messages/s | p50 ms | p99 ms | p99.9 ms | of the limit |", "|" + "---|" * 7]
    for name, peers, (rate, p50, p99, p999) in rows:
        limit = min(alone[peers], peers * 1000 / fsync) if "SQL" in name else alone[peers]
        share = "" if "alone" in name or "half" in name else f"{rate / limit:.2f}"
        lines.append(f"| {name} | {peers} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {p999:.2f} | {share} |")
    return "\n".join(lines)


def fdatasync_ms(folder):
    """p50 and p99 of writing one block over another and waiting for the disk."""
    path = Path(folder) / "blocks"
    path.write_bytes(bytes(4096 * 400))
    times = []
    with open(path, "r+b", buffering=0) as file:
        os.fdatasync(file.fileno())
        for _ in range(400):
            start = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.monotonic() - start) * 1000)
    times.sort()
    return times[200], times[396]


def main():
    build, seconds = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        bench = Bench(build, seconds, folder, memory)
        fsync, fsync_p99 = fdatasync_ms(folder)
        model_name = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text()).group(1)
        parts = [
            "# Throughput of the server",
            "Messages a second and latency, measured by `python3 bench/server/measure.py build/release`. Client and "
            f"server share the cores. A message is {len(bench.payload)} bytes of payload. Each peer sends its next "
            "message when the previous one is answered, as devices do. With a store, an answer waits for fdatasync, "
            "so few peers are limited by the disk, and many share one transaction. The limit is the library alone or, "
            "with the store, one message of each peer per fdatasync, whichever is lower. Compare rows within one "
            "table: other work on the machine affects all of them.",
            f"- processor: {model_name}, {os.cpu_count()} cores; load of the machine before: {os.getloadavg()[0]:.1f}\n"
            f"- fdatasync of one block: p50 {fsync:.1f} ms, p99 {fsync_p99:.1f} ms\n- {seconds} s for each row",
            "## CoAP\n\n" + table(bench.coap(), fsync) + "\n\nHalf load: every peer sends at regular times, half as "
            "many messages as in the row of 2000 peers; latency counts from the time at which a message was due. In "
            "memory: the store's file is in /dev/shm, where nothing waits for a disk; the difference is the disk's "
            "share.",
            "## CoAP over DTLS with pre-shared keys\n\nMeasured after the handshakes.\n\n"
            + table(bench.coaps(), fsync),
            "## HTTP, persistent connections, by wrk\n\n" + table(bench.http(), fsync),
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
