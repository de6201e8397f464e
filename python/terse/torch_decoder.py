"""What follows a layer of :mod:`terse.torch` in any network, as an ONNX file that takes codes."""

import copy
import hashlib
import io
import os
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

from terse import _terse
from terse.cells import refuse
from terse.model import Model

OPSET = 13
ROWS_COMPARED = 64
FARTHEST = 3e38  # a finite float32


def export_encoder_and_decoder(model, layer, path, description, shape, outputs):
    """Write the encoder alone to ``path`` and the decoder beside it; gives the Model.

    description : Description
    shape : tuple of int
        Of one row of what the network takes.
    outputs : {"scores", "probabilities"}
        What the network gives of classes.
    """
    if layer not in list(model.modules()):
        refuse("layer", "is no part of the network", "give the layer that the network has")
    network, own = copy.deepcopy((model, layer))
    network = network.cpu().float().eval()
    places = places_in(network, own, shape)
    means, deviations = description.means, description.deviations
    thresholds = thresholds_of(own, places)

    def native(settings):
        return _terse.encoder_alone(description.named, list(zip(means.tolist(), deviations.tolist())), thresholds,
                                    description.target, description.target_scale, description.labels,
                                    description.radix, "terse.torch.export", settings)

    encoder = native([])
    decoder = Decoder(network, shape, own, ranks(own, places, means, deviations, thresholds))
    readings = probes(thresholds, means, deviations)
    inputs = ((readings.astype(np.float64) - means) / deviations).astype(np.float32)
    codes = torch.from_numpy(encoder.codes(readings).astype(np.float32))
    with torch.no_grad():
        expected = flat(network(torch.from_numpy(inputs).reshape(-1, *shape)))
        with decoder.taking_codes():
            found = decoder.raw(codes)
            if not torch.allclose(found, expected, rtol=1e-4, atol=1e-5, equal_nan=True):
                refuse("model", "its answers do not come from the layer's steps alone",
                       "let every reading go through the layer, and nowhere else")
            if not torch.isfinite(expected).all():
                refuse("model", "it gives a number that is not finite", "train it again, with smaller steps")
            decoder.finish = finish_of(expected, description, outputs)
            graph = onnx_bytes(decoder, codes[:2])
    beside = Path(path).with_suffix(".onnx")
    made = Model(native([("decoder", beside.name), ("decoder_sha256", hashlib.sha256(graph).hexdigest())]))
    write_both(made, path, graph, beside)
    return made


class Decoder(nn.Module):
    """Codes, float32 of shape (rows, readings), to predictions: the network, whose layer takes codes."""

    def __init__(self, network, shape, layer, first_codes):
        super().__init__()
        self.network, self.shape, self.layer, self.finish = network, shape, layer, nn.Identity()
        # Of each step the lowest code with which it is 1.
        self.register_buffer("first_codes", first_codes)
        sums = torch.zeros(len(layer.thresholds), layer.features)
        sums[torch.arange(len(layer.thresholds)), layer.feature] = 1.0
        self.register_buffer("sums", sums)

    def steps(self, codes):
        steps = (codes[..., self.layer.feature] >= self.first_codes).to(torch.float32)
        return steps @ self.sums if self.layer.sums_steps else steps

    def taking_codes(self):
        return Replaced(self.layer, self.steps)

    def raw(self, codes):
        return flat(self.network(codes.reshape(-1, *self.shape)))

    def forward(self, codes):
        return self.finish(self.raw(codes))


class Replaced:
    """While it lasts, a module's forward() is another function."""

    def __init__(self, module, function):
        self.module, self.function = module, function

    def __enter__(self):
        self.module.forward = self.function

    def __exit__(self, *error):
        del self.module.forward


class Scaled(nn.Module):
    def __init__(self, mean, deviation):
        super().__init__()
        self.mean, self.deviation = mean, deviation

    def forward(self, outputs):
        return outputs * self.deviation + self.mean


class BothOf(nn.Module):
    """Of the probability of the second class those of both."""

    def forward(self, second):
        return torch.cat([1.0 - second, second], dim=1)


def flat(outputs):
    if not isinstance(outputs, torch.Tensor):
        refuse("model", f"it gives a {type(outputs).__name__}", "give a network with one tensor of outputs")
    return outputs.reshape(-1, 1) if outputs.ndim < 2 else outputs.flatten(1)


def places_in(network, layer, shape):
    """int array (..., features of the layer): which reading of a row stands at each place of the layer's input."""
    seen = []
    size = int(np.prod(shape))
    hook = layer.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].detach().clone()))
    try:
        with torch.no_grad():
            network(torch.arange(size, dtype=torch.float32).reshape(1, *shape))
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        refuse("shape", f"the network does not take rows of shape {shape}: {str(error).splitlines()[0]}",
               "give the shape of one row")
    finally:
        hook.remove()
    if len(seen) != 1:
        refuse("model", f"its layer is used {len(seen)} times", "give a network that uses it once")
    places = seen[0].numpy()
    if places.shape[:1] != (1,) or not np.array_equal(np.sort(places.reshape(-1)), np.arange(size)):
        refuse("model", "something before the layer changes the readings",
               "begin with the layer; reshaping and transposing may come first")
    return places[0].astype(np.int64)


def thresholds_of(layer, places):
    """Of each reading the thresholds of its feature of the layer."""
    own, feature_of = layer.thresholds.detach().to(torch.float32), layer.feature
    each = [own[feature_of == feature].tolist() for feature in range(layer.features)]
    result = [None] * places.size
    for index, place in np.ndenumerate(places):
        result[place] = each[index[-1]]
    return result


def ranks(layer, places, means, deviations, thresholds):
    """Of each step the lowest code with which it is 1: codes count thresholds of raw readings that differ."""
    raw = [[_terse.raw_threshold(value, means[place], deviations[place]) for value in own]
           for place, own in enumerate(thresholds)]
    kept = [np.unique([value for value in own if np.isfinite(value)]) for own in raw]
    lowest = [[len(kept[place]) + 1 if value == np.inf else int(np.searchsorted(kept[place], value, "right"))
               for value in own] for place, own in enumerate(raw)]
    result = np.zeros((*places.shape[:-1], len(layer.thresholds)), np.float32)
    feature_of = layer.feature.numpy()
    for index, place in np.ndenumerate(places):
        result[index[:-1]][feature_of == index[-1]] = lowest[place]
    return torch.from_numpy(result)


def probes(thresholds, means, deviations):
    """float32 (rows, readings), raw: on, beside and far from thresholds."""
    draw = np.random.default_rng(0)
    standard = draw.normal(size=(ROWS_COMPARED, len(thresholds)))
    for place, own in enumerate(thresholds):
        if own:
            rows = draw.random(ROWS_COMPARED) < 0.75
            standard[rows, place] = draw.choice(own, rows.sum()) + draw.choice([0.0, 1e-3, -1e-3, 0.1], rows.sum())
    return np.clip(standard * deviations + means, -FARTHEST, FARTHEST).astype(np.float32)


def finish_of(raw, description, outputs):
    """From what the network gives to predictions, in the target's unit, or probabilities."""
    count, labels = raw.shape[1], description.labels
    if not labels:
        if count != 1:
            refuse("classes", f"the network has {count} outputs, and there are 0 classes",
                   "name the class of each output, or give a network with one output")
        return Scaled(*description.target_scale)
    if count != len(labels) and not (count == 1 and len(labels) == 2):
        refuse("classes", f"the network has {count} outputs, and there are {len(labels)} classes",
               "name the class of each output, or give a network with one output")
    shares = bool(((raw >= 0.0) & (raw <= 1.0)).all()) and (
        count == 1 or torch.allclose(raw.sum(dim=1), torch.ones(len(raw)), atol=1e-4))
    if outputs == "probabilities" and not shares:
        refuse("outputs", "are not probabilities", "leave `outputs` out")
    if outputs == "scores" and shares and count > 1:
        refuse("outputs", "are probabilities already", 'say outputs="probabilities"')
    if outputs == "probabilities":
        return nn.Identity() if count > 1 else BothOf()
    return nn.Softmax(dim=1) if count > 1 else nn.Sequential(nn.Sigmoid(), BothOf())


def onnx_bytes(decoder, codes):
    buffer = io.BytesIO()
    try:
        torch.onnx.export(decoder, (codes,), buffer, input_names=["codes"], output_names=["prediction"],
                          dynamic_axes={"codes": {0: "rows"}, "prediction": {0: "rows"}}, opset_version=OPSET)
    except (RuntimeError, ValueError, TypeError) as error:
        refuse("model", f"PyTorch cannot write it as ONNX: {str(error).splitlines()[0]}",
               "replace what it names")
    return buffer.getvalue()


def write_both(made, path, graph, beside):
    """The decoder is in place before the encoder that names it; neither if one cannot be written."""
    handle, name = tempfile.mkstemp(dir=beside.resolve().parent, prefix=beside.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(graph)
        os.chmod(name, 0o666 & ~umask())
        made.save(path)
        os.replace(name, beside)
    except BaseException:
        os.unlink(name)
        raise


def umask():
    own = os.umask(0)
    os.umask(own)
    return own
