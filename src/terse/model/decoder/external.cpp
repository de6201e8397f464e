#include "terse/base/error.h"
#include "terse/model/decoder/decoder.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {

std::vector<safetensors::Tensor> External::tensors() const {
  return {};
}

std::unique_ptr<Runner> External::runner(const Shape&, std::size_t, const MakeProducts&) const {
  throw base::InputError("model", "", problem, remedy);
}

bool External::stored_in(const safetensors::TensorReader&, const Shape& shape) {
  return shape.external;
}

External External::read(safetensors::TensorReader&, const Shape& shape) {
  return {count(shape.output)};
}

}  // namespace terse::model::decoder
