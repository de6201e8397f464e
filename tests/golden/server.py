"""terse serve at a local address: its page, its description, its answers; and terse replay of what it kept."""

import base64
import json
import subprocess
import urllib.error
import urllib.request

import masks

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
STOP_SECONDS_MAX = 30
DRIFT_MESSAGES = 150  # enough for an answer


class Server:
    """A running server; use as a context."""

    def __init__(self, place, *arguments):
        self.place = place
        command = [place.program, "serve", *arguments, "--http", "127.0.0.1:0", "--json"]
        self.process = subprocess.Popen(command, cwd=place.folder, env=place.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"terse serve ended with exit code {self.process.wait()}")
        self.url = "http://" + json.loads(line)["http"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()

    def ask(self, path, body=None, kind="application/json"):
        """(status, bytes)"""
        request = urllib.request.Request(self.url + path, data=body, headers={"Content-Type": kind} if body else {})
        try:
            with OPENER.open(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def keep(self, name, path, body=None, kind="application/json"):
        """The answer as an artefact, its status in front of it."""
        status, answer = self.ask(path, body, kind)
        text = masks.RECEIVED.sub(r"\g<1>0", answer.decode())
        if name.endswith(".json"):
            text = f"{status} {text}"
        elif status != 200:
            self.place.failures.append(f"{name}: status {status}")
        self.place.add(f"serve/{name}", text.encode())


def metrics(server, place):
    """Names and labels of what is measured, without the values; what they mean is words."""
    _, answer = server.ask("/metrics")
    lines = answer.decode().split("\n")
    names = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
    place.add("serve/metrics.names", "\n".join(names).encode())
    place.add("serve/metrics.txt", "\n".join(line for line in lines if line.startswith("#")).encode())


def payloads(place, model, table, count):
    return place.run(f"serve/{model}", "encode", f"models/{model}.terse", table).decode().split()[:count]


def send_one_by_one(server, name, messages):
    """Arrays of one message. How many the server predicts at once depends on when they arrive, and the last digit of
    a prediction may depend on that."""
    answers = [server.ask("/v1/models/plain/payloads", json.dumps([message]).encode()) for message in messages]
    text = "\n".join(f"{status} {answer.decode()}" for status, answer in answers)
    server.place.add(f"serve/{name}.json", text.encode())


def ask_for_predictions(server, place):
    """Messages one by one and in a row, raw and from the webhooks of network servers, good and bad."""
    sent = payloads(place, "plain", "machine.csv", 12)
    for i, text in enumerate(sent[:4]):
        body = json.dumps({"device": f"pump-{i % 2}", "hex": text, "counter": i}).encode()
        server.keep(f"message-{i}.json", "/v1/models/plain/payloads", body)
    server.keep("again.json", "/v1/models/plain/payloads", json.dumps(
        {"device": "pump-0", "hex": sent[0], "counter": 0}).encode())
    server.keep("conflict.json", "/v1/models/plain/payloads", json.dumps(
        {"device": "pump-0", "hex": sent[5], "counter": 0}).encode())
    rows = [{"device": "pump-2", "hex": text, "key": f"k{i}"} for i, text in enumerate(sent[4:])]
    send_one_by_one(server, "batch", rows)
    raw = bytes.fromhex(sent[1])
    server.keep("raw.json", "/v1/models/plain/payloads?device=pump-3", raw, "application/octet-stream")
    room = payloads(place, "base-rooms", "rooms.csv", 1)[0]
    server.keep("classes.json", "/v1/models/rooms/payloads", json.dumps({"device": "room", "hex": room}).encode())
    wrong = {"length": {"device": "pump-0", "hex": sent[0] + "00"}, "hex": {"device": "pump-0", "hex": "zz"},
             "device": {"hex": sent[0]}, "body": [1]}
    for name, body in wrong.items():
        server.keep(f"wrong-{name}.json", "/v1/models/plain/payloads", json.dumps(body).encode())
    server.keep("wrong-model.json", "/v1/models/pump/payloads", json.dumps({"device": "a", "hex": sent[0]}).encode())
    coded = base64.b64encode(bytes.fromhex(sent[2])).decode()
    things = {"end_device_ids": {"device_id": "field"}, "received_at": "2024-01-01T00:00:00Z",
              "uplink_message": {"f_port": 7, "f_cnt": 3, "frm_payload": coded}}
    server.keep("things-stack.json", "/v1/webhooks/things-stack", json.dumps(things).encode())
    stack = {"deviceInfo": {"devEui": "0102030405060708"}, "fPort": 7, "fCnt": 4, "data": coded}
    server.keep("chirpstack.json", "/v1/webhooks/chirpstack?event=up", json.dumps(stack).encode())


def answers(place):
    models = ("plain=models/plain.terse", "rooms=models/base-rooms.terse")
    options = ("--port-model", "7=plain", "--store", "served/store.sqlite")
    with Server(place, *models, *options) as server:
        server.keep("page.html", "/")
        server.keep("openapi.json", "/openapi.json")
        server.keep("models.json", "/v1/models")
        ask_for_predictions(server, place)
        server.keep("devices.json", "/v1/devices?order=device")
        for name in ("messages", "quarantine"):
            server.keep(f"{name}.json", f"/v1/{name}")
        server.keep("latest.json", "/v1/devices/pump-0/latest")
        server.keep("nobody.json", "/v1/devices/nobody/latest")
        server.keep("limit.json", "/v1/messages?limit=many")
        server.keep("absent.json", "/v1/absent")
        for name in ("healthz", "readyz"):
            server.keep(f"{name}.txt", f"/{name}")
        many = [{"device": "many", "hex": text} for text in payloads(place, "plain", "machine.csv", DRIFT_MESSAGES)]
        send_one_by_one(server, "many", many)
        server.keep("drift.json", "/v1/drift")
        metrics(server, place)
    replays(place)


def replays(place):
    again = ("--before", "models/plain.terse", "--model", "models/base-radix.terse", "--name", "plain")
    for name, options in (("all", ()), ("again", again)):
        rows = place.run(f"replay/{name}", "replay", "served/store.sqlite", *options).decode().split("\n")
        at = rows[0].split(",").index("received_ms")
        fields = [row.split(",") for row in rows]
        for row in fields[1:]:
            if len(row) > at:
                row[at] = "0"
        place.add(f"replay/{name}.csv", "\n".join(",".join(row) for row in fields).encode())
    place.json("replay/counts", "replay", "served/store.sqlite", *again, "-o", "served/replay.csv")
