// The comparison of what two models send: devices with the encoder of one of them serve the other
// where there is no difference.
#pragma once

#include <string>

#include "terse/model/model.h"

namespace terse::model {

/// The first difference between the messages of two models ("the thresholds of feature 'lux'"), or
/// nothing: the same readings then give the same bytes. Features that are not sent do not count.
std::string message_difference(const Model& one, const Model& other);

}  // namespace terse::model
