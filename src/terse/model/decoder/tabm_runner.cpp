#include "terse/model/decoder/tabm_runner.h"

#include <algorithm>
#include <map>

#include "terse/base/error.h"
#include "terse/model/decoder/lookup_table.h"
#include "terse/quantize/thresholds.h"

namespace terse::model::decoder {
namespace {

// Rows of a batch that go through all layers before the next ones: with 8 submodels 512 rows of a
// product, and few enough that those of large layers fit in memory.
constexpr std::size_t block_rows = 64;

/// The features whose rows of the table every submodel gives the same sign.
struct Group {
  std::vector<std::size_t> features;
  LookupTable table;
};

LookupTable table_of(const Tabm& tabm, std::span<const std::size_t> features,
                     std::span<const std::size_t> levels) {
  const std::vector<std::uint32_t> first = quantize::first_rows(levels);
  std::vector<std::size_t> own_levels;
  std::size_t rows = 0;
  for (const std::size_t f : features) {
    own_levels.push_back(levels[f]);
    rows += levels[f];
  }
  base::Matrix own(rows, tabm.table.columns());
  std::size_t to = 0;
  for (const std::size_t f : features) {
    for (std::size_t level = 0; level < levels[f]; ++level) {
      std::ranges::copy(tabm.table.row(first[f] + level), own.row(to++).begin());
    }
  }
  const std::vector<float> no_bias(own.columns());
  return {own, no_bias, own_levels};
}

// to = relu(to + bias)
void add_and_rectify(std::span<float> to, std::span<const float> bias) {
  for (std::size_t u = 0; u < to.size(); ++u) {
    const float sum = to[u] + bias[u];
    to[u] = sum > 0.0F ? sum : 0.0F;
  }
}

/// Stacked rows: of each row those of all submodels, one after the other.
class TabmRunner : public Runner {
 public:
  TabmRunner(const Tabm& tabm, const Shape& shape, const MakeProducts& products)
      : submodels_(tabm.submodels()), units_(tabm.table.columns()), features_(shape.levels.size()) {
    TERSE_CHECK(tabm.signs.columns() == features_ && tabm.bias.rows() == submodels_);
    for (auto& features : decoder::sign_groups(tabm.signs)) {
      LookupTable table = table_of(tabm, features, shape.levels);
      groups_.push_back({std::move(features), std::move(table)});
    }
    signs_ = base::Matrix(submodels_, groups_.size());
    for (std::size_t k = 0; k < submodels_; ++k) {
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        signs_(k, g) = tabm.signs(k, groups_[g].features.front());
      }
    }
    biases_.push_back(tabm.bias);
    std::size_t width = units_;
    for (const Tabm::Layer& layer : tabm.layers) {
      const inference::DenseLayer product{layer.weights, std::vector<float>(layer.weights.rows())};
      layers_.push_back(products({&product, 1}, block_rows * submodels_, false));
      biases_.push_back(layer.bias);
      width = std::max(width, layer.weights.rows());
    }
    head_ = products({&tabm.head, 1}, block_rows, false);
    codes_.resize(block_rows * features_);
    parts_ = base::Matrix(block_rows, groups_.size() * groups_.front().table.columns());
    for (auto& buffer : buffers_) buffer.resize(block_rows * submodels_ * width);
  }

  void run_codes(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) override {
    const std::size_t count = outputs.size() / std::max<std::size_t>(1, rows);
    for (std::size_t begin = 0; begin < rows; begin += block_rows) {
      const std::size_t block = std::min(block_rows, rows - begin);
      run_block(codes + begin * features_, block, outputs.subspan(begin * count, block * count));
    }
  }

 private:
  void run_block(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) {
    first_layer(codes, rows);
    std::span<float> values = std::span(buffers_[0]).first(rows * submodels_ * units_);
    rectify(values, biases_[0]);
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const std::size_t inputs = biases_[l].columns();
      const std::size_t units = biases_[l + 1].columns();
      const std::span<float> to = std::span(buffers_[(l + 1) % 2]).first(rows * submodels_ * units);
      layers_[l]->run({values.data(), rows * submodels_, inputs}, to);
      values = to;
      rectify(values, biases_[l + 1]);
    }
    head_->run({values.data(), rows, values.size() / rows}, outputs);
  }

  void first_layer(const quantize::Code* codes, std::size_t rows) {
    const std::size_t padded = groups_.front().table.columns();
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const auto& features = groups_[g].features;
      for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < features.size(); ++i) {
          codes_[r * features.size() + i] = codes[r * features_ + features[i]];
        }
      }
      groups_[g].table.add(codes_.data(), rows, parts_.data() + g * padded, parts_.columns());
    }
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t k = 0; k < submodels_; ++k) {
        const std::span<float> sum =
            std::span(buffers_[0]).subspan((r * submodels_ + k) * units_, units_);
        std::ranges::fill(sum, 0.0F);
        for (std::size_t g = 0; g < groups_.size(); ++g) {
          const float* part = parts_.data() + r * parts_.columns() + g * padded;
          const float sign = signs_(k, g);
          for (std::size_t u = 0; u < units_; ++u) sum[u] += sign * part[u];
        }
      }
    }
  }

  void rectify(std::span<float> values, const base::Matrix& bias) const {
    const std::size_t units = bias.columns();
    for (std::size_t i = 0; i * units < values.size(); ++i) {
      add_and_rectify(values.subspan(i * units, units), bias.row(i % submodels_));
    }
  }

  std::size_t submodels_;
  std::size_t units_;
  std::size_t features_;
  std::vector<Group> groups_;
  base::Matrix signs_;                ///< submodels x groups
  std::vector<base::Matrix> biases_;  ///< of the table and of each layer but the last
  std::vector<std::unique_ptr<Products>> layers_;
  std::unique_ptr<Products> head_;
  std::vector<quantize::Code> codes_;  ///< of a group
  base::Matrix parts_;                 ///< block x (groups * columns): sums of the groups
  base::AlignedVector<float> buffers_[2];
};

}  // namespace

std::vector<std::vector<std::size_t>> sign_groups(const base::Matrix& signs) {
  std::map<std::vector<float>, std::size_t> number;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t f = 0; f < signs.columns(); ++f) {
    std::vector<float> own;
    for (std::size_t k = 0; k < signs.rows(); ++k) own.push_back(signs(k, f));
    const auto [found, is_new] = number.emplace(std::move(own), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(f);
  }
  return groups;
}

std::unique_ptr<Runner> tabm_runner(const Tabm& tabm, const Shape& shape,
                                    const MakeProducts& products) {
  return std::make_unique<TabmRunner>(tabm, shape, products);
}

}  // namespace terse::model::decoder
