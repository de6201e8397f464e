#include "terse/export/onnx/graph.h"

#include <bit>

namespace terse::export_onnx {
namespace {

// Numbers of the fields are those of onnx.proto, whose messages the functions are named after.
void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
  out += static_cast<char>(value);
}

void put_number(std::string& out, unsigned field, std::int64_t value) {
  put_varint(out, std::uint64_t{field} << 3);
  put_varint(out, static_cast<std::uint64_t>(value));
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
  put_varint(out, (std::uint64_t{field} << 3) | 2);
  put_varint(out, bytes.size());
  out += bytes;
}

template <typename Bits>
void put_little_endian(std::string& out, Bits bits) {
  for (unsigned shift = 0; shift < 8 * sizeof(Bits); shift += 8) {
    out += static_cast<char>((bits >> shift) & 0xFF);
  }
}

std::string value_info(std::string_view name, OnnxType type, std::size_t columns) {
  std::string rows;
  put_bytes(rows, 2, "rows");
  std::string shape;
  put_bytes(shape, 1, rows);
  if (columns > 0) {
    std::string dimension;
    put_number(dimension, 1, static_cast<std::int64_t>(columns));
    put_bytes(shape, 1, dimension);
  }
  std::string tensor_type;
  put_number(tensor_type, 1, static_cast<std::int64_t>(type));
  put_bytes(tensor_type, 2, shape);
  std::string type_proto;
  put_bytes(type_proto, 1, tensor_type);
  std::string info;
  put_bytes(info, 1, name);
  put_bytes(info, 2, type_proto);
  return info;
}

std::string integer_attribute(std::string_view name, std::int64_t value) {
  constexpr std::int64_t integer = 2;
  std::string attribute;
  put_bytes(attribute, 1, name);
  put_number(attribute, 3, value);
  put_number(attribute, 20, integer);
  return attribute;
}

constexpr std::string_view learned_domain = "ai.onnx.ml";

// Fields of an AttributeProto.
enum AttributeKind : std::int64_t { floats = 6, integers = 7, texts = 8 };

std::string finished(std::string_view name, std::string_view values, AttributeKind kind) {
  std::string attribute;
  put_bytes(attribute, 1, name);
  attribute += values;
  put_number(attribute, 20, kind);
  std::string field;
  put_bytes(field, 5, attribute);
  return field;
}

std::string operator_set(std::string_view domain, std::int64_t version) {
  std::string operators;
  put_bytes(operators, 1, domain);
  put_number(operators, 2, version);
  return operators;
}

}  // namespace

std::string onnx_attribute(std::string_view name, std::span<const std::int64_t> values) {
  std::string list;
  for (const std::int64_t value : values) put_number(list, 8, value);
  return finished(name, list, integers);
}

std::string onnx_attribute(std::string_view name, std::span<const float> values) {
  std::string packed;
  for (const float value : values) put_little_endian(packed, std::bit_cast<std::uint32_t>(value));
  std::string list;
  put_bytes(list, 7, packed);
  return finished(name, list, floats);
}

std::string onnx_attribute(std::string_view name, std::span<const std::string> values) {
  std::string list;
  for (const std::string& value : values) put_bytes(list, 9, value);
  return finished(name, list, texts);
}

std::string onnx_attribute(std::string_view name, std::int64_t value) {
  std::string field;
  put_bytes(field, 5, integer_attribute(name, value));
  return field;
}

OnnxGraph::OnnxGraph(std::string_view name) {
  put_bytes(rest_, 2, name);
}

std::string OnnxGraph::next_name() {
  return "v" + std::to_string(names_++);
}

std::string OnnxGraph::input(std::string_view name, OnnxType type, std::size_t columns) {
  put_bytes(rest_, 11, value_info(name, type, columns));
  return std::string(name);
}

void OnnxGraph::output(std::string_view name, OnnxType type, std::size_t columns) {
  put_bytes(rest_, 12, value_info(name, type, columns));
}

std::string OnnxGraph::tensor(OnnxType type, std::string_view bytes, Dimensions dimensions) {
  std::string name = next_name();
  std::string tensor;
  for (const std::size_t size : dimensions) {
    put_number(tensor, 1, static_cast<std::int64_t>(size));
  }
  put_number(tensor, 2, static_cast<std::int64_t>(type));
  put_bytes(tensor, 8, name);
  put_bytes(tensor, 9, bytes);
  put_bytes(rest_, 5, tensor);
  return name;
}

std::string OnnxGraph::constant(std::span<const float> values, Dimensions dimensions) {
  std::string bytes;
  for (const float value : values) put_little_endian(bytes, std::bit_cast<std::uint32_t>(value));
  return tensor(OnnxType::float32, bytes, dimensions);
}

std::string OnnxGraph::constant(std::span<const double> values, Dimensions dimensions) {
  std::string bytes;
  for (const double value : values) put_little_endian(bytes, std::bit_cast<std::uint64_t>(value));
  return tensor(OnnxType::float64, bytes, dimensions);
}

std::string OnnxGraph::constant(std::span<const std::int64_t> values, Dimensions dimensions) {
  std::string bytes;
  for (const std::int64_t value : values) {
    put_little_endian(bytes, static_cast<std::uint64_t>(value));
  }
  return tensor(OnnxType::int64, bytes, dimensions);
}

std::string OnnxGraph::constant(std::span<const std::string> values, Dimensions dimensions) {
  std::string name = next_name();
  std::string tensor;
  for (const std::size_t size : dimensions) {
    put_number(tensor, 1, static_cast<std::int64_t>(size));
  }
  put_number(tensor, 2, static_cast<std::int64_t>(OnnxType::text));
  for (const std::string& value : values) put_bytes(tensor, 6, value);
  put_bytes(tensor, 8, name);
  put_bytes(rest_, 5, tensor);
  return name;
}

std::string OnnxGraph::number(std::int64_t value) {
  return constant(std::span<const std::int64_t>(&value, 1), {1});
}

std::string OnnxGraph::node(std::string_view operation, const std::vector<std::string>& inputs,
                            std::initializer_list<Attribute> attributes, std::string_view name) {
  std::string result = name.empty() ? next_name() : std::string(name);
  std::string node;
  for (const std::string& input : inputs) put_bytes(node, 1, input);
  put_bytes(node, 2, result);
  put_bytes(node, 3, "make_" + result);
  put_bytes(node, 4, operation);
  for (const Attribute& attribute : attributes) {
    put_bytes(node, 5, integer_attribute(attribute.name, attribute.value));
  }
  put_bytes(nodes_, 1, node);
  return result;
}

std::string OnnxGraph::learned_node(std::string_view operation, const std::string& input,
                                    std::string_view attributes, std::size_t columns) {
  std::string result = next_name();
  std::string node;
  put_bytes(node, 1, input);
  put_bytes(node, 2, result);
  put_bytes(node, 3, "make_" + result);
  put_bytes(node, 4, operation);
  node += attributes;
  put_bytes(node, 7, learned_domain);
  put_bytes(nodes_, 1, node);
  // ONNX infers no type for these nodes.
  put_bytes(rest_, 13, value_info(result, OnnxType::float32, columns));
  learned_ = true;
  return result;
}

std::string OnnxGraph::file(
    const std::vector<std::pair<std::string, std::string>>& metadata) const {
  std::string model;
  put_number(model, 1, onnx_format);
  put_bytes(model, 2, "terse");
  put_bytes(model, 7, nodes_ + rest_);
  put_bytes(model, 8, operator_set("", onnx_opset));
  if (learned_) put_bytes(model, 8, operator_set(learned_domain, onnx_learned_opset));
  for (const auto& [key, value] : metadata) {
    std::string entry;
    put_bytes(entry, 1, key);
    put_bytes(entry, 2, value);
    put_bytes(model, 14, entry);
  }
  return model;
}

}  // namespace terse::export_onnx
