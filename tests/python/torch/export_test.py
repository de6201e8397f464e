"""What a network of PyTorch becomes: the same codes and answers from a .terse file, by the library."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import terse
import torch
from terse.torch import BitwiseSoftQuantization, SoftQuantization, export
from torch import nn


class ExportTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(5)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name) / "m.terse"
        self.mean, self.deviation = np.array([20.0, -3.5, 1000.0, 0.0]), np.array([5.0, 0.25, 90.0, 1.0])
        readings = np.random.default_rng(2).normal(self.mean, self.deviation, (500, 4)).astype(np.float32)
        self.readings = readings
        self.X = torch.tensor(((readings.astype(np.float64) - self.mean) / self.deviation).astype(np.float32))

    def layer(self, kind=BitwiseSoftQuantization):
        layer = kind.from_data(self.X, [8, 4, 1, 5])
        with torch.no_grad():  # crossed, and one twice
            layer.thresholds[[0, 3]] = layer.thresholds[[3, 0]]
            layer.thresholds[8] = layer.thresholds[9]
        return layer

    def exported(self, network, layer, **options):
        return export(network, layer, self.path, scale=(self.mean, self.deviation), **options)

    def same(self, network, layer, found, expected):
        with torch.no_grad():
            network.eval()
            np.testing.assert_allclose(found, expected(network(self.X)), rtol=1e-5, atol=1e-5)
            codes = terse.Model.load(self.path).codes(self.readings)
            own = layer.codes(self.X).numpy()
            # Two equal thresholds are one level less.
            np.testing.assert_array_equal(codes[:, [0, 2, 3]], own[:, [0, 2, 3]])

    def refused(self, network, layer, *says, **options):
        with self.assertRaises(ValueError) as caught:
            self.exported(network, layer, **options)
        for part in says:
            self.assertIn(part, str(caught.exception))
        self.assertFalse(self.path.exists())


class Networks(ExportTest):
    def test_a_multi_layer_perceptron(self):
        for kind in (BitwiseSoftQuantization, SoftQuantization):
            layer = self.layer(kind)
            body = nn.Sequential(nn.Linear(layer.outputs, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5))
            network = nn.Sequential(layer, nn.BatchNorm1d(layer.outputs), body, nn.Identity(), nn.Linear(16, 8),
                                    nn.ReLU(), nn.BatchNorm1d(8, affine=False), nn.Linear(8, 1, bias=False))
            for _ in range(20):  # running figures other than 0 and 1
                network(self.X[torch.randperm(500)[:100]])
            model = self.exported(network, layer, features=list("abcd"), units=["°C", "", "", ""], target="growth",
                                  target_scale=(7.0, 2.5), packing="radix")
            self.same(network, layer, model.predict(self.readings), lambda out: out[:, 0].numpy() * 2.5 + 7.0)
            self.assertEqual(terse.Model.load(self.path), model)
            self.assertEqual((model.feature_names, model.target_name), (list("abcd"), "growth"))
            self.assertEqual(model.features[0]["unit"], "°C")
            self.assertEqual([feature["levels"] for feature in model.features][2:], [1, 5])

    def test_one_layer_alone(self):
        layer = self.layer()
        for parts in ([nn.Linear(layer.outputs, 1)], [nn.Linear(layer.outputs, 6), nn.Linear(6, 1)],
                      [nn.Linear(layer.outputs, 1), nn.ReLU()]):
            network = nn.Sequential(layer, *parts)
            model = self.exported(network, layer)
            self.same(network, layer, model.predict(self.readings), lambda out: out[:, 0].numpy())

    def test_classes(self):
        layer = self.layer()
        scores = [nn.Linear(layer.outputs, 6), nn.ReLU(), nn.Linear(6, 3)]
        for end in ([], [nn.Softmax(dim=1)], [nn.LogSoftmax(dim=1)]):
            model = self.exported(nn.Sequential(layer, *scores, *end), layer, classes=["low", "middle", "high"])
            network = nn.Sequential(layer, *scores)
            self.same(network, layer, model.predict_proba(self.readings), lambda out: out.softmax(dim=1).numpy())
        self.assertEqual(model.classes_.tolist(), ["low", "middle", "high"])
        self.assertEqual(model.task, "classification")

    def test_two_classes_of_one_output(self):
        layer = self.layer()
        for parts in ([nn.Linear(layer.outputs, 1)], [nn.Linear(layer.outputs, 4), nn.ReLU(), nn.Linear(4, 1)]):
            network = nn.Sequential(layer, *parts, nn.Sigmoid())
            model = self.exported(network, layer, classes=["off", "on"])
            self.same(network, layer, model.predict_proba(self.readings)[:, 1], lambda out: out[:, 0].numpy())

    def test_raw_readings(self):
        thresholds = [torch.tensor([19.5, 21.25]), torch.tensor([-3.5]), torch.tensor([]), torch.tensor([0.0])]
        layer = BitwiseSoftQuantization(thresholds)
        network = nn.Sequential(layer, nn.Linear(4, 1))
        model = export(network, layer, self.path)
        self.assertEqual(model.features[0]["thresholds"].tolist(), [19.5, 21.25])
        np.testing.assert_array_equal(model.codes(self.readings), layer.codes(torch.tensor(self.readings)).numpy())

    def test_thresholds_decide_as_the_network_does_beside_them(self):
        layer = self.layer()
        model = self.exported(nn.Sequential(layer, nn.Linear(layer.outputs, 1)), layer)
        raw = model.features[0]["thresholds"]
        rows = np.repeat(self.readings[:1], 3 * len(raw), axis=0)
        rows[:, 0] = np.concatenate([np.nextafter(raw, -np.inf), raw, np.nextafter(raw, np.inf)])
        wide = torch.tensor(((rows.astype(np.float64) - self.mean) / self.deviation).astype(np.float32))
        np.testing.assert_array_equal(model.codes(rows)[:, 0], layer.codes(wide).numpy()[:, 0])


class Field(ExportTest):
    def test_firmware_and_program_take_it(self):
        layer = self.layer()
        network = nn.Sequential(layer, nn.Linear(layer.outputs, 8), nn.ReLU(), nn.Linear(8, 1))
        model = self.exported(network, layer)
        names = model.export("c", Path(self.folder.name) / "firmware")
        self.assertIn("firmware.c", names)
        payloads = model.encode(self.readings)
        np.testing.assert_array_equal(model.predict_payloads(payloads), model.predict(self.readings))
        self.assertEqual(payloads.shape[1], model.payload_bytes)


class Refusals(ExportTest):
    def test_what_does_not_fit(self):
        layer = self.layer()
        network = nn.Sequential(layer, nn.Linear(layer.outputs, 3))
        self.refused(network, layer, "classes", "3 outputs")
        self.refused(network, layer, "4 features", features=["a", "b"], classes=list("uvw"))
        self.refused(network, layer, "radix", classes=list("uvw"), packing="dense")
        self.refused(network, layer, "'a'", classes=list("uvw"), features=["a", "a", "b", "c"])
        self.refused(nn.Sequential(layer, nn.Linear(5, 1)), layer, "5 inputs")
        with torch.no_grad():
            network[1].weight[0, 0] = float("nan")
        self.refused(network, layer, "not finite", classes=list("uvw"))
        self.deviation = np.array([1.0, 0.0, 1.0, 1.0])
        self.refused(nn.Sequential(layer, nn.Linear(layer.outputs, 1)), layer, "scale", "x1")


if __name__ == "__main__":
    unittest.main()
