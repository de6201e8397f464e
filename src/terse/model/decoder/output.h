// The meaning of a decoder's outputs: a number, or scores of classes.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace terse::model::decoder {

/// One output; the prediction is output * deviation + mean, in the target's unit.
struct Number {
  double mean = 0.0;
  double deviation = 1.0;
};

/// An output per class: its score, which softmax turns into a probability.
struct Classes {
  std::vector<std::string> labels;
};

using Output = std::variant<Number, Classes>;

/// The number of outputs.
std::size_t count(const Output& output);

/// What takes an output to its unit; scores stay as they are (mean 0, deviation 1).
Number scale(const Output& output);

}  // namespace terse::model::decoder
