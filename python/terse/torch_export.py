"""From a network of PyTorch with a layer of :mod:`terse.torch` to a ``.terse`` model."""

import os
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from terse import _terse
from terse.cells import refuse
from terse.model import Model
from terse.torch_decoder import export_encoder_and_decoder

NOTHING_TO_DO = (nn.Dropout, nn.AlphaDropout, nn.Identity)
NORMS = (nn.BatchNorm1d,)


def export(model, layer, path, *, features=None, units=None, scale=None, target="y", target_unit="",
           target_scale=(0, 1), classes=None, packing="bits", shape=None, outputs="scores"):
    """Write a model whose encoder is a layer's thresholds and whose decoder is what follows the layer.

    In ``eval()`` the network and the model answer alike; the device needs the thresholds alone, in raw units
    (``scale``). A multi-layer perceptron becomes part of the file: the first linear layer is folded into a table
    of what each code is worth (appendix B of the paper), batch normalisation into its neighbours. Of any other
    network the file holds the encoder alone, and an ONNX file of the same name beside it decodes: it takes
    ``codes``, float32 of shape (rows, readings), and gives ``prediction``, float32 of shape (rows, outputs), in the
    target's unit or as probabilities. `terse serve` asks it through an inference server.

    Parameters
    ----------
    model : torch.nn.Module
        Perceptron: Sequential that begins with the layer; then Linear, ReLU, BatchNorm1d, Dropout, Identity and
        Sequential of these. May end with Softmax, LogSoftmax or, for two classes and one output, Sigmoid. Any
        other network has every reading go through the layer once, unchanged but for its place, and nowhere else.
    layer : BitwiseSoftQuantization or SoftQuantization
    path : str or os.PathLike
        The ``.terse`` file, written whole or not at all.
    features, units : list of str, optional
        Of each reading; x0, x1, ... and no unit.
    scale : (means, deviations), optional
        Of each reading in raw units, or of what has the last axes of ``shape``, where the network takes
        (reading - mean) / deviation. The network takes raw readings if left out.
    target, target_unit : str
    target_scale : (mean, deviation)
        What turns the network's output into the target's unit.
    classes : list of str, optional
        Labels of the outputs; two for one output, the second where it is above 0.
    packing : {"bits", "radix"}
    shape : tuple of int, optional
        Of one row of what the network takes, such as (64, 3) for windows of 64 readings of 3 channels, which make
        192 readings of a message, the last axis fastest. One axis of the layer's features if left out.
    outputs : {"scores", "probabilities"}
        What a network other than a perceptron gives of classes; scores become probabilities in the ONNX file.

    Returns
    -------
    terse.Model

    Raises
    ------
    ValueError
        If something does not fit the layer, or more than the layer's steps decides.
    """
    require_words(packing, outputs)
    own_shape = (layer.features,) if shape is None else tuple(int(size) for size in shape)
    if not own_shape or min(own_shape) < 1:
        refuse("shape", f"{shape!r} is no shape of a row", "give sizes of 1 and more")
    count = int(np.prod(own_shape))
    names = [f"x{place}" for place in range(count)] if features is None else [str(name) for name in features]
    texts = [""] * count if units is None else [str(unit) for unit in units]
    means, deviations = (np.zeros(count), np.ones(count)) if scale is None else (
        scale_of(own, own_shape) for own in scale)
    for what, own in (("features", names), ("units", texts)):
        if len(own) != count:
            refuse(what, f"there are {len(own)} where the layer has {count} features", "give one for each")
    labels = [] if classes is None else [str(label) for label in classes]
    for what, own in (("features", names), ("classes", labels)):
        twice = {name for name in own if own.count(name) > 1}
        if twice:
            refuse(what, f"{min(twice)!r} is there twice", "give each a name of its own")
    description = Description(list(zip(names, texts)), means, deviations, (str(target), str(target_unit)),
                              tuple(float(part) for part in target_scale), labels, packing == "radix")
    if shape is not None or not is_perceptron(model, layer, labels):
        return export_encoder_and_decoder(model, layer, os.fspath(path), description, own_shape, outputs)
    made = folded(model, layer, description)
    made.save(os.fspath(path))
    return made


def require_words(packing, outputs):
    if packing not in ("bits", "radix"):
        refuse("packing", f"{packing!r} is no packing", "choose bits or radix")
    if outputs not in ("scores", "probabilities"):
        refuse("outputs", f"{outputs!r} is neither", "choose scores or probabilities")


@dataclass
class Description:
    """What a model says of its readings and its target."""

    named: list  # (name, unit) of each reading
    means: np.ndarray
    deviations: np.ndarray
    target: tuple  # name and unit
    target_scale: tuple
    labels: list
    radix: bool


def scale_of(numbers, shape):
    own = np.asarray(numbers, np.float64)
    try:
        return np.ascontiguousarray(np.broadcast_to(own, shape)).reshape(-1)
    except ValueError:
        refuse("scale", f"has shape {own.shape}", f"give one number, or numbers for rows of shape {shape}")


def folded(model, layer, description):
    """The model of a perceptron, its decoder inside."""
    labels = description.labels
    layers = layers_after(model, layer, labels)
    outputs = len(layers[-1][1])
    if outputs != max(1, len(labels)):
        refuse("classes", f"the network has {outputs} outputs, and there are {len(labels)} classes",
               "name the class of each output, or give a network with one output")
    own = layer.thresholds.detach().cpu().to(torch.float32)
    place_of = layer.feature.cpu()
    thresholds = [own[place_of == place].tolist() for place in range(layer.features)]
    scales = list(zip(description.means.tolist(), description.deviations.tolist()))
    return Model(_terse.folded(description.named, scales, thresholds, layers, description.target,
                               description.target_scale, labels, description.radix, "terse.torch.export"))


def is_perceptron(model, layer, labels):
    parts = list(flattened(model))
    return parts[:1] == [layer] and all(isinstance(part, (nn.ReLU, nn.Linear, *NORMS, *NOTHING_TO_DO))
                                        for part in without_probabilities(parts[1:], labels))


def layers_after(model, layer, labels):
    """Weights and biases, float32, of the dense layers behind the layer's steps, with ReLU between them."""
    parts = list(flattened(model))
    affine = Affine.of_steps(layer)
    layers = []
    parts = without_probabilities(parts[1:], labels)
    for part in parts:
        if isinstance(part, NOTHING_TO_DO):
            continue
        if isinstance(part, nn.ReLU):
            layers.append(affine.layer())
            affine = Affine.identity(len(affine.bias))
        elif isinstance(part, nn.Linear):
            affine.then(part.weight, part.bias)
        else:
            affine.normalised(part)
    weights, bias = affine.weights, affine.bias
    if len(labels) == 2 and len(bias) == 1:
        # softmax of (0, z) is the logistic function of z.
        weights, bias = np.vstack([0 * weights, weights]), np.concatenate([[0.0], bias])
    last = Affine(weights, bias)
    if not layers:
        # A table is followed by ReLU: both signs of the sums go through it.
        layers.append(Affine(np.vstack([weights, -weights]), np.concatenate([bias, -bias])).layer())
        one = np.eye(len(bias))
        last = Affine(np.hstack([one, -one]), np.zeros(len(bias)))
    return [*layers, last.layer()]


def flattened(module):
    if isinstance(module, nn.Sequential):
        for part in module:
            yield from flattened(part)
    else:
        yield module


def without_probabilities(parts, labels):
    """Without what turns scores into probabilities at the end: the model does that itself."""
    parts = [part for part in parts if not isinstance(part, NOTHING_TO_DO)]
    if labels and parts and isinstance(parts[-1], (nn.Softmax, nn.LogSoftmax)):
        return parts[:-1]
    if len(labels) == 2 and parts and isinstance(parts[-1], nn.Sigmoid):
        return parts[:-1]
    return parts


class Affine:
    """Weights x + bias, in double until it is a layer."""

    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    @classmethod
    def identity(cls, units):
        return cls(np.eye(units), np.zeros(units))

    @classmethod
    def of_steps(cls, layer):
        """From steps to what the layer gives: each step, or the sum of a feature's."""
        if not layer.sums_steps:
            return cls.identity(layer.outputs)
        sums = np.zeros((layer.features, len(layer.thresholds)))
        sums[layer.feature.cpu().numpy(), np.arange(len(layer.thresholds))] = 1.0
        return cls(sums, np.zeros(layer.features))

    def then(self, weight, bias):
        weight = array(weight)
        if weight.shape[1] != len(self.bias):
            refuse("model", f"a linear layer takes {weight.shape[1]} inputs where {len(self.bias)} come",
                   "give the network as it was trained")
        self.weights = weight @ self.weights
        self.bias = weight @ self.bias + (0.0 if bias is None else array(bias))

    def normalised(self, norm):
        if norm.running_var is None:
            refuse("model", "a batch normalisation keeps no running figures", "train with track_running_stats")
        slope = 1.0 / np.sqrt(array(norm.running_var) + norm.eps)
        offset = -array(norm.running_mean) * slope
        if norm.affine:
            slope, offset = slope * array(norm.weight), offset * array(norm.weight) + array(norm.bias)
        self.weights, self.bias = slope[:, None] * self.weights, slope * self.bias + offset

    def layer(self):
        return (np.ascontiguousarray(self.weights, np.float32), np.ascontiguousarray(self.bias, np.float32))


def array(tensor):
    return tensor.detach().cpu().to(torch.float64).numpy()
