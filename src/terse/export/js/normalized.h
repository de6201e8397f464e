// Quantities that The Things Network's device repository has names for, found by the names and
// units of features. Private to the room.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "terse/model/model.h"

namespace terse::export_js {

/// A place in the repository's normalized payload, and the values that its schema takes there.
struct Quantity {
  std::string_view group;  ///< "air", "soil", "wind"
  std::string_view name;
  double lowest = 0.0;
  std::optional<double> highest = std::nullopt;

  /// The nearest value that the schema takes.
  double within(double value) const;
};

/// A feature's quantity, by its name and unit alone; nothing is converted. Source: lib/payload.json
/// of github.com/TheThingsNetwork/lorawan-devices.
std::optional<Quantity> quantity_of(const model::Feature& feature);

/// One per feature of the model: its quantity, if it is sent as a number and no other feature
/// claims the same place.
std::vector<std::optional<Quantity>> quantities_of(const model::Model& model);

}  // namespace terse::export_js
