// A graph in ONNX's file format (protobuf's wire format, written directly). Inside the export room.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace terse::export_onnx {

enum class OnnxType : std::uint8_t {
  float32 = 1,
  uint8 = 2,
  int64 = 7,
  text = 8,
  boolean = 9,
  float64 = 11
};

/// Attributes as a node of another set of operators takes them.
std::string onnx_attribute(std::string_view name, std::int64_t value);
std::string onnx_attribute(std::string_view name, std::span<const std::int64_t> values);
std::string onnx_attribute(std::string_view name, std::span<const float> values);
std::string onnx_attribute(std::string_view name, std::span<const std::string> values);

/// Built node by node; names of values are given by the graph unless said otherwise.
class OnnxGraph {
 public:
  using Dimensions = std::initializer_list<std::size_t>;
  struct Attribute {
    std::string_view name;
    std::int64_t value;
  };

  explicit OnnxGraph(std::string_view name);

  /// A tensor from or to outside: any number of rows, then `columns` if above 0.
  std::string input(std::string_view name, OnnxType type, std::size_t columns);
  void output(std::string_view name, OnnxType type, std::size_t columns);

  /// Constants; result: the value's name.
  std::string constant(std::span<const float> values, Dimensions dimensions);
  std::string constant(std::span<const double> values, Dimensions dimensions);
  std::string constant(std::span<const std::int64_t> values, Dimensions dimensions);
  std::string constant(std::span<const std::string> values, Dimensions dimensions);
  std::string number(std::int64_t value);

  /// A node with one result, whose name is returned. `name`: for a result to be seen outside.
  std::string node(std::string_view operation, const std::vector<std::string>& inputs,
                   std::initializer_list<Attribute> attributes = {}, std::string_view name = "");

  /// A node of ai.onnx.ml whose result is float32, rows x columns. attributes: one after the
  /// other.
  std::string learned_node(std::string_view operation, const std::string& input,
                           std::string_view attributes, std::size_t columns);

  /// The whole file. metadata: keys and values.
  std::string file(const std::vector<std::pair<std::string, std::string>>& metadata) const;

 private:
  std::string next_name();
  std::string tensor(OnnxType type, std::string_view bytes, Dimensions dimensions);

  std::string nodes_;
  std::string rest_;  ///< name, constants, inputs and outputs
  std::size_t names_ = 0;
  bool learned_ = false;  ///< whether it has nodes of ai.onnx.ml
};

/// The operator sets that the graphs need, and the file format that goes with them.
inline constexpr std::int64_t onnx_opset = 13;
inline constexpr std::int64_t onnx_learned_opset = 2;
inline constexpr std::int64_t onnx_format = 7;

}  // namespace terse::export_onnx
