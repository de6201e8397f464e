#include "terse/train/model_columns.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/data/dates.h"
#include "terse/text/quoting.h"

namespace terse::train {

void name_features(const model::Model& model, data::Selection& selection,
                   data::ReadOptions& reading) {
  const std::vector<bool> needed = model.needed();
  for (std::size_t f = 0; f < model.readings(); ++f) {
    const model::Feature& feature = model.features[f];
    selection.features.push_back(feature.name);
    // What neither is sent nor computed with need not be known.
    if (feature.missing_level || !needed[f]) {
      selection.gap_features.push_back(feature.name);
    }
    const std::string dates = data::date_column_of(feature.name);
    const auto is_dates = [&](const model::Feature& other) { return other.name == dates; };
    if (!dates.empty() && std::ranges::none_of(model.features, is_dates)) {
      reading.text_columns.push_back(dates);
    }
    if (feature.categories.empty()) continue;
    selection.categorical.push_back({feature.name, feature.categories, feature.unseen_level});
    reading.text_columns.push_back(feature.name);
  }
  for (const model::Feature& feature : model.features) {
    if (feature.origin != 0.0) reading.origins.push_back({feature.name, feature.origin});
  }
}

void make_date_parts(const model::Model& model, data::Frame& frame) {
  const auto place_of = [&](const std::string& name) {
    const auto named = [&](const data::Column& column) { return column.name == name; };
    return static_cast<std::size_t>(std::ranges::find_if(frame.columns, named) -
                                    frame.columns.begin());
  };
  for (const model::Feature& feature : model.features) {
    const std::string name = data::date_column_of(feature.name);
    const std::size_t place = place_of(name);
    // A table may also hold the parts themselves.
    if (name.empty() || place_of(feature.name) < frame.columns.size()) continue;
    if (place == frame.columns.size()) continue;
    if (!data::find_dates(frame.columns[place].categories)) {
      throw base::InputError(frame.source,
                             fmt::format("column {} ({})", place + 1, text::in_quotes(name)),
                             fmt::format("is not a column of dates, of which the model needs {}",
                                         text::in_quotes(feature.name)),
                             "write all of its dates in one form, such as 2024-01-31 10:00");
    }
    for (const data::Dates dates : {data::Dates::parts, data::Dates::levels}) {
      const auto names = data::date_part_names(name, dates);
      if (std::ranges::find(names, feature.name) == names.end()) continue;
      data::replace_by_date_parts(frame, place, dates);
      break;
    }
  }
}

}  // namespace terse::train
