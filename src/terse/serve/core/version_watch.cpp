#include "terse/serve/core/version_watch.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace terse::serve::core {
namespace {

constexpr int place = 150;

/// The one before `served` on the command line that reads the same messages.
Served former_of(const Served& served, std::span<const Served> models) {
  const auto own = std::ranges::find(models, served);
  for (auto each = own; each != models.begin();) {
    --each;
    const ServedModel& other = **each;
    if (other.name == served->name && other.id == served->id &&
        other.model.tag == served->model.tag && other.version != served->version) {
      return *each;
    }
  }
  return nullptr;
}

// Of several targets that of the first.
double difference(const ServedModel& served, const Answer& one, const Answer& other) {
  const model::Target target = served.model.targets().front();
  if (const auto* number = std::get_if<model::Number>(&target.output)) {
    const double apart =
        static_cast<double>(one.prediction) - static_cast<double>(other.prediction);
    return std::abs(apart) / number->deviation;
  }
  if (served.model.several()) return one.prediction == other.prediction ? 0.0 : 1.0;
  return one.label == other.label ? 0.0 : 1.0;
}

}  // namespace

bool is_compared(std::string_view device, double share) {
  constexpr std::uint64_t parts = 1'000'000;
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : device) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  hash ^= hash >> 32;
  return static_cast<double>(hash % parts) < share * static_cast<double>(parts);
}

VersionWatch::VersionWatch(const ModelRegistry& registry, Metrics& metrics, ComparedShares shares,
                           std::size_t rows_max)
    : registry_(registry), metrics_(metrics), shares_(std::move(shares)), rows_max_(rows_max) {}

VersionWatch::Version& VersionWatch::version_of(const Served& served) {
  const auto found = versions_.find(served);
  if (found != versions_.end()) return found->second;
  const std::vector<Served> models = registry_.all();
  // Models were replaced: what is left of the old ones goes.
  if (versions_.size() >= models.size()) versions_.clear();
  Version version;
  const std::vector<Label> labels = {{"model", served->name}, {"version", served->version}};
  version.messages = &metrics_.counter(
      {"terse_model_messages_total", "New messages, by the version that predicted them.", place},
      labels);
  if (shares_.contains(served->name)) version.former = former_of(served, models);
  // A predictor elsewhere is not asked twice.
  if (version.former != nullptr && version.former->model.external()) version.former = nullptr;
  if (version.former != nullptr) {
    version.differences = &metrics_.histogram(
        {"terse_compared_difference",
         "Between the predictions of a version and the one before it (with) for the same message: "
         "in deviations of the target, or 1 for another class.",
         place},
        {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0},
        {labels[0], labels[1], {"with", version.former->version}});
    version.predictor = std::make_unique<BatchPredictor>(version.former, rows_max_);
  }
  return versions_.emplace(served, std::move(version)).first->second;
}

void VersionWatch::count(std::span<const Predicted> messages) {
  std::map<Served, std::vector<const Predicted*>> of_version;
  for (const Predicted& message : messages) of_version[message.served].push_back(&message);
  for (auto& [served, own] : of_version) {
    Version& version = version_of(served);
    version.messages->add(own.size());
    if (version.predictor == nullptr) continue;
    const double share = shares_.find(served->name)->second;
    std::erase_if(own, [&](const Predicted* each) { return !is_compared(each->device, share); });
    compare(served, version, own);
  }
}

void VersionWatch::count_stored(std::span<const Waiting> batch) {
  std::vector<Predicted> fresh;
  for (const Waiting& waiting : batch) {
    if (waiting.answer.verdict != Verdict::stored) continue;
    fresh.push_back(
        {waiting.served, waiting.uplink.device, waiting.uplink.payload, &waiting.answer});
  }
  count(fresh);
}

void VersionWatch::compare(const Served& served, Version& version,
                           std::span<const Predicted* const> messages) {
  std::vector<Answer> answers(messages.size());
  std::vector<ToPredict> batch;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    batch.push_back({messages[i]->payload, &answers[i]});
  }
  version.predictor->predict(batch);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (answers[i].verdict != Verdict::stored) continue;
    version.differences->observe(difference(*served, *messages[i]->answer, answers[i]));
  }
}

}  // namespace terse::serve::core
