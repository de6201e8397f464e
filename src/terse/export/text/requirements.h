// The demands of formats on a model, checked before anything is written. `source` names the model
// in messages.
#pragma once

#include <string>

#include "terse/model/model.h"

namespace terse::export_text {

/// Formats of encoders: throws InputError for full precision, and where nothing is sent.
void require_codes(const model::Model& model, const std::string& source);

/// Decoders that compute in float32: throws InputError if predictions are differences.
void require_plain_target(const model::Model& model, const std::string& source);

/// Decoders of one target: throws InputError for a model of several. what: "an Arduino sketch".
void require_one_target(const model::Model& model, const std::string& source,
                        const std::string& what);

/// Formats whose inputs are float32 readings: throws InputError if some are differences.
void require_plain_readings(const model::Model& model, const std::string& source);

/// The network in integer code: throws InputError for any other decoder.
void require_compressed(const model::Model& model, const std::string& source);

/// An identifier as `prefix` of names; throws OptionError if it is not one.
void require_identifier(const std::string& prefix);

}  // namespace terse::export_text
