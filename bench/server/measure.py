"""Measures terse serve against its libraries alone and writes docs/server/benchmarks.md.

Usage: measure.py BUILD_FOLDER [--seconds EACH] [--document FILE] [--other TERSE] [--only PART ...]

Needs wrk, mosquitto, mosquitto-clients and postgresql (Debian). Everything runs on this machine, client and server
on the same cores, one server after the other.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import signal
import statistics
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
HTTP_PEERS = (1, 16, 64, 128)
KEY = "secretkey"
BATCH = 100
DEVICES = 100_000


class Bench:
    def __init__(self, build, seconds, folder, memory, other=None):
        self.terse, self.programs = str(build / "terse"), build / "bench" / "server"
        self.seconds, self.folder, self.memory, self.stores = seconds, Path(folder), Path(memory), 0
        self.database = None
        # (name in the tables, program)
        self.servers = [("terse", self.terse)] + ([("other terse", other)] if other else [])
        self.payload = bytes.fromhex(make_model(self.terse, folder)[0][0])
        (self.folder / "keys").write_text("".join(f"load-{i} {KEY}\n" for i in range(max(PEERS))))

    def load(self, port, peers, pause=0, key=None):
        """(messages/s, p50, p99, p99.9) in milliseconds."""
        command = [self.programs / "coap_load", port, "m/pump", len(self.payload), peers, self.seconds, pause]
        line = subprocess.run([str(each) for each in command + ([key] if key else [])], check=True,
                              capture_output=True, text=True).stdout
        assert "refused=0" in line, line
        return tuple(float(each) for each in line.split()[:4])

    def server(self, store, *arguments, program=None):
        self.stores += 1
        name = f"store{self.stores}.sqlite"
        place = {"none": "none", "SQLite": name, "SQLite in memory": f"{self.memory}/{name}",
                 "PostgreSQL": self.database and self.database.url}[store]
        return Server(program or self.terse, self.folder, "pump.terse", "--store", place, *arguments)

    def rows_of(self, measure, peers, *arguments):
        """[(name, peers, figures)] of every server with every store. measure(server, peers) -> figures."""
        rows = []
        for store in ("none", "SQLite", "PostgreSQL"):
            for name, program in self.servers:
                with self.database_for(store), self.server(store, *arguments, program=program) as server:
                    rows += [(f"{name}, store {store}", each, measure(server, each)) for each in peers]
        return rows

    @contextlib.contextmanager
    def database_for(self, store):
        if store != "PostgreSQL":
            yield
            return
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, Database(folder) as self.database:
            yield

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
        rows += self.rows_of(lambda server, peers: self.load(server.addresses["coap_port"], peers), PEERS,
                             "--coap", "127.0.0.1:0")
        half = next(figures[0] for name, peers, figures in rows if (name, peers) == ("terse, store SQLite", 2000)) / 2
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
        return rows + self.rows_of(lambda server, peers: self.load(server.addresses["coaps_port"], peers, 0, KEY),
                                   PEERS, "--coaps", "127.0.0.1:0", "--coap-keys", "keys")

    def wrk(self, port, connections, body=None, media_type="application/octet-stream"):
        script, content = self.folder / "post.lua", self.folder / "body"
        content.write_bytes(body or self.payload)
        script.write_text(f'wrk.method = "POST"\nwrk.body = io.open("{content}", "rb"):read("*a")\n'
                          f'wrk.headers["Content-Type"] = "{media_type}"\n'
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
        rows += [("Boost.Beast alone", peers, self.wrk(port, peers)) for peers in HTTP_PEERS]
        process.kill()
        process.wait()
        return rows + self.rows_of(lambda server, peers: self.wrk(self.http_port(server), peers), HTTP_PEERS)

    @staticmethod
    def http_port(server):
        return server.addresses["http"].rsplit(":", 1)[1]

    def batches(self):
        """Every request brings a message of each of BATCH devices."""
        body = json.dumps([{"device": f"load-{i}", "hex": self.payload.hex()} for i in range(BATCH)]).encode()

        def measure(server, peers):
            rate, *latencies = self.wrk(self.http_port(server), peers, body, "application/json")
            return (BATCH * rate, *latencies)

        return self.rows_of(measure, (1, 16))

    def devices(self):
        """[(store, path, its median and largest milliseconds)] with many devices in the store."""
        rows = []
        for store in ("SQLite", "PostgreSQL"):
            with self.database_for(store), self.server(store) as server:
                connection = http.client.HTTPConnection(server.addresses["http"])
                for first in range(0, DEVICES, 1000):
                    status, _ = server.post("/v1/models/pump/payloads", [
                        {"device": f"device-{i * 7919 % DEVICES:06}", "hex": self.payload.hex()}
                        for i in range(first, first + 1000)])
                    assert status == 200, status
                for path in ("/v1/devices", "/v1/devices?limit=20", "/v1/devices?search=1234&limit=20",
                             "/v1/devices?order=device&descending=false&skip=50000&limit=20"):
                    times = []
                    for _ in range(15):
                        start = time.monotonic()
                        connection.request("GET", path)
                        answer = connection.getresponse()
                        answer.read()
                        times.append((time.monotonic() - start) * 1000)
                        assert answer.status == 200, (path, answer.status)
                    rows.append((store, path, statistics.median(times), max(times)))
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
    rates = {(name, peers): rate for name, peers, (rate, *_) in rows}
    lines = ["| server | peers | messages/s | p50 ms | p99 ms | p99.9 ms | of the limit |", "|" + "---|" * 7]
    for name, peers, (rate, p50, p99, p999) in rows:
        limit = alone.get(peers)
        if limit and "SQL" in name:
            limit = min(limit, peers * 1000 / fsync)
        share = "" if not limit or "alone" in name or "half" in name else f"{rate / limit:.2f}"
        other = rates.get((f"other {name}", peers))
        if other:
            share += f" ({rate / other:.2f} of the other)"
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


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--seconds", type=int, default=3, help="for each row")
    parser.add_argument("--document", type=Path, help="the page to write")
    parser.add_argument("--other", type=lambda name: str(Path(name).resolve()),
                        help="another terse, measured beside this one")
    parser.add_argument("--only", nargs="+", default=list(PARTS), choices=list(PARTS))
    return parser.parse_args()


def coap_part(bench, fsync):
    return ("## CoAP\n\n" + table(bench.coap(), fsync) + "\n\nHalf load: every peer sends at regular times, half as "
            "many messages as in the row of 2000 peers; latency counts from the time at which a message was due. In "
            "memory: the store's file is in /dev/shm, where nothing waits for a disk; the difference is the disk's "
            "share.")


def coaps_part(bench, fsync):
    return ("## CoAP over DTLS with pre-shared keys\n\nMeasured after the handshakes.\n\n"
            + table(bench.coaps(), fsync))


def http_part(bench, fsync):
    return "## HTTP, persistent connections, by wrk\n\n" + table(bench.http(), fsync)


def batches_part(bench, fsync):
    return (f"## HTTP, {BATCH} messages in a request\n\nMessages a second; latency of the request.\n\n"
            + table(bench.batches(), fsync))


def mqtt_part(bench, _):
    return ("## MQTT, QoS 1, by mosquitto_pub\n\nFrom the first message published to the last one received.\n\n"
            "| server | messages/s |\n|---|---|\n"
            + "\n".join(f"| {name} | {rate:,.0f} |" for name, rate in bench.mqtt()))


def devices_part(bench, _):
    return (f"## {DEVICES:,} devices\n\nQuestions of the page, over a connection that is open.\n\n"
            "| store | question | median ms | largest ms |\n|---|---|---|---|\n"
            + "\n".join(f"| {store} | `{path}` | {median:.1f} | {largest:.1f} |"
                        for store, path, median, largest in bench.devices()))


PARTS = {"coap": coap_part, "coaps": coaps_part, "http": http_part, "batches": batches_part, "mqtt": mqtt_part,
         "devices": devices_part}


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        os.chmod(folder, 0o755)
        bench = Bench(options.build.resolve(), options.seconds, folder, memory, options.other)
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
            f"- fdatasync of one block: p50 {fsync:.1f} ms, p99 {fsync_p99:.1f} ms\n- {options.seconds} s for each row",
        ]
        for name in options.only:
            parts.append(PARTS[name](bench, fsync))
            print(parts[-1] + "\n", flush=True)
    if options.document:
        options.document.write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
