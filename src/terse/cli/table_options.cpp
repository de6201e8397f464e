#include "terse/cli/table_options.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/cli/training_options.h"
#include "terse/data/categories.h"
#include "terse/data/frame.h"
#include "terse/text/csv.h"
#include "terse/train/model_table.h"

namespace terse::cli {

void print_notes(const std::vector<std::string>& notes, const TableOptions& options) {
  if (options.quiet) return;
  for (const std::string& note : notes) fmt::print(stderr, "note: {}\n", with_flags(note));
}

void add_data_argument(Command command, TableOptions& options) {
  command.add_option("DATA", options.data, data_text).required();
  add_reading_options(command, options.reading);
}

void add_one_target(Command command, TableOptions& options) {
  command.add_option<std::string>(
      "--target", [&options] { return options.target; },
      [&options](const std::string& value) {
        const std::vector<std::string> names = text::csv_fields(value);
        if (names.size() > 1) {
          throw base::OptionError("target", "", "names several columns, which `terse train` takes",
                                  "name one; a name with a comma in double quotes: '\"a,b\"'");
        }
        options.target = names.empty() ? value : names.front();
      },
      "column to predict (optional where the data set names it)");
}

void add_column_options(Command command, TableOptions& options) {
  command.add_names("--features", options.features,
                    "columns to use, NAME,... (all); a name with a comma in double quotes");
  command.add_names("--ignore", options.ignored, "columns to leave out, NAME,...");
}

data::Frame read_any_table(const TableOptions& options) {
  data::ReadOptions reading = options.reading.resolved();
  data::Frame frame = data::read_frames(options.data, reading);
  reading.text_columns = data::text_columns(frame);
  const bool has_text = std::ranges::any_of(frame.columns, [](const data::Column& column) {
    return column.first_text.present && column.categories.empty();
  });
  if (has_text && !reading.text_columns.empty()) frame = data::read_frames(options.data, reading);
  const data::Dates dates = options.reading.date_parts();
  for (std::size_t index = frame.columns.size(); dates != data::Dates::ignore && index-- > 0;) {
    if (!data::find_dates(frame.columns[index].categories)) continue;
    data::replace_by_date_parts(frame, index, dates);
  }
  print_notes(frame.notes, options);
  return frame;
}

data::Table read_table_for(const model::Model& model, const TableOptions& options,
                           bool target_required) {
  const auto reader = [&](const data::ReadOptions& reading) {
    return data::read_frames(options.data, reading);
  };
  data::Table table = train::model_table(model, reader, options.reading.resolved(),
                                         {options.target, target_required, options.weight});
  print_notes(table.notes, options);
  return table;
}

}  // namespace terse::cli
