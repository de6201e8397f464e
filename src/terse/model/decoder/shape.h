// The inputs and outputs of a model's decoder: all that it knows of the model around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "terse/quantize/method.h"

namespace terse::model::safetensors {
struct Tensor;
class TensorReader;
}  // namespace terse::model::safetensors

namespace terse::model::decoder {

class Runner;         // runner.h
struct MakeProducts;  // runner.h

/// What turns a decoder's number into the target's unit, once it is scaled.
enum class Link : std::uint8_t {
  identity,    ///< nothing
  exponential  ///< exp: it is a logarithm
};

/// One output; the prediction is link(output * deviation + mean), in the target's unit.
struct Number {
  double mean = 0.0;
  double deviation = 1.0;
  Link link = Link::identity;

  /// Of an output. Computed in double.
  float prediction(float output) const;
};

/// An output per class: its score, which softmax turns into a probability.
struct Classes {
  std::vector<std::string> labels;
};

/// One of several targets of a model, whose outputs follow those of the target before it.
struct Target {
  std::string name;
  std::string unit;
  double origin = 0.0;  ///< predictions of a number are differences from it
  double weight = 1.0;  ///< of its loss in training, among those of the others
  std::variant<Number, Classes> output = Number{};

  std::size_t outputs() const;
  /// The labels of the classes; none for a number.
  std::span<const std::string> labels() const;
};

/// At least two.
struct Several {
  std::vector<Target> targets;
};

using Output = std::variant<Number, Classes, Several>;

/// How many outputs there are.
std::size_t count(const Output& output);

/// Of each output what takes it to its unit; scores stay as they are (mean 0, deviation 1).
std::vector<Number> scales(const Output& output);

/// scales() of one target, which is the same for all its outputs.
Number scale(const Output& output);

struct Shape {
  quantize::Method method = quantize::Method::bw_sq;
  std::vector<std::size_t> levels = {};  ///< per feature; 1 each in full precision
  /// Full precision: inputs per row, the standardised readings (0 in a gap, 0 for categories), then
  /// one per special level of a feature, 1 if it applies.
  std::size_t inputs = 0;
  bool plain = true;  ///< readings are numbers and none may be missing
  Output output = Number{};
  bool external = false;  ///< the model has no decoder of its own

  bool full_precision() const { return quantize::full_precision(method); }
};

}  // namespace terse::model::decoder
