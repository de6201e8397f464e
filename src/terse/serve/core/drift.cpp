#include "terse/serve/core/drift.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/serve/core/metrics.h"

namespace terse::serve::core {
namespace {

bool knows_its_training(const ServedModel& served) {
  return std::any_of(served.model.features.begin(), served.model.features.end(),
                     [](const model::Feature& feature) { return !feature.code_rows.empty(); });
}

double sum(std::span<const std::uint64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

}  // namespace

double population_stability_index(std::span<const std::uint64_t> received,
                                  std::span<const std::uint64_t> trained) {
  const auto codes = static_cast<double>(received.size());
  const double messages = sum(received);
  const double rows = sum(trained);
  double index = 0.0;
  for (std::size_t code = 0; code < received.size(); ++code) {
    const double p = (static_cast<double>(received[code]) + 0.5) / (messages + 0.5 * codes);
    const double q = (static_cast<double>(trained[code]) + 0.5) / (rows + 0.5 * codes);
    index += (p - q) * std::log(p / q);
  }
  if (messages == 0.0 || rows == 0.0) return 0.0;
  return std::max(0.0, index - (codes - 1.0) * (1.0 / messages + 1.0 / rows));
}

void DriftWatch::count(const Served& served, std::span<const std::uint8_t> payload) {
  const model::Model& model = served->model;
  if (model.full_precision() || !knows_its_training(*served)) return;
  const std::lock_guard lock(mutex_);
  Counts& counts = counts_[served];
  if (counts.of_code.empty()) {
    // A model that was replaced is watched no more.
    std::erase_if(counts_, [&](const auto& entry) {
      return entry.first != served && entry.first->name == served->name &&
             entry.first.use_count() == 1;
    });
    for (const std::size_t levels : model.levels()) counts.of_code.emplace_back(levels, 0);
    counts.codes.resize(model.features.size());
  }
  if (served->layout.unpack(payload, counts.codes) != payload::Status::ok) return;
  for (std::size_t f = 0; f < counts.codes.size(); ++f) ++counts.of_code[f][counts.codes[f]];
  if (++counts.messages < 2 * messages_min) return;
  counts.messages = messages_min;
  for (auto& of_code : counts.of_code) {
    for (std::uint64_t& each : of_code) each /= 2;
  }
}

std::vector<FeatureDrift> DriftWatch::report() const {
  std::vector<FeatureDrift> drifts;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [served, counts] : counts_) {
      if (counts.messages < messages_to_tell) continue;
      for (std::size_t f = 0; f < counts.of_code.size(); ++f) {
        const model::Feature& feature = served->model.features[f];
        if (counts.of_code[f].size() < 2 || feature.code_rows.empty()) continue;
        drifts.push_back({served->name, served->version, feature.name, 0.0, counts.messages,
                          counts.of_code[f], feature.code_rows});
      }
    }
  }
  for (FeatureDrift& each : drifts) {
    each.index = population_stability_index(each.received, each.trained);
  }
  std::stable_sort(drifts.begin(), drifts.end(),
                   [](const FeatureDrift& a, const FeatureDrift& b) { return a.index > b.index; });
  return drifts;
}

std::string DriftWatch::text() const {
  std::string text =
      "# HELP terse_feature_drift Population stability index of the newest messages' codes "
      "against the training rows.\n# TYPE terse_feature_drift gauge\n";
  for (const FeatureDrift& each : report()) {
    text +=
        fmt::format("terse_feature_drift{{model=\"{}\",version=\"{}\",feature=\"{}\"}} {:.6g}\n",
                    label_text(each.model), each.version, label_text(each.feature), each.index);
  }
  return text;
}

}  // namespace terse::serve::core
