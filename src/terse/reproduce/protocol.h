// The publication's experiments as studies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "terse/reproduce/target.h"
#include "terse/study/plan.h"
#include "terse/study/stage.h"

namespace terse::reproduce {

/// How settings are chosen.
enum class Search : std::uint8_t {
  portfolio,  ///< a few settings of at most 512 units
  paper       ///< 100 draws from the published space, 168,000 trainings for all of it
};

struct ProtocolOptions {
  Search search = Search::portfolio;
  /// Other settings to choose from than the search's own; one: no choice.
  std::vector<study::Settings> portfolio = {};
  unsigned splits = 10;
  unsigned folds = 4;
  std::uint64_t seed = 0;
};

/// The settings that `search` chooses from.
std::vector<study::Settings> candidates_of(const ProtocolOptions& options);
/// Further ones of the portfolio, for tables of at most 12,000 rows: more and smaller steps, and
/// less dropout.
std::vector<study::Settings> candidates_for_few_rows(const ProtocolOptions& options);

/// Tables 2, 9, 10, 11 and the figures: methods at widths, the best of the candidates by four
/// folds of the training rows, then repeated splits.
study::Plan tables_plan(const std::vector<study::PlannedData>& data, const Needs& needs,
                        const ProtocolOptions& options);

/// Tables 6 and 7: every schedule with every last temperature, one training per fold. Units are
/// those of the paper with Search::paper, else at most 512.
study::Plan schedules_plan(const study::PlannedData& data, const ProtocolOptions& options);

/// The mean validation MSE of a schedule.
struct ScheduleLoss {
  std::string data;
  unsigned bits = 0;
  quantize::Schedule schedule = quantize::Schedule::exponential;
  double temperature_end = 0;
  double published = 0, ours = 0;  ///< ours: NaN as long as a fold is missing
};

/// From a schedules_plan and its results.
std::vector<ScheduleLoss> schedule_losses(const study::Plan& plan, const study::FindResult& find);

}  // namespace terse::reproduce
