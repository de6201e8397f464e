"""Networks that are no perceptron: an encoder alone, and an ONNX file that takes codes."""

import hashlib
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import terse
import torch
from terse.torch import BitwiseSoftQuantization, SoftQuantization, export
from torch import nn

from onnx_in_numpy import run


class Windows(nn.Module):
    """A convolution over windows of 16 readings of 3 channels."""

    def __init__(self, layer, outputs=1, last=None):
        super().__init__()
        self.layer, self.last = layer, last or nn.Identity()
        self.convolution = nn.Conv1d(layer.outputs, 5, 3, stride=2)
        self.head = nn.Linear(5, outputs)

    def forward(self, windows):  # (rows, 3, 16)
        steps = self.layer(windows.transpose(1, 2)).transpose(1, 2)
        return self.last(self.head(torch.tanh(self.convolution(steps)).mean(dim=2)))


class ExternalTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(7)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "fan.terse"
        self.onnx = self.path.with_suffix(".onnx")
        self.mean, self.deviation = np.array([[20.0], [-3.5], [1000.0]]), np.array([[5.0], [0.25], [90.0]])
        draw = np.random.default_rng(2).normal(self.mean, self.deviation, (60, 3, 16))
        self.readings = draw.astype(np.float32)
        wide = (self.readings.astype(np.float64) - self.mean) / self.deviation
        self.X = torch.from_numpy(wide.astype(np.float32))

    def layer(self, kind=BitwiseSoftQuantization):
        layer = kind.from_data(self.X.transpose(1, 2).reshape(-1, 3), [8, 1, 4])
        with torch.no_grad():
            layer.thresholds[[0, 3]] = layer.thresholds[[3, 0]]  # crossed
            layer.thresholds[5] = layer.thresholds[4]
            layer.thresholds[8] = 3e38
        return layer

    def exported(self, network, layer, **options):
        return export(network, layer, self.path, shape=(3, 16), scale=(self.mean, self.deviation), **options)

    def decoded(self, model):
        """By the payloads that a device sends, the codes in them, and the ONNX file, in numpy."""
        payloads = model.encode(self.readings.reshape(60, 48))
        return run(onnx.load(self.onnx), model.decode(payloads).astype(np.float32))

    def refused(self, network, layer, *says, **options):
        with self.assertRaises(ValueError) as caught:
            export(network, layer, self.path, **options)
        for part in says:
            self.assertIn(part, str(caught.exception))
        self.assertEqual(list(self.path.parent.iterdir()), [])


class Exports(ExternalTest):
    def test_a_convolution_over_windows(self):
        for kind in (BitwiseSoftQuantization, SoftQuantization):
            layer = self.layer(kind)
            network = Windows(layer)
            model = self.exported(network, layer, target="wear", target_scale=(7.0, 2.5))
            with torch.no_grad():
                expected = network.eval()(self.X).numpy() * 2.5 + 7.0
            np.testing.assert_allclose(self.decoded(model), expected, rtol=1e-5, atol=1e-5)
            self.assertEqual(len(model.features), 48)
            self.assertEqual(terse.Model.load(self.path), model)
            self.assertEqual(model.settings["decoder"], "fan.onnx")
            self.assertEqual(model.settings["decoder_sha256"], hashlib.sha256(self.onnx.read_bytes()).hexdigest())

    def test_the_network_stays_as_it_was(self):
        layer = self.layer()
        network = Windows(layer).train()
        before = [value.clone() for value in network.state_dict().values()]
        self.exported(network, layer)
        self.assertTrue(network.training)
        self.assertTrue(all(map(torch.equal, before, network.state_dict().values())))
        self.assertTrue(network(self.X).requires_grad)

    def test_classes(self):
        layer = self.layer()
        for outputs, last, options in ((3, None, {}), (3, nn.Softmax(dim=1), {"outputs": "probabilities"}),
                                       (3, nn.LogSoftmax(dim=1), {})):
            network = Windows(layer, outputs, last)
            model = self.exported(network, layer, classes=["a", "b", "c"], **options)
            with torch.no_grad():
                scores = network.eval()(self.X)
            expected = scores if options else scores.softmax(dim=1)
            np.testing.assert_allclose(self.decoded(model), expected.numpy(), rtol=1e-5, atol=1e-5)

    def test_two_classes_of_one_output(self):
        layer = self.layer()
        for last, options in ((None, {}), (nn.Sigmoid(), {"outputs": "probabilities"})):
            network = Windows(layer, 1, last)
            model = self.exported(network, layer, classes=["off", "on"], **options)
            with torch.no_grad():
                second = network.eval()(self.X) if options else network.eval()(self.X).sigmoid()
            expected = np.concatenate([1.0 - second.numpy(), second.numpy()], axis=1)
            np.testing.assert_allclose(self.decoded(model), expected, rtol=1e-5, atol=1e-5)

    def test_a_perceptron_with_another_activation(self):
        layer = BitwiseSoftQuantization([torch.tensor([0.5, -1.0]), torch.tensor([0.25])])
        network = nn.Sequential(layer, nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
        model = export(network, layer, self.path)
        readings = np.random.default_rng(4).normal(size=(30, 2)).astype(np.float32)
        codes = model.codes(readings)
        with torch.no_grad():
            expected = network.eval()(torch.from_numpy(readings)).numpy()
        found = run(onnx.load(self.onnx), codes.astype(np.float32))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


class Field(ExternalTest):
    def setUp(self):
        super().setUp()
        layer = self.layer()
        self.model = self.exported(Windows(layer), layer)

    def test_encoders_of_every_kind_take_it(self):
        for to in ("c", "rust", "micropython", "js"):
            self.assertTrue(self.model.export(to, self.path.parent / to))
        self.assertEqual(self.model.encode(self.readings.reshape(60, 48)).shape[1], self.model.payload_bytes)
        self.assertIn("external", str(self.model.inspect()))

    def test_what_needs_a_decoder_says_so(self):
        rows = self.readings.reshape(60, 48)
        folder = self.path.parent / "none"
        for action in (lambda: self.model.predict(rows), lambda: self.model.predict_payloads(self.model.encode(rows)),
                       lambda: self.model.evaluate(rows, np.zeros(60)), lambda: self.model.export("onnx", folder),
                       lambda: self.model.export("header", folder),
                       lambda: self.model.export("js", folder, network=True),
                       lambda: self.model.export("c", folder, with_network=True)):
            with self.assertRaises(ValueError) as caught:
                action()
            self.assertIn("encoder alone", str(caught.exception))
        self.assertFalse(folder.exists())


class Refusals(ExternalTest):
    def test_what_the_steps_alone_do_not_decide(self):
        class Beside(nn.Module):
            def __init__(self, layer):
                super().__init__()
                self.layer, self.head = layer, nn.Linear(layer.outputs, 1)

            def forward(self, x):
                return self.head(self.layer(x)) + 0.1 * x.sum(dim=1, keepdim=True)

        class Twice(Beside):
            def forward(self, x):
                return self.head(self.layer(x) * self.layer(x))

        layer = BitwiseSoftQuantization([torch.tensor([0.5, -1.0]), torch.tensor([0.25])])
        self.refused(Beside(layer), layer, "not come from the layer's steps alone")
        self.refused(Twice(layer), layer, "used 2 times")
        before = nn.Sequential(nn.Linear(2, 2), layer, nn.Linear(3, 1))
        self.refused(before, layer, "before the layer changes the readings")
        self.refused(nn.Linear(2, 1), layer, "no part of the network")

    def test_what_does_not_fit(self):
        layer = self.layer()
        scale = (self.mean, self.deviation)
        self.refused(Windows(layer), layer, "shape", "(5, 16)", shape=(5, 16))
        self.refused(Windows(layer), layer, "scale", shape=(3, 16), scale=(np.zeros(5), 1.0))
        self.refused(Windows(layer, 2), layer, "2 outputs", shape=(3, 16), scale=scale)
        self.refused(Windows(layer), layer, "48 features", shape=(3, 16), scale=scale, features=["a"])
        self.refused(Windows(layer, 3, nn.Softmax(dim=1)), layer, "probabilities already", shape=(3, 16), scale=scale,
                     classes=list("abc"))
        self.refused(Windows(layer, 3), layer, "are not probabilities", shape=(3, 16), scale=scale,
                     classes=list("abc"), outputs="probabilities")
        network = Windows(layer)
        with torch.no_grad():
            network.head.bias[0] = float("nan")
        self.refused(network, layer, "not finite", shape=(3, 16), scale=scale)

    def test_an_encoder_that_cannot_be_written_leaves_no_decoder(self):
        layer = self.layer()
        self.path.mkdir()
        with self.assertRaises((ValueError, RuntimeError)):
            self.exported(Windows(layer), layer)
        self.assertEqual([entry.name for entry in self.path.parent.iterdir()], ["fan.terse"])


if __name__ == "__main__":
    unittest.main()
