// Sending on change: a device keeps its messages to itself until they say something new, and the
// receiver takes the last one for true meanwhile. Exported C has the same rule
// (PREFIX_send.h).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/model/model.h"

namespace terse::model {

/// Of each feature, its highest code among those that count thresholds; 0 for categories. Codes
/// above are as far from each other, and from those below, as can be.
std::vector<std::size_t> highest_ordered_codes(const Model& model);

struct SendRule {
  std::size_t change_levels = 1;        ///< at least one; less is not a change
  std::size_t heartbeat_messages = 12;  ///< not sent in a row; the next one is due
};

/// Which messages of a device are due: the first, one with a changed code, and a heartbeat. A code
/// that goes back by one level, to where it was before its last change, has not changed: a reading
/// beside a threshold sends once, and the heartbeat tells where it is. Two levels alone have no
/// neighbours: a flag sends whenever it changes.
class SendOnChange {
 public:
  enum class Reason : std::uint8_t { held, changed, heartbeat };

  SendOnChange(const Model& model, const SendRule& rule);

  /// codes: F, of the next message. held: it is not due, and counted. The first one has changed.
  Reason next(std::span<const quantize::Code> codes);
  /// That message was sent.
  void sent(std::span<const quantize::Code> codes);

 private:
  bool changed(std::span<const quantize::Code> codes) const;

  SendRule rule_;
  std::vector<std::size_t> highest_;
  std::vector<quantize::Code> sent_;  ///< empty: nothing yet
  std::vector<quantize::Code> before_;
  std::size_t held_ = 0;
};

}  // namespace terse::model
