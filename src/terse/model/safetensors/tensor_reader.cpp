#include "terse/model/safetensors/tensor_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::model::safetensors {

TensorReader::TensorReader(const Container& container, std::string source)
    : container_(container), source_(std::move(source)) {}

void TensorReader::refuse(const std::string& tensor, const std::string& problem) const {
  throw base::InputError(source_, "tensor " + text::in_quotes(tensor), problem, damaged);
}

bool TensorReader::has(const std::string& name) const {
  return container_.find_tensor(name) != nullptr;
}

const Tensor& TensorReader::tensor(const std::string& name) {
  const Tensor* found = container_.find_tensor(name);
  if (found == nullptr) refuse(name, "is missing");
  read_.insert(name);
  return *found;
}

void TensorReader::require_finite(const Tensor& tensor) const {
  for (const float value : tensor.values) {
    if (!std::isfinite(value)) refuse(tensor.name, "holds a number that is not finite");
  }
}

const Tensor& TensorReader::numbers(const std::string& name) {
  const Tensor& found = tensor(name);
  if (!found.bytes.empty()) refuse(name, "is not of dtype F32");
  require_finite(found);
  return found;
}

const Tensor& TensorReader::numbers(const std::string& name,
                                    const std::vector<std::size_t>& shape) {
  const Tensor& found = numbers(name);
  if (found.shape != shape) {
    refuse(name, fmt::format("does not have the shape [{}] that the other fields ask for",
                             fmt::join(shape, ", ")));
  }
  return found;
}

const Tensor& TensorReader::row(const std::string& name) {
  const Tensor& found = tensor(name);
  if (found.shape.size() != 1) refuse(name, "is not a row of numbers");
  return found;
}

const std::vector<float>& TensorReader::finite_row(const std::string& name, std::size_t count) {
  const Tensor& found = row(name);
  if (found.values.size() != count) {
    refuse(name, fmt::format("does not hold {} numbers of type F32", count));
  }
  require_finite(found);
  return found.values;
}

void TensorReader::require_all_read() const {
  for (const Tensor& tensor : container_.tensors) {
    if (!read_.contains(tensor.name)) refuse(tensor.name, "belongs to no part of a model");
  }
}

}  // namespace terse::model::safetensors
