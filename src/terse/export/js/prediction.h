// The numbers of a model's network, or of its trees, as the script has them. Inside the export
// room.
#pragma once

#include <optional>
#include <string>

#include "terse/export/js/templates.h"
#include "terse/model/model.h"

namespace terse::export_js {

/// One of the two, or for a script that does not predict neither.
struct Prediction {
  using Network = templates::DecoderJs::NetworkItem;
  std::optional<Network> network;
  std::string trees;
};

Prediction prediction_of(const model::Model& model);

}  // namespace terse::export_js
