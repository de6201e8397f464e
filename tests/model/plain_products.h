// Products of dense layers as plain loops, for decoders at work without any library.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "terse/model/decoder/runner.h"

namespace terse::model::decoder {

class PlainProducts : public Products {
 public:
  PlainProducts(std::span<const inference::DenseLayer> layers, bool input_relu)
      : layers_(layers.begin(), layers.end()), input_relu_(input_relu) {}

  void run(base::MatrixView input, std::span<float> output) override {
    for (std::size_t r = 0; r < input.rows; ++r) {
      std::vector<float> values(input.row(r).begin(), input.row(r).end());
      for (std::size_t l = 0; l < layers_.size(); ++l) {
        if (l > 0 || input_relu_) {
          for (float& value : values) value = std::max(0.0F, value);
        }
        std::vector<float> sums = layers_[l].bias;
        for (std::size_t o = 0; o < sums.size(); ++o) {
          for (std::size_t i = 0; i < values.size(); ++i) {
            sums[o] += layers_[l].weights(o, i) * values[i];
          }
        }
        values = std::move(sums);
      }
      std::copy(values.begin(), values.end(),
                output.begin() + static_cast<std::ptrdiff_t>(r * values.size()));
    }
  }

 private:
  std::vector<inference::DenseLayer> layers_;
  bool input_relu_;
};

inline std::unique_ptr<Products> plain_products(std::span<const inference::DenseLayer> layers,
                                                std::size_t, bool input_relu) {
  return std::make_unique<PlainProducts>(layers, input_relu);
}

}  // namespace terse::model::decoder
