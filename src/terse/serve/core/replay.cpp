#include "terse/serve/core/replay.h"

#include <cmath>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/model/identity.h"
#include "terse/model/predictor.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

void require_same_features(const model::Model& before, const model::Model& now) {
  const auto refuse = [](const std::string& problem) {
    throw base::OptionError("model", "", problem, "give a model of the same readings");
  };
  if (before.features.size() != now.features.size())
    refuse("it has a different number of features");
  for (std::size_t f = 0; f < now.features.size(); ++f) {
    const model::Feature& old = before.features[f];
    const model::Feature& fresh = now.features[f];
    if (old.name != fresh.name) {
      refuse("its feature " + text::in_quotes(fresh.name) + " was " + text::in_quotes(old.name));
    }
    if (old.categories != fresh.categories || old.unseen_level != fresh.unseen_level ||
        old.missing_level != fresh.missing_level) {
      refuse("its feature " + text::in_quotes(fresh.name) + " has different categories or gaps");
    }
  }
}

/// The reading that a code of numbers stands for.
float reading_of(std::span<const float> thresholds, std::size_t code,
                 const model::Feature& feature) {
  if (thresholds.empty()) return static_cast<float>(feature.mean);
  const auto half = static_cast<float>(0.5 * feature.deviation);
  if (thresholds.size() == 1) return thresholds[0] + (code == 0 ? -half : half);
  const std::size_t last = thresholds.size() - 1;
  if (code == 0) return thresholds[0] - (thresholds[1] - thresholds[0]) / 2;
  if (code > last) return thresholds[last] + (thresholds[last] - thresholds[last - 1]) / 2;
  return thresholds[code - 1] + (thresholds[code] - thresholds[code - 1]) / 2;
}

}  // namespace

struct Replay::State {
  State(const model::Model& before_, const model::Model& now_)
      : before(before_),
        message(before.message()),
        predictor(now_, 1),
        codes(before.features.size()),
        readings(1, before.readings()) {}

  bool read(std::span<const std::uint8_t> payload);
  float reading(std::size_t feature, std::size_t levels) const;

  model::Model before;
  model::Message message;
  model::Predictor predictor;
  std::vector<quantize::Code> codes;
  base::Matrix readings;
  bool exact = false;
};

float Replay::State::reading(std::size_t f, std::size_t levels) const {
  const model::Feature& feature = before.features[f];
  // Categories are sent as their index, and a gap as the last code.
  if (feature.missing_level && codes[f] == levels - 1) return std::nanf("");
  if (!feature.categories.empty()) return static_cast<float>(codes[f]);
  return reading_of(before.thresholds.of(f), codes[f], feature);
}

bool Replay::State::read(std::span<const std::uint8_t> payload) {
  return std::visit(base::Overloaded{[&](const payload::Layout& layout) {
                                       if (layout.unpack(payload, codes) != payload::Status::ok)
                                         return false;
                                       for (std::size_t f = 0; f < readings.columns(); ++f) {
                                         readings.row(0)[f] = reading(f, layout.levels()[f]);
                                       }
                                       return true;
                                     },
                                     [&](const payload::FloatLayout& layout) {
                                       return layout.unpack(payload, readings.row(0)) ==
                                              payload::Status::ok;
                                     }},
                    message);
}

Replay::Replay(const model::Model& before, const model::Model& now) {
  require_same_features(before, now);
  state_ = std::make_unique<State>(before, now);
  state_->exact = state_->message.index() == now.message().index() &&
                  before.thresholds.offsets == now.thresholds.offsets &&
                  before.thresholds.values == now.thresholds.values;
  // A sum that the device computed of readings does not come back from their codes.
  const bool computed =
      before.readings() < before.features.size() || now.readings() < now.features.size();
  if (!computed) return;
  if (model::wire_bytes(before) != model::wire_bytes(now)) {
    throw base::OptionError("model", "",
                            "it has a computed feature, and other messages than the one before",
                            "give a model whose decoder alone was trained again");
  }
  state_->exact = true;
}

Replay::~Replay() = default;

bool Replay::exact() const {
  return state_->exact;
}

std::optional<std::vector<float>> Replay::predict(std::span<const std::uint8_t> payload) {
  State& state = *state_;
  if (!state.read(payload)) return std::nullopt;
  std::vector<float> outputs(state.predictor.outputs());
  if (state.exact && std::holds_alternative<payload::Layout>(state.message)) {
    state.predictor.predict_codes(state.codes, 1, outputs);
    return outputs;
  }
  if (!state.predictor.takes(state.readings.row(0))) return std::nullopt;
  state.predictor.predict(state.readings, outputs);
  return outputs;
}

}  // namespace terse::serve::core
