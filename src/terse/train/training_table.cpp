#include "terse/train/training_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/describe.h"
#include "terse/data/origins.h"
#include "terse/data/row_columns.h"
#include "terse/text/csv.h"
#include "terse/text/quoting.h"
#include "terse/train/encoder_columns.h"
#include "terse/train/model_columns.h"

namespace terse::train {
namespace {

using Names = std::vector<std::string>;

// Of the largest class: from here on accuracy alone misleads.
constexpr double imbalanced_share = 0.8;

bool among(const std::string& name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

// Columns that shall be categories but were read as numbers.
bool must_read_as_text(const data::Frame& frame, const Names& names) {
  return std::ranges::any_of(frame.columns, [&](const data::Column& column) {
    return among(column.name, names) && column.categories.empty();
  });
}

// Then no row can be left out for it.
bool target_is_complete(const data::Frame& frame, const std::string& target) {
  return std::ranges::none_of(frame.columns, [&](const data::Column& column) {
    return column.name == target && column.first_gap.present;
  });
}

// 0 and 1 in every row that has a target, and both: two classes, whatever they are called.
bool holds_two_marks(const data::Frame& frame, const std::string& target) {
  for (const data::Column& column : frame.columns) {
    if (column.name != target || !column.categories.empty() || column.origin != 0.0) continue;
    const auto is = [&](float mark) {
      return std::ranges::find(column.values, mark) != column.values.end();
    };
    const bool only = std::ranges::all_of(column.values, [](float value) {
      return value == 0.0F || value == 1.0F || std::isnan(value);
    });
    return only && !column.first_text.present && is(0.0F) && is(1.0F);
  }
  return false;
}

void check_categorical(const TableWishes& wishes, const std::string& target) {
  if (!among(target, wishes.categorical)) return;
  const char* what = wishes.further_targets.empty() ? " is the target" : " is a target";
  throw base::OptionError("categorical", "", text::in_quotes(target) + what,
                          "give `task` classification to predict one of its values");
}

std::string target_of(const TableWishes& wishes, const data::Frame& frame) {
  if (!wishes.target.empty()) return wishes.target;
  if (!frame.default_target.empty()) return frame.default_target;
  Names names;
  for (const data::Column& column : frame.columns) names.push_back(text::printable(column.name));
  throw base::OptionError(
      "target", "", "the column to predict is not given",
      fmt::format("{} has the columns {}", frame.source, fmt::join(names, ", ")));
}

std::size_t first_class_target(const data::Table& table) {
  std::size_t index = 0;
  while (table.target_view(index).classes.empty()) ++index;
  return index;
}

// What a single figure of a classification hides.
void add_class_notes(data::Table& table, std::size_t index, const Options& options) {
  const data::TargetView target = table.target_view(index);
  if (target.classes.empty()) return;
  std::vector<double> count(target.classes.size());
  for (const float own : target.values) count[static_cast<std::size_t>(own)] += 1.0;
  const auto most = std::ranges::max_element(count);
  const double share = *most / static_cast<double>(table.rows());
  const std::string& label = target.classes[static_cast<std::size_t>(most - count.begin())];
  const bool balanced = options.class_weights == ClassWeights::balanced;
  if (share >= imbalanced_share) {
    table.notes.push_back(fmt::format(
        "{}{:.1f} % of the rows are {}, so that always saying so has accuracy {:.4f}: look at "
        "terse evaluate's precision and recall of each class{}",
        table.targets() == 1 ? "" : "target " + text::in_quotes(target.name) + ": ", 100.0 * share,
        text::in_quotes(label), share, balanced ? "" : ", or give `class_weights` balanced"));
  }
  if (balanced && index == first_class_target(table)) {
    table.notes.push_back(
        "with `class_weights` balanced the probabilities are those of classes of equal share: "
        "they are not calibrated for this table");
  }
}

/// One reading of a table for training, in as many passes as it takes to know what its columns are.
class TrainingTable {
 public:
  TrainingTable(const FrameReader& reader, const data::ReadOptions& reading,
                const TableWishes& wishes, const Options& options)
      : reader_(reader), wishes_(wishes), encoder_(options.encoder.get()), reading_(reading) {
    selection_.gaps_allowed = wishes.gaps_are_levels || options.drop_rate > 0.0;
    selection_.split_column = options.split.column;
    selection_.weight_column = options.weight;
    if (encoder_ == nullptr) return;
    selection_.constant_allowed = true;
    name_features(*encoder_, selection_, reading_);
  }

  data::Table read() {
    reading_.target = wishes_.target;
    reading_.further_targets = wishes_.further_targets;
    data::Frame frame = reader_(reading_);
    unite_targets(frame);
    check_targets();
    const std::string target = target_in(frame);
    const Names before = reading_.further_targets;
    reading_.further_targets = further_targets_in(target);
    for (const std::string& name : all_targets(target)) check_categorical(wishes_, name);
    choose_columns(frame, target);
    const bool target_known = (reading_.target == target || target_is_complete(frame, target)) &&
                              before == reading_.further_targets;
    reading_.target = target;
    for (const std::string& name : data::merged_columns(frame)) {
      const bool used = reading_.is_target(name) || is_feature(name);
      if (used && !among(name, reading_.text_columns)) {
        reading_.origins.push_back({name});
      }
    }
    if (!target_known || !reading_.origins.empty() ||
        must_read_as_text(frame, reading_.text_columns)) {
      frame = reader_(reading_);
    }
    std::vector<std::string> notes = suspicious_columns(frame, target);
    for (const std::string& name : marks_) {
      notes.push_back(fmt::format(
          "the target {} is 0 or 1 in every row and is classified: `task` regression predicts a "
          "number",
          text::in_quotes(name)));
    }
    settle_dates(frame, notes);
    if (encoder_ != nullptr) fit_encoder(frame, notes);
    data::Table result = data::select(frame, selection_);
    data::add_row_columns(frame, selection_, result);
    result.notes.insert(result.notes.end(), notes.begin(), notes.end());
    return result;
  }

 private:
  // A column whose name has commas may be named as the table has it.
  void unite_targets(const data::Frame& frame) {
    const Names written = all_targets(wishes_.target);
    const auto is_column = [&](const std::string& name) {
      return std::ranges::find(frame.columns, name, &data::Column::name) != frame.columns.end();
    };
    if (written.size() == 1 || std::ranges::all_of(written, is_column)) return;
    for (const data::Column& column : frame.columns) {
      if (text::csv_fields(column.name) != written) continue;
      wishes_.target = column.name;
      wishes_.further_targets.clear();
      reading_.further_targets.clear();
    }
  }

  void check_targets() const {
    const Names& further = wishes_.further_targets;
    for (std::size_t t = 0; t < further.size(); ++t) {
      const auto begin = further.begin() + static_cast<std::ptrdiff_t>(t) + 1;
      if (further[t] != wishes_.target &&
          std::find(begin, further.end(), further[t]) == further.end())
        continue;
      throw base::OptionError("target", "", text::in_quotes(further[t]) + " is named twice",
                              "name each target once");
    }
    if (1 + further.size() <= model::targets_max) return;
    throw base::OptionError("target", "", fmt::format("has {} names", 1 + further.size()),
                            fmt::format("name at most {}", model::targets_max));
  }

  Names all_targets(const std::string& first) const {
    Names names = {first};
    names.insert(names.end(), reading_.further_targets.begin(), reading_.further_targets.end());
    return names;
  }

  // Of an encoder's own table those it was trained with.
  Names further_targets_in(const std::string& first) const {
    if (!wishes_.target.empty() || encoder_ == nullptr || !encoder_->several()) {
      return wishes_.further_targets;
    }
    Names names;
    for (const model::Target& own : encoder_->targets()) names.push_back(own.name);
    if (first != names.front()) return {};
    names.erase(names.begin());
    return names;
  }

  // Of an encoder's own table the target it was trained with.
  std::string target_in(const data::Frame& frame) const {
    if (encoder_ == nullptr || !wishes_.target.empty()) return target_of(wishes_, frame);
    const auto known = [&](const model::Target& own) {
      return std::ranges::find(frame.columns, own.name, &data::Column::name) != frame.columns.end();
    };
    const std::vector<model::Target> own = encoder_->targets();
    return std::ranges::all_of(own, known) ? own.front().name : target_of(wishes_, frame);
  }

  void fit_encoder(data::Frame& frame, Names& notes) {
    make_date_parts(*encoder_, frame);
    std::string note = fit_to_encoder(*encoder_, frame, selection_);
    if (!note.empty()) notes.push_back(std::move(note));
  }

  void choose_columns(const data::Frame& frame, const std::string& target) {
    Names text = data::text_columns(frame);
    std::erase(text, selection_.split_column);
    std::erase(text, selection_.weight_column);
    const Names targets = all_targets(target);
    selection_.target = target;
    for (const std::string& name : targets) {
      const bool marks = wishes_.task.empty() && holds_two_marks(frame, name);
      if (marks) marks_.push_back(name);
      const bool is_class =
          wishes_.task == "classification" || marks || (wishes_.task.empty() && among(name, text));
      if (is_class && !marks) reading_.text_columns.push_back(name);
      if (name == target) {
        selection_.target_is_class = is_class;
      } else {
        selection_.further_targets.push_back({name, is_class});
      }
    }
    if (!selection_.split_column.empty() && !among(selection_.split_column, targets)) {
      reading_.text_columns.push_back(selection_.split_column);
    }
    if (encoder_ != nullptr) return;
    selection_.features = wishes_.features;
    selection_.ignored = wishes_.ignored;
    for (const std::string& name : wishes_.categorical) selection_.categorical.push_back({name});
    for (const std::string& name : text) {
      if (among(name, targets) || among(name, wishes_.categorical)) continue;
      selection_.categorical.push_back({name});
    }
    for (const auto& feature : selection_.categorical) {
      if (!among(feature.name, wishes_.ignored)) reading_.text_columns.push_back(feature.name);
    }
    if (wishes_.dates == data::Dates::ignore) return;
    for (const data::Column& column : frame.columns) {
      const bool used = !among(column.name, targets) && !among(column.name, wishes_.ignored) &&
                        !among(column.name, wishes_.categorical);
      if (used && data::times_in_numbers(column)) reading_.text_columns.push_back(column.name);
    }
  }

  // Of the table's own; those of an encoder are known.
  bool is_feature(const std::string& name) const {
    if (encoder_ != nullptr) return false;
    if (name == selection_.target || among(name, selection_.ignored)) return false;
    if (among(name, reading_.further_targets)) return false;
    if (name == selection_.split_column || name == selection_.weight_column) return false;
    return selection_.features.empty() || among(name, selection_.features);
  }

  // One line per column that is not what it seems.
  Names suspicious_columns(const data::Frame& frame, const std::string& target) const {
    constexpr std::size_t rows_looked_at = 5000;
    Names notes;
    for (const auto& column : data::describe(frame, {target, rows_looked_at})) {
      if (!is_feature(column.name) || column.kind == data::ColumnKind::date) continue;
      const bool left_out = column.distinct <= 1;  // selecting says so
      if (column.suspicions.empty() || left_out) continue;
      notes.push_back(fmt::format("{} is taken for {} {} ({}); {}", text::in_quotes(column.name),
                                  column.kind == data::ColumnKind::index ? "an" : "a",
                                  data::name_of(column.kind), column.why,
                                  fmt::join(column.suspicions, "; ")));
    }
    return notes;
  }

  void settle_dates(data::Frame& frame, Names& notes) {
    const data::Dates dates = wishes_.dates;
    for (std::size_t index = frame.columns.size(); index-- > 0;) {
      const data::Column& column = frame.columns[index];
      const std::string name = column.name;
      if (column.categories.empty() || !is_feature(name) || among(name, wishes_.categorical))
        continue;
      const auto found = data::find_dates(column.categories);
      // Asked for by name, and as it is: its dates are names.
      if (!found || (dates == data::Dates::ignore && among(name, wishes_.features))) continue;
      const std::string what =
          fmt::format("{} holds dates ({}{})", text::in_quotes(name), data::name_of(found->form),
                      found->clear ? "" : "; day and month may be swapped");
      std::erase_if(selection_.categorical,
                    [&](const data::CategoricalFeature& feature) { return feature.name == name; });
      if (dates == data::Dates::ignore) {
        selection_.ignored.push_back(name);
        notes.push_back(what +
                        " and is left out: `dates` parts makes hour, weekday and day of the "
                        "year of it");
        continue;
      }
      data::replace_by_date_parts(frame, index, dates);
      const auto named = std::ranges::find(selection_.features, name);
      if (named != selection_.features.end()) {
        const auto parts = data::date_part_names(name, dates);
        selection_.features.insert(selection_.features.erase(named), parts.begin(), parts.end());
      }
      notes.push_back(what + ", of which hour, weekday and day of the year are taken");
    }
  }

  const FrameReader& reader_;
  TableWishes wishes_;
  const model::Model* encoder_;  ///< null: the features are the table's
  data::ReadOptions reading_;
  data::Selection selection_;
  Names marks_;  ///< targets that are 0 or 1 in every row, and are classified for that
};

}  // namespace

data::Table training_table(const FrameReader& reader, const data::ReadOptions& reading,
                           const TableWishes& wishes, const Options& options) {
  data::Table table = TrainingTable(reader, reading, wishes, options).read();
  for (std::size_t t = 0; t < table.targets(); ++t) add_class_notes(table, t, options);
  return table;
}

}  // namespace terse::train
