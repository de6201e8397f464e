#include "terse/allocate/lasso.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/order.h"

namespace terse::allocate {
namespace {

/// Norms of the steps between a feature's levels, from below.
std::vector<double> norms_of(const LevelTable& table, std::size_t feature) {
  if (table.shapes[feature].special > 0) {
    throw base::OptionError("policy", "", "lasso handles numbers only, not categories or gaps",
                            "choose pruning");
  }
  std::vector<double> norms;
  const std::size_t first = table.first_row(feature);
  for (std::size_t k = 1; k < table.levels(feature); ++k) {
    double squares = 0.0;
    for (std::size_t u = 0; u < table.units(); ++u) {
      const auto step = static_cast<double>(table.rows(first + k, u)) -
                        static_cast<double>(table.rows(first + k - 1, u));
      squares += step * step;
    }
    norms.push_back(std::sqrt(squares));
  }
  return norms;
}

std::vector<Merge> merges_of(const std::vector<double>& norms) {
  std::vector<Merge> merges;
  std::vector<bool> gone(norms.size());
  double sum = 0.0;
  for (const std::size_t step : base::ascending(std::span(norms))) {
    gone[step] = true;
    sum += norms[step];
    Merge merge;
    merge.loss_rise = sum;
    merge.groups = {0};
    for (const bool joined : gone) merge.groups.push_back(merge.groups.back() + (joined ? 0 : 1));
    merge.levels = merge.groups.back() + 1;
    merges.push_back(std::move(merge));
  }
  return merges;
}

}  // namespace

LevelTable with_shorter_steps(const LevelTable& table, double share) {
  std::vector<std::vector<double>> norms;
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t f = 0; f < table.features(); ++f) {
    norms.push_back(norms_of(table, f));
    sum += std::accumulate(norms.back().begin(), norms.back().end(), 0.0);
    count += static_cast<double>(norms.back().size());
  }
  LevelTable result = table;
  const double less = count > 0.0 ? share * sum / count : 0.0;
  for (std::size_t f = 0; f < table.features(); ++f) {
    const std::size_t first = table.first_row(f);
    for (std::size_t k = 1; k <= norms[f].size(); ++k) {
      const double norm = norms[f][k - 1];
      const double kept = norm > less ? 1.0 - less / norm : 0.0;
      for (std::size_t u = 0; u < table.units(); ++u) {
        const auto step = static_cast<double>(table.rows(first + k, u)) -
                          static_cast<double>(table.rows(first + k - 1, u));
        const auto below = static_cast<double>(result.rows(first + k - 1, u));
        result.rows(first + k, u) = static_cast<float>(below + kept * step);
      }
    }
  }
  return result;
}

std::vector<std::vector<Merge>> step_norms(const LevelTable& table) {
  std::vector<std::vector<Merge>> merges;
  for (std::size_t f = 0; f < table.features(); ++f) {
    merges.push_back(merges_of(norms_of(table, f)));
  }
  return merges;
}

}  // namespace terse::allocate
