#include "terse/train/record.h"

#include <fmt/format.h>

#include "terse/data/checksum.h"
#include "terse/text/number.h"

namespace terse::train {
namespace {

constexpr std::string_view checksum_name = "test_rows_checksum";

std::string checksum(const data::Split& split) {
  constexpr std::size_t digits = 16;
  return data::sha256_hex(fmt::format("{}", fmt::join(split.test, " "))).substr(0, digits);
}

}  // namespace

std::string_view recorded_setting(const model::Model& model, std::string_view name) {
  for (const auto& [key, value] : model.record.settings) {
    if (key == name) return value;
  }
  return {};
}

std::optional<double> recorded_number(const model::Model& model, std::string_view name) {
  return text::parse_number<double>(recorded_setting(model, name));
}

data::SplitRule recorded_rule(const model::Model& model) {
  return data::parse_split_rule(recorded_setting(model, "split")).value_or(data::SplitRule{});
}

std::string recorded_weight(const model::Model& model) {
  return std::string(recorded_setting(model, "weight"));
}

data::Copies recorded_copies(const model::Model& model) {
  return data::parse_copies(recorded_setting(model, "keep_copies_together"))
      .value_or(data::Copies::apart);
}

void record_split(model::Model& model, const data::Split& split) {
  if (recorded_copies(model) == data::Copies::apart) return;
  model.record.settings.emplace_back(checksum_name, checksum(split));
}

bool is_own_table(const model::Model& model, const data::Table& table) {
  if (table.weights.empty() || !recorded_weight(model).empty()) {
    return data::content_hash(table) == model.record.data_hash;
  }
  data::Table without = table;
  without.weights.clear();
  return data::content_hash(without) == model.record.data_hash;
}

std::optional<data::Split> recorded_split(const model::Model& model, const data::Table& table) {
  const auto fraction = recorded_number(model, "test_fraction");
  if (!fraction || !(*fraction >= 0.0 && *fraction < 1.0)) return std::nullopt;
  const data::Copies copies = recorded_copies(model);
  data::Split split =
      data::split_table(table, recorded_rule(model), *fraction, model.record.seed, copies);
  if (copies == data::Copies::apart || checksum(split) == recorded_setting(model, checksum_name)) {
    return split;
  }
  return std::nullopt;
}

}  // namespace terse::train
