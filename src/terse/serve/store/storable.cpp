#include "terse/serve/store/storable.h"

#include <cmath>

namespace terse::serve::store {

void require_storable(std::span<const Row> rows) {
  for (const Row& row : rows) {
    if (std::isfinite(row.prediction)) continue;
    throw DataError("the store refuses: a prediction of model " + row.model + " is not finite");
  }
}

std::int64_t bytes_of(const Refusal& refusal) {
  return static_cast<std::int64_t>(refusal.device.size() + refusal.model.size() +
                                   refusal.payload.size() + refusal.reason.size());
}

Refusal conflict_refusal(const Row& row) {
  return {row.device, row.model, row.received_ms, row.payload,
          "key " + *row.key + " came before with different bytes"};
}

void name_conflicts(std::span<const Refusal> conflicts, std::span<Outcome> outcomes) {
  auto conflict = conflicts.begin();
  for (Outcome& outcome : outcomes) {
    if (outcome.kept == Kept::conflict) outcome.refusal_id = (conflict++)->id;
  }
}

}  // namespace terse::serve::store
