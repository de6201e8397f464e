#include "terse/train/encoder_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/near_names.h"
#include "terse/text/quoting.h"

namespace terse::train {
namespace {

using Names = std::vector<std::string>;

bool among(const std::string& name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

// Where the encoder has no code for what it does not know.
void check_categories(const model::Feature& feature, const data::Frame& frame, std::size_t place) {
  if (feature.unseen_level) return;
  const data::Column& column = frame.columns[place];
  const auto own = data::categorise(column, feature.categories);
  const auto other = std::ranges::find(own.indices, static_cast<float>(feature.categories.size()));
  if (other == own.indices.end()) return;
  const auto row = static_cast<std::size_t>(other - own.indices.begin());
  const bool named = !column.categories.empty();
  const std::string name =
      named ? text::in_quotes(column.categories[static_cast<std::size_t>(column.values[row])])
            : fmt::format("{}", column.values[row]);
  throw base::InputError(frame.source, frame.place(row, place),
                         fmt::format("{} is not among the {} categories that the encoder sends",
                                     name, feature.categories.size()),
                         "leave such rows out: no device can send it");
}

void check_kind(const model::Feature& feature, const data::Frame& frame, std::size_t place) {
  const data::Column& column = frame.columns[place];
  const auto refuse = [&](const data::CellMark& mark, const std::string& problem,
                          const std::string& remedy) {
    throw base::InputError(frame.source, frame.place(mark.row, place), problem, remedy);
  };
  if (column.first_gap.present && !feature.missing_level) {
    refuse(column.first_gap, "there is a gap, for which the encoder has no code",
           "leave out the rows with a gap in this column");
  }
  if (!feature.categories.empty()) return check_categories(feature, frame, place);
  if (column.first_text.present) {
    refuse(column.first_text,
           text::in_quotes(column.first_text.text) +
               " is not a number, and numbers are what the encoder sends of this column",
           "give a table with the readings of the devices");
  }
  if (column.categories.empty()) return;
  throw base::InputError(frame.source,
                         fmt::format("column {} ({})", place + 1, text::in_quotes(column.name)),
                         "holds text, and numbers are what the encoder sends of this column",
                         "give a table with the readings of the devices");
}

std::string ignored_note(const Names& ignored) {
  constexpr std::size_t shown = 5;
  Names quoted;
  for (std::size_t i = 0; i < std::min(shown, ignored.size()); ++i) {
    quoted.push_back(text::in_quotes(ignored[i]));
  }
  if (ignored.empty()) return {};
  const std::size_t more = ignored.size() - quoted.size();
  return fmt::format("the encoder does not send {}{}: ignored", fmt::join(quoted, ", "),
                     more > 0 ? fmt::format(" and {} more columns", more) : "");
}

}  // namespace

std::string fit_to_encoder(const model::Model& encoder, const data::Frame& frame,
                           data::Selection& selection) {
  Names names;
  for (const data::Column& column : frame.columns) names.push_back(column.name);
  const std::vector<bool> sent = encoder.sent();
  Names used = {selection.target, selection.split_column, selection.weight_column};
  for (const data::SelectedTarget& further : selection.further_targets) {
    used.push_back(further.name);
  }
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const model::Feature& feature = encoder.features[f];
    const auto found = std::ranges::find(names, feature.name);
    if (!sent[f]) {
      if (found != names.end()) continue;
      std::erase(selection.features, feature.name);
      std::erase_if(selection.categorical,
                    [&](const auto& categorical) { return categorical.name == feature.name; });
      continue;
    }
    if (found == names.end()) {
      throw base::InputError(frame.source, "",
                             fmt::format("there is no column {}, which the encoder sends",
                                         text::in_quotes(feature.name)),
                             data::name_advice(feature.name, names));
    }
    used.push_back(feature.name);
    check_kind(feature, frame, static_cast<std::size_t>(found - names.begin()));
  }
  std::erase_if(names, [&](const std::string& name) { return among(name, used); });
  return ignored_note(names);
}

std::shared_ptr<const model::Model> encoder_for(std::shared_ptr<const model::Model> encoder,
                                                const data::Table& table) {
  if (!encoder || encoder->features.size() == table.feature_names.size()) return encoder;
  auto result = std::make_shared<model::Model>(*encoder);
  result->features.clear();
  result->thresholds = {};
  for (std::size_t f = 0; f < encoder->features.size(); ++f) {
    if (!among(encoder->features[f].name, table.feature_names)) continue;
    result->features.push_back(encoder->features[f]);
    result->thresholds.add_feature(encoder->thresholds.of(f));
  }
  return result;
}

}  // namespace terse::train
