"""How long messages wait when one of two servers that share a subscription stops, dies or is replaced.

    python3 bench/server/mqtt_handover.py build/release/terse

Publishes 200 messages a second with QoS 1 for 10 s at a real mosquitto, and ends one of the servers after 3 s. Prints
for each way how many messages the two stores hold in the end, and how long the slowest one took to a store.
"""

import signal
import socket
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "program"))
from mqtt_broker import Broker  # noqa: E402
from mqtt_publisher import Publisher  # noqa: E402
from serve_process import Server, make_model, wait_until  # noqa: E402

RATE, SECONDS, END_AFTER = 200, 10, 3


def start(program, folder, broker, name, minutes):
    server = Server(program, folder, "pump.terse", "--store", f"{name}.sqlite", "--mqtt",
                    f"mqtt://127.0.0.1:{broker.port}", "--mqtt-share", "terse", "--mqtt-id", name,
                    "--mqtt-session-minutes", minutes)
    wait_until(lambda: "terse_mqtt_connected 1" in server.curl("/metrics")[1])
    return server


def stored(folder):
    """{counter: when it was stored, in seconds}"""
    found = {}
    for name in ("one", "two"):
        database = sqlite3.connect(folder / f"{name}.sqlite", timeout=10)
        for key, received in database.execute("SELECT key, received_ms FROM messages"):
            found[int(key)] = received / 1000
        database.close()
    return found


def measure(program, what, minutes, end, back_after):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        payload = bytes.fromhex(make_model(program, folder)[0][0])
        with Broker(folder) as broker:
            one, two = (start(program, folder, broker, name, minutes) for name in ("one", "two"))
            publish = Publisher.packet
            published, begin, ended = {}, time.time(), False
            with socket.create_connection(("127.0.0.1", broker.port), 5) as connection:
                Publisher(None, None, None, 0).connect(connection)
                for counter in range(RATE * SECONDS):
                    time.sleep(max(0.0, begin + counter / RATE - time.time()))
                    if not ended and time.time() > begin + END_AFTER:
                        one.process.send_signal(end)
                        ended = time.time()
                    if ended and back_after and time.time() > ended + back_after:
                        one.process.wait(20)
                        one, back_after = start(program, folder, broker, "one", minutes), None
                    topic = f"terse/up/pump/d/{counter}".encode()
                    published[counter] = time.time()
                    connection.sendall(publish(0x32, len(topic).to_bytes(2, "big") + topic
                                               + (counter % 60000 + 1).to_bytes(2, "big") + payload))
            end_of_wait = time.time() + 5
            while time.time() < end_of_wait and len(stored(folder)) < len(published):
                time.sleep(0.1)
            found = stored(folder)
            slowest = max(found[counter] - published[counter] for counter in found)
            print(f"{what}: {len(found)} of {len(published)} stored, the slowest after {slowest:.2f} s", flush=True)
            for server in (one, two):
                server.__exit__(None, None, None)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv[1]).resolve())
    measure(PROGRAM, "none ends", 10, 0, None)
    measure(PROGRAM, "one stops (SIGTERM) and stays away", 10, signal.SIGTERM, None)
    measure(PROGRAM, "one dies (kill -9) and is back after 2 s", 10, signal.SIGKILL, 2)
    measure(PROGRAM, "one dies and stays away, session of 10 minutes", 10, signal.SIGKILL, None)
    measure(PROGRAM, "one dies and stays away, session of 0 minutes", 0, signal.SIGKILL, None)
