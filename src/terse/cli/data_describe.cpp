// terse data describe: what each column of a table is taken for, and what is suspicious about it.
#include "terse/cli/data_describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/cli/table_options.h"
#include "terse/cli/training_options.h"
#include "terse/data/describe.h"
#include "terse/data/near_names.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

struct DescribeArguments {
  TableOptions table;
  bool json = false;
};

std::string range_text(const data::ColumnDescription& column) {
  if (!column.low) return "-";
  return fmt::format("{:.6g} to {:.6g}", *column.low, *column.high);
}

void print_descriptions(const data::Frame& frame,
                        const std::vector<data::ColumnDescription>& columns) {
  std::size_t name_width = 6;
  std::size_t range_width = 5;
  for (const data::ColumnDescription& column : columns) {
    name_width = std::max(name_width, text::printable(column.name).size());
    range_width = std::max(range_width, range_text(column).size());
  }
  fmt::print("{} rows, {} columns\n\n", frame.rows, columns.size());
  fmt::print("{:<{}}  {:<12}  {:>8}  {:>8}  {:>{}}  {:>7}  why, and what is suspicious\n", "column",
             name_width, "taken for", "distinct", "gaps", "range", range_width, "skew");
  for (const data::ColumnDescription& column : columns) {
    std::string why = column.why;
    if (!column.suspicions.empty()) {
      why += fmt::format("; ! {}", fmt::join(column.suspicions, "; "));
    }
    fmt::print("{:<{}}  {:<12}  {:>8}  {:>8}  {:>{}}  {:>7}  {}\n", text::printable(column.name),
               name_width, data::name_of(column.kind), column.distinct, column.gaps,
               range_text(column), range_width,
               column.skew ? fmt::format("{:.2f}", *column.skew) : "-", with_flags(why));
  }
}

nlohmann::ordered_json descriptions_json(const data::Frame& frame,
                                         const std::vector<data::ColumnDescription>& columns) {
  nlohmann::ordered_json json;
  json["rows"] = frame.rows;
  json["notes"] = frame.notes;
  json["columns"] = nlohmann::ordered_json::array();
  for (const data::ColumnDescription& column : columns) {
    nlohmann::ordered_json entry = {{"name", column.name},
                                    {"unit", column.unit},
                                    {"taken_for", data::name_of(column.kind)},
                                    {"why", column.why},
                                    {"distinct", column.distinct},
                                    {"gaps", column.gaps}};
    if (column.low) entry["low"] = *column.low;
    if (column.high) entry["high"] = *column.high;
    if (column.skew) entry["skew"] = *column.skew;
    entry["suspicions"] = nlohmann::ordered_json::array();
    for (const std::string& suspicion : column.suspicions) {
      entry["suspicions"].push_back(with_flags(suspicion));
    }
    json["columns"].push_back(std::move(entry));
  }
  return json;
}

void require_column(const data::Frame& frame, const std::string& target) {
  std::vector<std::string> names;
  for (const data::Column& column : frame.columns) names.push_back(column.name);
  if (target.empty() || std::ranges::find(names, target) != names.end()) return;
  throw base::InputError(frame.source, "",
                         fmt::format("there is no column {} (--target)", text::in_quotes(target)),
                         data::name_advice(target, names));
}

void run_describe(DescribeArguments& arguments) {
  arguments.table.quiet = arguments.json;
  const data::Frame frame = read_any_table(arguments.table);
  const std::string& named = arguments.table.target;
  const std::string& target = named.empty() ? frame.default_target : named;
  require_column(frame, named);
  const auto columns = data::describe(frame, {target, 0});
  if (arguments.json) {
    fmt::print("{}\n", descriptions_json(frame, columns).dump(2));
  } else {
    print_descriptions(frame, columns);
  }
}

}  // namespace

void add_data_describe(Command data) {
  auto arguments = std::make_shared<DescribeArguments>();
  Command command =
      data.add_command("describe", "Say what each column is taken for, and what is suspicious");
  add_data_argument(command, arguments->table);
  command.add_option("--target", arguments->table.target,
                     "column to predict: which others tell it too well");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_describe(*arguments); });
}

}  // namespace terse::cli
