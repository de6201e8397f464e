#!/usr/bin/env python3
"""One training step of Terse against PyTorch and against the attainable limit, as a Markdown table.

    /usr/bin/python3 bench/training_step.py build/release/bench/training_step_bench [--quick] [--json FILE]

PyTorch (Debian's python3-torch with OpenBLAS) runs the same network as a person would write it from the paper: every
soft step by torch.sigmoid, linear layers, ReLU, dropout 0.2, mean squared error, Adam, batch 512. Terse and PyTorch
take turns in short processes; a ratio is the median over rounds. Before anything is timed, both must agree on the
losses of six steps from the same start. OpenBLAS picks its kernels by a processor table that older versions lack newer
processors in, so the fastest of its choices is used (OPENBLAS_CORETYPE), and denormals are flushed: an honest peer.
"""

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

SHAPES = [
    (8, 2, 64, 5), (8, 4, 256, 5), (8, 8, 256, 5), (21, 4, 512, 6), (81, 2, 256, 5), (81, 4, 256, 8), (81, 8, 256, 5),
    (11, 4, 1024, 5),
]
TEMPERATURES = [1.0, 0.03, 0.001]
BATCH = 512
CORES = ["", "SkylakeX", "Haswell", "Zen"]


class Peer:
    """The paper's network in PyTorch."""

    def __init__(self, shape, threads, dropout):
        import torch

        self.torch = torch
        torch.set_num_threads(threads)
        torch.set_flush_denormal(True)
        torch.manual_seed(0)
        features, bits, units, layers = shape
        thresholds = 2**bits - 1
        self.inputs = torch.randn(BATCH, features)
        self.targets = torch.randn(BATCH)
        levels = torch.arange(1, thresholds + 1) / (thresholds + 1)
        self.thresholds = torch.nn.Parameter(torch.quantile(self.inputs, levels, dim=0).T.contiguous())
        modules, fan_in = [], features * thresholds
        for _ in range(layers):
            modules += [torch.nn.Linear(fan_in, units), torch.nn.ReLU(), torch.nn.Dropout(dropout)]
            fan_in = units
        modules.append(torch.nn.Linear(fan_in, 1))
        self.network = torch.nn.Sequential(*modules)
        self.optimizer = torch.optim.Adam([*self.network.parameters(), self.thresholds], lr=1e-3)

    def step(self, temperature):
        steps = self.torch.sigmoid((self.inputs[:, :, None] - self.thresholds) / temperature).flatten(1)
        loss = ((self.network(steps)[:, 0] - self.targets) ** 2).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def write(self, path):
        with open(path, "wb") as file:
            tensors = [self.inputs, self.targets, self.thresholds]
            for module in self.network:
                tensors += list(module.parameters())
            for tensor in tensors:
                values = tensor.detach().flatten().tolist()
                file.write(struct.pack(f"<{len(values)}f", *values))


def peer_times(shape, threads, seconds):
    """Milliseconds per step for each temperature; runs in a process of its own."""
    peer = Peer(shape, threads, 0.2)
    result = []
    for temperature in TEMPERATURES:
        peer.step(temperature)
        times = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(times) < 3:
            start = time.perf_counter()
            peer.step(temperature)
            times.append(1e3 * (time.perf_counter() - start))
        result.append(statistics.median(times))
    return result


def run_peer(shape, threads, seconds, core):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    if core:
        environment["OPENBLAS_CORETYPE"] = core
    command = [sys.executable, __file__, "--peer", json.dumps([shape, threads, seconds])]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def best_core():
    times = {core: run_peer((8, 4, 256, 5), 1, 0.5, core)[0] for core in CORES}
    return min(times, key=times.get)


def check_losses(program, shape):
    peer = Peer(shape, 1, 0.0)
    with tempfile.NamedTemporaryFile() as file:
        peer.write(file.name)
        command = [program, *map(str, shape), "1", file.name]
        ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    theirs = [peer.step(temperature) for temperature in TEMPERATURES for _ in range(2)]
    for mine, other in zip(ours, theirs):
        if abs(mine - other) > 2e-3 * abs(other):
            sys.exit(f"{shape}: losses differ: {ours} here, {theirs} in PyTorch")


def measure(program, shape, threads, core, rounds):
    ours, theirs, limits = [], [], []
    for _ in range(rounds):
        command = [program, *map(str, shape), str(threads)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        ours.append(result["step_ms"])
        limits.append(result["products_ms"] + result["adam_ms"])
        theirs.append(run_peer(shape, threads, 0.4, core))
    rows = []
    for index, temperature in enumerate(TEMPERATURES):
        rows.append({
            "shape": shape, "threads": threads, "temperature": temperature,
            "terse_ms": statistics.median(each[index] for each in ours),
            "torch_ms": statistics.median(each[index] for each in theirs),
            "limit_ms": statistics.median(limits),
            "against_torch": statistics.median(b[index] / a[index] for a, b in zip(ours, theirs)),
            "of_limit": statistics.median(limit / a[index] for a, limit in zip(ours, limits)),
        })
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--quick", action="store_true", help="one round, one thread")
    parser.add_argument("--json", help="file for the figures")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        print(json.dumps(peer_times(*json.loads(arguments.peer))))
        return
    core = best_core()
    print(f"PyTorch with OPENBLAS_CORETYPE={core or '(its own choice)'}\n")
    columns = ["features, bits, units, layers", "threads",
               "temperature", "Terse ms", "PyTorch ms", "faster", "limit ms"]
    print(f"| {' | '.join(columns)} | of limit |")
    print("|---|---|---|---|---|---|---|---|")
    everything = []
    threads = [1] if arguments.quick else [int(count) for count in arguments.threads.split(",")]
    for count in threads:
        for shape in SHAPES:
            if count == threads[0]:
                check_losses(arguments.program, shape)
            for row in measure(arguments.program, shape, count, core, 1 if arguments.quick else arguments.rounds):
                everything.append(row)
                print(
                    f"| {', '.join(map(str, shape))} | {count} | {row['temperature']:g} | {row['terse_ms']:.2f} "
                    f"| {row['torch_ms']:.1f} | {row['against_torch']:.1f}x | {row['limit_ms']:.2f} "
                    f"| {100 * row['of_limit']:.0f}% |", flush=True,
                )
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(everything, file, indent=1)


if __name__ == "__main__":
    main()
