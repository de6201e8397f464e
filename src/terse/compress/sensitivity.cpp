#include "terse/compress/sensitivity.h"

#include <cmath>

#include "terse/base/error.h"
#include "terse/compress/weight_rounding.h"
#include "terse/inference/loss.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {

double prediction_change(const base::Matrix& before, const base::Matrix& after, bool classes) {
  TERSE_CHECK(before.rows() == after.rows() && before.columns() == after.columns());
  double sum = 0.0;
  std::vector<float> expected(before.columns());
  std::vector<float> found(before.columns());
  for (std::size_t r = 0; r < before.rows(); ++r) {
    if (!classes) {
      const auto change = static_cast<double>(before(r, 0)) - static_cast<double>(after(r, 0));
      sum += change * change;
      continue;
    }
    inference::softmax(before.row(r), expected);
    inference::softmax(after.row(r), found);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      // A probability that float32 takes for zero adds nothing.
      if (!(expected[k] > 0.0F)) continue;
      constexpr double smallest = 1e-30;
      const auto p = static_cast<double>(expected[k]);
      sum += p * std::log(p / std::max(smallest, static_cast<double>(found[k])));
    }
  }
  return sum / static_cast<double>(before.rows());
}

std::vector<std::vector<double>> sensitivities(const FloatNetwork& network, const CodedRows& rows) {
  const Widths all_float(network.layer_count(), float_bits);
  const base::Matrix before = outputs(network, all_float, {}, rows);
  std::vector<std::vector<double>> result;
  for (std::size_t l = 0; l < network.layer_count(); ++l) {
    std::vector<double> own;
    for (const unsigned bits : model::decoder::weight_widths) {
      Widths widths = all_float;
      widths[l] = bits;
      own.push_back(prediction_change(before, outputs(network, widths, {}, rows), network.classes));
    }
    result.push_back(std::move(own));
  }
  return result;
}

}  // namespace terse::compress
