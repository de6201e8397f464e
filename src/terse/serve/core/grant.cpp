#include "terse/serve/core/grant.h"

#include <algorithm>

namespace terse::serve::core {

bool Grant::covers_model(std::string_view model) const {
  const std::string_view plain = model.substr(0, model.find('@'));
  return models.empty() || std::find(models.begin(), models.end(), plain) != models.end();
}

bool Grant::covers_device(std::string_view device) const {
  const auto covers = [&](std::string_view allowed) {
    return allowed.ends_with('*') ? device.starts_with(allowed.substr(0, allowed.size() - 1))
                                  : device == allowed;
  };
  return devices.empty() || std::any_of(devices.begin(), devices.end(), covers);
}

bool Grant::is_of(std::string_view device) const {
  return devices.size() == 1 && devices.front() == device && !device.ends_with('*');
}

}  // namespace terse::serve::core
