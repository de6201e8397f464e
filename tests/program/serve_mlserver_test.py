"""A network of PyTorch behind `terse serve`, by MLServer with ONNX Runtime, which is killed and started again under
load: every acknowledged message is stored once, and every prediction is PyTorch's to 1e-5.

Usage: serve_mlserver_test.py PATH_OF_TERSE PYTHON_PACKAGE_WORK WORK_FOLDER KILLS
Exit code 77: Debian's interpreter has no PyTorch.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from counting_sender import CoapSender, HttpSender, check_stored_once, stop
from serve_process import Server, wait_until

HERE = Path(__file__).resolve().parent
DEBIAN = "/usr/bin/python3"
REQUIREMENTS = "mlserver==1.7.1\nonnxruntime==1.32.0\n"
RUNTIME = '''
from mlserver import MLModel, types
from mlserver.codecs import NumpyCodec
import numpy as np
import onnxruntime


class OnnxModel(MLModel):
    async def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(self.settings.parameters.uri, options)
        return True

    async def predict(self, payload):
        codes = NumpyCodec.decode_input(payload.inputs[0]).astype(np.float32)
        (numbers,) = self.session.run(["prediction"], {"codes": codes})
        return types.InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("prediction", numbers)])
'''


def environment(folder):
    """The interpreter of a virtual environment with MLServer."""
    python, written = folder / "bin" / "python", folder / "requirements.txt"
    if not written.is_file() or written.read_text() != REQUIREMENTS:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check",
                        *REQUIREMENTS.split()], check=True)
        written.write_text(REQUIREMENTS)
    return python


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as place:
        return place.getsockname()[1]


class Engine:
    """`mlserver start DIR`."""

    def __init__(self, python, folder):
        self.python, self.folder, self.port = python, folder, free_port()
        (folder / "onnx_model.py").write_text(RUNTIME)
        (folder / "settings.json").write_text(json.dumps({
            "host": "127.0.0.1", "http_port": self.port, "grpc_port": free_port(), "metrics_port": free_port(),
            "parallel_workers": 0, "debug": False, "load_models_at_startup": True}))
        (folder / "model-settings.json").write_text(json.dumps({
            "name": "fan", "implementation": "onnx_model.OnnxModel", "parameters": {"uri": str(folder / "fan.onnx")}}))

    def start(self):
        with open(self.folder / "mlserver.log", "a") as log:
            self.process = subprocess.Popen(
                [self.python.parent / "mlserver", "start", self.folder], stdout=log, stderr=log, cwd=self.folder,
                env=os.environ | {"PYTHONPATH": str(self.folder)}, start_new_session=True)

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v2/models/fan/ready", timeout=2) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError, http.client.HTTPException):
            return False

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def run(program, package, python, folder, kills):
    subprocess.run([DEBIAN, "-B", HERE / "predictor_model.py", folder], check=True,
                   env=os.environ | {"PYTHONPATH": str(package)})
    messages = [tuple(each) for each in json.loads((folder / "messages.json").read_text())]
    engine = Engine(python, folder)
    engine.start()
    try:
        wait_until(engine.ready, 120)
        with Server(program, folder, "fan.terse", "--coap", "127.0.0.1:0", "--predictor",
                    f"http://127.0.0.1:{engine.port}") as server:
            coap = ("127.0.0.1", server.addresses["coap_port"])
            http_address = server.addresses["http"]
            senders = [HttpSender(f"h{number}", messages, lambda: http_address, model="fan") for number in range(4)]
            senders += [CoapSender(f"c{number}", messages, lambda: coap, model="fan") for number in range(4)]
            for sender in senders:
                sender.start()
            for _ in range(kills):
                before = sum(len(sender.acknowledged) for sender in senders)
                wait_until(lambda: sum(len(own.acknowledged) for own in senders) > before + 200, 120)
                engine.kill()
                time.sleep(1.0)
                while_down = sum(len(sender.acknowledged) for sender in senders)
                engine.start()
                wait_until(engine.ready, 120)
                wait_until(lambda: sum(len(own.acknowledged) for own in senders) > while_down, 120)
            stop(senders)
    finally:
        engine.kill()
    worst = 0.0
    for sender in senders:
        for counter, found in sender.acknowledged.items():
            expected = messages[counter % len(messages)][1]
            worst = max(worst, abs(found - expected) / max(1.0, abs(expected)))
    assert worst <= 1e-5, f"a prediction differs from PyTorch's by {worst}"
    total = check_stored_once(folder, messages, senders)
    for half in (senders[:4], senders[4:]):
        assert sum(len(sender.acknowledged) for sender in half) > kills, "no load"
    print(f"{kills} kills of MLServer, {total} acknowledged messages by HTTP and CoAP, each stored exactly once; "
          f"predictions equal PyTorch's to {worst:.1e}")


def main():
    program, package, work = (Path(path).resolve() for path in sys.argv[1:4])
    if subprocess.run([DEBIAN, "-c", "import torch"], capture_output=True).returncode != 0:
        print("skipped: Debian's interpreter has no PyTorch")
        sys.exit(77)
    work.mkdir(parents=True, exist_ok=True)
    python = environment(work / "environment")
    with tempfile.TemporaryDirectory() as name:
        run(str(program), package / "package", python, Path(name), int(sys.argv[4]))


if __name__ == "__main__":
    main()
