#include "terse/cli/recorded_split.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "terse/base/order.h"
#include "terse/cli/output.h"
#include "terse/cli/summary.h"
#include "terse/data/checksum.h"
#include "terse/data/split_rule.h"

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

data::SplitRule recorded_rule(const model::Model& model) {
  return data::parse_split_rule(setting(model, "split")).value_or(data::SplitRule{});
}

std::string recorded_weight(const model::Model& model) {
  return std::string(setting(model, "weight"));
}

data::Copies recorded_copies(const model::Model& model) {
  return data::parse_copies(setting(model, "keep_copies_together")).value_or(data::Copies::apart);
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
  const auto fraction = numeric_setting(model, "test_fraction");
  if (!fraction || !(*fraction >= 0.0 && *fraction < 1.0)) return std::nullopt;
  const data::Copies copies = recorded_copies(model);
  data::Split split =
      data::split_table(table, recorded_rule(model), *fraction, model.record.seed, copies);
  if (copies == data::Copies::apart || checksum(split) == setting(model, checksum_name)) {
    return split;
  }
  return std::nullopt;
}

MeasuredRows measured_rows(const model::Model& model, const data::Table& table) {
  MeasuredRows all{base::all_rows(table.rows()), "other table", ""};
  all.text = table.rows() == 1 ? "1 row" : fmt::format("all {} rows", table.rows());
  // Without the column of the split the table cannot be told from others.
  const bool column_missing =
      !recorded_rule(model).column.empty() && table.split_labels.of_row.empty();
  if (!column_missing && !is_own_table(model, table)) {
    all.text += " (not the table of its training)";
    return all;
  }
  const auto split = column_missing ? std::nullopt : recorded_split(model, table);
  if (!split) {
    all.part = "unknown";
    all.text += " (which of them it was trained on is not known)";
    return all;
  }
  if (split->test.empty()) {
    all.part = "train";
    all.text += " (it was trained on all of them)";
    return all;
  }
  return {split->test, "test",
          fmt::format("the {} test rows of {}", split->test.size(), table.rows())};
}

std::string split_prefix(const data::SplitRule& rule) {
  return rule.kind == data::SplitKind::random ? "" : data::text_of(rule) + ", ";
}

void add_split_file_option(Command command, std::string& path) {
  command
      .add_option("--write-split", path,
                  "write each row's number, from 1, and its part to this file, as CSV")
      .is_written();
}

void write_split(const std::string& path, const data::Table& table, const data::SplitRule& rule,
                 const data::Split& split) {
  std::string text = "row,part\n";
  const auto parts = data::part_names(table, rule, split);
  for (std::size_t row = 0; row < parts.size(); ++row) {
    text += fmt::format("{},{}\n", row + 1, parts[row]);
  }
  Output output(path);
  output.write(text);
  output.finish();
}

}  // namespace terse::cli
