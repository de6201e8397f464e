#include "terse/model/decoder/decoder.h"

#include <iterator>

#include "terse/base/error.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

class StackRunner : public Runner {
 public:
  StackRunner(const Stack& stack, const Shape& shape, std::size_t batch_rows_max,
              const MakeProducts& products)
      : network_(stack.network.runner(shape, batch_rows_max, products)),
        trees_(stack.trees.runner(shape, batch_rows_max, products)),
        sums_(batch_rows_max * stack.outputs()) {}

  void run_codes(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) override {
    network_->run_codes(codes, rows, outputs);
    const auto sums = std::span(sums_).first(outputs.size());
    trees_->run_codes(codes, rows, sums);
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i] += sums[i];
  }

 private:
  std::unique_ptr<Runner> network_;
  std::unique_ptr<Runner> trees_;
  std::vector<float> sums_;  ///< of the trees
};

}  // namespace

std::vector<safetensors::Tensor> Stack::tensors() const {
  std::vector<safetensors::Tensor> tensors = network.tensors();
  std::vector<safetensors::Tensor> more = trees.tensors();
  std::move(more.begin(), more.end(), std::back_inserter(tensors));
  return tensors;
}

std::unique_ptr<Runner> Stack::runner(const Shape& shape, std::size_t batch_rows_max,
                                      const MakeProducts& products) const {
  TERSE_CHECK(trees.outputs() == network.outputs());
  return std::make_unique<StackRunner>(*this, shape, batch_rows_max, products);
}

bool Stack::stored_in(const safetensors::TensorReader& reader, const Shape& shape) {
  return !shape.full_precision() && reader.has("table_bias") && reader.has("trees.roots");
}

Stack Stack::read(safetensors::TensorReader& reader, const Shape& shape) {
  // Both check that they have the shape's outputs.
  Lookup network = Lookup::read(reader, shape);
  return {std::move(network), Trees::read(reader, shape)};
}

}  // namespace terse::model::decoder
