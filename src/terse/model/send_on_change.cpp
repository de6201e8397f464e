#include "terse/model/send_on_change.h"

namespace terse::model {

std::vector<std::size_t> highest_ordered_codes(const Model& model) {
  std::vector<std::size_t> highest;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    highest.push_back(model.features[f].categories.empty() ? model.thresholds.count(f) : 0);
  }
  return highest;
}

SendOnChange::SendOnChange(const Model& model, const SendRule& rule)
    : rule_(rule), highest_(highest_ordered_codes(model)) {}

bool SendOnChange::changed(std::span<const quantize::Code> codes) const {
  for (std::size_t f = 0; f < codes.size(); ++f) {
    const std::size_t now = codes[f];
    const std::size_t last = sent_[f];
    if (now == last) continue;
    if (now > highest_[f] || last > highest_[f] || highest_[f] == 1) return true;
    const std::size_t apart = now > last ? now - last : last - now;
    const bool back = apart == 1 && codes[f] == before_[f];
    if (apart >= rule_.change_levels && !back) return true;
  }
  return false;
}

SendOnChange::Reason SendOnChange::next(std::span<const quantize::Code> codes) {
  if (sent_.empty() || changed(codes)) return Reason::changed;
  if (held_ >= rule_.heartbeat_messages) return Reason::heartbeat;
  ++held_;
  return Reason::held;
}

void SendOnChange::sent(std::span<const quantize::Code> codes) {
  if (sent_.empty()) {
    before_.assign(codes.begin(), codes.end());
    sent_ = before_;
  }
  for (std::size_t f = 0; f < codes.size(); ++f) {
    if (codes[f] != sent_[f]) before_[f] = sent_[f];
    sent_[f] = codes[f];
  }
  held_ = 0;
}

}  // namespace terse::model
