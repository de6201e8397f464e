// The plan of a study: data sets, methods, bit widths, splits, and the settings to choose from; and
// the trainings that follow from it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "terse/data/table.h"
#include "terse/quantize/method.h"
#include "terse/study/setting.h"
#include "terse/study/summary.h"

namespace terse::study {

/// A data set by its names and shape, without its rows.
struct PlannedData {
  std::string name;  ///< in tables: unique in a study
  std::string data;  ///< as the user named it
  std::string hash;  ///< data::content_hash
  std::size_t rows = 0;
  std::size_t features = 0;
  std::size_t classes = 0;                   ///< 0: the target is a number
  std::vector<FeatureHistogram> histograms;  ///< of all rows; no thresholds yet
  std::vector<Settings> candidates = {};     ///< for this data alone, after the plan's
};

struct Plan {
  std::vector<PlannedData> data;
  std::vector<quantize::Method> methods = {quantize::Method::fp, quantize::Method::pr_qq,
                                           quantize::Method::bw_sq};
  std::vector<unsigned> bits = {2, 3, 4, 5, 6, 7, 8};
  unsigned splits = 10;    ///< split s has seed `seed` + s
  double margin = 0.02;    ///< share of full precision's loss that counts as equal
  std::uint64_t seed = 0;  ///< also of the search's held-out part and folds
  train::Options base;     ///< for all that neither the plan nor a candidate sets
  /// On top of base, for one method alone.
  std::vector<std::pair<quantize::Method, Settings>> method_settings;
  std::vector<Settings> candidates;  ///< on top of these; below two there is no search
  unsigned folds = 4;
  bool halving = false;  ///< drop hopeless candidates after a ninth and a third of the epochs
  std::string command, version;
};

/// One method at one width on one data set.
struct PlannedCell {
  std::size_t data = 0;  ///< index into plan.data
  quantize::Method method = quantize::Method::fp;
  unsigned bits = 0;  ///< 0 for fp
};

/// By data set, then method, then bits; fp has one cell.
std::vector<PlannedCell> cells_of(const Plan& plan);

/// Throws InputError for an empty list, a width outside 1..8, a name that occurs twice, no splits,
/// fewer than two folds, or settings out of range.
void validate(const Plan& plan);

/// The names and 32 equal bins per feature of a table.
PlannedData planned_data(const std::string& name, const std::string& data,
                         const data::Table& table);

/// The number of candidates of a cell, the plan's and those of its data; at least 1.
std::size_t candidates_of(const Plan& plan, const PlannedCell& cell);

/// The options of a cell's training with one of the candidates (0 if there are none), seed `seed`.
train::Options cell_options(const Plan& plan, const PlannedCell& cell, std::size_t candidate);

/// The plan as a JSON document, and back. Throws InputError naming `source`.
std::string write_plan(const Plan& plan);
Plan read_plan(const std::string& text, const std::string& source);

}  // namespace terse::study
