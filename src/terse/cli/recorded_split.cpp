#include "terse/cli/recorded_split.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "terse/cli/summary.h"
#include "terse/data/checksum.h"

namespace terse::cli {
namespace {

constexpr std::string_view checksum_name = "test_rows_checksum";

std::string_view setting(const model::Model& model, std::string_view name) {
  for (const auto& [key, value] : model.record.settings) {
    if (key == name) return value;
  }
  return {};
}

std::string checksum(const data::Split& split) {
  constexpr std::size_t digits = 16;
  return data::sha256_hex(fmt::format("{}", fmt::join(split.test, " "))).substr(0, digits);
}

}  // namespace

data::Copies recorded_copies(const model::Model& model) {
  return data::parse_copies(setting(model, "keep_copies_together")).value_or(data::Copies::apart);
}

void record_split(model::Model& model, const data::Split& split) {
  if (recorded_copies(model) == data::Copies::apart) return;
  model.record.settings.emplace_back(checksum_name, checksum(split));
}

std::optional<data::Split> recorded_split(const model::Model& model, const data::Table& table) {
  const auto fraction = numeric_setting(model, "test_fraction");
  if (!fraction || !(*fraction >= 0.0 && *fraction < 1.0)) return std::nullopt;
  const data::Copies copies = recorded_copies(model);
  data::Split split = data::split_table(table, *fraction, model.record.seed, copies);
  if (copies == data::Copies::apart || checksum(split) == setting(model, checksum_name)) {
    return split;
  }
  return std::nullopt;
}

}  // namespace terse::cli
