#include "terse/export/onnx/payload.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>

#include "terse/base/error.h"

namespace terse::export_onnx {
namespace {

constexpr OnnxGraph::Attribute to_int64{"to", static_cast<std::int64_t>(OnnxType::int64)};
constexpr OnnxGraph::Attribute drop_axis{"keepdims", 0};
constexpr std::size_t limb_bytes = 4;

/// Columns of a matrix by index.
std::string columns(OnnxGraph& graph, const std::string& matrix,
                    const std::vector<std::int64_t>& indices) {
  return graph.node("Gather", {matrix, graph.constant(indices, {indices.size()})}, {{"axis", 1}});
}

std::string is_not(OnnxGraph& graph, const std::string& value, std::int64_t wanted) {
  const std::string equal = graph.node("Equal", {value, graph.number(wanted)});
  return graph.node("Cast", {graph.node("Not", {equal})}, {to_int64});
}

// bits: int64, rows x 8 * bytes.
OnnxUnpacked unpack_bits(OnnxGraph& graph, const payload::Layout& layout, std::size_t bytes,
                         const std::string& bits) {
  std::size_t width_max = 1;
  for (const std::size_t levels : layout.levels()) {
    width_max =
        std::max<std::size_t>(width_max, static_cast<std::size_t>(std::bit_width(levels - 1)));
  }
  // A code's bits with their powers of two; shorter codes repeat bit 0 with the power 0.
  const std::size_t features = layout.features();
  std::vector<std::int64_t> positions(features * width_max, 0);
  std::vector<std::int64_t> powers(features * width_max, 0);
  std::size_t at = 0;
  for (std::size_t f = 0; f < features; ++f) {
    const auto width = static_cast<std::size_t>(std::bit_width(layout.levels()[f] - 1));
    for (std::size_t i = 0; i < width; ++i) {
      positions[f * width_max + i] = static_cast<std::int64_t>(at++);
      powers[f * width_max + i] = std::int64_t{1} << (width - 1 - i);
    }
  }
  const std::string picked =
      graph.node("Gather", {bits, graph.constant(positions, {features, width_max})}, {{"axis", 1}});
  const std::string weighted =
      graph.node("Mul", {picked, graph.constant(powers, {features, width_max})});
  OnnxUnpacked result;
  result.codes = graph.node("ReduceSum", {weighted, graph.number(2)}, {drop_axis});
  std::vector<std::int64_t> fill(8 * bytes - at);
  std::iota(fill.begin(), fill.end(), static_cast<std::int64_t>(at));
  if (fill.empty()) fill.push_back(0);
  const std::string filled =
      graph.node("ReduceSum", {columns(graph, bits, fill), graph.number(1)}, {{"keepdims", 1}});
  result.wrong = at == 8 * bytes ? graph.node("Mul", {filled, graph.number(0)}) : filled;
  return result;
}

/// A run of features whose levels' product fits 31 bits, so that 32 bits at a time can be divided.
struct Group {
  std::size_t first;
  std::size_t last;  ///< one past
  std::int64_t product;
};

std::vector<Group> groups_of(const std::vector<std::size_t>& levels) {
  std::vector<Group> groups;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const auto count = static_cast<std::int64_t>(levels[f]);
    if (groups.empty() || groups.back().product * count >= (std::int64_t{1} << 31)) {
      groups.push_back({f, f, 1});
    }
    groups.back().last = f + 1;
    groups.back().product *= count;
  }
  return groups;
}

/// 32 bits of the number each, the most significant first: int64, rows x 1.
std::vector<std::string> limbs_of(OnnxGraph& graph, const std::string& numbers, std::size_t bytes) {
  std::vector<std::string> limbs;
  std::size_t begin = 0;
  while (begin < bytes) {
    const std::size_t count = (bytes - begin - 1) % limb_bytes + 1;
    std::vector<std::int64_t> indices;
    std::vector<std::int64_t> powers;
    for (std::size_t i = 0; i < count; ++i) {
      indices.push_back(static_cast<std::int64_t>(begin + i));
      powers.push_back(std::int64_t{1} << (8 * (count - 1 - i)));
    }
    const std::string weighted = graph.node(
        "Mul", {columns(graph, numbers, indices), graph.constant(powers, {powers.size()})});
    limbs.push_back(graph.node("ReduceSum", {weighted, graph.number(1)}, {{"keepdims", 1}}));
    begin += count;
  }
  return limbs;
}

// numbers: int64, rows x bytes. Long division by one group after the other, from the last.
OnnxUnpacked unpack_radix(OnnxGraph& graph, const payload::Layout& layout, std::size_t bytes,
                          const std::string& numbers) {
  const std::vector<Group> groups = groups_of(layout.levels());
  std::vector<std::string> limbs = limbs_of(graph, numbers, bytes);
  const std::string base = limbs.size() > 1 ? graph.number(std::int64_t{1} << 32) : "";
  std::vector<std::string> codes(groups.size());
  for (std::size_t g = groups.size(); g-- > 0;) {
    const std::string product = graph.number(groups[g].product);
    std::optional<std::string> remainder;
    for (std::string& limb : limbs) {
      if (remainder) limb = graph.node("Add", {graph.node("Mul", {*remainder, base}), limb});
      remainder = graph.node("Mod", {limb, product});
      limb = graph.node("Div", {limb, product});
    }
    std::vector<std::int64_t> divisors;
    std::vector<std::int64_t> levels;
    std::int64_t divisor = groups[g].product;
    for (std::size_t f = groups[g].first; f < groups[g].last; ++f) {
      levels.push_back(static_cast<std::int64_t>(layout.levels()[f]));
      divisor /= levels.back();
      divisors.push_back(divisor);
    }
    const std::string shifted =
        graph.node("Div", {*remainder, graph.constant(divisors, {divisors.size()})});
    codes[g] = graph.node("Mod", {shifted, graph.constant(levels, {levels.size()})});
  }
  OnnxUnpacked result;
  result.codes = graph.node("Concat", codes, {{"axis", 1}});
  // What is left of a number below the product of all levels is 0.
  const std::string left = graph.node("Concat", limbs, {{"axis", 1}});
  result.wrong = graph.node("ReduceMax", {left}, {{"keepdims", 1}});
  return result;
}

}  // namespace

OnnxUnpacked onnx_unpack(OnnxGraph& graph, const payload::Layout& layout,
                         const std::string& payload) {
  std::size_t bytes = layout.bytes();
  std::string numbers = graph.node("Cast", {payload}, {to_int64});
  std::optional<std::string> wrong_tag;
  if (layout.tag()) {
    wrong_tag = is_not(graph, columns(graph, numbers, {0}), *layout.tag());
    std::vector<std::int64_t> rest(--bytes);
    std::iota(rest.begin(), rest.end(), 1);
    numbers = columns(graph, numbers, rest);
  }
  TERSE_CHECK(bytes > 0);
  OnnxUnpacked result;
  if (layout.packing() == payload::Packing::radix) {
    result = unpack_radix(graph, layout, bytes, numbers);
  } else {
    const std::vector<std::int64_t> powers{128, 64, 32, 16, 8, 4, 2, 1};
    const std::string deep = graph.node("Unsqueeze", {numbers, graph.number(2)});
    const std::string shifted = graph.node("Div", {deep, graph.constant(powers, {8})});
    const std::string digits = graph.node("Mod", {shifted, graph.number(2)});
    const std::vector<std::int64_t> shape{-1, static_cast<std::int64_t>(8 * bytes)};
    const std::string bits = graph.node("Reshape", {digits, graph.constant(shape, {2})});
    result = unpack_bits(graph, layout, bytes, bits);
  }
  if (wrong_tag) result.wrong = graph.node("Add", {result.wrong, *wrong_tag});
  return result;
}

}  // namespace terse::export_onnx
