#include "terse/train/boosted_decoder.h"

#include <algorithm>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/boosted/boosting.h"
#include "terse/model/fold.h"
#include "terse/quantize/encode.h"

namespace terse::train {
namespace {

constexpr std::uint64_t validation_stream = 900;
constexpr std::size_t rows_to_validate = 50;
constexpr unsigned rounds_without_validation = 100;

// The codes a device would send, as numbers.
base::Matrix codes_of(const model::Model& model, const data::Table& table,
                      std::span<const std::uint32_t> rows) {
  base::Matrix readings(rows.size(), table.features.columns());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(table.features.row(rows[i]), readings.row(i).begin());
  }
  std::vector<quantize::Code> codes(rows.size() * readings.columns());
  quantize::Encoder(model.thresholds).encode(readings, codes);
  std::ranges::copy(codes, readings.values().begin());
  return readings;
}

struct Part {
  base::Matrix inputs;
  std::vector<float> targets;

  boosted::Examples examples() const { return {inputs, targets}; }
};

Part part_of(const base::Matrix& inputs, std::span<const float> targets,
             std::span<const std::uint32_t> rows) {
  Part part{base::Matrix(rows.size(), inputs.columns()), {}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(inputs.row(rows[i]), part.inputs.row(i).begin());
    part.targets.push_back(targets[rows[i]]);
  }
  return part;
}

}  // namespace

model::Model model_without_decoder(const Preparation& prepared, quantize::Method method) {
  model::Model model;
  model.method = method;
  model.features = prepared.features;
  model.thresholds = model::raw_thresholds(prepared.thresholds, prepared.features);
  return model;
}

void give_boosted_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          std::uint64_t seed, const std::function<void(unsigned)>& on_round) {
  TERSE_CHECK(rows.size() == prepared.targets.size());
  const base::Matrix inputs =
      model.full_precision() ? prepared.inputs : codes_of(model, table, rows);
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  base::Random(seed, validation_stream).shuffle(order);
  const std::size_t validating = rows.size() < rows_to_validate ? 0 : rows.size() / 10;
  const Part validation = part_of(inputs, prepared.targets, std::span(order).first(validating));
  const Part training = part_of(inputs, prepared.targets, std::span(order).subspan(validating));
  boosted::BoostingOptions options;
  options.seed = seed;
  options.on_round = on_round;
  if (validating == 0) options.rounds_max = rounds_without_validation;
  model.decoder = boosted::boost(training.examples(), validation.examples(), options).trees;
}

}  // namespace terse::train
