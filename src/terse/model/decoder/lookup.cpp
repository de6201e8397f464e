#include "terse/model/decoder/lookup.h"

#include <numeric>

#include "terse/base/error.h"
#include "terse/model/decoder/dense_layers.h"
#include "terse/model/decoder/lookup_table.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

class LookupRunner : public Runner {
 public:
  LookupRunner(const Lookup& lookup, const Shape& shape, std::size_t batch_rows_max,
               const MakeProducts& products)
      : table_(lookup.table, lookup.bias, shape.levels),
        layers_(products(lookup.layers, batch_rows_max, true)),
        units_(lookup.table.columns()),
        stride_(row_stride(units_)),
        hidden_(batch_rows_max * stride_) {
    TERSE_CHECK(lookup.layers.front().weights.columns() == units_ && table_.columns() <= stride_);
  }

  void run_codes(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) override {
    table_.add(codes, rows, hidden_.data(), stride_);
    layers_->run({hidden_.data(), rows, units_, stride_}, outputs);
  }

 private:
  LookupTable table_;
  std::unique_ptr<Products> layers_;
  std::size_t units_;
  std::size_t stride_;
  base::AlignedVector<float> hidden_;
};

}  // namespace

std::vector<safetensors::Tensor> Lookup::tensors() const {
  std::vector<safetensors::Tensor> tensors;
  tensors.push_back(matrix_tensor("table", table));
  tensors.push_back({"table_bias", {bias.size()}, bias});
  add_tensors(layers, tensors);
  return tensors;
}

std::unique_ptr<Runner> Lookup::runner(const Shape& shape, std::size_t batch_rows_max,
                                       const MakeProducts& products) const {
  return std::make_unique<LookupRunner>(*this, shape, batch_rows_max, products);
}

bool Lookup::stored_in(const safetensors::TensorReader&, const Shape& shape) {
  return !shape.full_precision();
}

Lookup Lookup::read(safetensors::TensorReader& reader, const Shape& shape) {
  const safetensors::Tensor& bias = reader.numbers("table_bias");
  if (bias.shape.size() != 1) reader.refuse("table_bias", "is not a row of numbers");
  const std::size_t units = bias.values.size();
  check_units(units, "table_bias", reader);
  const std::size_t rows =
      std::accumulate(shape.levels.begin(), shape.levels.end(), std::size_t{0});
  return {matrix_of(reader.numbers("table", {rows, units})), bias.values,
          read_layers(reader, units, count(shape.output))};
}

}  // namespace terse::model::decoder
