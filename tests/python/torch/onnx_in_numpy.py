"""The few operators of ONNX that the exported decoders have, in numpy, from the operators' definitions."""

import numpy as np
from onnx import numpy_helper


def attributes(node):
    found = {}
    for own in node.attribute:
        found[own.name] = (numpy_helper.to_array(own.t) if own.type == 4 else own.i if own.type == 2 else
                           own.f if own.type == 1 else list(own.ints))
    return found


def softmax(values, axis):
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def conv(x, weight, bias=None, *, strides=(1,), kernel_shape=None, pads=(0, 0), dilations=(1,), group=1):
    assert not any(pads) and list(dilations) == [1] and group == 1
    size, step = weight.shape[2], strides[0]
    places = range(0, x.shape[2] - size + 1, step)
    columns = [np.einsum("rcs,ocs->ro", x[:, :, place : place + size], weight) for place in places]
    return np.stack(columns, axis=2) + (0 if bias is None else bias[None, :, None])


def cast(values, to):
    return values.astype({1: np.float32, 7: np.int64, 9: np.bool_, 6: np.int32}[to])


def reshape(values, shape, allowzero=0):
    return values.reshape([values.shape[place] if size == 0 else size for place, size in enumerate(shape)])


def flatten(values, axis=1):
    return values.reshape(int(np.prod(values.shape[:axis])), -1)


OPERATORS = {
    "Reshape": reshape, "Flatten": flatten, "Conv": conv, "Cast": cast,
    "Transpose": lambda x, perm: x.transpose(perm),
    "Gather": lambda x, places, axis=0: np.take(x, places, axis),
    "GreaterOrEqual": np.greater_equal, "Greater": np.greater, "Less": np.less, "Not": np.logical_not,
    "MatMul": np.matmul, "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Tanh": np.tanh,
    "Identity": lambda x: x,
    "Gemm": lambda a, b, c, alpha=1.0, beta=1.0, transA=0, transB=0: a @ (b.T if transB else b) + c,
    "ReduceMean": lambda x, axes, keepdims=1: x.mean(axis=tuple(axes), keepdims=bool(keepdims)),
    "Softmax": lambda x, axis=-1: softmax(x, axis),
    "LogSoftmax": lambda x, axis=-1: np.log(softmax(x, axis)),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Concat": lambda *parts, axis: np.concatenate(parts, axis),
    "Constant": lambda value: value,
}


def run(model, codes):
    """The output `prediction` for the input `codes`, the only ones."""
    graph = model.graph
    assert [own.name for own in graph.input] == ["codes"] and [own.name for own in graph.output] == ["prediction"]
    values = {own.name: numpy_helper.to_array(own) for own in graph.initializer} | {"codes": codes}
    for node in graph.node:
        inputs = [values[name] for name in node.input if name]
        values[node.output[0]] = OPERATORS[node.op_type](*inputs, **attributes(node))
    return values["prediction"]
