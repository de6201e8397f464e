// The figures of a study as Vega-Lite documents (https://vega.github.io/vega-lite/).
#pragma once

#include <string>
#include <vector>

#include "terse/study/summary.h"

namespace terse::report {

struct Figure {
  enum class Kind { loss, pareto, splits, thresholds, schedules };
  Kind kind = Kind::loss;
  std::string data;     ///< the data set, as in the summary; empty for the schedules
  std::string name;     ///< for files: letters, digits and hyphens, unique
  std::string caption;  ///< plain text
  std::string alt;      ///< a description for those who cannot see it
  std::string spec;     ///< JSON; needs nothing from outside
};

/// By data set: loss against bits with interval bands, payload against loss with the Pareto front,
/// box plots over the splits, and one figure per feature with a histogram; last the temperature
/// schedules. A data set without a finite loss has no figures of loss.
std::vector<Figure> figures(const study::Summary& summary);

}  // namespace terse::report
