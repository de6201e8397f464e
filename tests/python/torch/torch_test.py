"""The layers for PyTorch, under an interpreter that has it: outputs and gradients against closed forms."""

import io
import pickle
import sys
import unittest
from pathlib import Path

import numpy as np
import terse
import torch
from terse import _terse
from terse.torch import BitwiseSoftQuantization, SoftQuantization, TemperatureSchedule, initial_thresholds

LEVELS = [4, 1, 2, 6]


class LayerTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)
        self.X = torch.randn(200, 4)

    def refused(self, work, *says):
        with self.assertRaises(ValueError) as caught:
            work()
        for part in says:
            self.assertIn(part, str(caught.exception))

    def closed_forms(self, layer, x):
        """Steps and their slopes of every row and threshold, by the library in double."""
        columns = layer.feature.tolist()
        result = np.array([[_terse.soft_step(float(row[column]), float(threshold), float(layer.temperature))
                            for column, threshold in zip(columns, layer.thresholds.tolist())]
                           for row in x.reshape(-1, 4).tolist()])
        return result[..., 0], result[..., 1], result[..., 2]


class Values(LayerTest):
    def test_outputs_and_gradients_are_the_closed_forms(self):
        for temperature in (1.0, 0.1, 0.01):
            for kind in (torch.float32, torch.float64):
                layer = BitwiseSoftQuantization.from_data(self.X, LEVELS, temperature=temperature)
                x = self.X[:20].to(kind).reshape(4, 5, 4).requires_grad_()
                steps, by_reading, by_threshold = self.closed_forms(layer, x.detach())
                out = layer(x)
                self.assertEqual(out.shape, (4, 5, 9))
                self.assertEqual(out.dtype, kind)
                tolerance = 1e-4 if kind == torch.float32 or temperature < 0.1 else 1e-6
                np.testing.assert_allclose(out.detach().reshape(-1, 9).numpy(), steps, atol=tolerance)
                weight = torch.randn(4, 5, 9, dtype=kind)
                (out * weight).sum().backward()
                flat = weight.reshape(-1, 9).numpy()
                by_threshold = (flat * by_threshold).sum(axis=0)
                np.testing.assert_allclose(layer.thresholds.grad, by_threshold, rtol=2e-3, atol=2e-3)
                expected = np.zeros((20, 4))
                np.add.at(expected.T, layer.feature.numpy(), (flat * by_reading).T)
                np.testing.assert_allclose(x.grad.reshape(-1, 4), expected, rtol=2e-3, atol=2e-3)

    def test_soft_codes_are_sums_of_steps(self):
        thresholds = initial_thresholds(self.X, LEVELS)
        bits, codes = BitwiseSoftQuantization(thresholds, 0.3), SoftQuantization(thresholds, 0.3)
        out, steps = codes(self.X), bits(self.X)
        self.assertEqual(out.shape, self.X.shape)
        begin = 0
        for place, levels in enumerate(LEVELS):
            torch.testing.assert_close(out[:, place], steps[:, begin : begin + levels - 1].sum(dim=1))
            begin += levels - 1
        self.assertTrue(torch.autograd.gradcheck(codes, (self.X[:3].double().requires_grad_(),)))

    def test_eval_is_hard_and_thresholds_may_cross(self):
        layer = SoftQuantization([torch.tensor([0.5, -0.5, 0.0])])
        x = torch.tensor([[-1.0], [-0.5], [-0.25], [0.0], [0.25], [0.5], [9.0]])
        layer.eval()
        self.assertEqual(layer(x).reshape(-1).tolist(), [0, 0, 1, 1, 2, 2, 3])
        self.assertEqual(layer.codes(x).reshape(-1).tolist(), [0, 0, 1, 1, 2, 2, 3])
        self.assertEqual(layer.sorted_thresholds()[0].tolist(), [-0.5, 0.0, 0.5])
        self.assertFalse(layer(x.requires_grad_()).requires_grad)

    def test_codes_are_the_models(self):
        X = self.X.numpy()
        model = terse.train(X, X[:, 0] + X[:, 3] ** 2, bits=3, epochs=2, hidden=(8,), decoder="network", progress=False)
        layer = SoftQuantization.from_model(model).eval()
        np.testing.assert_array_equal(layer(self.X).numpy(), model.codes(X))


class Learning(LayerTest):
    def test_a_network_learns_thresholds(self):
        y = (self.X[:, 0] > 0.7).float() + (self.X[:, 3] > -0.4).float()
        layer = BitwiseSoftQuantization.from_data(self.X, [2, 1, 1, 2])
        network = torch.nn.Sequential(layer, torch.nn.Linear(layer.outputs, 1))
        schedule = TemperatureSchedule(network, 60, end=0.01)
        rate = torch.optim.Adam(network.parameters(), 0.05)
        for _ in range(60):
            for _ in range(5):
                rate.zero_grad()
                torch.nn.functional.mse_loss(network(self.X)[:, 0], y).backward()
                rate.step()
            schedule.step()
        network.eval()
        self.assertLess(float(torch.nn.functional.mse_loss(network(self.X)[:, 0], y)), 0.05)
        self.assertAlmostEqual(float(layer.thresholds[0]), 0.7, delta=0.2)

    def test_mixed_precision(self):
        layer = BitwiseSoftQuantization.from_data(self.X, 4, temperature=1e-4)
        network = torch.nn.Sequential(torch.nn.Linear(4, 4), layer, torch.nn.Linear(layer.outputs, 1))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = network(self.X)
        self.assertEqual(out.dtype, torch.bfloat16)
        out.float().sum().backward()
        self.assertTrue(torch.isfinite(layer.thresholds.grad).all())
        self.assertEqual(layer.thresholds.dtype, torch.float32)

    def test_states_are_kept(self):
        layer = BitwiseSoftQuantization.from_data(self.X, LEVELS, temperature=0.25)
        file = io.BytesIO()
        torch.save(layer.state_dict(), file)
        file.seek(0)
        other = BitwiseSoftQuantization([torch.zeros(levels - 1) for levels in LEVELS])
        other.load_state_dict(torch.load(file))
        torch.testing.assert_close(other(self.X), layer(self.X))
        torch.testing.assert_close(pickle.loads(pickle.dumps(layer))(self.X), layer(self.X))
        schedule = TemperatureSchedule(layer, 10)
        for _ in range(4):
            schedule.step()
        again = TemperatureSchedule(other, 10)
        again.load_state_dict(schedule.state_dict())
        self.assertEqual(again.get_last_temperature(), schedule.get_last_temperature())


class Schedules(LayerTest):
    def test_they_are_the_papers(self):
        layer = SoftQuantization.from_data(self.X, 4)
        for name, last in (("exponential", 0.001 ** 0.9), ("linear", 0.001), ("warmup", 0.001), ("cosine", 0.001),
                           ("cyclical", 0.001)):
            schedule = TemperatureSchedule(layer, 10, name)
            seen = []
            for _ in range(10):
                seen.append(schedule.get_last_temperature())
                schedule.step()
            self.assertEqual(seen[0], 1.0)
            self.assertAlmostEqual(seen[-1], last, delta=1e-6)
            self.assertAlmostEqual(schedule.get_last_temperature(), last, delta=1e-6)
        self.refused(lambda: TemperatureSchedule(layer, 10, "steep"), "schedule")
        self.refused(lambda: TemperatureSchedule(layer, 0), "epochs")
        self.refused(lambda: TemperatureSchedule(torch.nn.Linear(1, 1), 10), "module")


class Starts(LayerTest):
    def test_every_start(self):
        y = (self.X[:, 0] > 0.7).float()
        for start in ("quantile", "minmax", "kmeans", "tree"):
            found = initial_thresholds(self.X, LEVELS, start, y)
            self.assertEqual([len(own) for own in found], [levels - 1 for levels in LEVELS])
            self.assertTrue(all((own.diff() >= 0).all() for own in found))
        self.assertLess(min((initial_thresholds(self.X, 2, "tree", y)[0] - 0.7).abs()), 0.1)
        expected = np.quantile(self.X[:, 0].double().numpy(), [0.25, 0.5, 0.75])
        np.testing.assert_allclose(initial_thresholds(self.X, 4)[0], expected, rtol=1e-6)

    def test_wrong_data_is_refused(self):
        self.refused(lambda: initial_thresholds(self.X[0]), "X")
        self.refused(lambda: initial_thresholds(self.X, [4, 4]), "levels")
        self.refused(lambda: initial_thresholds(self.X, 300), "levels")
        self.refused(lambda: initial_thresholds(self.X * float("nan")), "X")
        self.refused(lambda: initial_thresholds(self.X, 4, "tree"), "y")
        self.refused(lambda: initial_thresholds(self.X, 4, "middle"), "start")
        self.refused(lambda: SoftQuantization.from_data(self.X, 4)(self.X[:, :2]), "input")
        self.refused(lambda: SoftQuantization([[float("nan")]]), "thresholds")
        self.refused(lambda: SoftQuantization([[0.0]], 0.0), "temperature")


class Documents(unittest.TestCase):
    def test_what_the_page_shows_is_so(self):
        root = Path(__file__).resolve().parent.parent.parent.parent
        sys.path.insert(0, str(root / "tests" / "python"))
        import blocks
        examples, said = blocks.failures(root / "docs" / "python.md", lambda heading: heading == "PyTorch")
        self.assertGreater(examples, 5)
        self.assertEqual(said.splitlines(), [])


if __name__ == "__main__":
    unittest.main()
