"""A compressed network in Python's whole numbers, written from docs/model-format.md alone: sums, the way from a sum to
the next 8-bit input, and outputs. check_model.py and the tests of exported networks compare with it."""

import math


def unpacked(data, count, bits):
    """Two's complement integers, the first in the lowest bits."""
    values, held, left = [], 0, 0
    for byte in data:
        held |= byte << left
        left += 8
        while left >= bits and len(values) < count:
            value = held & ((1 << bits) - 1)
            values.append(value - (1 << bits) if value >> (bits - 1) else value)
            held >>= bits
            left -= bits
    assert len(values) == count and held == 0
    return values


def rounded(value):
    """To the nearest whole number, halves away from zero."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


class Layer:
    def __init__(self, tensors, name, bits, inputs, input_step):
        self.scales = tensors[f"{name}.scales"][1]
        self.outputs, self.inputs = len(self.scales), inputs
        bias = "table_bias" if name == "table" else f"{name}.bias"
        self.biases = tensors[bias][1]
        values = unpacked(tensors[f"{name}.packed"][1], inputs * self.outputs, bits)
        # weights[o][i]
        if name == "table":
            self.weights = [values[o :: self.outputs] for o in range(self.outputs)]
        else:
            self.weights = [values[o * inputs : (o + 1) * inputs] for o in range(self.outputs)]
        self.units = [scale * input_step for scale in self.scales]

    def guard(self, largest):
        guard = min(16, 29 - max(1, largest).bit_length())
        for bias, unit in zip(self.biases, self.units):
            while guard > 0 and abs(bias / unit) * 2**guard > 2**30:
                guard -= 1
        return guard


class Channel:
    def __init__(self, unit, bias, step, guard):
        unit /= 2**guard
        self.guard = guard
        self.bias = max(-(2**30), min(2**30, rounded(bias / unit)))
        ratio = unit / step
        self.limit = int(min(math.ceil(256.0 / ratio), 2**30))
        multiplier, self.shift = ratio * 2**22, 0
        while multiplier < 2**14 and self.shift < 30:
            multiplier *= 2
            self.shift += 1
        self.multiplier = min(rounded(multiplier), 2**30)
        if self.shift == 0 and self.multiplier > 0:
            self.limit = min(self.limit, (2**31 - 1 - 2**21) // self.multiplier)

    def input(self, total):
        value = max(0, min(self.limit, (total << self.guard) + self.bias))
        return min(255, ((value >> self.shift) * self.multiplier + 2**21) >> 22)


class IntegerNetwork:
    def __init__(self, document, tensors):
        bits = [int(value) for value in tensors["integer.bits"][1]]
        self.levels = [feature["levels"] for feature in document["features"]]
        steps = tensors["integer.activation_scales"][1]
        self.layers = [Layer(tensors, "table", bits[0], sum(self.levels), 1.0)]
        for number, own in enumerate(bits[1:]):
            before = self.layers[-1]
            self.layers.append(Layer(tensors, f"layers.{number}", own, before.outputs, steps[number]))
        self.channels = []
        for layer, step in zip(self.layers, steps):
            guard = layer.guard(self.largest(layer))
            self.channels.append([Channel(u, b, step, guard) for u, b in zip(layer.units, layer.biases)])

    def largest(self, layer):
        if layer is not self.layers[0]:
            return max(255 * sum(map(abs, weights)) for weights in layer.weights)
        starts = [sum(self.levels[:f]) for f in range(len(self.levels))]
        return max(sum(max(map(abs, weights[start : start + levels])) for start, levels in zip(starts, self.levels))
                   for weights in layer.weights)

    def sums(self, rows):
        """rows: the table's row of each feature's code. The last layer's sums."""
        totals = [sum(weights[row] for row in rows) for weights in self.layers[0].weights]
        for layer, channels in zip(self.layers[1:], self.channels):
            inputs = [channel.input(total) for channel, total in zip(channels, totals)]
            totals = [sum(w * i for w, i in zip(weights, inputs)) for weights in layer.weights]
        return totals

    def outputs(self, rows):
        last = self.layers[-1]
        return [total * unit + bias for total, unit, bias in zip(self.sums(rows), last.units, last.biases)]

    def sums_of_codes(self, codes):
        rows = [sum(self.levels[:f]) + code for f, code in enumerate(codes)]
        return self.sums(rows)


class FixedPoint:
    """The last sums as whole numbers: src/terse/model/decoder/fixed_point.h."""

    def __init__(self, document, network):
        last, target = network.layers[-1], document["target"]
        classes = document["task"] == "classification"
        mean, deviation = (0.0, 1.0) if classes else (target["mean"], target["deviation"])
        self.guard = last.guard(network.largest(last))
        self.decimals = math.ceil(math.log10(1000.0 / deviation))
        units = [unit / 2**self.guard * deviation for unit in last.units]

        def fits(decimals):
            ten = 10.0**decimals
            return all(u * ten <= 1 / 64 and 2**31 * u * ten + abs(mean) * ten <= 2**31 - 1024 for u in units)

        while not fits(self.decimals):
            self.decimals -= 1
        self.offset = 0 if classes else rounded(mean * 10.0**self.decimals)
        self.biases = [max(-(2**30), min(2**30, rounded(bias / (unit / 2**self.guard))))
                       for bias, unit in zip(last.biases, last.units)]
        self.factors = []
        for unit in units:
            multiplier, shift = unit * 10.0**self.decimals * 2**16, 0
            while multiplier < 2**15 and shift < 31:
                multiplier *= 2
                shift += 1
            self.factors.append((min(rounded(multiplier), 65535), shift))

    def results(self, totals):
        found = []
        for total, bias, (multiplier, shift) in zip(totals, self.biases, self.factors):
            value = (total << self.guard) + bias
            steps = ((abs(value) * multiplier >> 16) + (1 << (shift - 1))) >> shift
            found.append(self.offset - steps if value < 0 else self.offset + steps)
        return found
