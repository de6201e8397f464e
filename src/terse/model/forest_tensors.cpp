#include "terse/model/forest_tensors.h"

#include <fmt/core.h>

#include <string>

#include "terse/model/forest.h"

namespace terse::model {
namespace {

using safetensors::Tensor;
using safetensors::TensorReader;

Tensor byte_row(std::string name, std::vector<std::uint8_t> bytes) {
  const std::size_t count = bytes.size();
  return {std::move(name), {count}, {}, std::move(bytes)};
}

Tensor float_row(std::string name, std::vector<float> values) {
  const std::size_t count = values.size();
  return {std::move(name), {count}, std::move(values), {}};
}

std::string name_of(std::size_t number, const char* part) {
  return fmt::format("forests.{}.{}", number, part);
}

const std::vector<std::uint8_t>& bytes_of(TensorReader& reader, const std::string& name) {
  const std::vector<std::uint8_t>& bytes = reader.row(name).bytes;
  if (bytes.empty()) reader.refuse(name, "does not hold bytes");
  return bytes;
}

void read_forest(TensorReader& reader, std::size_t number, std::size_t readings, Forest& forest) {
  const auto offsets = reader.finite_row(name_of(number, "offsets"), forest.inputs.size());
  const auto scales = reader.finite_row(name_of(number, "scales"), forest.inputs.size());
  for (std::size_t i = 0; i < forest.inputs.size(); ++i) {
    forest.inputs[i].offset = offsets[i];
    forest.inputs[i].scale = scales[i];
  }
  forest.nodes = bytes_of(reader, name_of(number, "nodes"));
  const auto& thresholds = bytes_of(reader, name_of(number, "thresholds"));
  if (thresholds.size() != 2 * forest.nodes.size()) {
    reader.refuse(name_of(number, "thresholds"), "does not hold two bytes for each node");
  }
  for (std::size_t i = 0; i < thresholds.size(); i += 2) {
    const unsigned bits = thresholds[i] | static_cast<unsigned>(thresholds[i + 1]) << 8;
    forest.thresholds.push_back(static_cast<std::int16_t>(bits));
  }
  for (const std::uint8_t leaf : bytes_of(reader, name_of(number, "leaves"))) {
    forest.leaves.push_back(static_cast<std::int8_t>(leaf));
  }
  const std::string problem = forest_problem(forest, readings);
  if (!problem.empty()) reader.refuse(name_of(number, "nodes"), problem);
}

}  // namespace

std::vector<Tensor> forest_tensors(const Model& model) {
  std::vector<Tensor> tensors;
  std::size_t number = 0;
  for (const Feature& feature : model.features) {
    if (!feature.forest) continue;
    const Forest& forest = *feature.forest;
    std::vector<float> offsets;
    std::vector<float> scales;
    for (const ForestInput& input : forest.inputs) {
      offsets.push_back(input.offset);
      scales.push_back(input.scale);
    }
    std::vector<std::uint8_t> thresholds;
    for (const std::int16_t threshold : forest.thresholds) {
      const auto bits = static_cast<std::uint16_t>(threshold);
      thresholds.push_back(static_cast<std::uint8_t>(bits & 0xff));
      thresholds.push_back(static_cast<std::uint8_t>(bits >> 8));
    }
    tensors.push_back(float_row(name_of(number, "offsets"), std::move(offsets)));
    tensors.push_back(float_row(name_of(number, "scales"), std::move(scales)));
    tensors.push_back(byte_row(name_of(number, "nodes"), forest.nodes));
    tensors.push_back(byte_row(name_of(number, "thresholds"), std::move(thresholds)));
    tensors.push_back(
        byte_row(name_of(number, "leaves"), {forest.leaves.begin(), forest.leaves.end()}));
    ++number;
  }
  return tensors;
}

void read_forests(TensorReader& reader, Model& model) {
  const std::size_t readings = model.readings();
  std::size_t number = 0;
  for (Feature& feature : model.features) {
    if (feature.forest) read_forest(reader, number++, readings, *feature.forest);
  }
}

}  // namespace terse::model
