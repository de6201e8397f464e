#include "terse/model/decoder/full_precision.h"

#include "terse/base/error.h"
#include "terse/model/decoder/dense_layers.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

class FullPrecisionRunner : public Runner {
 public:
  explicit FullPrecisionRunner(std::unique_ptr<Products> layers) : layers_(std::move(layers)) {}

  void run_inputs(base::MatrixView inputs, std::span<float> outputs) override {
    layers_->run(inputs, outputs);
  }

 private:
  std::unique_ptr<Products> layers_;
};

}  // namespace

std::vector<safetensors::Tensor> FullPrecision::tensors() const {
  std::vector<safetensors::Tensor> tensors;
  add_tensors(layers, tensors);
  return tensors;
}

std::unique_ptr<Runner> FullPrecision::runner(const Shape& shape, std::size_t batch_rows_max,
                                              const MakeProducts& products) const {
  TERSE_CHECK(layers.front().weights.columns() == shape.inputs);
  return std::make_unique<FullPrecisionRunner>(products(layers, batch_rows_max, false));
}

bool FullPrecision::stored_in(const safetensors::TensorReader&, const Shape& shape) {
  return shape.full_precision();
}

FullPrecision FullPrecision::read(safetensors::TensorReader& reader, const Shape& shape) {
  return {read_layers(reader, shape.inputs, count(shape.output))};
}

}  // namespace terse::model::decoder
