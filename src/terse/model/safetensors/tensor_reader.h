// A reader of a model file's tensors by name: it refuses, naming the tensor, what is missing, of
// another kind or not finite, and in the end any tensor that nobody asked for.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "terse/model/safetensors/container.h"

namespace terse::model::safetensors {

/// The remedy of every such error.
inline constexpr const char* damaged = "the file is damaged or not a Terse model";

/// Keeps a reference to the container. All refusals are InputErrors that name `source`.
class TensorReader {
 public:
  TensorReader(const Container& container, std::string source);

  const std::string& source() const { return source_; }
  bool has(const std::string& name) const;

  /// A tensor of finite float32 numbers.
  const Tensor& numbers(const std::string& name);
  /// The same, of this shape.
  const Tensor& numbers(const std::string& name, const std::vector<std::size_t>& shape);
  /// A tensor of one dimension, of float32 numbers of any value or of bytes.
  const Tensor& row(const std::string& name);
  /// One dimension of `count` finite float32 numbers.
  const std::vector<float>& finite_row(const std::string& name, std::size_t count);

  /// Refuses the first tensor that has not been read.
  void require_all_read() const;
  [[noreturn]] void refuse(const std::string& tensor, const std::string& problem) const;

 private:
  const Tensor& tensor(const std::string& name);
  void require_finite(const Tensor& tensor) const;

  const Container& container_;
  std::string source_;
  std::set<std::string> read_;
};

}  // namespace terse::model::safetensors
