#include "terse/model/message_difference.h"

#include <algorithm>
#include <vector>

#include "terse/model/identity.h"

namespace terse::model {
namespace {

std::ptrdiff_t sent_features(const Model& model) {
  return std::ranges::count(model.sent(), true);
}

}  // namespace

std::string message_difference(const Model& one, const Model& other) {
  if (one.full_precision() != other.full_precision()) return "readings in place of codes";
  if (one.tag != other.tag) return "the tag";
  const std::vector<WirePart> parts = wire_parts(one);
  const std::vector<WirePart> others = wire_parts(other);
  if (parts.front().bytes != others.front().bytes) return parts.front().what;
  if (sent_features(one) != sent_features(other)) return "the number of features that are sent";
  for (std::size_t i = 0; i < std::min(parts.size(), others.size()); ++i) {
    if (parts[i].bytes != others[i].bytes) return parts[i].what;
  }
  // As many features, so that one of the last is computed by one model alone.
  if (parts.size() != others.size()) {
    return parts.size() > others.size() ? parts.back().what : others.back().what;
  }
  return {};
}

}  // namespace terse::model
