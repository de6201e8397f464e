#include "terse/serve/core/access.h"

#include "terse/serve/core/grant.h"

namespace terse::serve::core {

void Access::know(const std::string& device) {
  const std::lock_guard lock(mutex_);
  known_.insert(device);
}

bool Access::is_known(const std::string& device) const {
  const std::lock_guard lock(mutex_);
  if (known_before_) {
    for (std::string& each : known_before_()) known_.insert(std::move(each));
    known_before_ = nullptr;
  }
  return known_.contains(device);
}

std::string Access::problem(const Sender& sender, const std::string& device,
                            std::string_view model) const {
  if (sender.grant != nullptr) {
    if (!sender.grant->send) return "the token may not send";
    if (!sender.grant->covers_device(device)) return "the token is not for this device";
    if (!sender.grant->covers_model(model)) return "the token is not for this model";
  }
  if (sender.proof == Proof::device) {
    return sender.name == device ? "" : "the sender has proven to be another device";
  }
  if (sender.grant != nullptr && sender.grant->is_of(device)) return "";
  if (!is_known(device) || allowed_.devices.contains(device) || allowed_.models.contains(model)) {
    return "";
  }
  return "this device proves itself by its own key";
}

}  // namespace terse::serve::core
