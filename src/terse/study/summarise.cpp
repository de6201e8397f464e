#include "terse/study/summarise.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "terse/data/split_rule.h"
#include "terse/stats/interval.h"
#include "terse/stats/paired_test.h"
#include "terse/stats/several_questions.h"

namespace terse::study {
namespace {

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

/// True if the cell's bits are fewer than those, or the first ones.
bool is_fewer(const std::optional<unsigned>& bits, const Cell& cell) {
  return !bits || cell.bits < *bits;
}

void add(const Cell& cell, const Comparison& comparison, TippingPoint& point) {
  if (comparison.intervals_overlap && is_fewer(point.bits_overlap, cell)) {
    point.bits_overlap = cell.bits;
    point.compression_overlap = cell.compression;
  }
  const stats::Verdict verdict = comparison.evidence.verdict;
  if (stats::as_good(verdict) && is_fewer(point.bits_shown, cell)) {
    point.bits_shown = cell.bits;
    point.compression_shown = cell.compression;
  }
  if (verdict == stats::Verdict::unknown && is_fewer(point.bits_open, cell)) {
    point.bits_open = cell.bits;
    point.further = stats::further_splits(comparison.evidence);
  }
}

/// Compares one method's widths with the reference.
void compare(std::span<const Cell* const> widths, const Cell& reference, Summary& summary) {
  std::vector<stats::Question> questions;
  for (const Cell* cell : widths) {
    questions.push_back({{cell->losses, reference.losses}, {summary.margin}, summary.resampling});
  }
  const std::vector<stats::Comparison> evidence = stats::compare_all(questions);
  TippingPoint point;
  point.data = reference.data;
  point.method = widths.front()->method;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const Cell& cell = *widths[i];
    summary.comparisons.push_back(
        {cell.data, cell.method, cell.bits, not_significantly_worse(cell.loss, reference.loss),
         stats::paired_ratio(cell.losses, reference.losses), evidence[i]});
    add(cell, summary.comparisons.back(), point);
  }
  if (point.bits_shown && point.bits_open && *point.bits_open > *point.bits_shown) {
    point.bits_open.reset();
    point.further = {};
  }
  summary.tipping_points.push_back(std::move(point));
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
  std::vector<std::pair<std::string, std::string>> done;
  for (const Cell& first : summary.cells) {
    const auto found = references.find(first.data);
    const std::pair method{first.data, first.method};
    if (first.bits == 0 || found == references.end() || std::ranges::count(done, method) > 0) {
      continue;
    }
    done.push_back(method);
    std::vector<const Cell*> widths;
    for (const Cell& cell : summary.cells) {
      if (cell.bits > 0 && cell.data == first.data && cell.method == first.method) {
        widths.push_back(&cell);
      }
    }
    compare(widths, *found->second, summary);
  }
}

Summary summarise(const Plan& plan, const FindResult& find, const std::string& hardware) {
  Summary summary;
  summary.command = plan.command;
  summary.version = plan.version;
  summary.hardware = hardware;
  summary.seed = plan.seed;
  summary.splits = plan.splits;
  summary.margin = plan.margin;
  const double tested = plan.base.test_fraction;
  summary.resampling = {tested / (1 - tested)};
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
  if (plan.base.split.kind == data::SplitKind::column && plan.splits > 1) {
    summary.notes.push_back(
        fmt::format("every split has the same test rows ({}): intervals and comparisons show how "
                    "trainings vary, not how rows do",
                    data::text_of(plan.base.split)));
  }
  compare(summary);
  return summary;
}

}  // namespace terse::study
