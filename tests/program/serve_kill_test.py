"""kill -9 under load: every acknowledged payload is in the store exactly once.

Usage: serve_kill_test.py PATH_OF_TERSE KILLS
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from counting_sender import CoapSender, HttpSender, check_stored_once, stop
from serve_process import Server, is_sanitized, make_model

SENDERS = 4


def kill_again_and_again(program, folder, kills):
    payloads = make_model(program, folder)
    current = {}

    def start():
        server = Server(program, folder, "pump.terse", "--coap", "127.0.0.1:0")
        current.update(http=server.addresses["http"], coap=("127.0.0.1", server.addresses["coap_port"]))
        return server

    server = start()
    senders = [HttpSender(f"h{number}", payloads, lambda: current["http"]) for number in range(SENDERS)]
    senders += [CoapSender(f"c{number}", payloads, lambda: current["coap"]) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    # A server that starts slowly is to have taken something before it dies.
    pace = 8 if is_sanitized(program) else 1
    draw = random.Random(5)
    for _ in range(kills):
        time.sleep(draw.uniform(0.02, 0.3) * pace)
        server.process.kill()
        server.process.wait()
        server.process.stdout.close()
        server = start()
    time.sleep(0.3)
    stop(senders)
    with server:
        pass
    return payloads, senders


if __name__ == "__main__":
    program_path, kill_count = str(Path(sys.argv[1]).resolve()), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary:
        sent_payloads, all_senders = kill_again_and_again(program_path, temporary, kill_count)
        messages = check_stored_once(temporary, sent_payloads, all_senders)
    for half in (all_senders[:SENDERS], all_senders[SENDERS:]):
        assert sum(len(sender.acknowledged) for sender in half) > kill_count, "no load"
    print(f"{kill_count} kills, {messages} acknowledged messages, each stored exactly once")
