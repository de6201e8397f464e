#include "terse/model/safetensors/container.h"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/text/json_check.h"
#include "terse/text/quoting.h"

namespace terse::model::safetensors {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t length_bytes = 8;
constexpr std::size_t dimensions_max = 2;

[[noreturn]] void refuse(const std::string& source, const std::string& place,
                         const std::string& problem) {
  throw base::InputError(source, place, problem, "the file is damaged or not a Terse model");
}

void append_little_endian(std::vector<std::uint8_t>& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t little_endian(const std::uint8_t* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = count; i-- > 0;) value = (value << 8) | bytes[i];
  return value;
}

std::vector<std::uint8_t> tensor_bytes(const Container& container) {
  std::vector<std::uint8_t> bytes;
  for (const Tensor& tensor : container.tensors) {
    for (const float value : tensor.values) {
      append_little_endian(bytes, std::bit_cast<std::uint32_t>(value), 4);
    }
    bytes.insert(bytes.end(), tensor.bytes.begin(), tensor.bytes.end());
  }
  return bytes;
}

/// A range of the data part, as declared.
struct Declared {
  Tensor tensor;
  std::size_t value_bytes = 4;
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::size_t unsigned_number(const Json& value, const std::string& source,
                            const std::string& place) {
  if (!value.is_number_unsigned()) refuse(source, place, "is not a non-negative integer");
  const auto number = value.get<std::uint64_t>();
  if (number > SIZE_MAX / 2) refuse(source, place, "is too large");
  return static_cast<std::size_t>(number);
}

// shape -> number of values, refusing what cannot fit the bytes present.
std::size_t value_count(const Tensor& tensor, std::size_t data_bytes, const std::string& source,
                        const std::string& place) {
  std::size_t count = 1;
  for (const std::size_t size : tensor.shape) {
    if (size != 0 && count > data_bytes / size) {
      refuse(source, place, "has a shape larger than the file");
    }
    count *= size;
  }
  return count;
}

Declared declared_tensor(const std::string& name, const Json& entry, std::size_t data_bytes,
                         const std::string& source) {
  const std::string place = "tensor " + text::in_quotes(name);
  for (const char* field : {"dtype", "shape", "data_offsets"}) {
    if (!entry.is_object() || !entry.contains(field)) {
      refuse(source, place, "lacks " + text::in_quotes(field));
    }
  }
  if (entry.size() != 3) refuse(source, place, "has more than dtype, shape and data_offsets");
  const bool of_bytes = entry["dtype"] == "U8";
  if (!of_bytes && entry["dtype"] != "F32") refuse(source, place, "is not of dtype F32 or U8");
  const Json& shape = entry["shape"];
  const Json& offsets = entry["data_offsets"];
  if (!shape.is_array() || shape.empty() || shape.size() > dimensions_max) {
    refuse(source, place, "has a shape that is not one or two sizes");
  }
  if (!offsets.is_array() || offsets.size() != 2) {
    refuse(source, place, "has data_offsets that are not two numbers");
  }
  Declared declared;
  declared.tensor.name = name;
  declared.value_bytes = of_bytes ? 1 : 4;
  for (const Json& size : shape) {
    declared.tensor.shape.push_back(unsigned_number(size, source, place + ": shape"));
  }
  declared.begin = unsigned_number(offsets[0], source, place + ": data_offsets");
  declared.end = unsigned_number(offsets[1], source, place + ": data_offsets");
  if (declared.begin > declared.end || declared.end > data_bytes) {
    refuse(source, place, "has data_offsets outside the file");
  }
  const std::size_t bytes =
      declared.value_bytes * value_count(declared.tensor, data_bytes, source, place);
  if (declared.end - declared.begin != bytes) {
    refuse(source, place,
           fmt::format("has data_offsets of {} bytes, its shape asks for {}",
                       declared.end - declared.begin, bytes));
  }
  return declared;
}

void read_metadata(const Json& entry, Container& container, const std::string& source) {
  if (!entry.is_object()) refuse(source, "__metadata__", "is not an object");
  for (const auto& [name, value] : entry.items()) {
    if (!value.is_string())
      refuse(source, "__metadata__: " + text::in_quotes(name), "is not a string");
    container.metadata.emplace_back(name, value.get<std::string>());
  }
}

Json parse_header(std::span<const std::uint8_t> bytes, const std::string& source) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::string problem = text::json_problem(text, {});
  if (!problem.empty()) refuse(source, "header", problem);
  return Json::parse(text.begin(), text.end(), nullptr, false);
}

void read_values(Declared& declared, std::span<const std::uint8_t> data) {
  if (declared.value_bytes == 1) {
    declared.tensor.bytes.assign(data.begin(), data.end());
    return;
  }
  declared.tensor.values.resize(data.size() / 4);
  for (std::size_t i = 0; i < declared.tensor.values.size(); ++i) {
    const auto word = static_cast<std::uint32_t>(little_endian(data.data() + 4 * i, 4));
    declared.tensor.values[i] = std::bit_cast<float>(word);
  }
}

void place_tensors(std::vector<Declared> all, std::span<const std::uint8_t> data,
                   Container& container, const std::string& source) {
  std::ranges::stable_sort(all, {}, &Declared::begin);
  std::size_t position = 0;
  for (Declared& declared : all) {
    if (declared.begin != position) {
      refuse(source, "tensor " + text::in_quotes(declared.tensor.name),
             "overlaps another or leaves a gap");
    }
    position = declared.end;
    read_values(declared, data.subspan(declared.begin, declared.end - declared.begin));
    container.tensors.push_back(std::move(declared.tensor));
  }
  if (position != data.size()) {
    refuse(source, "", fmt::format("{} bytes follow the last tensor", data.size() - position));
  }
}

}  // namespace

const std::string* Container::find_metadata(const std::string& name) const {
  const auto found = std::ranges::find(metadata, name, &std::pair<std::string, std::string>::first);
  return found == metadata.end() ? nullptr : &found->second;
}

const Tensor* Container::find_tensor(const std::string& name) const {
  const auto found = std::ranges::find(tensors, name, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

std::uint32_t data_checksum(const Container& container) {
  const auto bytes = tensor_bytes(container);
  return static_cast<std::uint32_t>(crc32_z(0, bytes.data(), bytes.size()));
}

std::vector<std::uint8_t> write_container(const Container& container) {
  Json header = Json::object();
  for (const auto& [name, value] : container.metadata) header["__metadata__"][name] = value;
  std::size_t position = 0;
  for (const Tensor& tensor : container.tensors) {
    const std::size_t end = position + 4 * tensor.values.size() + tensor.bytes.size();
    header[tensor.name] = {{"dtype", tensor.bytes.empty() ? "F32" : "U8"},
                           {"shape", tensor.shape},
                           {"data_offsets", {position, end}}};
    position = end;
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Tensors start on an 8-byte boundary, as other writers have it.
  text.append((8 - text.size() % 8) % 8, ' ');
  std::vector<std::uint8_t> bytes;
  append_little_endian(bytes, text.size(), length_bytes);
  bytes.insert(bytes.end(), text.begin(), text.end());
  const auto data = tensor_bytes(container);
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

Container read_container(std::span<const std::uint8_t> bytes, const std::string& source,
                         const std::function<void(const Container&)>& check_metadata) {
  if (bytes.empty()) refuse(source, "", "the file is empty");
  if (bytes.size() < length_bytes) refuse(source, "", "the file ends within its header's length");
  const std::uint64_t header_bytes = little_endian(bytes.data(), length_bytes);
  if (header_bytes > header_bytes_max) {
    refuse(source, "header", fmt::format("claims {} bytes", header_bytes));
  }
  if (header_bytes > bytes.size() - length_bytes) {
    refuse(source, "header",
           fmt::format("claims {} bytes where {} are left", header_bytes,
                       bytes.size() - length_bytes));
  }
  const Json header = parse_header(bytes.subspan(length_bytes, header_bytes), source);
  const auto data = bytes.subspan(length_bytes + header_bytes);
  Container container;
  const auto metadata = header.find("__metadata__");
  if (metadata != header.end()) read_metadata(*metadata, container, source);
  check_metadata(container);
  std::vector<Declared> all;
  for (const auto& [name, entry] : header.items()) {
    if (name != "__metadata__") all.push_back(declared_tensor(name, entry, data.size(), source));
  }
  place_tensors(std::move(all), data, container, source);
  return container;
}

}  // namespace terse::model::safetensors
