#include "terse/model/message_difference.h"

#include <vector>

#include "terse/model/identity.h"

namespace terse::model {

std::string message_difference(const Model& one, const Model& other) {
  if (one.full_precision() != other.full_precision()) return "readings in place of codes";
  if (one.tag != other.tag) return "the tag";
  const std::vector<WirePart> parts = wire_parts(one);
  const std::vector<WirePart> others = wire_parts(other);
  if (parts.front().bytes != others.front().bytes) return parts.front().what;
  if (parts.size() != others.size()) return "the number of features that are sent";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].bytes != others[i].bytes) return parts[i].what;
  }
  return {};
}

}  // namespace terse::model
