// The way from the results of a study to its summary: intervals, comparisons with full precision,
// tipping points.
#pragma once

#include <string>

#include "terse/stats/interval.h"
#include "terse/study/plan.h"
#include "terse/study/stage.h"
#include "terse/study/summary.h"

namespace terse::study {

/// Results of every cell whose search is done; what is missing or failed is a note. hardware: a
/// line for the reader.
Summary summarise(const Plan& plan, const FindResult& find, const std::string& hardware);

/// Compares every cell with the fp cell of its data set, and finds the tipping points. Fills
/// comparisons and tipping_points; a data set without fp gets none. Needs the cells, the margin and
/// the resampling.
void compare(Summary& summary);

/// True if a method whose interval is `other` is not significantly worse than the reference: the
/// intervals share a point, or `other` lies below (paper, section 4.2).
bool not_significantly_worse(const stats::Interval& other, const stats::Interval& reference);

}  // namespace terse::study
