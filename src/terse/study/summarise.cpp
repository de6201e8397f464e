#include "terse/study/summarise.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "terse/stats/interval.h"
#include "terse/stats/paired_test.h"

namespace terse::study {
namespace {

constexpr double ratio_max = 1.02;

std::string cell_name(const Cell& cell) {
  return cell.bits == 0 ? fmt::format("{} {}", cell.data, cell.method)
                        : fmt::format("{} {} {} bits", cell.data, cell.method, cell.bits);
}

// Thresholds of the first split go to the histograms of their data set.
void add_thresholds(const TrialResult& result, const Cell& cell,
                    std::vector<FeatureHistogram>& histograms) {
  if (cell.bits == 0) return;
  std::size_t feature = 0;
  for (FeatureHistogram& histogram : histograms) {
    if (histogram.data != cell.data) continue;
    if (feature < result.thresholds.size()) {
      histogram.thresholds.emplace_back(fmt::format("{} {} bits", cell.method, cell.bits),
                                        result.thresholds[feature]);
    }
    ++feature;
  }
}

struct Count {
  std::size_t missing = 0;
  std::size_t failed = 0;
  std::string reason;
};

void note(const Cell& cell, const Count& count, std::vector<std::string>& notes) {
  if (count.missing > 0) {
    notes.push_back(fmt::format("{}: {} of {} splits are not done", cell_name(cell), count.missing,
                                cell.losses.size()));
  }
  if (count.failed > 0) {
    notes.push_back(fmt::format("{}: {} of {} splits failed: {}", cell_name(cell), count.failed,
                                cell.losses.size(), count.reason));
  }
}

Cell measured_cell(const Plan& plan, const PlannedCell& planned, const FinalTrials& final,
                   const FindResult& find, Summary& summary) {
  Cell cell;
  cell.data = plan.data[planned.data].name;
  cell.method = quantize::id(planned.method);
  cell.bits = planned.bits;
  cell.settings = final.settings;
  Count count;
  double seconds = 0;
  double accuracy = 0;
  double trained = 0;
  for (const Trial& trial : final.trials) {
    const auto result = find(trial);
    cell.losses.push_back(result ? result->loss() : std::numeric_limits<double>::quiet_NaN());
    if (!result) {
      ++count.missing;
    } else if (!result->error.empty()) {
      ++count.failed;
      count.reason = result->error;
    } else {
      cell.payload_bits = result->payload_bits;
      cell.payload_bytes = result->payload_bytes;
      cell.compression = result->compression;
      seconds += result->train_seconds;
      accuracy += result->metric("accuracy");
      trained += 1;
      if (!result->thresholds.empty()) add_thresholds(*result, cell, summary.histograms);
    }
  }
  if (trained > 0) cell.accuracy = accuracy / trained;
  cell.train_seconds_mean = trained > 0 ? seconds / trained : 0;
  cell.loss = stats::t_interval(cell.losses);
  note(cell, count, summary.notes);
  return cell;
}

void update(std::optional<unsigned>& best_bits, double& compression, const Cell& cell) {
  if (best_bits && *best_bits <= cell.bits) return;
  best_bits = cell.bits;
  compression = cell.compression;
}

}  // namespace

bool not_significantly_worse(const stats::Interval& other, const stats::Interval& reference) {
  // Without an interval, of a single split, only the means can be compared.
  const auto width = [](const stats::Interval& interval) {
    return std::isnan(interval.half_width) ? 0.0 : interval.half_width;
  };
  return other.mean - width(other) <= reference.mean + width(reference);
}

void compare(Summary& summary) {
  summary.comparisons.clear();
  summary.tipping_points.clear();
  std::map<std::string, const Cell*> references;
  for (const Cell& cell : summary.cells) {
    // Without a loss of its own there is nothing to compare with.
    if (cell.bits == 0 && std::isfinite(cell.loss.mean)) references.emplace(cell.data, &cell);
  }
  for (const Cell& cell : summary.cells) {
    const auto found = references.find(cell.data);
    if (cell.bits == 0 || found == references.end()) continue;
    const Cell& reference = *found->second;
    Comparison comparison{cell.data, cell.method, cell.bits};
    comparison.interval_overlaps = not_significantly_worse(cell.loss, reference.loss);
    comparison.loss_ratio = stats::paired_ratio(cell.losses, reference.losses);
    comparison.paired_p = stats::paired_t_test(cell.losses, reference.losses);
    comparison.within_two_percent = comparison.loss_ratio <= ratio_max;
    summary.comparisons.push_back(comparison);

    auto& points = summary.tipping_points;
    const bool same =
        !points.empty() && points.back().data == cell.data && points.back().method == cell.method;
    if (!same) points.push_back({cell.data, cell.method, {}, {}, 0, 0});
    TippingPoint& point = points.back();
    if (comparison.interval_overlaps) {
      update(point.bits_interval, point.compression_interval, cell);
    }
    if (comparison.within_two_percent) update(point.bits_paired, point.compression_paired, cell);
  }
}

Summary summarise(const Plan& plan, const FindResult& find, const std::string& hardware) {
  Summary summary;
  summary.command = plan.command;
  summary.version = plan.version;
  summary.hardware = hardware;
  summary.seed = plan.seed;
  summary.splits = plan.splits;
  for (const PlannedData& data : plan.data) {
    for (const FeatureHistogram& histogram : data.histograms) {
      summary.histograms.push_back(histogram);
    }
  }
  for (const PlannedCell& planned : cells_of(plan)) {
    const auto final = final_trials(plan, planned, find);
    if (!final) {
      Cell missing;
      missing.data = plan.data[planned.data].name;
      missing.method = quantize::id(planned.method);
      missing.bits = planned.bits;
      summary.notes.push_back(cell_name(missing) + ": the search is not done");
      continue;
    }
    summary.cells.push_back(measured_cell(plan, planned, *final, find, summary));
  }
  compare(summary);
  return summary;
}

}  // namespace terse::study
