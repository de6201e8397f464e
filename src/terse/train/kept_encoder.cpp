#include "terse/train/kept_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "terse/base/error.h"
#include "terse/text/quoting.h"
#include "terse/train/code_rows.h"
#include "terse/train/option_table.h"

namespace terse::train {
namespace {

// The codes of thresholds that some row has and that are nearest to `code`: one or two, or none.
std::vector<std::size_t> nearest_taught(std::span<const std::uint64_t> rows, std::size_t code) {
  std::vector<std::size_t> result;
  for (std::size_t distance = 1; distance < rows.size() && result.empty(); ++distance) {
    if (code >= distance && rows[code - distance] > 0) result.push_back(code - distance);
    if (code + distance < rows.size() && rows[code + distance] > 0) {
      result.push_back(code + distance);
    }
  }
  return result;
}

void teach_codes_without_rows(model::Model& model) {
  auto* tabm = std::get_if<model::decoder::Tabm>(&model.decoder);
  base::Matrix& table =
      tabm != nullptr ? tabm->table : std::get<model::decoder::Lookup>(model.decoder).table;
  const std::vector<std::size_t> levels = model.levels();
  std::size_t first = 0;
  for (std::size_t f = 0; f < levels.size(); first += levels[f], ++f) {
    const model::Feature& feature = model.features[f];
    if (!feature.categories.empty()) continue;
    const auto rows = std::span(feature.code_rows).first(model.thresholds.levels(f));
    for (std::size_t code = 0; code < rows.size(); ++code) {
      if (rows[code] > 0) continue;
      const std::vector<std::size_t> near = nearest_taught(rows, code);
      if (near.empty()) continue;
      for (std::size_t unit = 0; unit < table.columns(); ++unit) {
        table(first + code, unit) =
            0.5F * (table(first + near.front(), unit) + table(first + near.back(), unit));
      }
    }
  }
}

}  // namespace

model::Model encoder_of(const model::Model& field) {
  model::Model encoder;
  encoder.method = field.method;
  encoder.features = field.features;
  for (model::Feature& feature : encoder.features) feature.code_rows.clear();
  encoder.thresholds = field.thresholds;
  encoder.packing = field.packing;
  encoder.tag = field.tag;
  return encoder;
}

Options with_kept_encoder(Options options) {
  if (!options.encoder) return options;
  options.method = quantize::Method::bw_qq;
  options.start.reset();
  options.levels.clear();
  options.scale = {};
  options.midway = false;
  options.computed = Computed::nothing;
  options.unseen_level = false;
  options.packing = options.encoder->packing;
  return options;
}

void check_kept_encoder(const data::Table& table, const Options& options) {
  const model::Model& encoder = *options.encoder;
  if (encoder.full_precision()) {
    throw base::OptionError("encoder", "",
                            "its messages are readings in full precision: there are no codes",
                            "train a model anew, with its `method`");
  }
  if (encoder.payload_bits() == 0) {
    throw base::OptionError("encoder", "", "it sends no feature", "give a model that sends some");
  }
  const auto has_gaps = [](const model::Feature& feature) { return feature.missing_level; };
  if (options.drop_rate > 0.0 && std::ranges::none_of(encoder.features, has_gaps)) {
    throw base::OptionError("drop_rate", "",
                            "the encoder has no code for a missing reading, and gets none",
                            "leave `drop_rate` or `encoder` out");
  }
  bool same = table.feature_names.size() == encoder.features.size();
  for (std::size_t f = 0; same && f < encoder.features.size(); ++f) {
    const model::Feature& feature = encoder.features[f];
    same = table.feature_names[f] == feature.name &&
           (table.categories.empty() ? feature.categories.empty()
                                     : table.categories[f] == feature.categories) &&
           (table.feature_origins.empty() ? 0.0 : table.feature_origins[f]) == feature.origin;
  }
  if (same) return;
  throw base::InputError(table.source, "", "its features are not those of the encoder",
                         "take the encoder's, in its order, with its categories and origins");
}

void keep_encoder(model::Model& trained, const model::Model& field, const data::Table& table,
                  std::span<const std::uint32_t> rows) {
  model::Model model = encoder_of(field);
  // The method of a model whose trees need no network; the thresholds are the same.
  if (quantize::traits(model.method).input == quantize::FirstLayerInput::none) {
    model.method = quantize::Method::bw_qq;
  }
  model.decoder = std::move(trained.decoder);
  trained = std::move(model);
  count_code_rows(trained, table, rows);
  teach_codes_without_rows(trained);
}

std::vector<std::pair<std::string, std::string>> settings_of_decoder(const Options& options) {
  auto result = settings(options);
  if (!options.encoder) return result;
  constexpr std::array<std::string_view, 6> of_encoders = {
      "method", "bits", "threshold_rate_factor", "schedule", "temperature_end", "scale"};
  std::erase_if(result, [&](const auto& setting) {
    return std::ranges::find(of_encoders, setting.first) != of_encoders.end();
  });
  const model::TrainingRecord& record = options.encoder->record;
  result.emplace_back("encoder", fmt::format("kept, of a model of data {:.12} and seed {}",
                                             record.data_hash, record.seed));
  return result;
}

}  // namespace terse::train
