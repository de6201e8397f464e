#include "terse/cli/recorded_split.h"

#include <fmt/format.h>

#include "terse/base/order.h"
#include "terse/cli/output.h"
#include "terse/train/record.h"

namespace terse::cli {

MeasuredRows measured_rows(const model::Model& model, const data::Table& table) {
  MeasuredRows all{base::all_rows(table.rows()), "other table", ""};
  all.text = table.rows() == 1 ? "1 row" : fmt::format("all {} rows", table.rows());
  // Without the column of the split the table cannot be told from others.
  const bool column_missing =
      !train::recorded_rule(model).column.empty() && table.split_labels.of_row.empty();
  if (!column_missing && !train::is_own_table(model, table)) {
    all.text += " (not the table of its training)";
    return all;
  }
  const auto split = column_missing ? std::nullopt : train::recorded_split(model, table);
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
