// terse data: the tables known by name, and any one of them as CSV.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/data_describe.h"
#include "terse/cli/output.h"
#include "terse/cli/table_options.h"
#include "terse/data/frame.h"
#include "terse/text/csv.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

struct KnownTable {
  std::string_view name;
  unsigned rows;
  unsigned features;
  std::string_view description;
};

// The paper's six data sets (table 5) by their OpenML ids, and the one that is built in.
constexpr std::array known_tables = {
    KnownTable{"fried", 40768, 10, "Friedman's artificial problem, generated (built in)"},
    KnownTable{"openml:43979", 20640, 8, "california: house values, 1990 census"},
    KnownTable{"openml:564", 40768, 10, "fried: Friedman's artificial problem"},
    KnownTable{"openml:43174", 21263, 81, "superconduct: critical temperatures"},
    KnownTable{"openml:197", 8192, 21, "cpu_act: activity of a multi-user computer"},
    KnownTable{"openml:23515", 10081, 6, "sulfur: a refinery's sulfur recovery unit"},
    KnownTable{"openml:287", 6497, 11, "wine_quality: physicochemical tests"},
};

struct DataArguments {
  TableOptions table;
  std::string output;
  bool json = false;
};

void run_list(const DataArguments& arguments) {
  if (arguments.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const KnownTable& table : known_tables) {
      json.push_back({{"name", table.name},
                      {"rows", table.rows},
                      {"features", table.features},
                      {"description", table.description}});
    }
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{:<14} {:>6} {:>9}  {}\n", "name", "rows", "features", "what it is");
  for (const KnownTable& table : known_tables) {
    fmt::print("{:<14} {:>6} {:>9}  {}\n", table.name, table.rows, table.features,
               table.description);
  }
  fmt::print("any other: openml:ID, or a file .csv, .tsv, .txt or .arff (also .gz)\n");
}

std::string cell_text(const data::Column& column, std::size_t row) {
  const float value = column.values[row];
  if (!(value == value)) return "";
  if (!column.categories.empty()) {
    return text::csv_field(column.categories[static_cast<std::size_t>(value)]);
  }
  return fmt::format("{}", value);
}

void run_get(const DataArguments& arguments) {
  const data::Frame frame = read_any_table(arguments.table);
  for (std::size_t column = 0; column < frame.columns.size(); ++column) {
    const data::CellMark& mark = frame.columns[column].first_text;
    if (mark.present) {
      throw base::InputError(frame.source_of(mark.row), frame.place(mark.row, column),
                             text::in_quotes(mark.text) + " is text in a column of numbers",
                             "say with `na` what means a gap");
    }
  }
  Output output(arguments.output);
  std::vector<std::string> cells;
  for (const data::Column& column : frame.columns) cells.push_back(text::csv_field(column.name));
  output.write(fmt::format("{}\n", fmt::join(cells, ",")));
  for (std::size_t row = 0; row < frame.rows; ++row) {
    cells.clear();
    for (const data::Column& column : frame.columns) cells.push_back(cell_text(column, row));
    output.write(fmt::format("{}\n", fmt::join(cells, ",")));
  }
  output.finish();
  if (output.to_stdout()) return;
  if (arguments.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"rows", frame.rows},
                                              {"columns", frame.columns.size()},
                                              {"default_target", frame.default_target},
                                              {"output", arguments.output}}
                           .dump(2));
  } else {
    fmt::print("{} rows, {} columns in {}\n", frame.rows, frame.columns.size(), arguments.output);
  }
}

}  // namespace

void add_data(Command program) {
  auto arguments = std::make_shared<DataArguments>();
  Command command = program.add_command("data", "List tables known by name; fetch or describe one");
  command.requires_command();
  Command list = command.add_command("list", "The built-in table and known OpenML ids");
  list.add_flag("--json", arguments->json, "machine-readable result on stdout");
  list.runs([arguments] { run_list(*arguments); });
  Command get = command.add_command("get", "Write a table as CSV");
  add_data_argument(get, arguments->table);
  get.add_option("-o,--output", arguments->output, "CSV file to write (stdout)").is_written();
  get.add_flag("--json", arguments->json, "with -o: machine-readable summary on stdout");
  get.runs([arguments] { run_get(*arguments); });
  add_data_describe(command);
}

}  // namespace terse::cli
