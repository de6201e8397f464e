// The safetensors container: 8-byte little-endian header length, JSON header, tensors. Only what a
// model needs: tensors of float32 or of bytes, and string metadata.
//
//   [length: u64 LE][header: JSON, `length` bytes][data: float32 LE or bytes, tensor after tensor]
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace terse::model::safetensors {

struct Tensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::vector<float> values;             ///< of type F32
  std::vector<std::uint8_t> bytes = {};  ///< of type U8; then `values` is empty
};

struct Container {
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<Tensor> tensors;  ///< in the order of their data

  const std::string* find_metadata(const std::string& name) const;
  const Tensor* find_tensor(const std::string& name) const;
};

inline constexpr std::size_t header_bytes_max = 100'000'000;

/// CRC-32 (zlib's) over every tensor's values, floats in little-endian order.
std::uint32_t data_checksum(const Container& container);

/// The bytes of the file.
std::vector<std::uint8_t> write_container(const Container& container);

/// Throws InputError naming `source` and the tensor or field. Nothing is allocated before its size
/// was compared with the bytes present; tensors must lie one after the other, without gap or
/// overlap, and fill the file. check_metadata sees the metadata before any tensor is looked at, so
/// that a file of another kind or version is not called damaged.
Container read_container(std::span<const std::uint8_t> bytes, const std::string& source,
                         const std::function<void(const Container&)>& check_metadata);

}  // namespace terse::model::safetensors
