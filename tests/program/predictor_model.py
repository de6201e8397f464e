"""A convolution of PyTorch over windows, as serve_mlserver_test.py serves it. Under Debian's interpreter.

Usage: predictor_model.py FOLDER
Writes fan.terse, fan.onnx, and messages.json: [[payload as hex, PyTorch's prediction]].
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from terse.torch import BitwiseSoftQuantization, TemperatureSchedule, export
from torch import nn


class Windows(nn.Module):
    """Windows of 32 readings of 2 channels."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.convolution = nn.Sequential(nn.Conv1d(layer.outputs, 16, 5), nn.GELU(), nn.Conv1d(16, 16, 5, stride=2))
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(16 * 12, 32), nn.ELU(), nn.Linear(32, 1))

    def forward(self, windows):  # (rows, 32, 2)
        return self.head(self.convolution(self.layer(windows).transpose(1, 2)))


def signal(rows, seed):
    """Two channels that shake more the more a bearing is worn; and how worn it is."""
    draw = np.random.default_rng(seed)
    wear = draw.uniform(0, 3, rows)
    times = np.arange(32) * 0.4 + draw.uniform(0, 6, (rows, 1))
    first = (1 + wear[:, None]) * np.sin(times) + draw.normal(0, 0.3, (rows, 32))
    second = wear[:, None] * np.cos(3 * times) + draw.normal(0, 0.3, (rows, 32))
    return np.stack([first, second], axis=2).astype(np.float32), wear.astype(np.float32)


def main():
    torch.manual_seed(1)
    folder = Path(sys.argv[1])
    readings, wear = signal(2000, 1)
    X, y = torch.from_numpy(readings), torch.from_numpy(wear)
    network = Windows(BitwiseSoftQuantization.from_data(X.reshape(-1, 2), levels=[8, 4]))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    schedule = TemperatureSchedule(network, epochs=15, end=1e-2)
    for _ in range(15):
        for rows in torch.randperm(len(X)).split(200):
            optimizer.zero_grad()
            nn.functional.mse_loss(network(X[rows])[:, 0], y[rows]).backward()
            optimizer.step()
        schedule.step()
    model = export(network, network.layer, folder / "fan.terse", shape=(32, 2), target="wear")
    fresh, truth = signal(1500, 2)
    with torch.no_grad():
        expected = network.eval()(torch.from_numpy(fresh))[:, 0].numpy()
    payloads = model.encode(fresh.reshape(len(fresh), -1))
    messages = [[payload.tobytes().hex(), float(number)] for payload, number in zip(payloads, expected)]
    (folder / "messages.json").write_text(json.dumps(messages))
    print(f"{model.payload_bytes} bytes in place of {4 * 64}, R2 {1 - np.var(expected - truth) / np.var(truth):.3f}")


if __name__ == "__main__":
    main()
