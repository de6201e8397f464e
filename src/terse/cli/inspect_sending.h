// Sending on change, tried on a table: how many messages a device would save, and what the receiver
// loses that takes the last one for true.
#pragma once

#include <cstddef>
#include <string>

#include "terse/cli/recorded_split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/model/send_on_change.h"

namespace terse::cli {

struct Sending {
  model::SendRule rule;
  std::size_t messages = 0;    ///< rows of the table, in its order
  std::size_t changed = 0;     ///< sent because of that
  std::size_t heartbeats = 0;  ///< sent because of that
  std::string loss_name;
  MeasuredRows on;
  double loss = 0.0;       ///< of every message
  double loss_held = 0.0;  ///< of the last one sent, at every row

  std::size_t sent() const { return changed + heartbeats; }
};

/// table: at least one row, all of one device. Throws InputError for full precision, which has no
/// codes.
Sending try_sending(const model::Model& model, const data::Table& table,
                    const model::SendRule& rule);

/// Two lines.
std::string sending_text(const Sending& sending);

}  // namespace terse::cli
