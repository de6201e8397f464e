#include "terse/reproduce/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "terse/reproduce/published.h"
#include "terse/stats/interval.h"
#include "terse/study/summarise.h"

namespace terse::reproduce {
namespace {

using quantize::Method;

constexpr unsigned width_least = 2;
constexpr unsigned width_most = 8;

ComparedCell compared(const PublishedTraining& published, const study::Cell* own) {
  ComparedCell cell;
  cell.data = published.data;
  cell.method = published.method;
  cell.bits = published.bits;
  cell.published = published.interval();
  cell.published_seconds = published.seconds;
  cell.published_units = published.units;
  cell.ours = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  if (own == nullptr || !std::isfinite(own->loss.mean)) return cell;
  cell.ours = own->loss;
  cell.our_seconds = own->train_seconds_mean;
  cell.splits = static_cast<std::size_t>(
      std::ranges::count_if(own->losses, [](double loss) { return std::isfinite(loss); }));
  cell.mark = own->loss.mean < published.mse - cell.published.half_width    ? Mark::better
              : own->loss.mean <= published.mse + cell.published.half_width ? Mark::inside
                                                                            : Mark::worse;
  return cell;
}

bool disjoint(const stats::Interval& a, const stats::Interval& b) {
  return std::abs(a.mean - b.mean) > a.half_width + b.half_width;
}

void rank(Reproduction& result, const std::string& data, unsigned bits) {
  std::vector<const ComparedCell*> run;
  for (const Method method : quantize::network_methods) {
    const ComparedCell* cell = find_cell(result.cells, data, method, bits);
    if (cell != nullptr && cell->mark != Mark::not_run) run.push_back(cell);
  }
  for (std::size_t a = 0; a < run.size(); ++a) {
    for (std::size_t b = a + 1; b < run.size(); ++b) {
      if (!disjoint(run[a]->published, run[b]->published)) continue;
      ++result.ranked_pairs;
      const bool published = run[a]->published.mean < run[b]->published.mean;
      const bool ours = run[a]->ours.mean < run[b]->ours.mean;
      if (published == ours) ++result.ranked_alike;
    }
  }
}

ComparedTippingPoint tipping_point(const std::vector<ComparedCell>& cells, const std::string& data,
                                   Method method) {
  ComparedTippingPoint point{data, method, {}, {}};
  const ComparedCell* reference = find_cell(cells, data, Method::fp, 0);
  if (reference == nullptr) return point;
  for (unsigned bits = width_most; bits >= width_least; --bits) {
    const ComparedCell* cell = find_cell(cells, data, method, bits);
    if (cell == nullptr) continue;
    if (study::not_significantly_worse(cell->published, reference->published)) {
      point.published = bits;
    }
    if (cell->splits > 1 && reference->splits > 1 &&
        study::not_significantly_worse(cell->ours, reference->ours)) {
      point.ours = bits;
    }
  }
  return point;
}

void add_ablations(Reproduction& result, const std::string& data) {
  const auto means = [&](Method method) {
    stats::Interval sums;  // mean: published, half_width: ours
    for (unsigned bits = width_least; bits <= width_most; ++bits) {
      const ComparedCell* cell = find_cell(result.cells, data, method, bits);
      sums.mean += cell->published.mean / (width_most - width_least + 1);
      sums.half_width += cell->ours.mean / (width_most - width_least + 1);
    }
    return std::pair(sums.mean, sums.half_width);
  };
  const auto [published, ours] = means(Method::bw_sq);
  result.ablations.push_back({data, Method::bw_sq, published, ours});
  for (const Method method : {Method::sq, Method::bw_mq, Method::bw_qq}) {
    const auto [own_published, own_ours] = means(method);
    result.ablations.push_back(
        {data, method, 100.0 * (own_published / published - 1.0), 100.0 * (own_ours / ours - 1.0)});
  }
}

}  // namespace

std::string name(Mark mark) {
  switch (mark) {
    case Mark::better:
      return "better";
    case Mark::inside:
      return "inside";
    case Mark::worse:
      return "worse";
    case Mark::not_run:
      break;
  }
  return "not run";
}

const ComparedCell* find_cell(const std::vector<ComparedCell>& cells, const std::string& data,
                              Method method, unsigned bits) {
  if (method == Method::fp) bits = 0;
  for (const ComparedCell& cell : cells) {
    if (cell.data == data && cell.method == method && cell.bits == bits) return &cell;
  }
  return nullptr;
}

Reproduction compare(const study::Summary& ours) {
  Reproduction result;
  for (const PublishedTraining& published : published_trainings()) {
    const study::Cell* own =
        study::find_cell(ours, published.data, quantize::id(published.method), published.bits);
    result.cells.push_back(compared(published, own));
  }
  for (const PublishedData& data : published_data()) {
    for (unsigned bits = width_least; bits <= width_most; ++bits) rank(result, data.name, bits);
    for (const Method method : quantize::network_methods) {
      if (method == Method::fp) continue;
      result.tipping_points.push_back(tipping_point(result.cells, data.name, method));
    }
    add_ablations(result, data.name);
  }
  return result;
}

}  // namespace terse::reproduce
